# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import sys

import pytest
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet
from ansible_collections.warren.tunnels.tests.unit.plugins.plugin_utils._fleets import (
    faults,
    has,
    hosts,
    mesh,
    numbered,
    shares,
)

NAMES = numbered(4)


def other(**options):
    """A mesh that has nothing in common with the first one."""
    return mesh(**{"name": "v6", "mode": "ip6gre", "pool": "fd00:6::/64", **options})


def link(one=None, two=None, hosts=("host1", "host2"), **options):
    ends = dict(zip(hosts, (one or {"address": "10.1.1.1"}, two or {"address": "10.1.1.2"}), strict=True))
    return {"name": "tun100", "mode": "gre", "key": 9, **options, "ends": ends}


def test_meshes_and_links_may_have_much_in_common():
    meshes = [mesh(), other(), mesh(name="two", key=2, pool="10.2.0.0/16"), mesh(name="red", key=3, netns="red")]
    found = shares(meshes, NAMES, links=[link()])
    assert len(found["host1"]["links"]) == 13


def beyond(place, **options):
    """A link in a namespace whose outer packets leave from a place."""
    one, two = ({"address": own, "netns": "red", "underlay_netns": place} for own in ("10.255.0.1", "10.255.0.2"))
    return link(one, two, **options)


def test_a_link_in_a_namespace_has_its_endpoints_where_its_underlay_is():
    assert has(faults([mesh()], NAMES, links=[beyond("host", key=None)]), "host1", "same endpoints", "its own key")
    assert shares([mesh()], NAMES, links=[beyond("red", key=None)])
    assert shares([mesh()], NAMES, links=[beyond("host", name="core-host2")])


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (other(pool="10.255.7.0/24"), ["10.255.0.0/16 and 10.255.7.0/24 overlap", "pool"]),
        (other(prefix="core-"), ["both would have a device core-", "another prefix"]),
        (mesh(name="two", pool="10.2.0.0/16"), ["host1 and host2", "same endpoints", "give each its own key"]),
        (other(pool="172.16.0.0/16", mode="ipip"), ["(v6)", "into itself", "nothing in common with the underlay"]),
        (other(pool="fd16::/64"), ["(v6)", "into itself"]),
    ],
)
def test_a_fault_of_two_meshes(second, words):
    found = faults([mesh(), second], NAMES)
    assert has(found, *words), found


def with_networks(names):
    found = hosts(names)
    for number, variables in enumerate(found.values(), 1):
        variables["tunnels_networks"] = f"10.50.{number}.0/24"
    return found


def routing(**options):
    found = mesh(**{"name": "two", "pool": "10.2.0.0/16", "key": 2, "routes": True, **options})
    if "members" in found:
        del found["group"]
    return found


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="a-device-for-each-peer"),
        pytest.param({"topology": "hub", "hubs": ["host1"]}, id="hub"),
        pytest.param({"devices": "one"}, id="one-device"),
        pytest.param({"members": ["host3", "host4"]}, id="some-members"),
    ],
)
def test_two_meshes_that_route_to_one_network(options):
    found = faults([mesh(routes=True), routing(**options)], NAMES, with_networks(NAMES))
    assert has(found, "both would have a route to 10.50.", "leave routes out of one"), found


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"routes": False}, id="without-routes"),
        pytest.param({"netns": "red"}, id="another-namespace"),
        pytest.param({"members": ["host3", "host5"]}, id="one-host-in-both"),
    ],
)
def test_two_meshes_that_route_to_networks_of_their_own(options):
    everyone = numbered(5)
    found = shares([mesh(routes=True), routing(**options)], NAMES, with_networks(everyone))
    assert sum(route["dst"] == "10.50.4.0/24" and "netns" not in route for route in found["host1"]["routes"]) == 1


def test_two_meshes_of_a_mode_without_keys():
    ipip = [mesh(name=name, mode="ipip", pool=pool) for name, pool in (("a", "10.1.0.0/16"), ("b", "10.2.0.0/16"))]
    assert has(faults(ipip, NAMES), "leave one out, or take gre with keys")


