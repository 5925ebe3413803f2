# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links with an address of their own on another: each option as ip(8) tells it, in place where the kernel can."""

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _macvlan
from ansible_collections.warren.tunnels.tests.kernel import _engine, _kinds
from ansible_collections.warren.tunnels.tests.kernel._engine import apply

TAPS = [{"name": name, "kind": "tap", "up": True} for name in ("t0", "t1")]
ONE, OTHER = "02:00:5e:00:53:01", "02:00:5e:00:53:02"
SOURCE = {"mode": "source", "macaddr": f"{OTHER} {ONE}"}


@pytest.fixture(params=[kind.name for kind in _macvlan.KINDS], autouse=True)
def link(request):
    """Return a link of each kind, for a host of its own."""
    _kinds.new_host_with(f"link t0 name x9 type {request.param}")
    return {"name": "x0", "kind": request.param, "link": "t0"}


def have(*links, state="merged", **options):
    return apply({"links": [*TAPS, *links]}, state, **options)


def data():
    found = _kinds.link("x0")
    return {**found["linkinfo"]["info_data"], "link": found["link"]}


IN_PLACE = [
    pytest.param({}, {"mode": "private"}, {"mode": "private"}, id="private"),
    pytest.param({"mode": "private"}, {"mode": "bridge"}, {"mode": "bridge"}, id="bridge"),
    pytest.param({"mode": "bridge"}, {"mode": "vepa"}, {"mode": "vepa"}, id="vepa"),
    pytest.param({}, {"mode": "source", "macaddr": ONE}, {"mode": "source", "macaddr": [ONE]}, id="source"),
    pytest.param(SOURCE, {"macaddr": OTHER}, {"mode": "source", "macaddr": [OTHER]}, id="one-source-less"),
    pytest.param(SOURCE, {"macaddr": "none"}, {"macaddr": []}, id="no-source"),
    pytest.param({"mode": "source"}, {"flag": "nodst"}, {"flags": ["nodst"]}, id="nodst"),
    pytest.param({"mode": "source", "flag": "nodst"}, {"flag": "null"}, {"flags": []}, id="no-flag"),
    pytest.param({"mode": "passthru"}, {"flag": "nopromisc"}, {"flags": ["nopromisc"]}, id="nopromisc"),
    pytest.param({}, {"bcqueuelen": 5}, {"bcqueuelen": 5}, id="bcqueuelen"),
]
ANEW = [
    pytest.param({}, {"link": "t1"}, {"link": "t1"}, id="link"),
    pytest.param({}, {"mode": "passthru"}, {"mode": "passthru"}, id="passthru"),
    pytest.param({"mode": "passthru"}, {"mode": "bridge"}, {"mode": "bridge"}, id="passthru-no-more"),
    pytest.param(SOURCE, {"mode": "bridge", "macaddr": "none"}, {"mode": "bridge"}, id="source-no-more"),
]


def told_of(expected):
    """Return what ip tells of these; the addresses in an order of the kernel's own, and the flags in their words."""
    told = data()
    told["macaddr"] = sorted(
        entry["macaddr"] if isinstance(entry, dict) else entry for entry in told.get("macaddr_data", [])
    )
    told["flags"] = [word for word in ("nopromisc", "nodst") if told.get(word)]
    return {name: told.get(name) for name in expected}


@pytest.mark.parametrize(("first", "then", "expected"), IN_PLACE)
def test_change_in_place(link, first, then, expected):
    have({**link, **first})
    index = _kinds.link("x0")["ifindex"]
    have({**link, **then})
    assert _kinds.link("x0")["ifindex"] == index
    assert told_of(expected) == expected
    assert have({**link, **then}) == ()


@pytest.mark.parametrize("link", ["macvtap"], indirect=True)
def test_message_that_the_kernel_takes_in_part_leaves_nothing(link):
    _kinds.ip("link add other type bridge")
    have({**link, "mode": "bridge"})
    # It has the mtu by then.
    with pytest.raises(_errors.TunnelsError, match="can't be a port") as caught:
        have({**link, **SOURCE, "mtu": 1400, "master": "other"})
    assert caught.value.left == []
    assert told_of({"mode": 0, "macaddr": 0}) == {"mode": "bridge", "macaddr": []}
    assert _kinds.link("x0")["mtu"] == 1500


