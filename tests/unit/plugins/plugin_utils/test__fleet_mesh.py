# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import ipaddress
import itertools

import pytest
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet, _fleet_mesh, _fleet_values
from ansible_collections.warren.tunnels.tests.unit.plugins.plugin_utils import _fleets
from ansible_collections.warren.tunnels.tests.unit.plugins.plugin_utils._fleets import hosts, mesh, numbered, shares

HUB = {"topology": "hub", "hubs": ["host1", "host2"]}
TOPOLOGIES = [{"topology": "full"}, HUB, {"topology": "ring"}, {"topology": "chain"}]


def by_peer(share):
    return dict(zip((peer["host"] for peer in share["peers"]), share["links"], strict=True))


def test_both_ends_of_each_tunnel_fit_each_other():
    names = numbered(7)
    for topology in TOPOLOGIES:
        found = shares([mesh(key="pair", pool=["10.255.0.0/16", "fd00:5::/64"], **topology)], names)
        seen = []
        for name, share in found.items():
            assert len({link["name"] for link in share["links"]}) == len(share["links"])
            for peer, link in by_peer(share).items():
                back = by_peer(found[peer])[name]
                assert (link["local"], link["remote"]) == (back["remote"], back["local"])
                assert (link["key"], link["mtu"]) == (back["key"], back["mtu"])
                for own, other in zip(link["addresses"], back["addresses"], strict=True):
                    own, other = ipaddress.ip_interface(own), ipaddress.ip_interface(other)
                    assert own != other
                    assert own.network == other.network
                    assert own.network.num_addresses == 2
                    seen.append(own)
        assert len(set(seen)) == len(seen)


@pytest.mark.parametrize(
    ("topology", "pairs"),
    [
        ({"topology": "full"}, {"ab", "ac", "ad", "bc", "bd", "cd"}),
        ({"topology": "hub", "hubs": ["b"]}, {"ab", "bc", "bd"}),
        ({"topology": "hub", "hubs": ["b", "c"]}, {"ab", "ac", "bc", "bd", "cd"}),
        ({"topology": "ring"}, {"ab", "bc", "cd", "ad"}),
        ({"topology": "chain"}, {"ab", "bc", "cd"}),
    ],
)
def test_who_has_a_tunnel_with_whom(topology, pairs):
    found = shares([mesh(**topology)], list("abcd"))
    assert {"".join(sorted(name + peer)) for name in found for peer in by_peer(found[name])} == pairs


def test_a_ring_of_two_is_one_tunnel():
    found = shares([mesh(topology="ring")], ["a", "b"])
    assert [len(share["links"]) for share in found.values()] == [1, 1]


def test_a_mesh_gives_what_declared_links_give():
    names = numbered(3)
    found = shares([mesh(key=7, ttl=64, mtu=1400)], names)
    links = []
    for one, other in itertools.combinations(names, 2):
        ends = {
            name: {"address": by_peer(found[name])[peer]["addresses"][0]} for name, peer in ((one, other), (other, one))
        }
        links.append({"name": one + other, "mode": "gre", "key": 7, "ttl": 64, "mtu": 1400, "ends": ends})
    for name in names:
        share = _fleet.share(links, _fleets.hosts(names), name)
        assert share.keys() == found[name].keys()
        for field in ("routes", "fou_ports", "kernel_modules", "accept"):
            assert share[field] == found[name][field]
        nameless = [
            [{**part, "name": "", "far": ""} for part in whole["links"] + whole["peers"]]
            for whole in (share, found[name])
        ]
        assert nameless[0] == nameless[1]


@pytest.mark.parametrize("topology", TOPOLOGIES)
def test_each_end_knows_the_device_at_the_other(topology):
    found = shares([mesh(**topology)], numbered(6))
    for name, share in found.items():
        for peer in share["peers"]:
            assert (name, peer["name"]) in [(back["host"], back["far"]) for back in found[peer["host"]]["peers"]]
            assert peer["far"] in [back["name"] for back in found[peer["host"]]["peers"]]


