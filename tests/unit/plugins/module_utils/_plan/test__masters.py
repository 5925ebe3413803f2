# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Masters that take their ports down and up, as VRFs do: bridges stand for them here."""

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _catalog
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _planner
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Address, Route
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import have, join, link, want
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._plan._samples import commands

FOUR = Address("10.0.0.1", 24, None, "global", "p0")
SIX = Address("2001:db8::1", 64, None, "global")
LOCAL = Address("fe80::1", 64, None, "link", automatic=True)
THEIRS = Route(None, 2, "10.7.0.0/16", 0, 254, {"dev": "p0"})
INTO = "ip link set dev p0 master red"
OUT = "ip link set dev p0 nomaster"
AGAIN = "ip address replace 2001:db8::1/64 dev p0"


@pytest.fixture(autouse=True)
def _cycling(monkeypatch):
    monkeypatch.setattr(_catalog, "CYCLING", frozenset(["bridge"]))


def port(master="none", *routes, **facts):
    return link("tap", "p0", addresses=(FOUR, SIX, LOCAL), master=master, up=True)._replace(routes=routes, **facts)


def wanted(**options):
    return want("tuntap", name="p0", mode="tap", **options)


def route(**options):
    return want("route", dst="10.7.0.0/16", dev="p0", **options)


RED = link("bridge", "red")


@pytest.mark.parametrize(
    ("former", "master", "step"),
    [pytest.param("none", "red", INTO, id="in"), pytest.param("red", "none", OUT, id="out")],
)
def test_port_gets_its_ipv6_addresses_again_and_others_routes_are_told_as_lost(former, master, step):
    plan = _planner.make(wanted(master=master), have(RED, port(former, THEIRS)))
    assert commands(plan) == [step, AGAIN]
    assert [loss.what for loss in plan.losses] == [("its route to 10.7.0.0/16",)]
    assert _planner.disturbed(plan) == {(None, "p0")}


def test_new_master_that_is_only_wanted_counts():
    plan = _planner.make(join(want("bridge", name="red"), wanted(master="red")), have(port()))
    assert commands(plan) == ["ip link add dev red type bridge", INTO, AGAIN]


def test_wanted_routes_are_made_again():
    plan = _planner.make(join(wanted(master="red"), route()), have(RED, port("none", THEIRS), routes=[THEIRS]))
    assert [command.partition(" 10.7")[0] for command in commands(plan)] == [INTO, AGAIN, "ip route append"]
    assert plan.losses == ()


def test_undo_gives_addresses_and_routes_back():
    plan = _planner.make(wanted(master="red"), have(RED, port("none", THEIRS)))
    assert [step.command() for step in plan.operations[0].inverse()] == [
        OUT,
        AGAIN,
        "ip route append 10.7.0.0/16 dev p0",
    ]


@pytest.mark.parametrize("own", [False, True])
def test_master_does_not_go_with_ports_that_nobody_names(own):
    master = RED._replace(ports=(port("red"),))
    host = have(master)._replace(own_ports=frozenset([(None, "p0")] if own else []))
    gone = want("bridge", name="red", state="absent")
    with pytest.raises(_errors.Conflict, match="red can't be deleted without what others made on it: port p0"):
        _planner.make(gone, host)
    forced = _planner.make(gone._replace(force=True), host)
    assert _planner.disturbed(forced) >= {(None, "p0")}


def test_port_whose_master_goes_is_named_without_one():
    host = have(RED._replace(ports=(port("red"),)), port("red"))
    plan = _planner.make(join(want("bridge", name="red", state="absent"), wanted(master="none")), host)
    assert commands(plan) == ["ip link delete dev red", OUT, AGAIN]


def test_port_of_a_master_that_is_made_again_becomes_its_port_again():
    host = have(link("tap", "red")._replace(ports=()), port("red"))
    asked = join(want("bridge", name="red"), wanted(master="red"))
    plan = _planner.make(asked._replace(created=frozenset([(None, "red")])), host)
    assert commands(plan) == ["ip link delete dev red", "ip link add dev red type bridge", INTO, AGAIN]


@pytest.mark.parametrize("bridge", [RED, None], ids=["there", "wanted"])
def test_bridge_takes_no_links_without_an_ethernet_address(bridge):
    asked = want("tuntap", name="t0", mode="tun", master="red")
    asked = asked if bridge else join(want("bridge", name="red"), asked)
    with pytest.raises(
        _errors.Conflict, match="master: a tun has no Ethernet address, and red is a bridge, which takes"
    ):
        _planner.make(asked, have(bridge) if bridge else have())


def test_other_masters_may_take_them(monkeypatch):
    monkeypatch.setitem(
        _catalog.KINDS, "bridge", _catalog.Kind(name="bridge", family="bridge", options=(), any_port=True)
    )
    plan = _planner.make(want("tuntap", name="t0", mode="tun", master="red"), have(RED))
    assert commands(plan) == ["ip tuntap add dev t0 mode tun", "ip link set dev t0 master red"]


def test_device_that_loses_its_ethernet_address_loses_its_master():
    plan = _planner.make(want("tuntap", name="p0", mode="tun"), have(RED, port("red")))
    assert INTO not in commands(plan)
    assert "its master" in plan.losses[0].what


def test_masters_of_other_kinds_leave_their_ports_alone(monkeypatch):
    monkeypatch.setattr(_catalog, "CYCLING", frozenset())
    plan = _planner.make(wanted(master="red"), have(RED, port("none", THEIRS)))
    assert (commands(plan), plan.losses, _planner.disturbed(plan)) == ([INTO], (), frozenset())
