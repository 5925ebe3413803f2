# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import itertools

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _resources
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _planner
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import have, join, link, want
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._plan._samples import (
    EMPTY,
    ENDS,
    commands,
    gre,
    tun,
)

NAMESPACES = {name: _resources.Namespace(name) for name in ("red", "blue")}


def test_phases():
    """What goes makes room, namespaces come first and go last, addresses follow links."""
    wanted = join(
        want("netns", name="blue", state="absent"),
        tun(netns="red", addresses=["10.0.0.1/24"], up=True),
        want("ip_tunnel", name="old", state="absent"),
        gre("tun100", addresses=["10.1.1.1/30"], **ENDS),
        want("netns", name="red"),
    )
    host = have(link("gre", "old", **ENDS), namespaces={"blue": _resources.Namespace("blue")})
    assert commands(_planner.make(wanted, host)) == [
        "ip netns add red",
        "ip link delete dev old",
        "ip link add dev tun100 type gre local 192.0.2.1 remote 192.0.2.2",
        "ip -n red tuntap add dev tun0 mode tun",
        "ip -n red link set dev tun0 up",
        "ip -n red link set dev lo up",
        "ip address replace 10.1.1.1/30 dev tun100",
        "ip -n red address replace 10.0.0.1/24 dev tun0",
        "ip netns delete blue",
    ]


def test_steps_of_one_namespace_stand_together():
    """Each batch is one message to one namespace, and thousands of batches are slow."""
    pairs = [
        want(
            "veth",
            name=f"v{i}",
            up=True,
            addresses=[f"10.0.{i}.1/30"],
            peer={"name": f"w{i}", "netns": "red", "up": True},
        )
        for i in range(5)
    ]
    taps = [want("tuntap", name=f"t{i}", mode="tap", netns=[None, "red"][i % 2], up=True) for i in range(5)]
    wanted = join(want("netns", name="red"), *(part for both in zip(pairs, taps, strict=True) for part in both))
    steps = _planner.make(wanted, have()).operations
    batches = [key for key, _batch in itertools.groupby((type(step).__name__, step.netns) for step in steps)]
    assert len(batches) == len(set(batches))


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]], ids=str)
def test_links_come_after_those_they_refer_to(order):
    tunnels = [
        gre("a", remote="192.0.2.2"),
        gre("b", dev="a", remote="192.0.2.3"),
        gre("c", dev="b", remote="192.0.2.4"),
    ]
    plan = _planner.make(join(*(tunnels[number] for number in order)), EMPTY)
    assert [step.link.name for step in plan.operations] == ["a", "b", "c"]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
def test_links_come_after_the_pair_that_they_refer_to_an_end_of(order):
    parts = [
        want("veth", name="y", netns="red", peer={"name": "z", "netns": "blue"}),
        gre("a", netns="blue", dev="z", remote="192.0.2.2"),
        gre("b", netns="blue", dev="a", remote="192.0.2.3"),
    ]
    plan = _planner.make(join(*(parts[number] for number in order)), have(namespaces=NAMESPACES))
    assert [step.link.name for step in plan.operations] == ["y", "a", "b"]


def test_links_that_refer_to_one_another_are_all_there():
    wanted = join(gre("a", dev="b", remote="192.0.2.2"), gre("b", dev="a", remote="192.0.2.3"))
    assert sorted(step.link.name for step in _planner.make(wanted, EMPTY).operations) == ["a", "b"]
