# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _foresee, _resources
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _catalog, _veth
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _planner
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Address
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._fou_port._state import FouPort
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._fou_port._steps import AddFouPort, DeleteFouPort
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._route._steps import AddRoute, DeleteRoute, SetRoute
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._sysctl._steps import SetSysctl
from ansible_collections.warren.tunnels.plugins.module_utils._steps._address import AddAddress, DeleteAddress
from ansible_collections.warren.tunnels.plugins.module_utils._steps._link import (
    AddLink,
    DeleteLink,
    MoveLink,
    SetLink,
    moved,
)
from ansible_collections.warren.tunnels.plugins.module_utils._steps._namespace import (
    AddNamespace,
    DeleteNamespace,
)
from ansible_collections.warren.tunnels.plugins.module_utils._steps._plan import Plan
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import have, link, route, want
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._strategies import after, situations
from hypothesis import given

ONE, TWO = Address("10.0.0.1", 24), Address("10.0.0.2", 24)
TUN = link("tun", "tun0", addresses=[ONE, TWO], mtu=1500)
V0, V1 = link("veth", "v0", peer=("red", "v1")), link("veth", "v1", "red", peer=(None, "v0"))
HOST = have(TUN, V0, V1)


@pytest.mark.parametrize(
    ("step", "links"),
    [
        pytest.param(
            AddLink(_resources.Link(None, "new", "gre", {"ttl": 64}, [ONE])),
            {"new": link("gre", "new", ttl=64), "tun0": TUN, "v0": V0, "v1": V1},
            id="new-link-has-its-kinds-defaults-and-no-addresses",
        ),
        pytest.param(DeleteLink(TUN), {"v0": V0, "v1": V1}, id="link-goes"),
        pytest.param(DeleteLink(V1), {"tun0": TUN}, id="veth-goes-with-its-peer"),
        pytest.param(
            SetLink(TUN, {"mtu": 1400}, {}),
            {"tun0": TUN._replace(attributes={**TUN.attributes, "mtu": 1400}), "v0": V0, "v1": V1},
            id="only-what-is-set-changes",
        ),
        pytest.param(
            DeleteAddress(None, "tun0", ONE),
            {"tun0": TUN._replace(addresses=(TWO,)), "v0": V0, "v1": V1},
            id="address-goes",
        ),
        pytest.param(
            AddAddress(None, "tun0", ONE),
            {"tun0": TUN._replace(addresses=(TWO, ONE)), "v0": V0, "v1": V1},
            id="address-is-not-there-twice",
        ),
        pytest.param(DeleteNamespace(_resources.Namespace("red")), {"tun0": TUN, "v0": V0}, id="namespaces-links-go"),
        pytest.param(
            AddRoute(_resources.Route(None, 2, "default", 0, 254, {"dev": "tun0"}), restored=True),
            {"tun0": TUN, "v0": V0, "v1": V1},
            id="routes-that-go-along-are-not-shown",
        ),
    ],
)
def test_effect(step, links):
    seen = _foresee.foresee(HOST, [step]).links
    assert {end.name: end for end in seen.values()} == links


ROUTE = route("10.9.0.0/24", dev="tun0")
PORT = FouPort(None, 2, 5555, "gue")


@pytest.mark.parametrize(
    ("step", "routes"),
    [
        pytest.param(AddRoute(route("default", dev="tun0")), {"10.9.0.0/24", "default"}, id="add"),
        pytest.param(SetRoute(ROUTE._replace(attributes={}), ROUTE), {"10.9.0.0/24"}, id="set"),
        pytest.param(DeleteRoute(ROUTE), set(), id="delete"),
        pytest.param(AddRoute(route("default"), restored=True), {"10.9.0.0/24"}, id="restored"),
    ],
)
def test_routes(step, routes):
    seen = _foresee.foresee(have(TUN, routes=[ROUTE]), [step]).routes
    assert {found.dst for found in seen.values()} == routes
    assert {id_ == found.id for id_, found in seen.items()} <= {True}


