# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _planner
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Attached, Link
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import have, join, link, want

MACVLAN = Link("red", "mv0", "macvlan")
VXLAN = Link(None, "vx0", "vxlan")
PORT = Link(None, "p0", "tap")
TAP = link("tap", "t0", owner=7)._replace(uppers=(MACVLAN,))
NAME, VLAN = Attached("alternative name other", "", ((108, 0, b""),)), Attached("port VLAN 7", "2", ())
HELD = link("tap", "t0")._replace(attached=(NAME, Attached("queueing discipline htb 1:", "", ())))
BRIDGE = link("bridge", "br0")._replace(ports=(PORT,))
CONTAINER = "/proc/7/ns/net"
NO_TAP, NO_BRIDGE = want("tuntap", name="t0", state="absent"), want("bridge", name="br0", state="absent")
OTHER_TAP = want("tuntap", name="t0", mode="tap", owner="none")
PAIR = (
    link("veth", "v0", peer=("blue", "v1")),
    link("veth", "v1", "blue", peer=(None, "v0"))._replace(uppers=(MACVLAN,)),
)


@pytest.mark.parametrize(
    ("host", "wanted", "words"),
    [
        pytest.param(have(TAP), NO_TAP, r"t0 can't be deleted .*: mv0 in namespace red \(macvlan\)\.", id="deleted"),
        pytest.param(have(TAP), OTHER_TAP, r"t0 can't be replaced .*: mv0 in namespace red", id="replaced"),
        pytest.param(have(BRIDGE), NO_BRIDGE, r"br0 can't be deleted .*: port p0\.", id="port"),
        pytest.param(have(*PAIR), want("veth", name="v0", state="absent"), r"v0 can't be deleted .*mv0", id="far-end"),
        pytest.param(
            have(link("tap", "t0", "red")._replace(uppers=(VXLAN, MACVLAN))),
            want("link", name="t0", move_from="red"),
            r"t0 in namespace red can't be moved .*: vx0 \(vxlan\)\.",
            id="moved",
        ),
        pytest.param(
            have(link("veth", "v0", peer=(CONTAINER, "eth0")), link("veth", "eth0", CONTAINER, peer=(None, "v0"))),
            want("veth", name="v0", peer={"name": "v1"}),
            r"v0 can't be replaced .*: its other end eth0 in namespace /proc/7/ns/net\.",
            id="far-end-in-a-container",
        ),
        pytest.param(
            have(link("veth", "v0", peer="index 7 in another namespace"))._replace(unseen=frozenset([(None, "v0")])),
            want("veth", name="v0", state="absent"),
            r"v0 can't be deleted .*: its other end, which is where this task can't look\.",
            id="far-end-out-of-sight",
        ),
        pytest.param(have(HELD), NO_TAP, r"t0 can't be deleted .*: queueing discipline htb 1:\.", id="attached"),
        pytest.param(
            have(BRIDGE._replace(ports=(PORT._replace(attached=(VLAN,)),)))._replace(own_ports=frozenset([PORT.id])),
            NO_BRIDGE,
            r"br0 can't be deleted .*: port VLAN 7 of port p0\.",
            id="attached-to-a-port",
        ),
        pytest.param(
            have(HELD._replace(netns="red")),
            want("link", name="t0", move_from="red"),
            r"t0 in namespace red can't be moved .*: queueing discipline htb 1:\.",
            id="attached-to-what-moves",
        ),
    ],
)
def test_what_others_made_on_a_link(host, wanted, words):
    with pytest.raises(_errors.Conflict, match=r"^force: " + words + r".*say force=true"):
        _planner.make(wanted, host)
    plan = _planner.make(wanted._replace(force=True), host)
    assert plan.operations
    assert any("what others made on it is lost" in loss.msg for loss in plan.losses)


@pytest.mark.parametrize(
    ("host", "wanted"),
    [
        pytest.param(have(TAP), want("tuntap", name="t0", mode="tap", mtu=1400), id="stays"),
        pytest.param(
            have(BRIDGE, link("tap", "p0")), join(NO_BRIDGE, want("tuntap", name="p0", state="absent")), id="go"
        ),
        pytest.param(
            have(BRIDGE, link("tap", "p0")), join(NO_BRIDGE, want("tuntap", name="p0", mode="tap")), id="named"
        ),
        pytest.param(
            have(link("veth", "v0", peer=(CONTAINER, "eth0")), link("veth", "eth0", CONTAINER, peer=(None, "v0"))),
            want("veth", name="v0", state="absent"),
            id="pair-goes-as-asked",
        ),
        pytest.param(have(HELD._replace(attached=(NAME,))), NO_TAP, id="what-can-be-put-back"),
        pytest.param(have(HELD), want("tuntap", name="t0", mode="tap", up=True), id="attached-to-what-stays"),
        pytest.param(have(BRIDGE)._replace(own_ports=frozenset([PORT.id])), NO_BRIDGE, id="ours"),
    ],
)
def test_nothing_of_others_is_lost(host, wanted):
    plan = _planner.make(wanted, host)
    assert plan.operations
    assert not plan.losses


def test_what_leaves():
    ids = {(None, "v0"), ("blue", "v1")}
    assert _planner.leaving(_planner.make(want("veth", name="v0", state="absent", force=True), have(*PAIR))) == ids
    assert _planner.leaving(_planner.make(want("tuntap", name="t0", mode="tap", mtu=1400), have(TAP))) == frozenset()


def test_masters():
    wanted = want("tuntap", name="t0", mode="tap", master="br1")
    port, others = link("tap", "t0", master="br0"), [link("bridge", name) for name in ("br0", "br1")]
    both = {(None, "br0"), (None, "br1")}
    assert _planner.masters(_planner.make(wanted, have(port, *others)), have(port, *others)) == both
    assert _planner.masters(_planner.make(wanted, have(*others)), have(*others)) == {(None, "br1")}
    assert _planner.masters(_planner.make(NO_TAP, have(port, *others)), have(port, *others)) == {(None, "br0")}


def test_ports_come_back_with_their_bridge():
    plan = _planner.make(NO_BRIDGE._replace(force=True), have(BRIDGE))
    assert plan.operations[0].inverse()[-1].command() == "ip link set dev p0 master br0"
