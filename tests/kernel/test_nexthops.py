# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nexthop objects and the routes that lead by them, beside those of others, on the kernel of this machine."""

import json
import subprocess

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import (
    _apply,
    _commit,
    _decide,
    _document,
    _errors,
    _way_back,
)
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _host
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers
from ansible_collections.warren.tunnels.tests.kernel._engine import apply, filled, refusals
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host
from ansible_collections.warren.tunnels.tests.kernel.test_lifeline import connected

PAIR = {
    "name": "a",
    "kind": "veth",
    "up": True,
    "addresses": ["10.0.0.1/24", {"address": "2001:db8::1/64", "nodad": True}],
    "peer": {"name": "b", "up": True, "addresses": ["10.1.0.1/24"]},
}
ONE = {"id": 1, "via": "10.0.0.2", "dev": "a"}
TWO = {"id": 2, "dev": "b", "protocol": "boot"}
SIX = {"id": 3, "via": "2001:db8::2", "dev": "a"}
SINGLES = [
    ONE,
    TWO,
    SIX,
    {"id": 4, "dev": "a", "family": "inet6"},
    {
        "id": 5,
        "via": "10.9.9.9",
        "dev": "a",
        "onlink": True,
        "encap": {"type": "ip", "id": 7, "dst": "192.0.2.1", "ttl": 9},
    },
    {"id": 6, "blackhole": True},
    {"id": 7, "via": "192.0.2.7", "fdb": True},
    {"id": 8, "via": "192.0.2.8", "fdb": True, "protocol": "99"},
    {"id": 9, "blackhole": True, "family": "inet6"},
]
GROUPS = [
    {"id": 20, "group": [{"id": 1}, {"id": 2, "weight": 3}]},
    {"id": 21, "group": [{"id": 1, "weight": 255}], "type": "resilient", "buckets": 16, "idle_timer": 6},
    {"id": 22, "group": [{"id": 2}], "type": "resilient", "buckets": 8, "unbalanced_timer": 300},
    {"id": 23, "group": [{"id": 7}, {"id": 8}], "fdb": True},
    {"id": 24, "group": [{"id": 3}, {"id": 4}], "protocol": "boot"},
]
ALL = [*GROUPS, *SINGLES]
ROUTES = [
    {"dst": "10.20.0.0/16", "nhid": 1},
    {"dst": "10.21.0.0/16", "nhid": 20, "metric": 7, "mtu": 1300},
    {"dst": "10.22.0.0/16", "nhid": 6},
    {"dst": "10.23.0.0/16", "nhid": 3, "table": 100},
    {"dst": "2001:db8:1::/48", "nhid": 24},
    {"dst": "2001:db8:2::/48", "nhid": 9, "protocol": "boot"},
]
STRANGERS = """
nexthop add id 50 via 10.0.0.9 dev a
nexthop add id 51 dev b protocol 99
nexthop add id 52 group 50/51,9
route add 10.50.0.0/16 nhid 50 proto 99 metric 5 mtu lock 1300
route add 10.51.0.0/16 nhid 52 proto 99
route add 10.52.0.0/16 dev b proto 99
"""


def ip(words):
    return subprocess.run(["ip", *words.split()], check=True, stdout=subprocess.PIPE).stdout


def nexthops(place=""):
    """Return what ip(8) says of nexthops, by their numbers."""
    rows = json.loads(ip(f"{'-n ' + place if place else ''} -j -d nexthop"), object_pairs_hook=first)
    return {row["id"]: {key: value for key, value in row.items() if key != "id"} for row in rows}


def first(pairs):
    """Return an object; its second id is that of what is put around packets."""
    told = {}
    for key, value in pairs:
        told["encap " + key if key in told else key] = value
    return told


def routes(number=None):
    """Return the destinations of the routes that lead by nexthops, each with the number of that."""
    rows = [row for family in ("-4", "-6") for row in json.loads(ip(f"-j -d {family} route show table all"))]
    return {row["dst"]: row["nhid"] for row in rows if row.get("nhid") and number in (None, row["nhid"])}


