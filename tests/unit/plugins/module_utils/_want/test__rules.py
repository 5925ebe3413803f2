# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils import _hosts

IPV4, IPV6 = 2, 10


def the_rule(**options):
    (rule,) = _hosts.want("rule", **options).rules.values()
    return rule


@pytest.mark.parametrize(
    ("options", "family", "values"),
    [
        ({}, IPV4, {"table": 254}),
        ({"family": "inet6"}, IPV6, {"table": 254}),
        ({"from": "all", "to": "any", "tos": "0", "not": False}, IPV4, {"table": 254}),
        ({"from": "::/0"}, IPV6, {"table": 254}),
        (
            {"from": "10.9.0.1", "to": "10.8.0.0/255.255.0.0"},
            IPV4,
            {"from": "10.9.0.1/32", "to": "10.8.0.0/16", "table": 254},
        ),
        ({"from": "2001:DB8:0::/32", "table": "0x64"}, IPV6, {"from": "2001:db8::/32", "table": 100}),
        ({"fwmark": "7"}, IPV4, {"fwmark": "0x7", "table": 254}),
        ({"fwmark": "0x7/0xffffffff"}, IPV4, {"fwmark": "0x7", "table": 254}),
        ({"fwmark": "1/255"}, IPV4, {"fwmark": "0x1/0xff", "table": 254}),
        ({"fwmark": "0"}, IPV4, {"fwmark": "0x0/0xffffffff", "table": 254}),
        ({"uidrange": "5"}, IPV4, {"uidrange": "5-5", "table": 254}),
        ({"uidrange": "5-9"}, IPV4, {"uidrange": "5-9", "table": 254}),
        ({"sport": "53-53", "dport": "1-9"}, IPV4, {"sport": "53", "dport": "1-9", "table": 254}),
        ({"ipproto": "udp"}, IPV4, {"ipproto": 17, "table": 254}),
        ({"tos": "0x10", "tun_id": "5"}, IPV4, {"tos": 16, "tun_id": 5, "table": 254}),
        ({"l3mdev": True}, IPV4, {"l3mdev": True}),
        ({"l3mdev": True, "type": "unreachable"}, IPV4, {"l3mdev": True, "type": "unreachable"}),
        ({"type": "lookup", "suppress_prefixlength": "0"}, IPV4, {"table": 254, "suppress_prefixlength": 0}),
        ({"goto": "200"}, IPV4, {"goto": 200}),
        ({"protocol": "4"}, IPV4, {"table": 254}),
        ({"protocol": "0"}, IPV4, {"table": 254, "protocol": "unspec"}),
        ({"protocol": "97"}, IPV4, {"table": 254, "protocol": "97"}),
    ],
    ids=str,
)
def test_a_rule_is_what_the_kernel_takes_it_for(options, family, values):
    rule = the_rule(priority=100, **options)
    assert rule[:3] == (None, family, 100)
    assert rule.values == {"protocol": "static", **values}


def test_a_priority_may_be_left_open():
    assert the_rule().priority is None
    assert the_rule(priority=0).priority == 0
    assert _hosts.want("rule", state="absent", table="100").absent_rules[0][2] is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"from": "10.0.0.1/8"}, "from: .*bits beyond its prefix; 10.0.0.0/8"),
        ({"from": "10.0.0.0/8", "to": "2001:db8::/32"}, "to: it is of another family"),
        ({"from": "10.0.0.0/8", "family": "inet6"}, "from: it is of another family"),
        ({"priority": "-1"}, "priority: '-1' is not a number"),
        ({"fwmark": "1/0"}, "fwmark: '0' is not a number from 1"),
        ({"fwmark": "one"}, "fwmark: 'one' is not a number"),
        ({"uidrange": "9-5"}, "uidrange: '9-5' ends before it begins"),
        ({"sport": "0-5"}, "sport: '0-5' has port 0 in it"),
        ({"dport": "70000"}, "dport: '70000' is not a number"),
        ({"ipproto": "ip"}, "ipproto: 'ip' is not a number from 1 to 255 or icmp, tcp"),
        ({"tos": "3"}, "tos: .*ECN"),
        ({"iif": "a b"}, "iif: .*white space"),
        ({"table": "0"}, "table: '0' is not a number"),
        ({"type": "blackhole", "table": "100"}, "table: a rule of type blackhole looks nothing up; leave it out"),
        ({"type": "prohibit", "goto": "500"}, "goto: a rule of type prohibit"),
        ({"goto": "500", "table": "100"}, "table: a rule with goto looks nothing up"),
        ({"goto": "500", "suppress_ifgroup": "0"}, "suppress_ifgroup: a rule with goto"),
        ({"l3mdev": True, "table": "100"}, "table: l3mdev has packets go by the table of their VRF"),
        ({"l3mdev": True, "goto": "500"}, "goto: l3mdev has"),
        ({"goto": "100"}, "goto: it leads back; give the priority of a later rule, above 100"),
        ({"protocol": "kernel"}, "protocol: the kernel's own rules are left alone"),
        ({"protocol": "2"}, "protocol: the kernel's own rules are left alone"),
        ({"netns": "a/b"}, "netns: "),
    ],
    ids=str,
)
def test_what_can_not_be_is_told(options, message):
    with pytest.raises(_errors.BadOption, match="^" + message):
        _hosts.want("rule", **{"priority": "100", **options})
