# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _planner
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import join, want
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._plan._samples import (
    EMPTY,
    ENDS,
    gre,
    have_tun,
    tap,
    tun,
)


@pytest.mark.parametrize(
    ("host", "wanted", "disturbed"),
    [
        pytest.param(EMPTY, tun(up=False), set(), id="new"),
        pytest.param(have_tun(up=True), tun(mtu=1400), set(), id="changed"),
        pytest.param(have_tun(up=True), tun(up=False), {(None, "tun0")}, id="down"),
        pytest.param(have_tun(up=False, mtu=1), tun(up=False, mtu=1400), set(), id="stays-down"),
        pytest.param(have_tun(multi_queue=True), tun(multi_queue=False), {(None, "tun0")}, id="replaced"),
        pytest.param(have_tun(), want("tuntap", name="tun0", state="absent"), {(None, "tun0")}, id="deleted"),
    ],
)
def test_links_that_lose_their_routes(host, wanted, disturbed):
    assert _planner.disturbed(_planner.make(wanted, host)) == disturbed


def test_needs_that_are_met_by_the_same_plan():
    wanted = join(
        want("netns", name="red"),
        want("ip_tunnel", name="inner", mode="gre", netns="red", dev="outer", remote="192.0.2.9"),
        want("ip_tunnel", name="outer", mode="gre", netns="red", **ENDS),
    )
    assert _planner.make(wanted, EMPTY).unmet == ()


@pytest.mark.parametrize(
    ("wanted", "complaint"),
    [
        pytest.param(tun(netns="blue"), "netns: there is no namespace 'blue' on this host", id="namespace"),
        pytest.param(gre(dev="eth7"), "dev: there is no link 'eth7' on this host", id="dev"),
        pytest.param(tap(master="br0"), "master: there is no link 'br0' on this host", id="master"),
        pytest.param(tun(owner="alice"), "owner: there is no user 'alice' on this host", id="user"),
        pytest.param(tun(group="staff"), "group: there is no group 'staff' on this host", id="group"),
    ],
)
def test_unmet_needs_are_told_and_the_plan_goes_on(wanted, complaint):
    plan = _planner.make(wanted, EMPTY)
    assert [need.startswith(complaint) for need in plan.unmet] == [True]
    assert plan.operations