@pytest.mark.parametrize("topology", TOPOLOGIES)
def test_who_joins_or_leaves_changes_nothing_for_the_others(topology):
    names = numbered(100)
    where = _fleets.hosts(names)
    before = shares([mesh(key="pair", **topology)], names, where)
    for staying in (names[:50] + names[51:], names[:49] + names[50:], names[:-1]):
        after = shares([mesh(key="pair", **topology)], staying, where)
        for name in staying:
            old, new = by_peer(before[name]), by_peer(after[name])
            assert {peer: old[peer] for peer in old.keys() & new.keys()} == {
                peer: new[peer] for peer in old.keys() & new.keys()
            }
            if topology["topology"] in ("full", "hub"):
                assert old.keys() - new.keys() <= set(names) - set(staying)
                assert new.keys() <= old.keys()


def test_a_hub_that_leaves_keeps_its_place():
    names = numbered(9)
    before = shares([mesh(**HUB)], names)
    after = shares([mesh(topology="hub", hubs=[None, "host2"])], names)
    assert by_peer(after["host9"]) == {"host2": by_peer(before["host9"])["host2"]}


def test_names_that_end_without_a_number_get_one():
    names = ["amsterdam", "berlin", "cairo"]
    found = shares([mesh(pool="fd00::/64")], names)
    assert found["berlin"] == shares([mesh(pool="fd00::/64")], ["berlin", "amsterdam", "cairo"], _fleets.hosts(names))[
        "berlin"
    ] | {key: found["berlin"][key] for key in ("links", "peers", "probes")}
    assert len({link["addresses"][0] for share in found.values() for link in share["links"]}) == 6


def test_a_number_of_its_own_takes_the_place_of_the_names():
    where = _fleets.hosts(["host1", "host2"])
    where["host1"]["tunnels_number"] = "9"
    found = shares([mesh(topology="chain")], ["host1", "host2"], where)
    assert found["host1"]["links"][0]["addresses"] == ["10.255.0.18/31"]
    assert found["host2"]["links"][0]["addresses"] == ["10.255.0.19/31"]


@pytest.mark.parametrize(
    ("host", "device"),
    [
        ("host12", "core-host12"),
        ("ams-edge-1", "core-ams-edge-1"),
        ("ams-edge-0012", "core-0012-"),
        ("frankfurt-0012.example.com", "core-0012-"),
        ("höst", "core-h-st-"),
    ],
)
def test_a_device_is_called_after_its_peer(host, device):
    name = shares([mesh()], ["host99", host])["host99"]["links"][0]["name"]
    assert len(name.encode()) <= 15
    assert name == device if len("core-" + host) <= 15 and host.isascii() else name.startswith(device[:9])


def test_a_short_name_is_the_operators():
    where = _fleets.hosts(["host1", "a-very-long-name-of-a-host"])
    where["a-very-long-name-of-a-host"]["tunnels_short_name"] = "avl"
    assert shares([mesh(prefix="x.")], list(where), where)["host1"]["links"][0]["name"] == "x.avl"


def test_routes_lead_to_what_is_behind_the_others():
    names = numbered(6)
    where = _fleets.hosts(names)
    for number, name in enumerate(names, 1):
        where[name]["tunnels_networks"] = [f"10.20.{number}.0/24"]

    def ways(host, **options):
        routes = shares([mesh(routes=True, **options)], names, where)[host]["routes"]
        return {route["dst"].split(".")[2]: route["dev"][-1] for route in routes}

    assert ways("host3") == {number: number for number in "12456"}
    assert ways("host3", topology="hub", hubs=["host1"]) == dict.fromkeys("12456", "1")
    assert ways("host1", topology="hub", hubs=["host1"]) == {number: number for number in "23456"}
    assert ways("host3", topology="chain") == {"1": "2", "2": "2", "4": "4", "5": "4", "6": "4"}
    assert ways("host1", topology="ring") == {"2": "2", "3": "2", "4": "2", "5": "6", "6": "6"}
    ethernet = shares([mesh(mode="gretap", routes=True, netns="red")], names, where)["host2"]
    assert ethernet["routes"][0] == {"dst": "10.20.1.0/24", "dev": "core-host1", "via": "10.255.0.4", "netns": "red"}


