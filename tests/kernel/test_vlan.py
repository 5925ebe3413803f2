# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""VLANs: each option as ip(8) tells it, in place where the kernel can, and by a new device elsewhere."""

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.tests.kernel import _engine, _kinds
from ansible_collections.warren.tunnels.tests.kernel._engine import apply

TAPS = [{"name": name, "kind": "tap", "up": True} for name in ("t0", "t1")]
VLAN = {"name": "x0", "kind": "vlan", "link": "t0", "id": 5}
MAPS = {"ingress_qos_map": "0:1 3:4", "egress_qos_map": "2:6"}


def have(*links, state="merged", **options):
    return apply({"links": [*TAPS, *links]}, state, **options)


@pytest.fixture(autouse=True)
def _host_of_its_own():
    _kinds.new_host_with("link t0 name x9 type vlan id 9")


def data(name="x0"):
    link = _kinds.link(name)
    return {**link["linkinfo"]["info_data"], "link": link["link"]}


IN_PLACE = [
    pytest.param({}, {"reorder_hdr": False}, {"flags": None}, id="reorder_hdr"),
    pytest.param({"reorder_hdr": False}, {"reorder_hdr": True}, {"flags": ["REORDER_HDR"]}, id="reorder_hdr-on"),
    pytest.param({}, {"gvrp": True}, {"flags": ["REORDER_HDR", "GVRP"]}, id="gvrp"),
    pytest.param({"gvrp": True, "mvrp": True}, {"gvrp": False}, {"flags": ["REORDER_HDR", "MVRP"]}, id="gvrp-off"),
    pytest.param({}, {"mvrp": True}, {"flags": ["REORDER_HDR", "MVRP"]}, id="mvrp"),
    pytest.param({}, {"loose_binding": True}, {"flags": ["REORDER_HDR", "LOOSE_BINDING"]}, id="loose_binding"),
    pytest.param(
        MAPS,
        {"ingress_qos_map": "3:5", "egress_qos_map": "none"},
        {"ingress_qos": [{"from": 3, "to": 5}], "egress_qos": None},
        id="maps",
    ),
    pytest.param({}, MAPS, {"egress_qos": [{"from": 2, "to": 6}]}, id="maps-from-none"),
]
ANEW = [
    pytest.param({"id": 6}, {"id": 6}, id="id"),
    pytest.param({"protocol": "802.1ad"}, {"protocol": "802.1ad"}, id="protocol"),
    pytest.param({"link": "t1"}, {"link": "t1"}, id="link"),
]


@pytest.mark.parametrize(("first", "then", "expected"), IN_PLACE)
def test_change_in_place(first, then, expected):
    have({**VLAN, **first})
    index, before = _kinds.link("x0")["ifindex"], data()
    have({**VLAN, **then})
    after = data()
    assert _kinds.link("x0")["ifindex"] == index
    assert {name: after.get(name) for name in expected} == expected
    assert {**after, **expected} == {**before, **after, **expected}
    assert have({**VLAN, **then}) == ()


@pytest.mark.parametrize(("then", "expected"), ANEW)
def test_change_by_a_new_device(then, expected):
    have({**VLAN, **MAPS, "gvrp": True, "mtu": 1321, "addresses": ["10.9.0.1/24"]})
    before = _kinds.link("x0")
    have({**VLAN, **then})
    after = _kinds.link("x0")
    assert (after["ifindex"] == before["ifindex"], after["mtu"]) == (False, 1321)
    assert data() == {**before["linkinfo"]["info_data"], "link": "t0", **expected}
    assert "10.9.0.1" in _kinds.addresses("x0")
    assert have({**VLAN, **then}) == ()


@pytest.mark.parametrize("first", [{}, {**MAPS, "gvrp": True}], ids=["bare", "with-maps"])
def test_change_that_fails_leaves_nothing(first):
    have({**VLAN, **first})
    before = data()
    wanted = {**VLAN, "ingress_qos_map": "5:6", "egress_qos_map": "2:3", "mvrp": True, "gvrp": False}
    for error in _engine.refusals({"links": [wanted, TAPS[1], {**TAPS[0], "alias": "changed"}]}, "merged"):
        assert error.left == []
        assert data() == before


def test_both_come_up_at_once():
    apply({"links": [{"name": "t0", "kind": "tap"}]}, "merged")
    apply({"links": [{"name": "t0", "kind": "tap", "up": True}, {**VLAN, "up": True}]}, "merged")
    assert "UP" in _kinds.link("x0")["flags"]


def test_two_devices_that_can_not_be():
    have(VLAN)
    with pytest.raises(
        _errors.Conflict, match=r"^id: x0 is a vlan with id 5, protocol 802.1Q, link t0 already.* Give x1"
    ):
        have({**VLAN, "name": "x1"})
    have({**VLAN, "name": "x1", "link": "t1"}, {**VLAN, "name": "x2", "protocol": "802.1ad"})
    assert [data(name)["id"] for name in ("x0", "x1", "x2")] == [5, 5, 5]


@pytest.mark.parametrize(("lacking", "complaint"), [("id", "id: a vlan needs one"), ("link", "link: a vlan needs the")])
def test_what_can_not_be_is_refused_before_anything_is_done(lacking, complaint):
    with pytest.raises(_errors.Conflict, match="^" + complaint):
        have({name: value for name, value in VLAN.items() if name != lacking})
    assert _kinds.names() == []


def test_vlan_on_a_vlan_and_both_made_again():
    """As the link below is, and goes with it."""
    upper = {"name": "x1", "kind": "vlan", "link": "x0", "id": 7, "up": True}
    have({**VLAN, "protocol": "802.1ad", "up": True}, {**upper, "addresses": ["10.9.0.1/24"]})
    index = _kinds.link("x1")["ifindex"]
    apply(
        {"links": [{**TAPS[0], "multi_queue": True}, {"name": "x0", "kind": "vlan"}, {"name": "x1", "kind": "vlan"}]},
        "merged",
    )
    assert (data("x0")["link"], data("x0")["protocol"], data("x1")["link"]) == ("t0", "802.1ad", "x0")
    assert _kinds.link("x1")["ifindex"] != index
    assert "10.9.0.1" in _kinds.addresses("x1")


def test_what_it_stands_on_goes_with_it_or_not_at_all():
    have(VLAN)
    with pytest.raises(_errors.Conflict, match=r"t0 can't be replaced without what others made on it: x0 \(vlan\)"):
        apply({"links": [{**TAPS[0], "multi_queue": True}]}, "merged")
    apply({"links": []}, "overridden")
    assert _kinds.names() == []


def test_one_whose_link_is_in_another_namespace_stays_as_it_is():
    have({**VLAN, **MAPS})
    _kinds.ip("netns add red", "link set x0 netns red")
    told = {"name": "x0", "netns": "red", "kind": "vlan", "id": 5}
    assert apply({"links": [told]}, "merged") == ()
    apply({"links": [{**told, "gvrp": True}]}, "merged")
    (link,) = _kinds.told("-n", "red", "link", "show", "x0")
    assert link["linkinfo"]["info_data"]["flags"] == ["REORDER_HDR", "GVRP"]


def test_what_is_told_makes_the_same_elsewhere():
    have({**VLAN, **MAPS, "gvrp": True, "up": True}, {"name": "x1", "kind": "vlan", "link": "x0", "id": 0})
    _kinds.assert_told_makes_the_same_elsewhere("x0", "x1")