def all_told():
    """Return all that ip(8) says of nexthops and of routes that people made, but for what follows the carrier later."""
    questions = ("-d nexthop", "-o -d route show table all", "-o -d -6 route show table all")
    told = [ip(words).decode().replace(" linkdown", "").splitlines() for words in questions]
    return [sorted(row for row in rows if "proto kernel" not in row) for rows in told]


def document():
    with _host.Kernel() as kernel:
        return _document.of_choice(_document.Choice(), kernel.survey())["network"]


def strangers():
    """Have others make some, and return what ip(8) says of theirs from then on."""
    subprocess.run(["ip", "-batch", "-"], input=STRANGERS.encode(), check=True)
    return theirs()


def theirs():
    rows = ip("-d nexthop").decode().splitlines() + ip("-o -d route show").decode().splitlines()
    marks = ("id 50 ", "id 51 ", "id 52 ", "10.50.", "10.51.", "10.52.")
    return sorted(row.replace(" linkdown", "") for row in rows if any(mark in row for mark in marks))


def task(module, **options):
    """Do what a module of one thing does."""
    from ansible_collections.warren.tunnels.plugins.module_utils import _argspec
    from ansible_collections.warren.tunnels.plugins.module_utils._sorts._list import SORTS, load

    fields = {sort.module: field for field, sort in SORTS.items()}
    spec = {**load(fields[module], "_options").spec(), **_argspec.state(), **_argspec.force()}
    with _host.Kernel() as kernel, kernel.alone():
        want, have, plan = _decide.decide(kernel, _parsers.of_module(module)(filled(options, spec)))
        if plan.unmet:
            raise _errors.Unmet(". ".join(plan.unmet))
        if plan.operations:
            _apply.apply(kernel, want, have, plan)
    return plan


@pytest.fixture(autouse=True)
def host():
    new_host()
    ip("link set dev lo up")
    apply({"links": [PAIR]}, "merged")


def test_a_nexthop_has_all_that_it_can_have():
    apply({"nexthops": ALL}, "merged")
    told = nexthops()
    assert told[1] == {"gateway": "10.0.0.2", "dev": "a", "scope": "link", "protocol": "static", "flags": []}
    assert told[2] == {"dev": "b", "scope": "host", "protocol": "boot", "flags": []}
    assert told[3]["gateway"] == "2001:db8::2"
    assert told[5]["flags"] == ["onlink"]
    assert [told[5][key] for key in ("encap", "encap id", "dst", "ttl")] == ["ip", 7, "192.0.2.1", 9]
    assert "blackhole" in told[6]
    assert "fdb" in told[7]
    assert told[20]["group"] == [{"id": 1}, {"id": 2, "weight": 3}]
    assert told[21]["group"] == [{"id": 1, "weight": 255}]
    assert told[21]["resilient_args"] == {"buckets": 16, "idle_timer": 6, "unbalanced_timer": 0, "unbalanced_time": 0}
    assert told[22]["resilient_args"]["unbalanced_timer"] == 300
    assert "fdb" in told[23]
    assert apply({"nexthops": ALL}, "merged") == ()
    assert apply({"nexthops": ALL, "routes": ROUTES}, "replaced") != ()
    assert routes() == {route["dst"]: route["nhid"] for route in ROUTES}
    assert apply({"nexthops": ALL, "routes": ROUTES}, "replaced") == ()
    apply({"links": [PAIR]})
    assert (nexthops(), routes()) == ({}, {})


def test_what_a_step_says_is_what_it_does():
    """The line that is shown makes the same, to the letter."""
    lines = [step.command() for step in apply({"nexthops": ALL, "routes": ROUTES}, "merged")]
    made = all_told()
    apply({"links": [PAIR]})
    assert nexthops() == {}
    for line in lines:
        ip(line.partition(" ")[2])
    assert all_told() == made
    assert apply({"nexthops": ALL, "routes": ROUTES}, "merged") == ()


