# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _values
from ansible_collections.warren.tunnels.plugins.module_utils._protection import _table
from ansible_collections.warren.tunnels.plugins.module_utils._protection._peers import Peer

GRE = Peer(_values.IPV4, "192.0.2.1", "192.0.2.2", 47)
FOU = Peer(_values.IPV6, "2001:db8::1", "2001:db8::2", 17, 5555)
WANTED = """\
add table inet warren_a_b_protect
delete table inet warren_a_b_protect
table inet warren_a_b_protect {
set sent_ip { type ipv4_addr . ipv4_addr . inet_proto; counter; elements = { 192.0.2.1 . 192.0.2.2 . 47 }; }
set sent_ip6_udp { type ipv6_addr . ipv6_addr . inet_service; counter; elements = { 2001:db8::1 . 2001:db8::2 . 5555 }; }
set received_ip { type ipv4_addr . ipv4_addr . inet_proto; counter; elements = { 192.0.2.1 . 192.0.2.2 . 47 }; }
set received_ip6_udp { type ipv6_addr . ipv6_addr . inet_service; counter; elements = { 2001:db8::1 . 2001:db8::2 . 5555 }; }
chain output {
type filter hook output priority 300; policy accept;
rt ipsec missing ip saddr . ip daddr . meta l4proto @sent_ip drop
rt ipsec missing ip6 saddr . ip6 daddr . udp dport @sent_ip6_udp drop
}
chain input {
type filter hook input priority -300; policy accept;
meta ipsec missing ip daddr . ip saddr . meta l4proto @received_ip drop
meta ipsec missing ip6 daddr . ip6 saddr . udp dport @received_ip6_udp drop
}
}
"""


def test_a_table_is_replaced_as_a_whole():
    name = _table.name("a-b")
    assert _table.text(name, _table.wanted(frozenset([GRE, FOU]))) == WANTED
    assert _table.text(name, _table.wanted(frozenset())) == "".join(WANTED.splitlines(True)[:2])


def listing(**changed):
    """Return what nft lists of a table that protects one peer, as far as it is one of these."""
    table = _table.wanted(frozenset([GRE]))
    entries = [{"metainfo": {"version": "1.0.6"}}, {"table": {"family": "inet", "name": "warren_lab_protect"}}]
    for name, (types, peers) in table.sets.items():
        values = [{"concat": [peer.local, peer.remote, peer.protocol]} for peer in peers]
        elem = changed.get("elem", [{"elem": {"val": value, "counter": {"packets": 3}}} for value in values])
        entries.append({"set": {"name": name, "type": list(types), "elem": elem}})
    for name, (type_, hook, priority, policy) in table.chains.items():
        entries.append({"chain": {"name": name, "type": type_, "hook": hook, "prio": priority, "policy": policy}})
        said = changed.get("said", [])
        entries += [{"rule": {"chain": name, "handle": 9, "expr": [*said, *rule]}} for rule in table.rules[name]]
    return [*entries, *changed.get("more", [])]


def test_a_table_that_is_as_wanted_is_known_again():
    assert _table.read(listing()) == _table.wanted(frozenset([GRE]))
    assert _table.read(listing()).peers == {GRE}
    assert _table.dropped(listing()) == [{**GRE.options(), "sent": 3, "received": 3}]


def of_version(number):
    return {"match": {"op": "==", "left": {"meta": {"key": "nfproto"}}, "right": number}}


def test_the_version_of_ip_may_be_told_twice():
    assert _table.read(listing(said=[of_version(2)])) == _table.wanted(frozenset([GRE]))


@pytest.mark.parametrize(
    "changed",
    [
        {"said": [of_version(10)]},
        {"said": [of_version("ipv4")]},
        {"elem": []},
        {"elem": [{"concat": ["192.0.2.1", "192.0.2.3", 47]}]},
        {"elem": [{"concat": ["192.0.2.1", "192.0.2.2", "47-49"]}]},
        {"elem": [{"concat": ["192.0.2.1", "192.0.2.2"]}]},
        {"elem": ["192.0.2.1"]},
        {"elem": [{"concat": ["192.0.2.1", {"prefix": {"addr": "192.0.2.0", "len": 24}}, 47]}]},
        {"said": [{"match": {"op": "in", "left": {"&": [1, 2]}, "right": {"set": [1]}}}]},
        {"more": [{"chain": {"name": "more"}}]},
        {"more": [{"map": {"name": "more"}}]},
        {"more": [{"rule": {"chain": "input", "expr": [{"accept": None}]}}]},
    ],
)
def test_one_that_is_not_is_told_from_it(changed):
    found = _table.read(listing(**changed))
    assert found != _table.wanted(frozenset([GRE]))
    assert found.peers in (frozenset(), {GRE}, {GRE._replace(remote="192.0.2.3")})
