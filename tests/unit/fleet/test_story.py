# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The made-up life of a fleet: as many different changes as it claims, the same ones from the same seed."""

import itertools

from ansible_collections.warren.tunnels.tests.fleet import _story
from ansible_collections.warren.tunnels.tests.fleet._declaration import ANCHOR, Way, ways


def life(seed, number=60):
    return list(itertools.islice(_story.steps(seed), number))


def test_a_seed_gives_the_same_life_each_time():
    assert life("one", 20) == life("one", 20)


def test_another_seed_gives_another():
    assert life("one", 20) != life("another", 20)


def test_each_step_changes_what_is_declared_and_begins_where_the_last_one_ended():
    for former, step in itertools.pairwise(life("one")):
        assert step.before == former.declaration
        assert step.declaration != step.before
        assert step.changes


def test_the_planner_takes_each_declaration():
    assert [step.declaration.faults() for step in life("two")] == [[]] * 60


def test_every_kind_of_change_comes_in_a_hundred_steps(monkeypatch):
    tried = dict.fromkeys(_story.CHANGES, 0)

    def counted(change):
        def change_and_count(declaration, dice):
            text = change(declaration, dice)
            tried[change] += text is not None
            return text

        return change_and_count

    monkeypatch.setattr(_story, "CHANGES", {counted(change): weight for change, weight in _story.CHANGES.items()})
    life("one", 100)

    assert all(tried.values()), [change.__name__ for change, times in tried.items() if not times]


def test_runs_are_killed_and_serial_now_and_then():
    steps = life("one")

    assert 8 < sum(step.kill is not None for step in steps) < 40
    assert 8 < sum(step.serial for step in steps) < 40


def test_a_tunnel_that_is_no_part_of_a_change_is_known():
    start = _story._start()
    declaration = start.copy()
    declaration.links.append(
        {"name": "more", "mode": "ipip", "ends": {"host1": {"address": "10.9.9.1"}, "host3": {"address": "10.9.9.2"}}}
    )
    before, after = ways(start), ways(declaration)

    assert Way("host1", ANCHOR, None, "10.200.0.2") in before
    assert [way for way, what in after.items() if before.get(way) != what] == [
        Way("host1", "more", None, "10.9.9.2"),
        Way("host3", "more", None, "10.9.9.1"),
    ]


def test_a_tunnel_whose_far_end_alone_changes_is_part_of_it():
    declaration = _story._start()
    before = ways(declaration)
    declaration.links[0]["ends"]["host2"]["addresses"] = "10.9.9.9/32"

    after = ways(declaration)

    way = Way("host1", ANCHOR, None, "10.200.0.2")
    assert before[way] != after[way]