def test_what_is_read_makes_the_same_elsewhere():
    inside = [{**ONE, "netns": "red", "via": "10.2.0.2", "dev": "c"}, {"id": 2, "netns": "red", "blackhole": True}]
    away = {
        "name": "c",
        "kind": "veth",
        "netns": "red",
        "up": True,
        "addresses": ["10.2.0.1/24"],
        "peer": {"name": "d", "up": True},
    }
    place = {"name": "red"}
    apply({"namespaces": [place], "links": [PAIR, away], "nexthops": [*ALL, *inside], "routes": ROUTES})
    seen, made = document(), [*all_told(), nexthops("red")]
    assert len(seen["nexthops"]) == len(ALL) + len(inside)
    assert [route.get("nhid") for route in seen["routes"]].count(None) == 0
    assert not any({"via", "dev", "nexthops", "type"} & route.keys() for route in seen["routes"])
    new_host()
    ip("link set dev lo up")
    apply({name: seen[name] for name in ("namespaces", "links", "nexthops", "routes")})
    assert document() == seen
    assert [*all_told(), nexthops("red")] == made


def test_one_is_changed_in_place_and_its_routes_stay():
    before = strangers()
    apply({"links": [PAIR], "nexthops": [ONE, TWO, GROUPS[0]], "routes": ROUTES[:2]})
    changed = [{**ONE, "via": "10.0.0.3"}, TWO, {"id": 20, "group": [{"id": 2, "weight": 5}, {"id": 1}]}]
    steps = [step.command() for step in apply({"links": [PAIR], "nexthops": changed, "routes": ROUTES[:2]})]
    assert steps == [
        "ip nexthop replace id 1 via 10.0.0.3 dev a protocol static",
        "ip nexthop replace id 20 group 2,5/1 protocol static",
    ]
    assert nexthops()[1]["gateway"] == "10.0.0.3"
    assert nexthops()[20]["group"] == [{"id": 2, "weight": 5}, {"id": 1}]
    assert routes(1) == {"10.20.0.0/16": 1}
    assert apply({"links": [PAIR], "nexthops": changed, "routes": ROUTES[:2]}) == ()
    assert theirs() == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (GROUPS[1], {**GROUPS[1], "buckets": 32}),
        (GROUPS[1], {"id": 21, "group": [{"id": 1}]}),
        (GROUPS[1], {**GROUPS[1], "protocol": "boot"}),
        ({"id": 21, "group": [{"id": 1}]}, {"id": 21, "via": "10.0.0.4", "dev": "a"}),
        ({"id": 21, "via": "10.0.0.4", "dev": "a"}, {"id": 21, "group": [{"id": 1}]}),
    ],
)
def test_what_the_kernel_does_not_change_in_place_is_made_again_with_its_routes(old, new):
    before = strangers()
    route = {"dst": "10.21.0.0/16", "nhid": 21}
    apply({"links": [PAIR], "nexthops": [ONE, old], "routes": [route]})
    ip("route add 10.53.0.0/16 nhid 21 proto 99")
    was = all_told()
    for refused in refusals(
        {"links": [PAIR, {"name": "x", "kind": "bridge"}], "nexthops": [ONE, new], "routes": [route]}
    ):
        assert refused.left == []
        assert all_told() == was
    assert routes(21) == {"10.21.0.0/16": 21, "10.53.0.0/16": 21}
    assert ("type" in nexthops()[21]) == ("type" in new)
    assert theirs() == before


def test_members_come_first_and_go_last():
    before = strangers()
    apply({"links": [PAIR], "nexthops": [*GROUPS[:1], TWO, ONE], "routes": ROUTES[:2]})
    steps = [step.command() for step in apply({"links": [PAIR]})]
    assert steps == [
        "ip route delete 10.20.0.0/16 nhid 1 proto static",
        "ip route delete 10.21.0.0/16 nhid 20 mtu 1300 proto static metric 7",
        "ip nexthop delete id 20",
        "ip nexthop delete id 1",
        "ip nexthop delete id 2",
    ]
    assert theirs() == before


