# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _values
from ansible_collections.warren.tunnels.plugins.module_utils._firewall import _iptables, _rules
from hypothesis import given
from hypothesis import strategies as st

MARK = _rules.mark("lab")
GRE, UDP = (_rules.parse(text) for text in ("47 from 192.0.2.2", "17/5555 from 192.0.2.3"))
LINES = (
    "*filter",
    "*nat",
    "COMMIT",
    ":INPUT DROP [0:0]",
    ":ufw-before-input - [0:0]",
    "-A INPUT -j ACCEPT",
    "[5:60] -A INPUT -s 192.0.2.9/32 -j DROP",
    '-A INPUT -m comment --comment "warren-other: 47 from 192.0.2.2" -j ACCEPT',
    '-A INPUT -m comment --comment "the office" -j ACCEPT',
    "-A FORWARD -j ACCEPT",
    "# comment",
    "",
)
TEXTS = st.lists(st.sampled_from(LINES)).map("\n".join)
RULES = st.sets(st.sampled_from((GRE, UDP))).map(frozenset)


@given(TEXTS, RULES, RULES, st.sampled_from(("INPUT", "ufw-before-input")))
def test_a_file_is_to_the_letter_without_our_rules(text, rules, later, name):
    edited = _iptables.edited(text, name, rules, MARK)
    assert _iptables.edited(edited, name, later, MARK) == _iptables.edited(text, name, later, MARK)
    assert _iptables.edited(edited, name, frozenset(), MARK) == text
    assert set(_iptables.in_file(edited, MARK, _values.IPV4)) in (rules, set())


def test_rules_are_before_all_others_of_their_chain_and_table():
    text = "*nat\n-A INPUT -j ACCEPT\nCOMMIT\n*filter\n:INPUT DROP [0:0]\n-A FORWARD -j DROP\n[1:2] -A INPUT -j DROP\nCOMMIT\n"
    assert _iptables.edited(text, "INPUT", frozenset({GRE}), MARK).splitlines()[5:7] == [
        "-A FORWARD -j DROP",
        '-A INPUT -s 192.0.2.2 -p 47 -m comment --comment "warren-lab: 47 from 192.0.2.2" -j ACCEPT',
    ]


@pytest.mark.parametrize(
    ("rows", "firewall", "filters"),
    [
        ([], "iptables", False),
        ([":INPUT ACCEPT [0:0]"], "iptables", False),
        ([":INPUT DROP [0:0]"], "iptables", True),
        ([":INPUT ACCEPT [0:0]", "-A INPUT -j f2b"], "iptables", True),
        (
            [":INPUT ACCEPT [0:0]", '-A INPUT -m comment --comment "warren-lab: 47 from 192.0.2.2" -j ACCEPT'],
            "iptables",
            False,
        ),
        ([":INPUT DROP [0:0]", ":ufw-before-input - [0:0]"], "ufw", True),
    ],
)
def test_what_filters(rows, firewall, filters):
    chain = _iptables.chain("\n".join(["*filter", *rows, "COMMIT"]) + "\n", _values.IPV4, MARK)
    assert (chain.firewall, chain.filters) == (firewall, filters)


def test_what_is_firewalld_s_is_left_to_it():
    saved = "*filter\n:INPUT ACCEPT [0:0]\n:INPUT_ZONES - [0:0]\n-A INPUT -j INPUT_ZONES\nCOMMIT\n"
    assert _iptables.chain(saved, _values.IPV4, MARK) is None
    assert _iptables.has_input(saved)
