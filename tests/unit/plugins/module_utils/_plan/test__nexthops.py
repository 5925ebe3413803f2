# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors, _resources
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _planner
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._nexthop._state import Nexthop
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils import _model
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import have, join, link, route, want

ADDRESS = _resources.Address("10.0.0.1", 24, scope="global", label="a")
ONE = Nexthop(None, 1, 2, via="10.0.0.2", dev="a")
TWO = Nexthop(None, 2, 2, dev="b")
GROUP = Nexthop(None, 9, 0, group=((1, 1), (2, 3)), type="mpath")
LONE = Nexthop(None, 8, 0, group=((1, 1),), type="mpath")
BY_ONE = route("10.8.0.0/16", nhid=1, via="10.0.0.2", dev="a")
BY_LONE = route("10.9.0.0/16", nhid=8, via="10.0.0.2", dev="a")
A = link("tap", "a", up=True, addresses=(ADDRESS,))


def host(*nexthops, routes=()):
    return have(A, link("tap", "b", up=True), nexthops=list(nexthops), routes=list(routes))


def commands(wanted, there):
    plan = _planner.make(wanted, there)
    assert plan.unmet == ()
    after = there
    for step in plan.operations:
        after = _model.take(after, step)
    return [step.command() for step in plan.operations], after


def test_members_come_before_groups_and_these_before_routes():
    wanted = join(
        want("route", dst="10.9.0.0/16", nhid=9),
        want("nexthop", id=9, group=[{"id": 1}, {"id": 2, "weight": 3}]),
        want("nexthop", id=2, dev="b"),
        want("nexthop", id=1, via="10.0.0.2", dev="a"),
    )
    done, after = commands(wanted, host())
    assert done == [
        "ip nexthop add id 1 via 10.0.0.2 dev a protocol static",
        "ip nexthop add id 2 dev b protocol static",
        "ip nexthop add id 9 group 1/2,3 protocol static",
        "ip route append 10.9.0.0/16 nhid 9 proto static",
    ]
    assert after.nexthops == {each.id: each for each in (ONE, TWO, GROUP)}


def test_groups_go_before_members_and_after_routes():
    ended = [want("nexthop", id=number, state="absent") for number in (1, 2, 9)]
    there = host(ONE, TWO, GROUP, routes=[route("10.9.0.0/16", nhid=9)])
    done, after = commands(join(want("route", dst="10.9.0.0/16", state="absent"), *ended), there)
    assert done == [
        "ip route delete 10.9.0.0/16 nhid 9 proto static",
        "ip nexthop delete id 9",
        "ip nexthop delete id 1",
        "ip nexthop delete id 2",
    ]
    assert (after.nexthops, after.routes) == ({}, {})


def test_a_group_that_is_made_again_has_its_routes_again():
    wanted = want("nexthop", id=8, group=[{"id": 1}], type="resilient", buckets=8)
    done, after = commands(wanted, host(ONE, LONE, routes=[BY_ONE, BY_LONE]))
    assert done == [
        "ip nexthop delete id 8",
        "ip nexthop replace id 8 group 1 type resilient buckets 8 protocol static",
        "ip route append 10.9.0.0/16 nhid 8 proto static",
    ]
    assert after.nexthops[None, 8].buckets == 8


def test_what_a_link_that_is_made_again_took_along_is_made_again():
    """The group loses a member, and the lone one goes with it."""
    there = host(ONE, TWO, GROUP, LONE, routes=[BY_ONE, BY_LONE])
    done, after = commands(want("tuntap", name="a", mode="tun", up=True), there)
    assert done[-5:] == [
        "ip nexthop replace id 1 via 10.0.0.2 dev a protocol static",
        "ip nexthop replace id 8 group 1 protocol static",
        "ip nexthop replace id 9 group 1/2,3 protocol static",
        "ip route append 10.8.0.0/16 nhid 1 proto static",
        "ip route append 10.9.0.0/16 nhid 8 proto static",
    ]
    assert after.nexthops == there.nexthops
    assert after.routes.keys() == there.routes.keys()


LOST = "nexthop 1, group 8, group 9, the route to 10.8.0.0/16 by nexthop 1, the route to 10.9.0.0/16 by nexthop 8"


@pytest.mark.parametrize(
    ("module", "options", "words"),
    [
        ("tuntap", {"name": "a", "state": "absent"}, "a can't go, or go down, without what leads by it: " + LOST),
        ("link", {"name": "a", "up": False}, "a can't go, or go down, without what leads by it: " + LOST),
        (
            "nexthop",
            {"id": 1, "state": "absent"},
            "nexthop 1 can't be deleted without what leads by it: " + LOST.partition(", ")[2],
        ),
        ("nexthop", {"id": 2, "state": "absent"}, "nexthop 2 can't be deleted without what leads by it: group 9."),
        (
            "nexthop",
            {"id": 8, "state": "absent"},
            "nexthop 8 can't be deleted without what leads by it: the route to 10.9.0.0/16 by nexthop 8.",
        ),
    ],
    ids=str,
)
def test_what_would_be_lost_is_named_and_lost_by_force_alone(module, options, words):
    there = host(ONE, TWO, GROUP, LONE, routes=[BY_ONE, BY_LONE])
    with pytest.raises(_errors.Conflict) as caught:
        _planner.make(want(module, **options), there)
    assert str(caught.value).startswith("force: " + words)
    plan = _planner.make(want(module, **options, force=True), there)
    assert plan.losses[-1].what[0] in words


def test_what_is_not_there_is_told():
    for wanted, words in (
        (want("route", dst="10.9.0.0/16", nhid=7), "nhid: there is no nexthop 7 on this host"),
        (want("nexthop", id=9, group=[{"id": 7}]), "group: there is no nexthop 7 on this host"),
        (want("nexthop", id=9, dev="z"), "dev: there is no link 'z' on this host"),
    ):
        (unmet,) = _planner.make(wanted, host(ONE)).unmet
        assert unmet.startswith(words)


def test_one_of_others_is_refused_where_a_document_may_not_have_its_place():
    wanted = want("nexthop", id=1, dev="b")._replace(foreign=frozenset([("nexthops", (None, 1))]))
    with pytest.raises(
        _errors.Conflict, match="nexthops: 1 is there already and is not of this collection: id 1 via 10"
    ):
        _planner.make(wanted, host(ONE))
