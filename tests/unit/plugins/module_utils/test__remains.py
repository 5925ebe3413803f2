# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _remains, _resources
from ansible_collections.warren.tunnels.plugins.module_utils._resources import (
    Address,
    Attached,
    Link,
    Namespace,
    Sysctl,
    Want,
)
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._fou_port._state import FouPort
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._neighbour._state import Neighbour
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._route._steps import AddRoute, SetRoute
from ansible_collections.warren.tunnels.plugins.module_utils._steps._address import AddAddress, DeleteAddress
from ansible_collections.warren.tunnels.plugins.module_utils._steps._link import AddLink, DeleteLink, SetLink
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import have, link, route

OURS = Address("10.0.0.1", 24)
LINK_LOCAL = Address("fe80::1", 64, automatic=True)
TAP = link("tap", "tap0", master="br0", addresses=[OURS])
NAMES = Want(links={TAP.id: Link(*TAP.id, None)})
ROUTE = route("10.9.0.0/16", dev="tap0")
NAME, COST = Attached("alternative name other", "", ()), Attached("port cost", "50", ())
P0 = Link(None, "p0", "tap", attached=(COST,))
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
            have(with_(ports=(P0,), uppers=(Link("red", "mv0", "macvlan"),))),
            have(TAP),
            [
                "link tap0: macvlan mv0 in namespace red on it is absent, was present",
                "link tap0: port cost of port p0 is absent, was 50",
                "link tap0: port p0 is absent, was present",
            ],
            id="what-stood-on-it",
        ),
        pytest.param(
            have(with_(attached=(NAME, COST))),
            have(with_(attached=(COST._replace(value="4"),))),
            [
                "link tap0: alternative name other is absent, was present",
                "link tap0: port cost is 4, was 50",
            ],
            id="what-was-attached-to-it",
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
            have(namespaces={"red": Namespace("red")}),
            have(namespaces={"red": Namespace("red", stale=True)}),
            ["namespace red: mount is absent, was present"],
            id="namespace",
        ),
        pytest.param(
            have(sysctls=[Sysctl("red", "net.a", "1")]),
            have(sysctls=[Sysctl("red", "net.a", "0")]),
            ["sysctl net.a in namespace red: value is 0, was 1"],
            id="sysctl",
        ),
    ],
)
def test_differences(before, after, found):
    assert _remains.differences(NAMES, before, after) == found


def test_what_is_missing_of_links_that_are_there():
    bridge = link("bridge", "br0")._replace(ifindex=3, ports=(P0,), attached=(NAME,))
    again = bridge._replace(ifindex=9, ports=(P0._replace(attached=()),), attached=())
    assert _remains.missing(have(bridge, with_(attached=(COST,))), have(again)) == [
        (again, [NAME]),
        (again.ports[0], [COST]),
    ]
    assert _remains.missing(have(bridge), have(bridge)) == []


SIX, OTHER_SIX = Address("2001:db8::1", 64), Address("2001:db8::2", 64)


@pytest.mark.parametrize(
    ("then", "now", "steps"),
    [
        pytest.param([OURS, SIX, OTHER_SIX], [OURS, SIX, OTHER_SIX], "", id="same"),
        pytest.param([SIX, OTHER_SIX], [OTHER_SIX, SIX, LINK_LOCAL], "-1 -2 +2 +1", id="ipv6-comes-first"),
        pytest.param([OURS, OURS._replace(address="10.0.0.2")], [OURS], "", id="one-is-missing"),
        pytest.param(
            [OURS, OURS._replace(address="10.1.0.2")],
            [OURS._replace(address="10.1.0.2"), OURS],
            "-1 -2 +1 +2",
            id="ipv4",
        ),
    ],
)
def test_addresses_in_another_order(then, now, steps):
    found = _remains.in_order(have(with_(addresses=tuple(then))), have(with_(addresses=tuple(now))))
    signs = {DeleteAddress: "-", AddAddress: "+"}
    assert " ".join(signs[type(step)] + step.address.address[-1] for step in found) == steps


def test_routes_that_went_with_addresses():
    changed = ROUTE._replace(attributes={**ROUTE.attributes, "src": "10.0.0.1"})
    assert _remains.lost_routes(have(with_(routes=(ROUTE,))), have(with_(routes=(ROUTE,)))) == []
    assert _remains.lost_routes(have(with_(routes=(ROUTE,))), have(TAP)) == [AddRoute(ROUTE)]
    assert _remains.lost_routes(have(with_(routes=(ROUTE,))), have()) == []
    assert _remains.lost_routes(have(with_(routes=(changed,))), have(with_(routes=(ROUTE,)))) == [
        SetRoute(changed, changed)
    ]


def test_mtu_of_what_stands_on_a_link():
    upper = Link("red", "mv0", "macvlan", {"mtu": 1500})
    lowered = upper._replace(attributes={"mtu": 1300})
    before, after = have(with_(uppers=(upper,))), have(with_(uppers=(lowered,)))
    assert _remains.followed(before, before) == []
    assert _remains.followed(before, after) == [SetLink(lowered, {"mtu": 1500}, {})]


def test_device_that_no_change_makes_as_it_was():
    now = with_(owner=7)
    steps = _remains.again(have(TAP), have(now))
    assert [type(step) for step in steps[:2]] == [DeleteLink, AddLink]
    assert _remains.again(have(now), have(TAP)) == []
    assert _remains.again(have(TAP), have()) == []


def test_address_that_a_bridge_lost_with_its_last_port():
    bridge, other = link("bridge", "br0", mac="02:00:00:00:00:01"), link("bridge", "br1", mac="02:00:00:00:00:02")
    now = link("bridge", "br0", mac="00:00:00:00:00:00")
    steps = _remains.followed(have(bridge, other, TAP), have(now, other))
    assert [(step.link, step.changes) for step in steps] == [(now, {"mac": "02:00:00:00:00:01"})]


def test_what_was_read_once_is_not_compared():
    other = _resources.Link(None, "other", "tap")
    assert _remains.differences(NAMES, have(TAP, other), have(TAP)) == []


def test_what_a_link_lost_of_its_own_is_put_back_while_the_link_is_there():
    neighbour = Neighbour(None, "t", "10.0.0.2", False, "02:00:5e:00:53:01")
    before = have(link("tap", "t"), neighbours=[neighbour, neighbour._replace(dev="gone")])
    after = have(link("tap", "t"))
    (step,) = _remains.forgotten(before, after)
    assert step.neighbour == neighbour
    assert _remains.forgotten(before, after._replace(neighbours=before.neighbours)) == []
