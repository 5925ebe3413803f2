# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _remains, _resources
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Address, FouPort, Link, Namespace, Want
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import have, link, route

OURS = Address("10.0.0.1", 24)
LINK_LOCAL = Address("fe80::1", 64, automatic=True)
TAP = link("tap", "tap0", master="br0", addresses=[OURS])
NAMES = Want(links={TAP.id: Link(*TAP.id, None)})
ROUTE = route("10.9.0.0/16", dev="tap0")
PORT = FouPort(None, 2, 5555, "gue")


def with_(**changed):
    values = {name: changed.pop(name) for name in list(changed) if name not in TAP._fields}
    return TAP._replace(attributes={**TAP.attributes, **values}, **changed)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        pytest.param(have(TAP), have(TAP), [], id="same"),
        pytest.param(have(TAP), have(), ["link tap0 is absent, was present"], id="gone"),
        pytest.param(have(), have(TAP), ["link tap0 is present, was absent"], id="new"),
        pytest.param(have(TAP), have(with_(master="none")), ["link tap0: master is none, was br0"], id="option"),
        pytest.param(
            have(TAP),
            have(with_(addresses=())),
            ["link tap0: address 10.0.0.1/24 is absent, was present"],
            id="address",
        ),
        pytest.param(
            have(TAP),
            have(with_(addresses=(OURS._replace(secondary=True),))),
            ["link tap0: address 10.0.0.1/24 is secondary, was present"],
            id="address-that-is-secondary-now",
        ),
        pytest.param(have(TAP), have(with_(addresses=(OURS, LINK_LOCAL))), [], id="the-kernels-own-address"),
        pytest.param(have(TAP), have(with_(ifindex=9, data=b"x")), [], id="by-chance"),
        pytest.param(
            have(with_(routes=(ROUTE,))),
            have(TAP),
            ["route 10.9.0.0/16 dev tap0 proto static is absent, was present"],
            id="route-of-a-link",
        ),
        pytest.param(
            have(with_(ports=(Link(None, "p0", "tap", {"cost": 50}),), uppers=(Link("red", "mv0", "macvlan"),))),
            have(TAP),
            [
                "link tap0: cost of port p0 is absent, was 50",
                "link tap0: macvlan mv0 in namespace red on it is absent, was present",
                "link tap0: port p0 is absent, was present",
            ],
            id="what-stood-on-it",
        ),
        pytest.param(
            have(routes=[ROUTE]),
            have(routes=[route("10.9.0.0/16", "red", dev="tap1")]),
            [
                "route 10.9.0.0/16 dev tap1 proto static in namespace red is present, was absent",
            ],
            id="only-what-was-asked-about",
        ),
        pytest.param(have(), have(fou_ports=[PORT]), ["FOU port 5555 gue is present, was absent"], id="port"),
        pytest.param(
            have(namespaces={"red": Namespace("red", {"net.a": "1"})}),
            have(namespaces={"red": Namespace("red", {"net.a": "0"}, stale=True)}),
            ["namespace red: mount is absent, was present", "namespace red: net.a is 0, was 1"],
            id="namespace",
        ),
    ],
)
def test_differences(before, after, found):
    assert _remains.differences(NAMES, before, after) == found


def test_what_was_read_once_is_not_compared():
    other = _resources.Link(None, "other", "tap")
    assert _remains.differences(NAMES, have(TAP, other), have(TAP)) == []