def test_no_sources_may_be_said_in_any_mode(link):
    for mode in ({}, {"mode": "bridge"}):
        have({**link, **mode, "macaddr": "none"})
        assert have({**link, **mode, "macaddr": "none"}) == ()
        assert told_of({"mode": 0, "macaddr": 0}) == {"mode": mode.get("mode", "vepa"), "macaddr": []}


@pytest.mark.parametrize(("first", "then", "expected"), ANEW)
def test_change_by_a_new_device(link, first, then, expected):
    have({**link, **first, "bcqueuelen": 77, "addresses": ["10.9.0.1/24"]})
    index = _kinds.link("x0")["ifindex"]
    have({**link, **then})
    assert _kinds.link("x0")["ifindex"] != index
    assert told_of({**expected, "bcqueuelen": 77}) == {**expected, "bcqueuelen": 77}
    assert "10.9.0.1" in _kinds.addresses("x0")
    assert have({**link, **then}) == ()


@pytest.mark.parametrize("first", [{}, SOURCE], ids=["bare", "source"])
def test_change_that_fails_leaves_nothing(link, first):
    have({**link, **first})
    before = told_of(("mode", "macaddr", "bcqueuelen", "flags"))
    wanted = {**link, "mode": "source", "macaddr": ONE, "bcqueuelen": 5, "flag": "nodst"}
    refused = 0
    for error in _engine.refusals({"links": [wanted, TAPS[1], {**TAPS[0], "alias": "changed"}]}, "merged"):
        refused += 1
        assert error.left == []
        assert told_of(before) == before
    assert refused


def test_change_to_another_link_that_fails_leaves_nothing(link):
    have({**link, **SOURCE, "mac": ONE, "addresses": ["10.9.0.1/24"]})
    before = told_of(("mode", "macaddr", "link"))
    for error in _engine.refusals(
        {"links": [{**link, "link": "t1"}, {**TAPS[0], "alias": "changed"}, TAPS[1]]}, "merged"
    ):
        assert error.left == []
        assert told_of(before) == before
        assert "10.9.0.1" in _kinds.addresses("x0")


@pytest.mark.parametrize(
    ("options", "complaint"),
    [({"link": None}, "link: such a device needs"), ({"macaddr": ONE}, "macaddr: only mode=source")],
    ids=["no-link", "sources"],
)
def test_what_can_not_be_is_refused_before_anything_is_done(link, options, complaint):
    with pytest.raises(_errors.Conflict, match="^" + complaint):
        have({name: value for name, value in {**link, **options}.items() if value})
    assert _kinds.names() == []


def test_link_below_is_made_again(link):
    have({**link, **SOURCE, "mac": ONE, "up": True})
    apply({"links": [{**TAPS[0], "multi_queue": True}, {"name": "x0", "kind": link["kind"]}]}, "merged")
    expected = {"link": "t0", "mode": "source", "macaddr": [ONE, OTHER]}
    assert told_of(expected) == expected
    assert _kinds.link("x0")["address"] == ONE


def test_link_below_goes_with_it_or_not_at_all(link):
    have(link)
    with pytest.raises(_errors.Conflict, match=r"t0 can't be replaced without what others made on it: x0"):
        apply({"links": [{**TAPS[0], "multi_queue": True}]}, "merged")
    apply({"links": []}, "overridden")
    assert _kinds.names() == []


def test_one_whose_link_is_in_another_namespace_stays_as_it_is(link):
    have(link)
    _kinds.ip("netns add red", "link set x0 netns red")
    moved = {"name": "x0", "netns": "red", "kind": link["kind"], "mode": "vepa"}
    assert apply({"links": [moved]}, "merged") == ()
    apply({"links": [{**moved, "mode": "bridge"}]}, "merged")
    (found,) = _kinds.told("-n", "red", "link", "show", "x0")
    assert found["linkinfo"]["info_data"]["mode"] == "bridge"


def test_what_is_told_makes_the_same_elsewhere(link):
    have({**link, **SOURCE, "mac": ONE, "up": True, "bcqueuelen": 5}, {**link, "name": "x1", "mode": "bridge"})
    _kinds.assert_told_makes_the_same_elsewhere("x0", "x1")
