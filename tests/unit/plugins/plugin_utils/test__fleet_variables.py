# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet, _fleet_variables
from ansible_collections.warren.tunnels.plugins.plugin_utils._fleet_faults import Faults
from ansible_collections.warren.tunnels.plugins.plugin_utils._fleet_hosts import Unreadable
from ansible_collections.warren.tunnels.tests.unit.plugins.plugin_utils._fleets import hosts, mesh, numbered

NAMES = numbered(3)
LINK = {
    "name": "tun100",
    "mode": "gre",
    "key": 7,
    "encap": "gue",
    "encap_dport": 5555,
    "ends": {"host1": {"address": "192.0.2.1"}, "host2": {"address": "192.0.2.2"}},
}
NETWORKS = {"host2": "10.9.0.0/24"}


def found(variables, meshes=(), links=(LINK,)):
    """Return what is wrong with the variables of host1."""
    where = {name: {**own, "tunnels_networks": NETWORKS.get(name, [])} for name, own in hosts(NAMES).items()}
    faults = Faults()
    fleet = _fleet.Fleet(list(links), list(meshes), where, {"routers": NAMES}, faults)
    assert faults.found == []
    _fleet_variables.Checker(fleet, faults).check("host1", variables)
    return faults.found


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"tunnels_taps": None, "tunnels_network": None, "tunnels_promisc": None, "tunnels_networks": None},
        {
            "tunnels_taps": [
                {"name": "tap0", "owner": "root", "addresses": "192.168.7.1/24"},
                {"name": "tun0", "mode": "tun"},
            ]
        },
        {"tunnels_taps": [{"name": "eth0", "netns": "red"}]},
        {"tunnels_network": {"namespaces": [{"name": "red"}], "links": [{"name": "eth0", "mtu": 9000}]}},
        {
            "tunnels_network": {
                "namespaces": [{"name": "red"}],
                "links": [
                    {"name": "v", "kind": "veth", "peer": {"name": "eth0", "netns": "red"}},
                    {"name": "lo", "netns": "red"},
                ],
                "routes": [
                    {"dst": "10.9.0.0/24", "dev": "v", "metric": 7},
                    {"dst": "10.9.0.0/24", "dev": "v", "tos": 8},
                    {"dst": "10.9.0.0/24", "dev": "eth0", "netns": "red"},
                ],
            }
        },
        {"tunnels_checkpoint_timeout": "60", "tunnels_removal_limit": 50, "tunnels_promisc": ["eth0"]},
        {"boot_document": {"links": [{"name": "tun100", "kind": "tap"}]}, "boot_name": "lab-2"},
        # Nobody knows here what others make on the host.
        {
            "tunnels_network": {
                "links": [
                    {"name": "eth1", "netns": "red", "move_from": "blue", "master": "br0"},
                    {"name": "t1", "kind": "gre", "local": "172.16.0.1", "remote": "172.16.0.9", "dev": "eth7"},
                    {"name": "t2", "kind": "gre", "local": "172.16.0.1", "remote": "172.16.0.2", "key": 8},
                    {"name": "t3", "kind": "ipip", "external": True, "dev": "tun100"},
                ],
                "routes": [{"dst": "default", "dev": "eth7"}, {"dst": "default", "dev": "eth7", "family": "inet6"}],
            },
            "tunnels_taps": [{"name": "tap0", "owner": "nobody-knows", "master": "br7"}],
        },
        {"tunnels_taps": [{"name": "tap0", "addresses": ["10.0.0.0/31", "10.0.0.255/32", "fd00::ff/120"]}]},
        # Needed by nobody, as long as it has no tunnels.
        {"tunnels_underlay_address": Unreadable("why")},
    ],
)
def test_nothing_is_wrong(variables):
    assert found(variables) == []


