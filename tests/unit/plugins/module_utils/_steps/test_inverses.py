# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _resources
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _making
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._fou_port._state import FouPort
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._fou_port._steps import AddFouPort, DeleteFouPort
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._route._steps import AddRoute, DeleteRoute, SetRoute
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._rule._steps import AddRule, DeleteRule
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._sysctl._steps import PutSysctl, SetSysctl
from ansible_collections.warren.tunnels.plugins.module_utils._steps._address import (
    AddAddress,
    DeleteAddress,
    SetAddress,
)
from ansible_collections.warren.tunnels.plugins.module_utils._steps._link import (
    LOOPBACK,
    AddLink,
    DeleteLink,
    MoveLink,
    SetLink,
    moved,
    readdress,
)
from ansible_collections.warren.tunnels.plugins.module_utils._steps._member import AddMember, DeleteMember
from ansible_collections.warren.tunnels.plugins.module_utils._steps._namespace import (
    AddNamespace,
    DeleteNamespace,
)
from ansible_collections.warren.tunnels.plugins.module_utils._steps._port import SetPort
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import link, rule
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._strategies import after, situations
from hypothesis import given

FOUR = _resources.Address("10.0.0.1", 24)
SIX = _resources.Address("2001:db8::1", 64)
ROUTE = _resources.Route("red", 2, "default", 0, 254, {"dev": "tun0"})
TUN = link("tun", "tun0", "red", [FOUR, SIX])._replace(routes=(ROUTE,))
OTHER_ROUTE = ROUTE._replace(attributes={"via": "10.0.0.2"})
PORT = FouPort("red", 2, 5555, "gue")
UP_TAP = link("tap", "tap0", "red", [FOUR], up=True, master="br0")._replace(routes=(ROUTE,))
LO = link("loopback", "lo", "red", up=False)
USED_LO = link("loopback", "lo", "red", [LOOPBACK._replace(automatic=True)], up=False)
RULE = rule(100, "red", table=100)
RED = _resources.Namespace("red")
ON, OFF = (_resources.Sysctl("red", "net.x", value) for value in "10")


@pytest.mark.parametrize(
    ("step", "inverse"),
    [
        pytest.param(AddNamespace("red"), [DeleteNamespace(RED)], id="add-namespace"),
        pytest.param(DeleteNamespace(RED), [AddNamespace("red", restored=True)], id="delete-namespace"),
        pytest.param(
            SetPort(UP_TAP, {"bridge_slave.cost": 9}, {"bridge_slave.cost": 2}),
            [SetPort(UP_TAP, {"bridge_slave.cost": 2}, {"bridge_slave.cost": 9})],
            id="port",
        ),
        pytest.param(SetPort(UP_TAP, {"bridge_slave.cost": 9}, {}), [], id="port-that-the-plan-makes"),
        pytest.param(SetSysctl(ON, OFF), [SetSysctl(OFF, ON)], id="sysctl"),
        pytest.param(SetSysctl(ON, None), [], id="sysctl-of-a-new-namespace"),
        pytest.param(
            SetSysctl(ON, OFF._replace(along={"net.y": "2"})),
            [SetSysctl(OFF._replace(along={"net.y": "2"}), ON), PutSysctl("red", "net.y", "2")],
            id="sysctl-that-takes-others-along",
        ),
        pytest.param(SetSysctl(ON, OFF._replace(value="")), [], id="sysctl-that-nobody-had-set"),
        pytest.param(AddLink(TUN), [DeleteLink(TUN)], id="add-link"),
        pytest.param(DeleteLink(TUN, (AddLink(TUN),)), [AddLink(TUN)], id="delete-link"),
        pytest.param(DeleteLink(TUN), [], id="delete-link-that-nothing-can-make-again"),
        pytest.param(SetLink(TUN, {"mtu": 1}, {"mtu": 2}), [SetLink(TUN, {"mtu": 2}, {"mtu": 1})], id="set-link"),
        pytest.param(SetLink(TUN, {"mtu": 1}, {}), [], id="set-new-link"),
        pytest.param(AddMember(TUN, "altnames", "x"), [DeleteMember(TUN, "altnames", "x")], id="add-member"),
        pytest.param(DeleteMember(TUN, "altnames", "x"), [AddMember(TUN, "altnames", "x")], id="delete-member"),
        pytest.param(
            SetLink(LO, {"up": True}, {"up": False}),
            [SetLink(LO, {"up": False}, {"up": True}), DeleteAddress("red", "lo", LOOPBACK)],
            id="down-leaves-what-lo-got-when-it-came-up",
        ),
        pytest.param(
            SetLink(USED_LO, {"up": True}, {"up": False}),
            [SetLink(USED_LO, {"up": False}, {"up": True})],
            id="lo-had-it-before",
        ),
        pytest.param(
            SetLink(TUN, {"up": False}, {"up": True}),
            [
                SetLink(TUN, {"up": True}, {"up": False}),
                AddAddress("red", "tun0", SIX),
                AddRoute(ROUTE),
            ],
            id="down-takes-ipv6-and-routes",
        ),
        pytest.param(
            SetLink(TUN, {"up": True}, {"up": False}),
            [SetLink(TUN, {"up": False}, {"up": True}), AddAddress("red", "tun0", SIX)],
            id="down-again-takes-ipv6-that-was-there-before",
        ),
        pytest.param(AddAddress(None, "tun0", FOUR), [DeleteAddress(None, "tun0", FOUR)], id="add-address"),
        pytest.param(AddAddress(None, "tun0", FOUR, restored=True), [], id="restored-address-was-there-before"),
        pytest.param(
            SetAddress(None, "tun0", FOUR, {"metric": 7}), [SetAddress(None, "tun0", FOUR, {})], id="set-address"
        ),
        pytest.param(DeleteAddress(None, "tun0", FOUR), [AddAddress(None, "tun0", FOUR)], id="delete-address"),
        pytest.param(
            DeleteAddress(None, "tun0", FOUR, along=(SIX,)),
            [DeleteAddress(None, "tun0", SIX), AddAddress(None, "tun0", FOUR), AddAddress(None, "tun0", SIX)],
            id="delete-address-that-takes-another-along",
        ),
        pytest.param(AddRoute(ROUTE), [DeleteRoute(ROUTE)], id="add-route"),
        pytest.param(SetRoute(ROUTE, OTHER_ROUTE), [SetRoute(OTHER_ROUTE, ROUTE)], id="set-route"),
        pytest.param(DeleteRoute(ROUTE), [AddRoute(ROUTE)], id="delete-route"),
        pytest.param(AddFouPort(PORT), [DeleteFouPort(PORT)], id="add-port"),
        pytest.param(DeleteFouPort(PORT), [AddFouPort(PORT)], id="delete-port"),
        pytest.param(AddRule(RULE), [DeleteRule(RULE)], id="add-rule"),
        pytest.param(DeleteRule(RULE), [AddRule(RULE)], id="delete-rule"),
        pytest.param(
            MoveLink(UP_TAP, None),
            [
                MoveLink(link("tap", "tap0", up=False), "red"),
                SetLink(UP_TAP._replace(attributes=link("tap", "tap0").attributes), {"up": True, "master": "br0"}, {}),
                AddAddress("red", "tap0", FOUR),
                AddRoute(ROUTE),
            ],
            id="move-back",
        ),
        pytest.param(AddRoute(ROUTE, restored=True), [], id="route-goes-with-its-link"),
    ],
)
def test_inverse(step, inverse):
    assert step.inverse() == inverse


