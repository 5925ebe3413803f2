# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _port
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _planner
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Link
from ansible_collections.warren.tunnels.plugins.module_utils._states import _registry
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import have, join, link, want
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._plan._samples import commands

BRIDGES = (link("bridge", "br0"), link("bridge", "br1"))
FREE = link("tap", "tap0")


def port(name="tap0", master="br0", **options):
    """Return a TAP device as the kernel would report it."""
    own = {**_port.DEFAULTS, "bridge_slave.cost": 100, **{_port.full(key): value for key, value in options.items()}}
    return link("tap", name, master=master, **own)


def tap(**options):
    return want("tuntap", name="tap0", mode="tap", **options)


def replaced(wanted):
    return wanted._replace(exact=frozenset(wanted.links))


@pytest.mark.parametrize(
    ("there", "wanted", "steps"),
    [
        pytest.param(
            FREE,
            tap(master="br0", bridge_slave={"hairpin": True, "learning": True}),
            ["ip link set dev tap0 master br0", "ip link set dev tap0 type bridge_slave hairpin on"],
            id="joins",
        ),
        pytest.param(FREE, replaced(tap(master="br0")), ["ip link set dev tap0 master br0"], id="joins-as-new"),
        pytest.param(port(hairpin=True), tap(), [], id="not-named"),
        pytest.param(port(hairpin=True), tap(bridge_slave={"hairpin": True}), [], id="there"),
        pytest.param(
            port(hairpin=True, cost=50),
            tap(bridge_slave={"hairpin": False, "cost": 60}),
            ["ip link set dev tap0 type bridge_slave cost 60 hairpin off"],
            id="changed",
        ),
        pytest.param(
            port(hairpin=True, cost=50),
            replaced(tap(master="br0", bridge_slave={"isolated": True})),
            ["ip link set dev tap0 type bridge_slave hairpin off isolated on"],
            id="reset-but-for-what-can-not-be-foretold",
        ),
        pytest.param(
            port(hairpin=True, isolated=True),
            tap(master="br1", bridge_slave={"hairpin": True}),
            ["ip link set dev tap0 master br1", "ip link set dev tap0 type bridge_slave hairpin on"],
            id="another-bridge",
        ),
        pytest.param(port(hairpin=True), tap(master="none"), ["ip link set dev tap0 nomaster"], id="leaves"),
        pytest.param(
            link("tap", "tap0", master="vrf0"), replaced(tap(master="vrf0")), [], id="what-is-no-bridge-has-none"
        ),
    ],
)
def test_steps(there, wanted, steps):
    host = have(*BRIDGES, Link(None, "vrf0", "vrf"), there)
    assert commands(_planner.make(wanted, host)) == steps
    assert _registry.is_met(wanted, host) == (not steps)


def test_both_are_ports_before_one_stands_in_for_the_other():
    first = want("tuntap", name="a", mode="tap", master="br0", bridge_slave={"backup_port": "b"})
    second = want("tuntap", name="b", mode="tap", master="br0", bridge_slave={"backup_port": "a"})
    assert commands(_planner.make(join(first, second), have(*BRIDGES))) == [
        "ip tuntap add dev a mode tap",
        "ip tuntap add dev b mode tap",
        "ip link set dev a master br0",
        "ip link set dev b master br0",
        "ip link set dev a type bridge_slave backup_port b",
        "ip link set dev b type bridge_slave backup_port a",
    ]


def test_a_link_that_is_made_again_has_what_it_had_as_a_port():
    there = port(hairpin=True, cost=50, owner="none")
    there = there._replace(attributes={**there.attributes, "owner": 7})
    made = commands(_planner.make(tap(owner="none"), have(*BRIDGES, there)))
    assert made[-1] == "ip link set dev tap0 type bridge_slave cost 50 hairpin on"
    made = commands(_planner.make(tap(owner="none", master="br1"), have(*BRIDGES, there)))
    assert made[-1] == "ip link set dev tap0 master br1"


def test_a_device_that_loses_its_ethernet_address_has_nothing_as_a_port():
    made = commands(_planner.make(want("tuntap", name="tap0", mode="tun"), have(*BRIDGES, port(cost=2, hairpin=True))))
    assert made == ["ip link delete dev tap0", "ip tuntap add dev tap0 mode tun"]


@pytest.mark.parametrize(
    ("there", "options", "words"),
    [
        pytest.param(FREE, {}, "tap0 is no port of a bridge", id="no-port"),
        pytest.param(port(), {"master": "none"}, "tap0 is no port of a bridge", id="leaves"),
        pytest.param(
            FREE, {"master": "vrf0"}, "vrf0, the master of tap0, is no bridge; leave this out", id="joins-a-vrf"
        ),
        pytest.param(
            link("tap", "tap0", master="bond0"), {}, "bond0, the master of tap0, is no bridge", id="is-in-a-bond"
        ),
    ],
)
def test_who_is_no_port_has_no_such_options(there, options, words):
    with pytest.raises(_errors.Conflict, match="^bridge_slave: " + words):
        _planner.make(tap(**options, bridge_slave={"hairpin": True}), have(*BRIDGES, Link(None, "vrf0", "vrf"), there))