def test_route_has_what_it_is_set_to():
    changed = ROUTE._replace(attributes={"dev": "tun1"})
    seen = _foresee.foresee(have(routes=[ROUTE]), [SetRoute(changed, ROUTE)]).routes
    assert seen == {ROUTE.id: changed}


def test_ports():
    host = have(fou_ports=[PORT])
    assert _foresee.foresee(host, [DeleteFouPort(PORT)]).fou_ports == {}
    other = PORT._replace(family=10)
    assert _foresee.foresee(host, [AddFouPort(other)]).fou_ports == {PORT.id: PORT, other.id: other}


def test_link_moves():
    seen = _foresee.foresee(HOST, [MoveLink(TUN, "red")]).links
    assert (None, "tun0") not in seen
    assert seen[("red", "tun0")] == moved(TUN, "red")


def test_namespaces():
    forwarding = _resources.Sysctl("blue", "net.ipv4.ip_forward", "1")
    seen = _foresee.foresee(HOST, [AddNamespace("blue"), SetSysctl(forwarding, None)])
    assert (seen.namespaces["blue"], seen.sysctls) == (_resources.Namespace("blue"), {forwarding.id: forwarding})
    assert _foresee.foresee(seen, [DeleteNamespace(seen.namespaces["blue"])]).sysctls == {}
    assert "red" not in _foresee.foresee(HOST, [DeleteNamespace(HOST.namespaces["red"])]).namespaces


def test_loopback_of_a_namespace_that_is_made():
    steps = _planner.make(want("netns", name="blue"), have()).operations
    assert _foresee.foresee(have(), steps).links[("blue", "lo")].attributes["up"] is True


@given(situations())
def test_twice_is_once(situation):
    host, wanted, steps = situation
    assert _planner.make(wanted, after(host, steps)) == Plan(())


@given(situations())
def test_it_comes_as_foreseen(situation):
    host, wanted, steps = situation
    seen, there = _foresee.foresee(host, steps), after(host, steps)
    assert set(seen.links) == set(there.links)
    assert {id_: end.attributes for id_, end in seen.links.items()} == {
        id_: end.attributes for id_, end in there.links.items()
    }
    for id_, end in seen.links.items():
        assert {address[:3] for address in end.addresses} == {address[:3] for address in there.links[id_].addresses}
    assert {id_ for id_ in wanted.routes if id_ in seen.routes} == {id_ for id_ in wanted.routes if id_ in there.routes}


@given(situations())
def test_what_was_wanted_is_there(situation):
    host, wanted, steps = situation
    there = after(host, steps)
    assert not set(wanted.absent_links) & set(there.links)
    for id_, link_ in wanted.links.items():
        found = there.links[id_]
        assert found.kind == link_.kind
        assert {name: found.attributes[name] for name in link_.attributes} == link_.attributes
        assert {address[:3] for address in link_.addresses} <= {address[:3] for address in found.addresses}


@given(situations())
def test_what_was_not_named_stays(situation):
    """Other links stay as they are; of the link itself, what was not named and the kind has."""
    host, wanted, steps = situation
    there = after(host, steps)
    touched = {*wanted.links, *wanted.absent_links}
    touched |= {_veth.peer_of(host.links[id_]) for id_ in touched if id_ in host.links}
    assert {id_: end for id_, end in host.links.items() if id_ not in touched} == {
        id_: end for id_, end in there.links.items() if id_ not in touched
    }
    for id_ in set(wanted.links) & set(host.links):
        old, new, named = host.links[id_], there.links[id_], wanted.links[id_]
        kept = {name for name in old.attributes if _catalog.KINDS[new.kind].option(name)} - {*named.attributes, "peer"}
        assert {name: new.attributes[name] for name in kept} == {name: old.attributes[name] for name in kept}
        if not wanted.purged:
            assert {address.address for address in old.addresses} <= {address.address for address in new.addresses}


@given(situations())
def test_plans_are_repeatable_and_change_nothing_themselves(situation):
    host, wanted, steps = situation
    before = repr((host, wanted))
    assert _planner.make(wanted, host).operations == steps
    assert repr((host, wanted)) == before