FOU, GUE = ({"encap": encap, "encap_dport": 5555} for encap in ("fou", "gue"))
BY_PORT = ["on host1", "one UDP port, 5555, which takes one protocol", "another encap_dport"]


def test_what_needs_one_port_for_two_protocols():
    gre, gue = mesh(name="a", **FOU), mesh(name="b", mode="ipip", pool="10.2.0.0/16", **GUE)
    assert has(faults([gre, gue], NAMES), "(a) and tunnels_meshes[1] (b)", *BY_PORT)
    assert has(faults([gre], NAMES, links=[link(mode="ipip", key=None, **FOU)]), "(tun100)", "(a)", *BY_PORT)
    ipip = {**link({"address": "10.2.1.1"}, {"address": "10.2.1.2"}, mode="ipip", key=None, **FOU), "name": "tun200"}
    assert has(faults([], NAMES, links=[link(**FOU), ipip]), "(tun100)", "(tun200)", *BY_PORT)


def test_what_can_have_one_port():
    """The same protocol, another address family, or another namespace."""
    meshes = [mesh(name="a", **FOU), mesh(name="b", key=2, pool="10.2.0.0/16", **FOU), other(**GUE)]
    meshes.append(mesh(name="c", mode="ipip", pool="10.3.0.0/16", netns="red", **FOU))
    assert len(shares(meshes, NAMES, links=[link(**FOU)])["host1"]["fou_ports"]) == 3


def test_meshes_that_lead_into_each_other():
    where = hosts(NAMES)
    for number, name in enumerate(NAMES, 1):
        where[name].update(ansible_host=f"10.2.0.{number}", tunnels_underlay_address6=f"fd00:1::{number}")
    meshes = [other(name="a", pool="10.2.0.0/16"), mesh(name="b", pool="fd00:1::/64")]
    found = faults(meshes, NAMES, where)
    assert has(found, "(a)", "by way of tunnels_meshes[1] (b)")
    assert has(found, "(b)", "by way of tunnels_meshes[0] (a)")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (link(name="core-host2"), ["on host1", "one name, core-host2"]),
        (link(key=None), ["host1", "same endpoints", "its own key"]),
        (
            link({"address": "10.255.0.9"}, {"address": "10.255.9.9"}),
            ["10.255.0.9 of host1", "in the pool 10.255.0.0/16"],
        ),
        (
            link(
                {"address": "172.16.0.9/24"}, {"address": "172.16.0.10/24", "local": "10.255.0.5"}, ("host3", "host4")
            ),
            ["(core)", "by way of tunnels_links[0] (tun100)"],
        ),
    ],
)
def test_a_fault_of_a_link_and_a_mesh(wrong, words):
    found = faults([mesh()], NAMES, links=[wrong])
    assert has(found, *words), found


def test_one_report_has_the_faults_of_links_and_meshes():
    where = hosts(NAMES)
    where["host3"] = {}
    where["host4"]["tunnels_number"] = 2
    found = faults([mesh(), other(topology="star"), other(ttl=300)], NAMES, where, [link(mtu=3), link(name="gre0")])
    for words in (["host3"], ["same number 2"], ["'star'"], ["ttl"], ["mtu"], ["gre0"]):
        assert has(found, *words), (words, found)


def calls(count):
    """Return how many functions are called to read a mesh of all hosts and so many links."""
    names = numbered(40)
    links = [
        link(
            {"address": f"10.1.{number // 64}.{number % 64 * 4}/31"},
            {"address": f"10.1.{number // 64}.{number % 64 * 4 + 1}/31"},
            (names[number % 40], names[(number % 40 + 1 + number // 40) % 40]),
            name=f"tun{number}",
            key=number + 1,
        )
        for number in range(count)
    ]
    called = 0

    def note(_frame, event, _argument):
        nonlocal called
        called += event in ("call", "c_call")

    former = sys.getprofile()
    sys.setprofile(note)
    try:
        _fleet.read(links, [mesh()], hosts(names), {"routers": names})
    finally:
        sys.setprofile(former)
    return called


def test_twice_the_links_are_twice_the_work():
    few, many = calls(400), calls(800)
    assert many < 2.1 * few