def test_a_route_goes_over_to_a_nexthop_and_back():
    plain = {"dst": "10.20.0.0/16", "via": "10.0.0.7"}
    apply({"links": [PAIR], "routes": [plain]})
    for state in ("merged", "replaced", "overridden"):
        by = {"links": [PAIR], "nexthops": [ONE], "routes": [ROUTES[0]]}
        assert len(apply(by, state)) == (2 if state == "merged" else 1)
        assert routes() == {"10.20.0.0/16": 1}
        assert apply(by, state) == ()
        assert len(apply({"links": [PAIR], "routes": [plain]}, state)) == (2 if state == "overridden" else 1)
        assert routes() == {}
    assert b"via 10.0.0.7" in ip("route show 10.20.0.0/16")


def test_a_route_by_a_nexthop_that_is_not_there():
    for options in ({"dst": "10.20.0.0/16", "nhid": 9}, {"dst": "10.20.0.0/16", "nhid": 9, "netns": None}):
        with pytest.raises(_errors.Unmet, match="nhid: there is no nexthop 9 on this host; make it first"):
            task("route", state="present", **options)
    with pytest.raises(_errors.Unmet, match="group: there is no nexthop 9 on this host"):
        task("nexthop", id=20, group=[{"id": 9}], state="present")
    with pytest.raises(_errors.Unmet, match="dev: there is no link 'nope'"):
        task("nexthop", id=20, dev="nope", state="present")


def test_a_link_without_a_carrier_has_no_nexthops():
    ip("link set dev b down")
    with pytest.raises(_errors.StepFailed, match="dev: a has to be up, with a carrier"):
        task("nexthop", state="present", **ONE)


# Whose they are


def test_one_of_others_is_refused_to_a_document_with_a_name():
    before = strangers()
    from ansible_collections.warren.tunnels.tests.kernel import _engine

    def run(*entries):
        document = {
            **_engine.filled({"links": [PAIR], "nexthops": list(entries)}, _engine._argspec.document()),
            **_engine.POLICY,
        }
        params = {**document, "state": "merged", "force": False, "name": "ours"}
        with _host.Kernel() as kernel, kernel.alone():
            want, have, plan = _decide.decide(kernel, _parsers.network_state(params))
            if plan.operations:
                _apply.apply(kernel, want, have, plan)

    with pytest.raises(
        _errors.Conflict, match="nexthops: 50 is there already and is not of this collection: id 50 via 10"
    ):
        run({"id": 50, "via": "10.0.0.2", "dev": "a"})
    run({"id": 50, "via": "10.0.0.9", "dev": "a", "protocol": "unspec"}, ONE)
    run()
    assert theirs() == before
    assert 1 not in nexthops()
    # Somebody puts another in the place of ours.
    run(ONE)
    ip("nexthop replace id 1 via 10.0.0.8 dev a")
    with pytest.raises(_errors.Conflict, match="nexthops: 1 is there already"):
        run(ONE)
    run()
    assert nexthops()[1]["gateway"] == "10.0.0.8"


def test_a_group_that_lost_a_member_is_still_ours():
    apply({"links": [PAIR], "nexthops": [ONE, TWO, GROUPS[0]]})
    ip("nexthop delete id 2")
    assert nexthops()[20]["group"] == [{"id": 1}]
    apply({"links": [PAIR]})
    assert nexthops() == {}


# What goes along


def test_deleting_one_that_others_lead_by_is_refused():
    apply({"links": [PAIR], "nexthops": [ONE, TWO]})
    ip("nexthop add id 60 group 1/2")
    ip("nexthop add id 61 group 1")
    ip("route add 10.60.0.0/16 nhid 61 proto 99")
    ip("route add 10.61.0.0/16 nhid 1 proto 99")
    before = all_told()
    with pytest.raises(_errors.Conflict) as caught:
        task("nexthop", id=1, state="absent")
    assert str(caught.value) == (
        "force: nexthop 1 can't be deleted without what leads by it: group 60, group 61, the route to 10.60.0.0/16 by nexthop "
        "61, the route to 10.61.0.0/16 by nexthop 1. Remove that first, or say force=true to lose it. Nothing was changed."
    )
    assert all_told() == before
    plan = task("nexthop", id=1, state="absent", force=True)
    assert [loss.msg for loss in plan.losses] != []
    assert (set(nexthops()), routes()) == ({2, 60}, {})


