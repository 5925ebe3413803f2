# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import ipaddress

import pytest
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet_one_device
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils import _hosts
from ansible_collections.warren.tunnels.tests.unit.plugins.plugin_utils import _fleets
from ansible_collections.warren.tunnels.tests.unit.plugins.plugin_utils._fleets import faults, has, numbered, shares

BOTH = ["10.255.0.0/16", "fd00:5::/64"]


def mesh(**options):
    return _fleets.mesh(devices="one", **options)


def into(share):
    """Return the far ends of a host's tunnels, by the destinations that lead into them."""
    return {route["dst"]: route["encap"]["dst"] for route in share["routes"]}


def test_a_host_has_one_device_and_a_route_to_each_peer():
    found = shares([mesh(key=100, pool=BOTH)], numbered(3))["host2"]
    assert found["links"] == [
        {
            "name": "core",
            "mode": "gre",
            "external": True,
            "mtu": 1472,
            "addresses": ["10.255.0.2/32", "fd00:5::2/128"],
        }
    ]
    assert found["routes"][2:] == [
        {
            "dst": dst,
            "dev": "core",
            "encap": {
                "type": "ip",
                "dst": "172.16.0.3",
                "src": "172.16.0.2",
                "ttl": 64,
                "tos": 0,
                "id": 100,
                "key": True,
            },
        }
        for dst in ("10.255.0.3/32", "fd00:5::3/128")
    ]
    assert found["peers"][1] == {
        "host": "host3",
        "name": "core",
        "netns": None,
        "local": "172.16.0.2",
        "remote": "172.16.0.3",
        "far": "core",
        "mode": "gre",
        "key": 100,
    }
    assert found["kernel_modules"] == []
    assert found["accept"] == [{"source": f"172.16.0.{number}", "protocol": 47} for number in (1, 3)]


@pytest.mark.parametrize("mode", _fleet_one_device.SHARING)
def test_both_ends_of_each_tunnel_fit_each_other(mode):
    names = numbered(5)
    carries = {"ipip": BOTH[0], "ip6ip6": BOTH[1], "ipip6": BOTH[0]}.get(mode, BOTH)
    found = shares([mesh(mode=mode, pool=carries)], names)
    own = {name: dict.fromkeys(share["links"][0]["addresses"], name) for name, share in found.items()}
    for name, share in found.items():
        whose = {address: host for others in own.values() for address, host in others.items()}
        assert {whose[route["dst"]] for route in share["routes"]} == set(names) - {name}
        for peer in share["peers"]:
            (back,) = [entry for entry in found[peer["host"]]["peers"] if entry["host"] == name]
            assert (peer["local"], peer["remote"], peer["far"]) == (back["remote"], back["local"], back["name"])
        for route in share["routes"]:
            (peer,) = [entry for entry in share["peers"] if entry["host"] == whose[route["dst"]]]
            assert (route["encap"]["src"], route["encap"]["dst"]) == (peer["local"], peer["remote"])


def test_the_modules_take_a_share_as_it_is():
    names = numbered(3)
    meshes = [mesh(key=0, ttl=5, tos=8, seq=True, netns="red"), mesh(name="six", mode="ip6gre", pool="fd00::/64")]
    for share in shares(meshes, names).values():
        want = _hosts.want("network_state", links=share["links"], routes=share["routes"])
        assert len(want.links) == 2
        assert len(want.routes) == 4
        (encap,) = {route.attributes["encap"][3:] for route in want.routes.values() if route.netns == "red"}
        assert encap == (0, 5, 8, True, False, True)