@pytest.mark.parametrize(
    ("behind", "options", "forwarding"),
    [
        pytest.param([4], {}, [["ipv4"], [], [], []], id="to-what-is-behind-it"),
        pytest.param([4, None, 6], {"devices": "one"}, [["ipv4"], [], ["ipv6"], []], id="each-family-for-itself"),
        pytest.param([4], {"routes": False}, [[], [], [], []], id="without-routes"),
        pytest.param([4], {"netns": "red"}, [[], [], [], []], id="the-namespace-does"),
        pytest.param([None, None, 4], HUB, [["ipv4"], [], ["ipv4"], []], id="the-first-hub-between-spokes"),
        pytest.param([None, None, 4, 6], HUB, [["ipv4", "ipv6"], [], ["ipv4"], ["ipv6"]], id="it-does-so-for-both"),
        pytest.param([4], HUB, [["ipv4"], [], [], []], id="nothing-leads-from-hub-to-hub-by-a-spoke"),
        pytest.param([4], {"topology": "chain"}, [["ipv4"], ["ipv4"], ["ipv4"], []], id="all-along-a-chain"),
        pytest.param([4], {"topology": "ring"}, [["ipv4"], [], [], ["ipv4"]], id="the-shorter-way-round-a-ring"),
    ],
)
def test_who_forwards(behind, options, forwarding):
    names = numbered(4)
    where = _fleets.hosts(names)
    for number, version in enumerate(behind, 1):
        network = {4: f"10.20.{number}.0/24", 6: f"fd20:{number}::/64"}.get(version)
        where[f"host{number}"]["tunnels_networks"] = [network] if network else []
    pools = ["10.255.0.0/16", "fd00:5::/64"]
    found = shares([mesh(**{"routes": True, "pool": pools, **options})], names, where)
    assert [found[name]["forwarding"] for name in names] == forwarding
    # What is there to be forwarded is what somebody is told to send by the host.
    relays = {
        way["dev"].removeprefix("core-")
        for name in names
        for way in found[name]["routes"]
        if options.get("devices") != "one" and not options.get("netns")
    }
    assert relays <= {name for name in names if found[name]["forwarding"]}


def test_tunnels_over_ipv6_in_udp_have_a_driver_of_their_own():
    hosts = {f"host{number}": {"ansible_host": f"2001:db8::{number}"} for number in (1, 2)}
    options = {"mode": "ip6gre", "pool": "10.255.0.0/16", "encap": "gue", "encap_dport": 5555}
    assert shares([mesh(**options)], list(hosts), hosts)["host1"]["kernel_modules"] == ["fou6"]


def test_tunnels_in_udp_come_in_by_a_port():
    found = shares([mesh(encap="fou", encap_dport=5555)], numbered(2))["host1"]
    assert found["fou_ports"] == [{"port": 5555, "family": "inet", "encap": "fou", "ipproto": "47"}]
    assert found["kernel_modules"] == ["fou"]
    assert found["accept"] == [{"source": "172.16.0.2", "protocol": 17, "port": 5555}]
    assert found["probes"][0]["outer"] == {
        "protocol": "udp",
        "port": 5555,
        "local": "172.16.0.1",
        "remote": "172.16.0.2",
    }
    assert found["links"][0]["mtu"] == 1468


def test_a_mesh_over_ipv6():
    found = shares([mesh(mode="ip6tnl", pool=["10.255.0.0/16", "fd00::/64"])], numbered(2))["host1"]
    (link,) = found["links"]
    assert (link["local"], link["remote"], link["mtu"]) == ("fd16::1", "fd16::2", 1452)
    assert [probe["outer"]["protocol"] for probe in found["probes"]] == ["4", "41"]
    assert [entry["protocol"] for entry in found["accept"]] == [4, 41]


def test_a_pair_of_numbers_has_a_number_of_its_own():
    pairs = list(itertools.combinations(range(60), 2))
    assert {_fleet_mesh.number_of_pair(one, other) for one, other in pairs} == set(range(len(pairs)))
    for network, topology, room in (
        ("10.0.0.0/8", "full", 4096),
        ("10.0.0.0/16", "hub", 4096),
        ("fd00::/64", "ring", 2**63),
    ):
        assert _fleet_mesh.capacity(topology, [ipaddress.ip_network(network)]) == room


