# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors, _resources
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _planner
from ansible_collections.warren.tunnels.plugins.module_utils._steps._plan import Plan
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import have, link, want
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._plan._samples import (
    EMPTY,
    RED,
    commands,
    tun,
)

STEPS = [
    pytest.param(
        EMPTY,
        want("netns", name="red", sysctl={"net.ipv4.ip_forward": 1}),
        [
            "ip netns add red",
            "ip netns exec red sysctl -w net.ipv4.ip_forward=1",
            "ip -n red link set dev lo up",
        ],
        id="namespace",
    ),
    pytest.param(
        have(namespaces={"red": _resources.Namespace("red", stale=True)}),
        want("netns", name="red", loopback=False),
        ["ip netns add red", "ip -n red link set dev lo down"],
        id="namespace-over-a-stale-file",
    ),
    pytest.param(
        have(
            namespaces={"red": _resources.Namespace("red")},
            sysctls=[_resources.Sysctl("red", "net.ipv4.ip_forward", "0")],
        ),
        want("netns", name="red", sysctl={"net.ipv4.ip_forward": True}, loopback=False),
        ["ip netns exec red sysctl -w net.ipv4.ip_forward=1", "ip -n red link set dev lo down"],
        id="sysctl",
    ),
    pytest.param(RED, want("netns", name="red", state="absent"), ["ip netns delete red"], id="namespace"),
]


@pytest.mark.parametrize(("host", "wanted", "steps"), STEPS)
def test_steps(host, wanted, steps):
    plan = _planner.make(wanted, host)
    assert commands(plan) == steps
    assert (plan.unmet, plan.losses) == ((), ())


NOTHING = [
    pytest.param(EMPTY, want("netns", name="red", state="absent"), id="absent-namespace"),
    pytest.param(
        have(link("loopback", "lo", "red", up=True)),
        want("netns", name="red"),
        id="namespace",
    ),
]


@pytest.mark.parametrize(("host", "wanted"), NOTHING)
def test_nothing_to_do(host, wanted):
    assert _planner.make(wanted, host) == Plan(())


def test_namespace_with_processes_is_left_to_them_unless_forced():
    processes = tuple("{0} (sleep)".format(pid) for pid in range(1, 8))
    host = have(namespaces={"red": _resources.Namespace("red", processes=processes)})
    wanted = want("netns", name="red", state="absent")
    with pytest.raises(_errors.Conflict, match=r"1 \(sleep\), .*5 \(sleep\) and 2 more.*force=true"):
        _planner.make(wanted, host)
    assert commands(_planner.make(wanted._replace(force=True), host)) == ["ip netns delete red"]


def test_missing_sysctl_is_unmet():
    host = have(namespaces={"red": _resources.Namespace("red")})
    assert "net.x" in _planner.make(want("netns", name="red", sysctl={"net.x": 1}), host).unmet[0]


def test_stale_namespace_does_not_meet_a_need():
    host = have(namespaces={"red": _resources.Namespace("red", stale=True)})
    assert "'red'" in _planner.make(tun(netns="red"), host).unmet[0]