@pytest.mark.parametrize("topology", [{"topology": "full"}, {"topology": "hub", "hubs": ["host1", "host2"]}])
def test_who_joins_or_leaves_changes_nothing_for_the_others(topology):
    names = numbered(100)
    where = _fleets.hosts(names)
    before = shares([mesh(key=1, **topology)], names, where)
    for staying in (names[:50] + names[51:], names[:49] + names[50:], names[:-1]):
        after = shares([mesh(key=1, **topology)], staying, where)
        (gone,) = set(names) - set(staying)
        for name in staying:
            assert after[name]["links"] == before[name]["links"]
            assert into(after[name]).items() <= into(before[name]).items()
            lost = into(before[name]).keys() - into(after[name]).keys()
            assert lost <= {before[gone]["links"][0]["addresses"][0]}


def test_spokes_have_routes_to_hubs_only():
    found = shares([mesh(topology="hub", hubs=["host2", None])], numbered(4))
    assert {name: sorted(into(share).values()) for name, share in found.items()} == {
        "host1": ["172.16.0.2"],
        "host2": ["172.16.0.1", "172.16.0.3", "172.16.0.4"],
        "host3": ["172.16.0.2"],
        "host4": ["172.16.0.2"],
    }


def test_what_is_behind_the_others_is_reached_by_their_tunnels():
    names = numbered(4)
    where = _fleets.hosts(names)
    for number, name in enumerate(names, 1):
        where[name]["tunnels_networks"] = [f"10.20.{number}.0/24"]
    full = shares([mesh(routes=True)], names, where)["host4"]
    assert into(full)["10.20.3.0/24"] == "172.16.0.3"
    spoke = shares([mesh(routes=True, topology="hub", hubs=["host2"])], names, where)["host4"]
    assert into(spoke)["10.20.3.0/24"] == into(spoke)["10.20.2.0/24"] == "172.16.0.2"


def test_a_device_takes_what_its_hosts_underlay_does_and_a_route_what_both_do():
    where = _fleets.hosts(numbered(3))
    where["host3"]["tunnels_underlay_mtu"] = 1400
    found = shares([mesh(mode="ip6gre", pool=BOTH)], list(where), where)
    assert [share["links"][0]["mtu"] for share in found.values()] == [1456, 1456, 1356]
    assert [route.get("mtu") for route in found["host1"]["routes"]] == [None, None, 1356, 1356]
    assert [route.get("mtu") for route in found["host3"]["routes"]] == [None] * 4
    assert [probe["min_path_mtu"] for probe in found["host1"]["probes"]] == [1456, 1456, 1356, 1356]
    told = shares([mesh(mtu=1300, pool=BOTH)], list(where), where)
    assert {share["links"][0]["mtu"] for share in told.values()} == {1300}


def test_every_tunnel_is_probed():
    found = shares([mesh(key=100, pool=BOTH)], numbered(3))["host1"]
    assert [(probe["name"], probe["destination"], probe["outer"]) for probe in found["probes"]] == [
        ("core", address, {"protocol": protocol, "local": "172.16.0.1", "remote": f"172.16.0.{number}"})
        for number in (2, 3)
        for address, protocol in ((f"10.255.0.{number}", "47"), (f"fd00:5::{number}", "47"))
    ]


def test_nothing_is_asked_through_a_device_that_leads_to_all():
    assert shares([mesh()], numbered(3))["host1"]["crossings"] == []
    second = _fleets.mesh(name="two", mode="ipip", pool="10.2.0.0/16")
    crossings = shares([mesh(), second], numbered(3))["host1"]["crossings"]
    assert {crossing["name"] for crossing in crossings} == {"two-host2", "two-host3"}
    assert {crossing["destination"].rpartition(".")[0] for crossing in crossings} == {"10.255.0", "10.2.0"}


def test_a_pool_has_room_for_its_last_number():
    assert shares([mesh(pool="10.255.0.0/30")], numbered(3))["host3"]["links"][0]["addresses"] == ["10.255.0.3/32"]
    assert has(faults([mesh(pool="10.255.0.0/30")], numbered(4)), "4 is too large", "0 to 3")