@pytest.mark.parametrize("topology", TOPOLOGIES)
def test_a_pool_has_room_for_its_last_number(topology):
    pool = ipaddress.ip_network("10.255.0.0/22")
    room = _fleet_mesh.capacity(topology["topology"], [pool])
    names = [*numbered(2), f"last{room - 1}", f"last{room - 2}"]
    for share in shares([mesh(pool=str(pool), **topology)], names).values():
        assert all(ipaddress.ip_interface(link["addresses"][0]).ip in pool for link in share["links"])


@pytest.mark.parametrize("devices", ["peer", "one"])
@pytest.mark.parametrize("length", [30, 28, 27, 26, 25, 24, 23, 22])
@pytest.mark.parametrize("topology", ["full", "ring", "chain", *range(1, 8)])
def test_all_addresses_are_in_the_pool(topology, length, devices):
    """Or else there is a fault, whatever the topology; numbers stand for so many hubs."""
    pool = ipaddress.ip_network(f"10.0.0.0/{length}")
    names = [*numbered(7), "spoke0"]
    shape = {"topology": topology}
    if isinstance(topology, int):
        names, shape = [*numbered(topology), "spoke0"], {"topology": "hub", "hubs": numbered(topology)}
    try:
        found = shares([mesh(pool=str(pool), devices=devices, **shape)], names)
    except _fleet.FleetError:
        return
    addresses = [address for share in found.values() for link in share["links"] for address in link["addresses"]]
    assert addresses
    assert [address for address in addresses if ipaddress.ip_interface(address).ip not in pool] == []


@pytest.mark.parametrize(
    ("hubs", "length"),
    [(1, 28), (2, 28), (3, 26), (4, 25), (5, 24), (6, 24), (7, 23)],
)
def test_the_smallest_pool_for_hubs(hubs, length):
    """Hubs have a tunnel with each other, and with each spoke."""
    names = [*numbered(hubs), "spoke0"]

    def options(length):
        return mesh(topology="hub", hubs=numbered(hubs), pool=f"10.0.0.0/{length}")

    assert shares([options(length)], names)["spoke0"]["links"]
    found = _fleets.faults([options(length + 1)], names)
    if hubs > 2:
        assert _fleets.has(found, "pool", f"10.0.0.0/{length + 1}", f"a /{length} at least")


def test_a_hub_that_left_takes_no_room_in_the_pool():
    """Unless others have places after it."""
    options = mesh(topology="hub", hubs=["host1", "host2", None, None, None, None, None], pool="10.0.0.0/28")
    assert shares([options], ["host1", "host2", "spoke0"])["spoke0"]["links"]
    options["hubs"] = [None, None, None, None, None, "host1", "host2"]
    assert _fleets.has(_fleets.faults([options], ["host1", "host2", "spoke0"]), "a /23 at least")


def test_a_share_depends_on_nothing_but_the_inventory():
    """As in batches and slices, each of which plans with a fleet of its own, in any order."""
    names = numbered(12)
    meshes = [mesh(key="pair"), mesh(name="v6", mode="ip6gre", prefix="v6-", pool="fd00:6::/64", topology="ring")]
    whole = shares(meshes, names)
    where = _fleets.hosts(names)
    for name in reversed(names):
        alone = _fleet.share([], dict(reversed(where.items())), name, meshes, {"other": [], "routers": names})
        assert alone == whole[name]


@pytest.mark.parametrize("size", [2, 3, 5])
@pytest.mark.parametrize("topology", ["full", "ring", "chain", "hub"])
def test_tunnels_are_counted(topology, size):
    names = numbered(size)
    options = {"hubs": names[:2]} if topology == "hub" else {}
    fleet = _fleet.read([], [mesh(topology=topology, **options)], hosts(names), {"routers": names})
    ends = sum(len(fleet.share(name)["peers"]) for name in names)
    assert fleet.count * 2 == ends
    assert fleet.hosts == {*names}


def test_no_pool_gives_an_address_that_no_host_can_have():
    names = numbered(5)
    for options in ({}, {"topology": "ring"}, {"devices": "one"}):
        for share in shares([mesh(**options)], names).values():
            for link in share["links"]:
                for address in link["addresses"]:
                    _fleet_values.own_interface(address if isinstance(address, str) else address["address"])
