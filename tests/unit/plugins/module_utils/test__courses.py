# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which rules would turn a connection: what of it tests/kernel/test_lifeline.py does not ask of the kernel."""

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _decide, _errors
from ansible_collections.warren.tunnels.plugins.module_utils._ways import Lifeline, Way
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import (
    Kernel,
    have,
    join,
    route,
    rule,
    want,
)

FAR, HOME = "198.51.100.7", "192.0.2.8"
DEFAULT = route("default", via="192.0.2.1", dev="eth0")
ELSEWHERE = route("default", dev="tun7", table=100)
BY_TUNNEL = Lifeline((Way(None, FAR, DEFAULT, source=HOME), Way(None, "203.0.113.9", DEFAULT)), ends=(22, 4000))
TABLES = {
    (2, 100): [ELSEWHERE],
    (2, 101): [DEFAULT._replace(table=101)],
    (2, 102): [route("default", type="throw", table=102)],
}


def decide(*wants, rules=(), lifeline=BY_TUNNEL):
    kernel = Kernel(have(rules=rules))
    kernel.line, kernel.tables = lifeline, TABLES
    return _decide.decide(kernel, join(*wants))[2].operations


TURNS = [
    ({"ipproto": "gre", "table": "100"}, "packets to 203.0.113.9"),
    ({"from": "192.0.2.0/24", "table": "100"}, "packets to 198.51.100.7"),
    ({"tos": "0x10", "table": "100"}, "packets to 198.51.100.7"),
    ({"sport": "22", "type": "unreachable"}, "packets to 198.51.100.7"),
    ({"dport": "4000-4001", "to": "198.51.100.0/24", "type": "blackhole"}, "packets to 198.51.100.7"),
    ({"oif": "eth0", "table": "100"}, "packets to 198.51.100.7"),
    ({"not": True, "fwmark": "1", "table": "100"}, "packets to 198.51.100.7"),
    ({"table": "100", "suppress_ifgroup": "1"}, "packets to 198.51.100.7"),
]
STAYS = [
    {"to": "10.0.0.0/8", "table": "100"},
    {"fwmark": "1", "table": "100"},
    {"fwmark": "0x10/0x10", "table": "100"},
    {"iif": "eth0", "table": "100"},
    {"oif": "tun7", "table": "100"},
    {"tun_id": "5", "table": "100"},
    {"l3mdev": True},
    {"table": "101"},
    {"table": "102"},
    {"table": "103"},
    {"table": "main"},
    {"table": "local"},
    {"goto": "32766"},
    {"goto": "500"},
    {"not": True, "to": "128.0.0.0/1", "table": "100"},
]


@pytest.mark.parametrize(("options", "words"), TURNS, ids=str)
def test_what_may_turn_it_is_refused(options, words):
    with pytest.raises(
        _errors.Conflict, match=f"^force: ip rule add priority 100 .*{words} go by default via 192.0.2.1"
    ):
        decide(want("rule", priority=100, **options))
    assert decide(want("rule", priority=100, force=True, **options))


@pytest.mark.parametrize("options", STAYS, ids=str)
def test_what_does_not_is_free(options):
    assert decide(want("rule", priority=100, **options))


def test_one_that_may_turn_it_already_is_no_news():
    there = rule(50, uidrange="0-9", table=100)
    assert decide(want("rule", priority=60, uidrange="0-9", table="100"), rules=[there])
    assert decide(want("rule", priority=50, uidrange="0-9", table="100", state="absent"), rules=[there])


def test_the_first_that_turns_it_is_named():
    wants = [
        want("rule", priority=priority, **options)
        for priority, options in ((7, {"fwmark": "1"}), (8, {"type": "prohibit"}))
    ]
    with pytest.raises(_errors.Conflict, match=r"^force: ip rule add priority 8 prohibit"):
        decide(*wants)


def test_a_table_that_the_same_plan_fills():
    rule_, way = want("rule", priority=100, table="103"), want("route", dst="default", type="blackhole", table="103")
    with pytest.raises(_errors.Conflict, match=r"^force: ip rule add priority 100 lookup 103"):
        decide(rule_, way)


def test_the_rule_that_leads_it_may_be_replaced_by_its_like():
    there, own = rule(100, table=100), Lifeline((Way(None, FAR, ELSEWHERE, source=HOME),), ends=(22, 4000))
    with pytest.raises(_errors.Conflict, match=r"^force: ip rule delete priority 100 lookup 100"):
        decide(want("rule", priority=100, table="100", state="absent"), rules=[there], lifeline=own)
    both = [want("rule", priority=100, table="100", state="absent"), want("rule", priority=90, table="100")]
    assert decide(*both, rules=[there], lifeline=own)


def test_without_a_connection_all_is_free():
    assert decide(want("rule", priority=100, type="prohibit"), lifeline=Lifeline())