def test_setting_a_link_down_that_others_lead_by_is_refused():
    strangers()
    before = all_told()
    for options in ({"name": "a", "up": False}, {"name": "b", "up": False}):
        with pytest.raises(
            _errors.Conflict,
            match="can't go, or go down, without what leads by it: nexthop 50, nexthop 51, group 52, the ",
        ):
            apply({"links": [options]}, "merged")
    assert all_told() == before
    apply({"links": [{"name": "a", "up": False}]}, "merged", force=True)
    assert nexthops() == {}


def test_setting_one_end_of_a_pair_down_that_others_lead_by_at_the_other_is_refused():
    away = {"name": "c", "kind": "veth", "up": True, "peer": {"name": "d", "netns": "red", "up": True}}
    document = {"namespaces": [{"name": "red"}], "links": [PAIR, away]}
    apply(document)
    ip("-n red nexthop add id 7 dev d")
    ip("-n red route add 10.70.0.0/16 nhid 7")
    for state in ("merged", "overridden"):
        with pytest.raises(
            _errors.Conflict, match=r"d in namespace red can't go, or go down, .* nexthop 7, the route to 10\.70"
        ):
            apply({**document, "links": [PAIR, {**away, "up": False}]}, state)
    assert list(nexthops("red")) == [7]
    # What comes back by an undo is looked for there too.
    for refused in refusals({**document, "links": [PAIR, {**away, "up": False}]}, force=True):
        assert refused.left == []
        assert list(nexthops("red")) == [7]
        assert b"10.70.0.0/16 nhid 7" in ip("-n red route")


def test_a_link_that_is_made_again_has_its_nexthops_groups_and_routes_again():
    ours = [ONE, SIX, {"id": 20, "group": [{"id": 1, "weight": 3}]}]
    apply({"links": [PAIR], "nexthops": ours, "routes": [*ROUTES[:2], ROUTES[3]]})
    ip("nexthop add id 50 via 10.0.0.9 dev a protocol 99")
    ip("nexthop add id 52 group 50/1,9")
    ip("route add 10.50.0.0/16 nhid 50 proto 99 metric 5 mtu lock 1300")
    ip("route add 10.51.0.0/16 nhid 52 proto 99")
    before = [*theirs(), nexthops(), routes()]
    anew = {**PAIR, "peer": {**PAIR["peer"], "name": "b2"}}
    was = all_told()
    # The pair has to be replaced. Once with the others unnamed, once with all named.
    for document in ({"links": [anew]}, {"links": [PAIR], "nexthops": ours, "routes": [*ROUTES[:2], ROUTES[3]]}):
        for refused in refusals(document, "merged"):
            assert refused.left == []
            assert all_told() == was
        was = all_told()
        assert [*theirs(), nexthops(), routes()] == before


def test_a_link_that_takes_the_nexthops_of_others_along_is_not_made_again():
    before, was = strangers(), all_told()
    with pytest.raises(
        _errors.Conflict, match="b can't go, or go down, without what leads by it: nexthop 51, group 52"
    ):
        apply({"links": [{**PAIR, "peer": {**PAIR["peer"], "name": "b2"}}]}, "merged")
    assert all_told() == was
    assert theirs() == before