@pytest.mark.parametrize(
    ("step", "netns"),
    [
        pytest.param(AddNamespace("red"), None, id="names-are-the-hosts"),
        pytest.param(DeleteNamespace(RED), None, id="names-are-the-hosts-too"),
        pytest.param(AddLink(TUN), "red", id="add-link"),
        pytest.param(DeleteLink(TUN), "red", id="delete-link"),
        pytest.param(SetLink(TUN, {}, {}), "red", id="set-link"),
        pytest.param(MoveLink(TUN, None), "red", id="move-from-where-it-is"),
        pytest.param(AddRoute(ROUTE), "red", id="add-route"),
        pytest.param(SetRoute(ROUTE, ROUTE), "red", id="set-route"),
        pytest.param(DeleteRoute(ROUTE), "red", id="delete-route"),
        pytest.param(AddFouPort(PORT), "red", id="add-port"),
        pytest.param(DeleteFouPort(PORT), "red", id="delete-port"),
        pytest.param(AddRule(RULE), "red", id="add-rule"),
        pytest.param(DeleteRule(RULE), "red", id="delete-rule"),
    ],
)
def test_where_a_step_is_done(step, netns):
    assert step.netns == netns


def compared(host, like):
    """Return what must be the same after a way back: all that was known of each link before."""
    links = {
        id_: (
            end.kind,
            {
                name: value
                for name, value in end.attributes.items()
                if id_ not in like.links or name in like.links[id_].attributes
            },
            {address[:5] for address in end.addresses},
        )
        for id_, end in host.links.items()
        if end.kind != "loopback"
    }
    return sorted(host.namespaces), links


def test_a_link_that_is_made_again_gets_its_sysctls_before_it_is_up():
    tun = TUN._replace(attributes={"up": True}, sysctls={"ipv6/disable_ipv6": "1", "ipv4/rp_filter": "2"})
    steps = list(_making.restore(tun, None))
    assert [type(step) for step in steps[:4]] == [AddLink, PutSysctl, PutSysctl, SetLink]
    assert [step.key for step in steps[1:3]] == ["net.ipv4.conf.tun0.rp_filter", "net.ipv6.conf.tun0.disable_ipv6"]


@given(situations())
def test_inverses_in_reverse_lead_back(situation):
    host, _wanted, steps = situation
    for done in range(len(steps) + 1):
        way_back = [inverse for step in reversed(steps[:done]) for inverse in step.inverse()]
        assert compared(after(host, [*steps[:done], *way_back]), host) == compared(host, host)


@given(situations())
def test_every_step_has_an_inverse_or_needs_none(situation):
    needing_none = (AddRoute, AddAddress, SetLink, SetSysctl)
    _host, _wanted, steps = situation
    for step in steps:
        assert step.inverse() or isinstance(step, needing_none)


def test_moved_link_arrives_down_and_bare():
    arrived = moved(UP_TAP._replace(ifindex=7, data=b"kept"), "blue")
    assert arrived.id == ("blue", "tap0")
    assert (arrived.addresses, arrived.routes, arrived.ifindex, arrived.data) == ((), (), 0, b"kept")
    assert arrived.attributes == {**UP_TAP.attributes, "up": False, "master": "none"}


def test_moved_loopback_has_no_master_to_lose():
    assert "master" not in moved(link("loopback", "lo"), "blue").attributes


def test_automatic_addresses_are_not_given_back():
    tun = TUN._replace(addresses=(SIX._replace(automatic=True), SIX), routes=())
    assert list(readdress(tun)) == [AddAddress("red", "tun0", SIX)]
