# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet_parsing
from ansible_collections.warren.tunnels.tests.unit.plugins.plugin_utils._fleets import (
    faults,
    has,
    hosts,
    mesh,
    numbered,
)

NAMES = numbered(3)


def without(key):
    return {name: value for name, value in mesh().items() if name != key}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("core", ["not a dictionary"]),
        (without("name"), ["no name", "give one"]),
        (without("mode"), ["mode", "has no mode", "give one of gre"]),
        (without("topology"), ["topology", "give one of full, hub, ring, chain"]),
        (mesh(topology="star"), ["topology", "'star'", "give one of"]),
        (mesh(tpology="full"), ["'tpology'", "did you mean topology?"]),
        (without("group"), ["who is in it", "give group, or members"]),
        (mesh(members=["host1"]), ["who is in it", "or twice"]),
        (mesh(group="ruoters"), ["group", "no group 'ruoters'", "did you mean routers?"]),
        ({**without("group"), "members": ["host1", "hots2"]}, ["members", "'hots2'", "did you mean host2?"]),
        ({**without("group"), "members": "host1"}, ["members", "not a list"]),
        ({**without("group"), "members": ["host1", "host1"]}, ["members", "twice"]),
        ({**without("group"), "members": []}, ["members: it has no hosts", "leave the mesh out"]),
        (
            {**without("group"), "members": ["host1"]},
            ["members: it has one host", "a mesh has two and more", "leave the mesh"],
        ),
        (mesh(group="empty"), ["group: it has no hosts", "leave the mesh out"]),
        ({**mesh(topology="hub", hubs=["host1"]), "group": "empty"}, ["group and hubs: they have one host"]),
        (mesh(name=["core"]), ["name: it is a list; give a name"]),
        (mesh(prefix=["c"]), ["prefix: it is a list; give a name"]),
        (mesh(netns=["red"]), ["netns: it is a list; give a name"]),
        (mesh(topology="hub"), ["hubs", "give hubs"]),
        (mesh(hubs=["host1"]), ["hubs", "topology full has none"]),
        (mesh(topology="hub", hubs="host1"), ["hubs", "not a list"]),
        (mesh(topology="hub", hubs=numbered(8)), ["hubs", "up to 7"]),
        (mesh(topology="hub", hubs=["host9"]), ["hubs", "no host 'host9'"]),
        (mesh(topology="hub", hubs=["host1", "host1"]), ["hubs", "twice"]),
        (without("pool"), ["pool", "it has none", "10.255.0.0/16"]),
        (mesh(pool="10.255.0.1/16"), ["pool", "host bits", "mend it"]),
        (mesh(pool="224.0.0.0/8"), ["pool", "not for hosts"]),
        (mesh(pool=["10.0.0.0/16", "10.1.0.0/16"]), ["pool", "two pools of one family"]),
        (mesh(mode="ipip", pool="fd00::/64"), ["pool", "mode ipip carries IPv4, not fd00::/64"]),
        (mesh(pool="10.255.0.0/30"), ["host3", "3 is too large", "0 to 1", "larger pool", "tunnels_number"]),
        (mesh(name="much-too-long"), ["name", "prefix of 8 characters at most"]),
        (mesh(prefix="a/"), ["prefix", "slash"]),
        (mesh(netns="a/b"), ["netns", "slash"]),
        (mesh(routes="perhaps"), ["routes", "neither true nor false"]),
        (mesh(mode="ipip", key="pair"), ["key", "mode ipip has none"]),
        (mesh(key="par"), ["key", "'par'"]),
        (mesh(encap="gue"), ["encap", "encap_dport"]),
        (mesh(mtu=1000, pool="fd00::/64"), ["mtu", "1280"]),
    ],
)
def test_a_fault_of_one_mesh(wrong, words):
    found = faults([wrong], NAMES, groups={"routers": NAMES, "empty": []})
    assert has(found, *words), found
    assert all(fault.startswith("tunnels_meshes[0]") for fault in found)