def test_a_group_of_others_is_left_with_what_stays_by_force():
    away = {"name": "c", "kind": "veth", "up": True, "peer": {"name": "d", "up": True}}
    stays = {"id": 5, "dev": "c"}
    apply({"links": [PAIR, away], "nexthops": [ONE, stays]})
    ip("nexthop add id 60 group 1/5,7")
    ip("route add 10.60.0.0/16 nhid 60 proto 99")
    document = {"links": [{**PAIR, "up": False}, away], "nexthops": [stays]}
    with pytest.raises(_errors.Conflict, match="nexthop 1 can't be deleted without what leads by it: group 60"):
        apply(document)
    before = all_told()
    for refused in refusals(document, force=True):
        assert refused.left == []
        assert all_told() == before
    assert {id_: each.get("group") for id_, each in nexthops().items()} == {5: None, 60: [{"id": 5, "weight": 7}]}
    assert routes() == {"10.60.0.0/16": 60}


def test_what_goes_unforeseen_takes_the_change_back():
    """A link on another goes down with that, which no plan foretells."""
    ip("link add link a dev m type macvlan")
    ip("link set dev m up")
    ip("nexthop add id 50 dev m")
    ip("route add 10.50.0.0/16 nhid 50 proto 99")
    before = all_told()
    with pytest.raises(
        _errors.StepFailed, match=r"others made goes with it: nexthop id 50, route 10\.50\.0\.0/16 nhid 50"
    ):
        apply({"links": [{"name": "a", "up": False}]}, "merged")
    assert all_told() == before
    apply({"links": [{"name": "a", "up": False}]}, "merged", force=True)
    assert nexthops() == {}


def test_moving_a_link_that_others_lead_by_is_refused():
    before = strangers()
    apply({"namespaces": [{"name": "red"}], "links": [PAIR]}, "merged")
    with pytest.raises(_errors.Conflict, match="a can't go, or go down, without what leads by it: nexthop 50"):
        apply({"links": [{"name": "a", "netns": "red", "up": True}]}, "merged")
    assert theirs() == before


def test_nothing_is_left_of_a_run_that_fails():
    apply({"links": [PAIR], "nexthops": [*SINGLES, *GROUPS], "routes": ROUTES})
    strangers()
    before = all_told()
    changed = {
        "links": [PAIR, {"name": "x", "kind": "bridge", "up": True}],
        "nexthops": [
            {**ONE, "via": "10.0.0.3"},
            TWO,
            {**SIX, "via": "2001:db8::3"},
            GROUPS[0],
            {"id": 21, "blackhole": True},
        ],
        "routes": [ROUTES[0], {**ROUTES[1], "nhid": 21}],
    }
    found = [(refused.left, all_told()) for refused in refusals(changed)]
    assert len(found) > 8
    assert [left for left, _told in found] == [[]] * len(found)
    assert [told for _left, told in found] == [before] * len(found)


def test_what_goes_with_a_link_comes_back_when_a_run_fails():
    apply({"links": [PAIR], "nexthops": [ONE, TWO, GROUPS[0]], "routes": ROUTES[:2]})
    strangers()
    before = all_told()
    down = {"links": [{**PAIR, "up": False}, {"name": "x", "kind": "bridge", "up": True}]}
    found = [(refused.left, all_told()) for refused in refusals(down, force=True)]
    assert len(found) > 3
    assert [left for left, _told in found] == [[]] * len(found)
    assert [told for _left, told in found] == [before] * len(found)
    assert nexthops() == {}


def test_a_checkpoint_brings_them_back():
    apply({"links": [PAIR], "nexthops": ALL, "routes": ROUTES})
    strangers()
    before = all_told()
    _commit.commit(_way_back.Wish("nexthops", "armed", 60), check_mode=False)
    apply(
        {
            "links": [PAIR],
            "nexthops": [{**ONE, "via": "10.0.0.3"}, {"id": 30, "group": [{"id": 1}]}],
            "routes": ROUTES[:1],
        }
    )
    ip("nexthop delete id 50")
    ip("nexthop flush")
    _commit.commit(_way_back.Wish("nexthops", "rolled_back", 60), check_mode=False)
    assert all_told() == before
    assert apply({"links": [PAIR], "nexthops": ALL, "routes": ROUTES}) == ()