@pytest.mark.parametrize(
    ("variables", "fault"),
    [
        ({"tunnels_taps": Unreadable("why")}, "tunnels_taps of host1: why."),
        ({"tunnels_removal_limit": 101}, "tunnels_removal_limit of host1: '101' is not a number from 0 to 100."),
        ({"tunnels_checkpoint_timeout": 10**6}, "is not a number of seconds from 1 to 86400."),
        ({"tunnels_promisc": ["eth 0"]}, "tunnels_promisc of host1: 'eth 0' has "),
        (
            {"tunnels_underlay_address": "host1.example.com"},
            "tunnels_underlay_address of host1: 'host1.example.com' is not an",
        ),
        ({"tunnels_underlay_mtu": 9}, "tunnels_underlay_mtu of host1: '9' is not a number from 68"),
        ({"tunnels_networks": {}}, "tunnels_networks of host1: it is a dictionary; give a list of networks."),
        ({"tunnels_taps": [{"name": "tap0", "kind": "tun"}]}, "tunnels_taps[0] of host1: there is no 'kind' here;"),
        (
            {"tunnels_taps": [{"name": "tap0", "mode": "gre"}]},
            "tunnels_taps[0].mode of host1: 'gre' is none of tap, tun;",
        ),
        (
            {"tunnels_taps": [{"name": "all"}]},
            "tunnels_taps[0].name of host1: 'all' can't be a name, the kernel means all devices",
        ),
        (
            {"tunnels_network": {"links": [{"name": "b", "kind": "bridge"}, {"name": "b", "kind": "bridge"}]}},
            "tunnels_network.links[1] of host1: tunnels_network.links[0] makes a device b too; give one another name.",
        ),
        (
            {"tunnels_network": {"namespaces": [{"name": "red"}, {"name": "red"}]}},
            "tunnels_network.namespaces[1] of host1: tunnels_network.namespaces[0] makes a namespace red too;",
        ),
        (
            {"tunnels_network": {"links": [{"name": "v", "kind": "veth", "peer": {"name": "w", "mtu": 10**6}}]}},
            "tunnels_network.links[0].peer.mtu of host1: 1000000 is too large;",
        ),
        (
            {"tunnels_network": {"fou_ports": [{"port": 5555, "encap": "gue"}]}},
            "tunnels_network.fou_ports[0] of host1: tunnels_links[0] (tun100) makes port 5555 for tunnels (inet) too;",
        ),
        (
            {"boot_document": {"links": [{"name": "a", "kind": "tapp"}]}},
            "boot_document.links[0].kind of host1: 'tapp' is none",
        ),
        ({"boot_document": []}, "boot_document of host1: it is a list; give a dictionary."),
        (
            {"tunnels_checkpoint_timeout": 29},
            "tunnels_checkpoint_timeout of host1: 29 is too short for what is between arming and confirming; give 30 or more.",
        ),
        (
            {"tunnels_taps": [{"name": "tap0", "addresses": "192.168.7.0/24"}]},
            "tunnels_taps[0].addresses[0] of host1: 192.168.7.0/24 is the address of the network itself; give 192.168.7.1 or",
        ),
        (
            {"tunnels_network": {"links": [{"name": "eth0", "addresses": ["10.0.0.1/8", {"address": "10.0.0.7/29"}]}]}},
            "tunnels_network.links[0].addresses[1] of host1: 10.0.0.7/29 is the broadcast address of the network; give 10.0.0.6",
        ),
    ],
)
def test_what_is_wrong_is_told(variables, fault):
    (told,) = found(variables)
    assert fault in told


def network(*links, routes=()):
    return {"tunnels_network": {"links": list(links), "routes": list(routes)}}


def bridge(name, **options):
    return {"name": name, "kind": "bridge", **options}


def gre(name, **options):
    return {"name": name, "kind": "gre", "local": "172.16.0.1", "remote": "172.16.0.2", **options}


RING = "br2 is the master of br1, br1 is the master of br2: none of them can come first; leave one out."
ROUTE = {"dst": "10.9.0.0/24", "via": "192.0.2.9"}


