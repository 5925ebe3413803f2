# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._firewall import _firewalld, _rules

RULES = frozenset(_rules.parse(text) for text in ("47 from 192.0.2.2", "17/5555 from 2001:db8::2"))
GRE, UDP = _rules.in_order(RULES)
LISTED = """\
drop
  target: DROP
  interfaces:
  rich rules:

home ({0})
  target: default
  interfaces: eth1
  rich rules:
\trule family="ipv4" source address="192.0.2.2" protocol value="47" accept
\t{1}

public{2}
  target: default
  icmp-block-inversion: no
  interfaces:
  rich rules:

trusted (active)
  target: ACCEPT
  interfaces: eth2
  rich rules:
"""


def parts(running=LISTED, permanent=LISTED, rules=RULES, purge=True, notes=("active", "", "")):
    zones = [_firewalld.zones(listed.format(*notes), "public") for listed in (running, permanent)]
    return _firewalld.parts(*zones, "lab", rules, purge)


@pytest.mark.parametrize(
    "notes", [("active", "", ""), ("active", "", " (default)"), ("active", "", " (default, active)")]
)
def test_each_zone_that_packets_come_by_has_the_rules(notes):
    found = parts(notes=notes)
    assert [(part.zone, part.is_permanent) for part in found] == [
        ("home", False),
        ("public", False),
        ("home", True),
        ("public", True),
    ]
    assert _firewalld.commands(found[3], "lab") == [
        [
            "--permanent",
            "--zone=public",
            "--add-rich-rule=" + _firewalld.rich(GRE, "lab"),
            "--add-rich-rule=" + _firewalld.rich(UDP, "lab"),
        ]
    ]


def test_a_rule_is_known_again_by_its_priority_and_others_are_left():
    ours = _firewalld.rich(GRE, "lab")
    home = parts(notes=("active", ours, ""), rules=frozenset())[0]
    assert home.place.have == [GRE]
    assert _firewalld.commands(home, "lab") == [["--zone=home", "--remove-rich-rule=" + ours]]
    others = _firewalld.rich(GRE, "other")
    assert parts(notes=("active", others, ""), rules=frozenset())[0].place.have == []


def test_a_zone_that_packets_come_by_no_more_has_no_rules():
    ours = _firewalld.rich(GRE, "lab")
    home = parts(notes=("x", ours, ""))[0]
    assert (home.zone, home.place.want) == ("home", frozenset())
    assert parts(notes=("x", ours, ""), purge=False)[0].place.want == {GRE}


def test_many_rules_are_several_commands():
    many = frozenset(_rules.parse(f"47 from 192.0.2.{number}") for number in range(250))
    public = parts(rules=many)[1]
    assert [len(command) - 1 for command in _firewalld.commands(public, "lab")] == [100, 100, 50]


def test_what_no_zone_can_have_is_told():
    with pytest.raises(_errors.BadOption, match=r"^inner: firewalld knows .* --zone=trusted --add-interface=tun1 and"):
        parts(rules=frozenset({_rules.parse("IPv4 1 by tun1")}))
