# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._firewall import _rules
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils import _hosts

GRE = {"source": "192.0.2.2", "protocol": 47}


def wanted(**options):
    return _rules.wanted(_hosts.params("firewall", {"name": "lab", **options}))


def texts(**options):
    return [rule.text for rule in _rules.in_order(wanted(**options))]


def test_rules_are_told_in_an_order():
    sources = ["192.0.2.10", "2001:DB8::2", "192.0.2.9"]
    accept = [{"source": source, "protocol": 17, "port": 5555} for source in sources] + [GRE, GRE]
    assert texts(accept=accept, devices=["tun1"], inner="icmp") == [
        "17/5555 from 192.0.2.9",
        "17/5555 from 192.0.2.10",
        "47 from 192.0.2.2",
        "17/5555 from 2001:db8::2",
        "IPv4 1 by tun1",
        "IPv6 58 by tun1",
    ]


@pytest.mark.parametrize(("inner", "number"), [("none", 0), ("icmp", 2), ("routing", 2 * 6), ("all", 2)])
def test_devices_have_rules_of_both_ip_versions(inner, number):
    rules = wanted(accept=[GRE], devices=["tun1"], inner=inner)
    assert len(rules) == number + 1
    assert {_rules.parse(rule.text) for rule in rules} == rules


@pytest.mark.parametrize(("versions", "number"), [([], 0), (["ipv6"], 2), (["ipv4", "ipv6"], 4)])
def test_what_is_passed_on_has_rules_of_each_version_for_both_ways(versions, number):
    rules = wanted(accept=[GRE], devices=["tun1"], forward=versions)
    here, passed_on = _rules.halves(rules)
    assert (len(here), len(passed_on)) == (1, number)
    assert {_rules.parse(rule.text) for rule in rules} == rules


@pytest.mark.parametrize("text", ["", "47", "47 from", "gre from 192.0.2.2", "47 of 192.0.2.2", "47 from a b"])
def test_what_is_no_rule_is_none(text):
    assert _rules.parse(text) is None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"accept": [GRE, {**GRE, "source": "0.0.0.0"}]}, "accept[1].source: 0.0.0.0 stands for no peer"),
        ({"accept": [{**GRE, "source": "192.0.2.0/24"}]}, "accept[0].source: '192.0.2.0/24' is not an IP address"),
        ({"accept": [{**GRE, "protocol": 0}]}, "accept[0].protocol: 0 is not the number"),
        ({"accept": [{**GRE, "port": 1}]}, "accept[0].port: protocol 47 has no ports"),
        ({"accept": [{**GRE, "protocol": 17, "port": 65536}]}, "accept[0].port: 65536 is not a port"),
        ({"devices": ["tun+"]}, "devices: 'tun+' can't be named to firewalls"),
        ({"devices": ['a"b']}, "devices: 'a\"b' can't be named to firewalls"),
        ({"devices": ["a/b"]}, "devices: 'a/b' has a slash"),
    ],
)
def test_what_can_not_be_is_told(options, words):
    with pytest.raises(_errors.BadOption) as error:
        wanted(**options)
    assert str(error.value).startswith(words)
