# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links of any kind: set by their common options, and moved between namespaces."""

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors, _foresee, _resources
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _planner
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Address, Link
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._route._steps import AddRoute
from ansible_collections.warren.tunnels.plugins.module_utils._steps._link import MoveLink
from ansible_collections.warren.tunnels.plugins.module_utils._steps._plan import Plan
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import complete, have, link, want
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._plan._samples import (
    LOCAL_SIX,
    ONE,
    ROUTE,
    SIX,
    commands,
)

RED = {"red": _resources.Namespace("red")}
TAP = link("tap", "tap0", addresses=[ONE, SIX, LOCAL_SIX], up=True, mtu=1400)
AWAY = link("tap", "tap0", "red", up=True)


def host(*links):
    return have(*links, namespaces=RED)


def wanted(name="tap0", **options):
    return want("link", name=name, **options)


@pytest.mark.parametrize(
    ("there", "task", "steps", "lost"),
    [
        pytest.param(TAP, {"netns": "red"}, ["ip link set dev tap0 netns red"], [ONE, SIX], id="into"),
        pytest.param(AWAY, {"move_from": "red"}, ["ip -n red link set dev tap0 netns 1"], [], id="back"),
        pytest.param(
            TAP,
            {"netns": "red", "up": True, "mtu": 1300, "addresses": ["10.0.0.1/24"]},
            [
                "ip link set dev tap0 netns red",
                "ip -n red link set dev tap0 up mtu 1300",
                "ip -n red address replace 10.0.0.1/24 dev tap0",
            ],
            [SIX],
            id="and-set-there",
        ),
        pytest.param(TAP, {"netns": "red", "up": False}, ["ip link set dev tap0 netns red"], [ONE, SIX], id="down"),
        pytest.param(
            TAP, {"netns": "red", "mtu": 1400}, ["ip link set dev tap0 netns red"], [ONE, SIX], id="mtu-goes-along"
        ),
        pytest.param(
            link("gre", "tap0", remote="192.0.2.2"),
            {"netns": "red"},
            ["ip link set dev tap0 netns red"],
            [],
            id="tunnel",
        ),
        pytest.param(Link(None, "tap0", "dummy"), {"netns": "red"}, ["ip link set dev tap0 netns red"], [], id="dummy"),
        pytest.param(Link(None, "tap0", None), {"netns": "red"}, ["ip link set dev tap0 netns red"], [], id="hardware"),
    ],
)
def test_move(there, task, steps, lost):
    plan = _planner.make(wanted(**task), host(there))
    assert commands(plan) == steps
    assert plan.unmet == ()
    assert _planner.disturbed(plan).intersection(host(there).links) == {there.id}
    if lost:
        (loss,) = plan.losses
        assert loss.msg.startswith("tap0 moves, and loses what the task does not name: ")
        assert loss.msg.endswith(": " + ", ".join("its address " + address.address for address in lost))
    else:
        assert plan.losses == ()


@pytest.mark.parametrize(
    ("there", "task"),
    [
        pytest.param([AWAY], {"netns": "red", "up": True}, id="in-place"),
        pytest.param([AWAY, TAP], {"netns": "red", "up": True}, id="another-of-that-name-stays-here"),
        pytest.param([TAP, AWAY], {"move_from": "red", "up": True}, id="another-of-that-name-stays-there"),
        pytest.param([link("loopback", "lo", "red", up=True)], {"name": "lo", "netns": "red", "up": True}, id="lo"),
    ],
)
def test_nothing_to_move(there, task):
    assert _planner.make(wanted(**task), host(*there)) == Plan(())


def test_link_that_comes_and_is_of_other_properties_is_made_anew_in_its_place():
    there = link("tun", "tap0", "red", [ONE], up=True, master="none")
    task = want("tuntap", name="tap0", mode="tun", multi_queue=True, up=True)
    task = task._replace(sources={(None, "tap0"): "red"}, force=True)
    plan = _planner.make(task, host(there)._replace(holders={there.id: ("7 (openvpn)",)}))
    assert commands(plan) == [
        "ip -n red link delete dev tap0",
        "ip tuntap add dev tap0 mode tun multi_queue",
        "ip link set dev tap0 up",
    ]
    assert "7 (openvpn)" in plan.losses[0].msg


