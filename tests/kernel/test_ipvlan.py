# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links with the Ethernet address of another: each option as ip(8) tells it, in place where the kernel can."""

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _ipvlan
from ansible_collections.warren.tunnels.tests.kernel import _engine, _kinds
from ansible_collections.warren.tunnels.tests.kernel._engine import apply

TAPS = [{"name": name, "kind": "tap", "up": True} for name in ("t0", "t1")]


@pytest.fixture(params=[kind.name for kind in _ipvlan.KINDS], autouse=True)
def link(request):
    """Return a link of each kind, for a host of its own."""
    _kinds.new_host_with(f"link t0 name x9 type {request.param}")
    return {"name": "x0", "kind": request.param, "link": "t0", "up": True}


def have(*links, state="merged"):
    return apply({"links": [*TAPS, *links]}, state)


def told_of(expected, name="x0"):
    """Return what ip tells of these; a flag that is off it tells as off."""
    found = _kinds.link(name)
    told = {**found["linkinfo"]["info_data"], "link": found["link"]}
    told["flags"] = next((word for word in ("bridge", "private", "vepa") if told.get(word)), None)
    return {key: told.get(key) for key in expected}


IN_PLACE = [
    pytest.param({}, {"mode": "l2"}, {"mode": "l2", "flags": "bridge"}, id="l2"),
    pytest.param({"mode": "l2"}, {"mode": "l3"}, {"mode": "l3"}, id="l3"),
    pytest.param({}, {"mode": "l3s"}, {"mode": "l3s"}, id="l3s"),
    pytest.param({"mode": "l2"}, {"flags": "private"}, {"mode": "l2", "flags": "private"}, id="private"),
    pytest.param({"flags": "private"}, {"flags": "vepa"}, {"flags": "vepa"}, id="vepa"),
    pytest.param({"flags": "vepa"}, {"flags": "bridge"}, {"flags": "bridge"}, id="bridge"),
]


@pytest.mark.parametrize(("first", "then", "expected"), IN_PLACE)
def test_change_in_place(link, first, then, expected):
    have({**link, **first})
    index = _kinds.link("x0")["ifindex"]
    have({**link, **then})
    assert _kinds.link("x0")["ifindex"] == index
    assert told_of(expected) == expected
    assert have({**link, **then}) == ()


def test_change_to_another_link(link):
    have({**link, "mode": "l2", "flags": "vepa", "addresses": ["10.9.0.1/24"]})
    have({**link, "link": "t1"})
    expected = {"link": "t1", "mode": "l2", "flags": "vepa"}
    assert told_of(expected) == expected
    assert "10.9.0.1" in _kinds.addresses("x0")
    assert have({**link, "link": "t1"}) == ()


def test_change_that_fails_leaves_nothing(link):
    have(link)
    before = told_of(("mode", "flags"))
    wanted = {**link, "mode": "l2", "flags": "private"}
    for error in _engine.refusals({"links": [wanted, TAPS[1], {**TAPS[0], "alias": "changed"}]}, "merged"):
        assert error.left == []
        assert told_of(before) == before


@pytest.mark.parametrize(
    ("options", "complaint"),
    [({"link": None}, "link: such a device needs"), ({"mac": "02:00:5e:00:53:01"}, "mac: .*have no such option")],
    ids=["no-link", "mac"],
)
def test_what_can_not_be_is_refused_before_anything_is_done(link, options, complaint):
    with pytest.raises((_errors.Conflict, _errors.BadOption), match=complaint):
        have({name: value for name, value in {**link, **options}.items() if value})
    assert _kinds.names() == []


def test_link_below_is_made_again(link):
    have({**link, "mode": "l2"})
    apply({"links": [{**TAPS[0], "multi_queue": True}, {"name": "x0", "kind": link["kind"]}]}, "merged")
    expected = {"link": "t0", "mode": "l2"}
    assert told_of(expected) == expected


def test_two_on_one_link_that_disagree_are_refused(link):
    with pytest.raises(_errors.TunnelsError, match="mode"):
        have({**link, "mode": "l2"}, {**link, "name": "x1", "mode": "l3"})
    assert _kinds.names() == []


def test_what_is_told_makes_the_same_elsewhere(link):
    have({**link, "mode": "l2", "flags": "private"}, {**link, "name": "x1", "mode": "l2", "flags": "private"})
    expected = {"mode": "l2", "flags": "private"}
    document = _kinds.document()
    _kinds.new_host()
    apply(document)
    assert [told_of(expected, name) for name in ("x0", "x1")] == [expected, expected]
    assert apply(document) == ()
