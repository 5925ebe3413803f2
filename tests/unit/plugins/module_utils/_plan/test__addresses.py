# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _planner
from ansible_collections.warren.tunnels.plugins.module_utils._steps._plan import Plan
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._plan._samples import (
    LOCAL_SIX,
    ONE,
    SIX,
    TWO,
    commands,
    have_tun,
    tun,
)

STEPS = [
    pytest.param(
        have_tun(ONE), tun(addresses=["10.0.0.9/24"]), ["ip address replace 10.0.0.9/24 dev tun0"], id="another"
    ),
    pytest.param(
        have_tun(ONE),
        tun(addresses=["10.0.0.1/16"]),
        ["ip address delete 10.0.0.1/24 dev tun0", "ip address replace 10.0.0.1/16 dev tun0"],
        id="changed-prefix",
    ),
    pytest.param(
        have_tun(ONE),
        tun(addresses=[{"address": "10.0.0.1/24", "peer": "10.0.0.2"}]),
        ["ip address delete 10.0.0.1/24 dev tun0", "ip address replace 10.0.0.1 peer 10.0.0.2/24 dev tun0"],
        id="changed-peer",
    ),
    pytest.param(
        have_tun(ONE),
        tun(addresses=[{"address": "10.0.0.1/24", "label": "tun0:1"}]),
        ["ip address delete 10.0.0.1/24 dev tun0", "ip address replace 10.0.0.1/24 label tun0:1 dev tun0"],
        id="changed-label",
    ),
    pytest.param(
        have_tun(ONE),
        tun(addresses=[{"address": "10.0.0.1/24", "scope": "link"}]),
        ["ip address delete 10.0.0.1/24 dev tun0", "ip address replace 10.0.0.1/24 scope link dev tun0"],
        id="changed-scope",
    ),
    pytest.param(
        have_tun(ONE, SIX),
        tun(addresses=["10.0.0.9/24"], purge_addresses=True),
        [
            "ip address delete 2001:db8::1/64 dev tun0",
            "ip address delete 10.0.0.1/24 dev tun0",
            "ip address replace 10.0.0.9/24 dev tun0",
        ],
        id="purge",
    ),
    pytest.param(
        have_tun(ONE, TWO),
        tun(addresses=["10.0.0.2/24"], purge_addresses=True),
        ["ip address delete 10.0.0.1/24 dev tun0", "ip address replace 10.0.0.2/24 dev tun0"],
        id="secondary-that-goes-with-its-primary-is-put-back",
    ),
    pytest.param(
        have_tun(ONE, TWO),
        tun(addresses=["10.0.0.1/16"]),
        [
            "ip address delete 10.0.0.1/24 dev tun0",
            "ip address replace 10.0.0.2/24 dev tun0",
            "ip address replace 10.0.0.1/16 dev tun0",
        ],
        id="secondary-is-put-back-unasked-too",
    ),
    pytest.param(
        have_tun(ONE, SIX, LOCAL_SIX, up=True),
        tun(up=False),
        ["ip link set dev tun0 down", "ip address replace 2001:db8::1/64 dev tun0"],
        id="ipv6-that-goes-with-up-is-put-back",
    ),
]


@pytest.mark.parametrize(("host", "wanted", "steps"), STEPS)
def test_steps(host, wanted, steps):
    plan = _planner.make(wanted, host)
    assert commands(plan) == steps
    assert (plan.unmet, plan.losses) == ((), ())


NOTHING = [
    pytest.param(have_tun(ONE, TWO), tun(addresses=["10.0.0.2/24"]), id="other-addresses-stay"),
    pytest.param(have_tun(ONE), tun(addresses=["10.0.0.1/24"], purge_addresses=True), id="purge-of-nothing"),
    pytest.param(have_tun(LOCAL_SIX), tun(purge_addresses=True), id="purge-leaves-what-the-kernel-made"),
]


@pytest.mark.parametrize(("host", "wanted"), NOTHING)
def test_nothing_to_do(host, wanted):
    assert _planner.make(wanted, host) == Plan(())


def test_secondary_that_goes_along_comes_back_when_it_is_undone():
    secondary = TWO._replace(secondary=True)
    steps = _planner.make(
        tun(addresses=[TWO.address + "/24"], purge_addresses=True), have_tun(ONE, secondary)
    ).operations
    assert steps[0].along == (secondary,)


def test_addresses_that_go_with_the_mtu_are_not_deleted_before():
    steps = _planner.make(tun(mtu=1000, purge_addresses=True, addresses=["10.0.0.1/24"]), have_tun(ONE, SIX, mtu=1500))
    assert commands(steps) == ["ip link set dev tun0 mtu 1000"]