def test_loopback_has_no_mac_to_set():
    with pytest.raises(
        _errors.Conflict, match=r"^mac: lo is of kind loopback, which has no such option; leave it out$"
    ):
        _planner.make(wanted("lo", mac="02:00:5e:00:53:01"), have(link("loopback", "lo")))


def test_link_that_is_nowhere():
    plan = _planner.make(wanted(netns="red"), host())
    assert plan.operations == ()
    assert plan.unmet == ("name: there is no link tap0 in namespace red; make it first, with the module for its kind",)


def test_loopback_is_never_taken_out_of_its_namespace():
    plan = _planner.make(wanted("lo", netns="blue"), have(link("loopback", "lo", up=True)))
    assert not any(isinstance(step, MoveLink) for step in plan.operations)


def test_master_stays_behind():
    plan = _planner.make(wanted(netns="red", master="none"), host(link("tap", "tap0", master="br0")))
    assert commands(plan) == ["ip link set dev tap0 netns red"]


def test_warning_says_that_routes_and_master_are_lost():
    there = link("tap", "tap0", master="br0", up=True)._replace(routes=(ROUTE,))
    (loss,) = _planner.make(wanted(netns="red"), host(there)).losses
    assert "10.7.0.0/16" in loss.msg
    assert "master" in loss.msg


@pytest.mark.parametrize("done", [1, 2, 3])
def test_way_back(done):
    there = TAP._replace(routes=(ROUTE,), addresses=(ONE, SIX))
    before = host(there)
    steps = _planner.make(wanted(netns="red", up=True, addresses=["10.0.0.9/24"]), before).operations[:done]
    back = [inverse for step in reversed(steps) for inverse in step.inverse()]
    after = complete(_foresee.foresee(before, [*steps, *back]))
    (restored,) = after.links.values()
    assert restored.attributes == there.attributes
    assert restored.addresses == there.addresses
    assert back[-1] == AddRoute(ROUTE)


@pytest.mark.parametrize(
    ("there", "task", "steps"),
    [
        pytest.param(
            Link(None, "tap0", None, {"promisc": False, "mtu": 1500}),
            {"promisc": True, "mtu": 1500},
            ["ip link set dev tap0 promisc on"],
            id="hardware",
        ),
        pytest.param(
            Link(None, "tap0", "dummy", {"up": False}, (ONE,)),
            {"up": True, "addresses": ["10.0.0.9/24"], "purge_addresses": True},
            [
                "ip link set dev tap0 up",
                "ip address delete 10.0.0.1/24 label tun0 dev tap0",
                "ip address replace 10.0.0.9/24 dev tap0",
            ],
            id="unknown-kind",
        ),
        pytest.param(link("tap", "tap0"), {"mtu": 1400}, ["ip link set dev tap0 mtu 1400"], id="known-kind"),
        pytest.param(link("loopback", "tap0"), {"up": True}, ["ip link set dev tap0 up"], id="loopback-may-go-up"),
    ],
)
def test_any_link_takes_common_options(there, task, steps):
    assert commands(_planner.make(wanted(**task), host(there))) == steps


def test_held_device_may_be_set():
    busy = host(link("tap", "tap0"))._replace(holders={(None, "tap0"): ("17 (qemu)",)})
    assert commands(_planner.make(wanted(mtu=1400), busy)) == ["ip link set dev tap0 mtu 1400"]


def test_other_modules_do_not_move():
    with pytest.raises(_errors.BadOption):
        wanted(netns="red", move_from="red")
    assert want("tuntap", name="tap0", mode="tap", netns="red").sources == {}


def test_address_that_is_named_with_another_prefix_is_lost():
    (loss,) = _planner.make(wanted(netns="red", addresses=["10.0.0.1/16"]), host(TAP._replace(addresses=(ONE,)))).losses
    assert loss.msg.endswith("10.0.0.1")
    assert Address("10.0.0.1", 16)[:3] != ONE[:3]