def test_names_without_a_number_have_addresses_in_a_large_pool():
    found = shares([mesh(pool="fd00::/64")], ["amsterdam", "berlin"])
    addresses = {ipaddress.ip_interface(share["links"][0]["addresses"][0]).ip for share in found.values()}
    assert len(addresses) == 2
    assert all(address in ipaddress.ip_network("fd00::/64") for address in addresses)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (_fleets.mesh(devices="two"), ["devices", "neither one nor peer, but 'two'"]),
        (mesh(topology="ring"), ["topology", "ring can't have one device", "take full, hub, or leave devices out"]),
        (mesh(mode="gretap"), ["mode", "gretap can't have one device", "take gre, ipip, ip6gre"]),
        (mesh(mode="sit", pool="fd00::/64"), ["mode", "sit can't have one device"]),
        (mesh(key="pair"), ["key", "have one key", "give a number"]),
        (mesh(prefix="c-"), ["prefix", "is called as the mesh is", "leave it out"]),
        (mesh(csum=True), ["csum", "can't have it", "leave it out"]),
        (mesh(encap="fou", encap_dport=5555), ["encap_dport", "can't have it"]),
        (mesh(pmtudisc=False), ["pmtudisc", "can't have it"]),
        (mesh(mode="ip6gre", encaplimit=4, pool="fd00::/64"), ["encaplimit", "can't have it"]),
        (mesh(ttl="inherit"), ["ttl", "it is a number", "give one"]),
        (mesh(tos="inherit"), ["tos", "it is a number", "give one"]),
        (mesh(name="gre0"), ["name", "gre0 is a device that the kernel makes by itself"]),
        (mesh(name="much-too-long-a-name"), ["name", "15 at most"]),
        ({name: value for name, value in mesh().items() if name != "name"}, ["no name", "give one"]),
        (mesh(mtu=1000, pool="fd00::/64"), ["mtu", "1280"]),
    ],
)
def test_a_fault_of_one_mesh(wrong, words):
    found = faults([wrong], numbered(3))
    assert has(found, *words), found
    assert len(found) == 1 or "encap" in wrong


def test_two_members_of_one_number():
    where = _fleets.hosts(["host1", "host2"])
    where["host2"]["tunnels_number"] = 1
    assert has(faults([mesh(topology="hub", hubs=["host1"])], list(where), where), "same number 1")


TWO = {"name": "two", "pool": "10.2.0.0/16"}


@pytest.mark.parametrize(
    ("second", "links", "words"),
    [
        (mesh(**TWO, key=5), [], ["devices", "on host1 both would take in what comes for mode gre", "make them one"]),
        (_fleets.mesh(**TWO), [], ["host1 and host2", "same endpoints", "give each its own key"]),
        (_fleets.mesh(**TWO, key=5, prefix="co", members=["host1", "re"]), [], ["would have a device core"]),
        (_fleets.mesh(mode="ipip", pool="10.255.9.0/24", name="two"), [], ["overlap"]),
        (None, [("core", 5)], ["on host1 they have one name, core"]),
        (None, [("tun1", None)], ["host1", "same endpoints"]),
    ],
)
def test_a_fault_of_a_mesh_and_another(second, links, words):
    where = _fleets.hosts([*numbered(3), "re"])
    if second and "members" in second:
        del second["group"]
    ends = {"host1": {"address": "10.1.1.1"}, "host2": {"address": "10.1.1.2"}}
    tunnels = [{"name": name, "mode": "gre", "key": key, "ends": ends} for name, key in links]
    meshes = [mesh(), second] if second else [mesh()]
    found = faults(meshes, numbered(3), where, tunnels)
    assert has(found, *words), found


@pytest.mark.parametrize(
    "second",
    [
        mesh(**TWO, key=5, netns="red"),
        mesh(**TWO, mode="ipip"),
        _fleets.mesh(**TWO, key=5),
    ],
    ids=["another namespace", "another mode", "a device per peer"],
)
def test_two_meshes_that_get_on(second):
    found = shares([mesh(), second], numbered(3))
    assert len(found["host1"]["peers"]) == 4