@pytest.mark.parametrize(
    ("host", "variables", "options", "words"),
    [
        ("host2", {}, {}, ["host2 has no underlay address", "tunnels_underlay_address"]),
        ("host2", {"ansible_host": "a.example.com"}, {}, ["ansible_host of host2", "not an IPv4 address"]),
        ("host2", {"ansible_host": "192.0.2.2"}, {"mode": "ip6gre"}, ["host2", "IPv6", "tunnels_underlay_address6"]),
        ("host2", {"ansible_host": "172.16.0.1"}, {}, ["host1 and host2", "same underlay address 172.16.0.1"]),
        (
            "host2",
            {"tunnels_number": "1"},
            {},
            ["host1 and host2", "same number 1", "set tunnels_number of host2", "as 0"],
        ),
        ("host2", {"tunnels_number": "two"}, {}, ["tunnels_number of host2", "'two'"]),
        ("host2", {"tunnels_number": 999}, {}, ["tunnels_number of host2", "999 is too large"]),
        ("host2", {"tunnels_short_name": "host1"}, {}, ["core-host1", "set tunnels_short_name"]),
        ("host2", {"tunnels_short_name": "a/b"}, {}, ["tunnels_short_name of host2", "slash"]),
        ("host2", {"tunnels_short_name": "x" * 12}, {}, ["tunnels_short_name of host2", "15 at most"]),
        ("host2", {"tunnels_underlay_mtu": "big"}, {}, ["tunnels_underlay_mtu of host2", "'big'"]),
        ("host2", {"tunnels_underlay_mtu": 1300}, {"pool": "fd00::/64"}, ["mtu", "1276 is too small for IPv6"]),
        ("host2", {"tunnels_networks": "10.9.0.1/24"}, {"routes": True}, ["tunnels_networks of host2", "mend it"]),
        (
            "host2",
            {"tunnels_networks": ["10.3.0.0/24"]},
            {"routes": True},
            ["host2 and host3", "both have the network"],
        ),
        (
            "host2",
            {"tunnels_networks": ["fd00:9::/64"]},
            {"routes": True, "mode": "gretap"},
            ["no IPv6 pool", "give one more"],
        ),
        (
            "host2",
            {"tunnels_networks": ["fd00:9::/64"]},
            {"routes": True, "mode": "ipip"},
            ["mode ipip carries IPv4, not fd00:9::/64"],
        ),
    ],
)
def test_a_fault_of_a_member(host, variables, options, words):
    where = hosts(NAMES)
    where["host3"]["tunnels_networks"] = ["10.3.0.0/24"]
    where[host] = {"ansible_host": "172.16.0.2", **variables} if variables else {}
    found = faults([mesh(**options)], NAMES, where)
    assert has(found, *words), found


def test_meshes_that_are_no_list():
    assert has(faults({"name": "core"}), "tunnels_meshes: it is a dictionary")


def test_meshes_of_one_name():
    assert has(faults([mesh(), mesh(prefix="x-", pool="10.1.0.0/16", key=2)], NAMES), "same name", "give each its own")


def test_the_hosts_are_read_for_what_is_needed_only():
    class Variables(dict):
        def get(self, name, default=None):
            assert name in _fleet_parsing.VARIABLES
            return super().get(name, default)

    where = {"a": Variables(ansible_host="192.0.2.1", tunnels_number=0, secret="x"), "b": Variables()}
    assert _fleet_parsing.read_hosts(where) == {"a": {"ansible_host": "192.0.2.1", "tunnels_number": 0}, "b": {}}


def test_what_a_host_has_wrong_is_told_once_for_all_meshes():
    names = numbered(3)
    where = {**hosts(names), "host2": {**hosts(names)["host2"], "tunnels_number": "two"}}
    meshes = [mesh(), mesh(name="other", pool="10.254.0.0/16", key=1)]
    assert faults(meshes, names, where) == [
        "tunnels_number of host2: 'two' is not a number from 0 to 4611686018427387904."
    ]


def test_a_mesh_is_no_larger_than_what_its_underlays_take():
    names = numbered(3)
    where = {**hosts(names), "host2": {**hosts(names)["host2"], "tunnels_underlay_mtu": 1450}}
    (fault,) = faults([mesh(mtu=1430)], names, where)
    assert "mtu: 1430 is too large, the underlay of host2 takes packets of 1450 bytes" in fault
    (fault,) = faults([mesh(mtu=99999)], names)
    assert "a packet has 65535 bytes at most" in fault


def test_devices_are_not_called_as_network_cards():
    names = numbered(3)
    assert has(faults([mesh(prefix="eth")], ["1", "2"]), "eth1 is what a network card is called")
    assert has(faults([mesh(name="eth0", devices="one")], names), "eth0 is what a network card is called")
    assert has(faults([mesh(name="all", devices="one", netns="red")], names), "the kernel means all devices by it")
