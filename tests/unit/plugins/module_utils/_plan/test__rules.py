# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _decide, _errors
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _planner
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._rule import _state as _rule
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import Kernel, have, join, rule, want
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._plan._samples import RED, commands

TEN = {"from": "10.0.0.0/8", "table": "100"}
THERE = rule(100, from_="10.0.0.0/8", table=100)
ADD, DELETE = (f"ip rule {verb} priority 100 from 10.0.0.0/8 lookup 100 protocol static" for verb in ("add", "delete"))


@pytest.mark.parametrize(
    ("found", "wanted", "steps"),
    [
        pytest.param([], want("rule", priority=100, **TEN), [ADD], id="add"),
        pytest.param([THERE], want("rule", priority=100, **TEN), [], id="same"),
        pytest.param([THERE], want("rule", priority=100, state="absent", **TEN), [DELETE], id="delete"),
        pytest.param([], want("rule", priority=100, state="absent", **TEN), [], id="absent"),
        pytest.param([THERE], want("rule", priority=101, state="absent", **TEN), [], id="absent-elsewhere"),
        pytest.param(
            [THERE],
            join(want("rule", priority=100, table="100"), want("rule", priority=100, state="absent", **TEN)),
            ["ip rule add priority 100 lookup 100 protocol static", DELETE],
            id="no-moment-without-one",
        ),
        pytest.param(
            [],
            want("rule", priority=7, family="inet6", iif="lo", type="prohibit"),
            ["ip -6 rule add priority 7 iif lo prohibit protocol static"],
            id="ipv6",
        ),
    ],
)
def test_steps(found, wanted, steps):
    plan = _planner.make(wanted, have(rules=found))
    assert commands(plan) == steps
    assert plan[1:] == ((), ())


def test_rule_in_a_namespace():
    plan = _planner.make(want("rule", priority=100, netns="red", **TEN), RED)
    assert commands(plan) == [ADD.replace("ip ", "ip -n red ")]
    assert "no namespace 'blue'" in _planner.make(want("rule", priority=100, netns="blue", **TEN), RED).unmet[0]


def test_a_table_is_filled_before_packets_go_by_it():
    wanted = join(want("rule", priority=100, **TEN), want("route", dst="default", type="blackhole", table="100"))
    assert [type(step).__name__ for step in _planner.make(wanted, have()).operations] == ["AddRoute", "AddRule"]


@pytest.mark.parametrize(
    ("there", "priority"),
    [
        ([], 32765),
        ([rule(500, table=7)], 499),
        ([rule(0, table=7)], 32765),
        ([rule(40000, table=7)], 32765),
        ([rule(500, family=10, table=7)], 32765),
        ([rule(500, "red", table=7)], 32765),
        ([rule(500, table=7), THERE], 100),
        ([rule(300, from_="10.0.0.0/8", table=100), THERE], 100),
        ([rule(500, table=7), THERE._replace(family=10)], 499),
    ],
)
def test_one_of_any_priority_is_where_it_is_or_comes_before_all_others(there, priority):
    wanted, _have, _plan = _decide.decide(Kernel(have(rules=there)), want("rule", **TEN))
    assert [each.priority for each in wanted.rules.values()] == [priority]


def test_several_of_any_priority_are_apart():
    wanted = join(want("rule", **TEN), want("rule", to="10.0.0.0/8"), want("rule", priority=200, iif="lo"))
    decided = _rule.decided(wanted, [])
    assert [each.priority for each in decided.rules.values()] == [199, 198, 200]
    there = [each._replace(message=b"x") for each in decided.rules.values()]
    assert list(_rule.decided(wanted, there).rules) == list(decided.rules)


def test_those_of_any_priority_go():
    gone = want("rule", state="absent", **TEN)
    assert _rule.decided(gone, [THERE, THERE._replace(priority=7), rule(8, table=100)]).absent_rules == (
        THERE.id,
        THERE._replace(priority=7).id,
    )
    assert _rule.decided(gone, []).absent_rules == gone.absent_rules


def test_no_number_is_left():
    with pytest.raises(_errors.Conflict, match="priority: no number is left"):
        _rule.decided(want("rule", **TEN), [rule(1, table=7)])