@pytest.mark.parametrize(
    ("variables", "fault"),
    [
        (network(bridge("br1", master="br2"), bridge("br2", master="br1")), "tunnels_network.links of host1: " + RING),
        (
            {"boot_document": {"links": [bridge("br1", master="br2"), bridge("br2", master="br1")]}},
            "boot_document.links of host1: " + RING,
        ),
        (
            network(gre("a", dev="b"), gre("b", key=8, dev="a")),
            "tunnels_network.links of host1: b is the dev of a, a is the dev of b: none of them can come first;",
        ),
        (
            {**network(bridge("br1", master="tap0")), "tunnels_taps": [{"name": "tap0", "master": "br1"}]},
            "tunnels_network.links of host1: tap0 is the master of br1, br1 is the master of tap0: none of them",
        ),
        (
            network(routes=[{**ROUTE, "metric": 7}, {**ROUTE, "metric": 7}]),
            "tunnels_network.routes[1] of host1: tunnels_network.routes[0] makes a route to 10.9.0.0/24 too; leave it out",
        ),
        (
            network(routes=[{**ROUTE, "table": 100}, {**ROUTE, "metric": 7}, {**ROUTE, "table": 100}]),
            "tunnels_network.routes[2] of host1: tunnels_network.routes[0] makes a route to 10.9.0.0/24 too; leave it out",
        ),
        (
            network(gre("a"), gre("b")),
            "tunnels_network of host1: local and remote: a has the endpoints of b already (",
        ),
        (
            network(gre("a"), gre("b", key=7)),
            "tunnels_network of host1: local and remote: b has the endpoints of tun100 already (",
        ),
        (
            network({"name": "a", "kind": "gre", "external": True}, {"name": "b", "kind": "gre", "external": True}),
            "tunnels_network of host1: external: a is the external gre tunnel of its namespace already",
        ),
        (network({**gre("a"), "kind": "ipip", "ttl": 64, "pmtudisc": False}), "tunnels_network of host1: pmtudisc: "),
    ],
)
def test_what_only_the_whole_shows_is_told(variables, fault):
    (told,) = found(variables)
    assert fault in told


def test_a_ring_may_lead_through_a_tunnel_of_the_fleet():
    ends = {"host1": {"address": "192.0.2.1", "dev": "a"}, "host2": {"address": "192.0.2.2"}}
    (told,) = found(network(gre("a", key=8, dev="tun100")), links=[{**LINK, "ends": ends}])
    assert told.startswith(
        "tunnels_network.links of host1: tun100 is the dev of a, a is the dev of tun100: none of them"
    )


def test_a_mesh_with_one_device_has_the_only_external_one():
    (told,) = found(network({"name": "a", "kind": "gre", "external": True}), [mesh(devices="one")], [])
    assert told.startswith("tunnels_network of host1: external: a is the external gre tunnel of its namespace already")


@pytest.mark.parametrize(
    ("options", "variables", "fault"),
    [
        (
            {},
            {"tunnels_taps": [{"name": "core-host2"}]},
            "(core) makes a device core-host2 too; give one another name.",
        ),
        (
            {"devices": "one"},
            {"tunnels_taps": [{"name": "core"}]},
            "(core) makes a device core too; give one another name.",
        ),
        (
            {"routes": True},
            {"tunnels_network": {"routes": [{"dst": "10.9.0.0/24", "via": "192.0.2.9"}]}},
            "(core) makes a route to 10.9.0.0/24 too; leave it out here.",
        ),
        (
            {"devices": "one"},
            {"tunnels_network": {"routes": [{"dst": "10.255.0.2", "via": "192.0.2.9"}]}},
            "(core) makes a route to 10.255.0.2/32 too; leave it out here.",
        ),
        (
            {"encap": "gue", "encap_dport": 6666},
            {"tunnels_network": {"fou_ports": [{"port": 6666, "encap": "gue"}]}},
            "(core) makes port 6666 for tunnels (inet) too; leave it out here.",
        ),
    ],
)
def test_what_a_mesh_makes_is_left_to_it(options, variables, fault):
    (told,) = found(variables, [mesh(**options)])
    assert fault in told
    other = {
        "tunnels_network": {"routes": [{"dst": "10.255.0.1", "via": "192.0.2.9"}]},
        "tunnels_taps": [{"name": "tap0"}],
    }
    assert found(other, [mesh(**options)]) == []


def test_what_many_hosts_have_alike_is_looked_at_once(monkeypatch):
    seen = []
    monkeypatch.setattr(
        _fleet_variables, "_look", lambda *value: seen.append(value) or _fleet_variables._Look([("x", "y")], [])
    )
    faults = Faults()
    checker = _fleet_variables.Checker(_fleet.Fleet([], [], {}, {}, faults), faults)
    for number in range(100):
        checker.check(f"host{number}", {"tunnels_taps": [{"name": "tap0"}]})
    assert len(seen) == 1
    assert faults.found == ["x of host0, host1, host2 and 97 others: y."]