def test_the_kernel_tells_numbers_only_where_it_is_told_so():
    apply({"links": [PAIR], "nexthops": [ONE, TWO, GROUPS[0]], "routes": ROUTES[:2]})
    with open("/proc/sys/net/ipv4/nexthop_compat_mode", "w") as file:
        file.write("0")
    assert apply({"links": [PAIR], "nexthops": [ONE, TWO, GROUPS[0]], "routes": ROUTES[:2]}) == ()
    assert [route["nhid"] for route in document()["routes"]] == [1, 20]


# The present connection


LEADING = """
nexthop add id 1 via 192.0.2.1 dev br0
nexthop add id 2 via 192.0.2.77 dev br0
nexthop add id 3 group 1
nexthop add id 4 group 1/2
route replace 198.51.100.0/24 nhid 3 metric 5
"""
CUTS = (
    {"nexthops": [{"id": 1, "via": "192.0.2.9", "dev": "br0"}]},
    {"nexthops": [{"id": 1, "dev": "loose"}]},
    {"nexthops": [{"id": 1, "via": "198.51.100.9", "dev": "br0", "onlink": True}]},
    {"nexthops": [{"id": 3, "group": [{"id": 2}]}]},
    {"nexthops": [{"id": 3, "via": "192.0.2.9", "dev": "br0"}]},
    {"routes": [{"dst": "198.51.100.0/24", "metric": 5, "nhid": 2}]},
    {"routes": [{"dst": "198.51.100.7", "nhid": 2}]},
    {"routes": [{"dst": "198.51.100.0/25", "nhid": 4}]},
)
STAYS = (
    {"nexthops": [{"id": 2, "via": "192.0.2.9", "dev": "br0"}]},
    {"nexthops": [{"id": 1, "via": "192.0.2.1", "dev": "br0", "protocol": "boot"}]},
    {"routes": [{"dst": "198.51.100.7", "nhid": 1}]},
    {"routes": [{"dst": "203.0.113.0/24", "nhid": 2}]},
)


@pytest.mark.parametrize("compatible", ["1", "0"])
def test_what_leads_the_present_connection_is_left_alone(monkeypatch, compatible):
    with connected(monkeypatch):
        subprocess.run(["ip", "-batch", "-"], input=LEADING.encode(), check=True)
        with open("/proc/sys/net/ipv4/nexthop_compat_mode", "w", encoding="ascii") as file:
            file.write(compatible)
        before = all_told()
        for document in CUTS:
            with pytest.raises(_errors.Conflict, match="would cut the connection from 198"):
                apply(document, "merged")
        with pytest.raises(_errors.Conflict, match="without what leads by it"):
            task("nexthop", id=1, state="absent")
        assert all_told() == before
        for document in STAYS:
            assert len(apply(document, "merged")) == 1


def test_a_tunnel_is_not_led_into_itself_by_a_nexthop():
    ip("link add dev v type vxlan id 5 dstport 4789 remote 198.51.100.9")
    ip("link set dev v up")
    ip("address add 10.5.0.1/24 dev v")
    ip("nexthop add id 1 via 10.0.0.2 dev a")
    ip("nexthop add id 2 via 10.5.0.2 dev v")
    ip("nexthop add id 3 group 1")
    ip("route add 198.51.100.0/24 nhid 1")
    ip("route add 198.51.0.0/16 nhid 3")
    before = all_told()
    for options in ({"id": 1, "via": "10.5.0.2", "dev": "v"}, {"id": 1, "dev": "v"}):
        with pytest.raises(_errors.Conflict, match="would be routed into v itself"):
            task("nexthop", state="present", **options)
    with pytest.raises(_errors.Conflict, match="would be routed into v itself"):
        task("route", state="present", dst="198.51.100.0/24", nhid=2)
    assert all_told() == before
    # A shorter prefix is not the one that they go by.
    assert len(task("nexthop", state="present", id=3, group=[{"id": 2}], protocol="unspec").operations) == 1
