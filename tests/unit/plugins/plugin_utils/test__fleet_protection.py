# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._ipsec import _connections
from ansible_collections.warren.tunnels.plugins.module_utils._protection import _peers
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils import _hosts
from ansible_collections.warren.tunnels.tests.unit.plugins.plugin_utils._fleets import (
    faults,
    has,
    hosts,
    mesh,
    numbered,
    shares,
)

NAMES = numbered(3)
US, PEER, THIRD = ("172.16.0.1", "172.16.0.2", "172.16.0.3")
US6, PEER6 = "fd16::1", "fd16::2"


def link(name="tun100", mode="gre", hosts=("host1", "host2"), place=None, **options):
    net = sum(name.encode()) % 200
    address = f"fd00:{net}::{{}}/64" if mode in ("sit", "ip6ip6") else f"10.{net}.1.{{}}/30"
    ends = {host: {"address": address.format(number), **(place or {})} for number, host in enumerate(hosts, 1)}
    return {"name": name, "mode": mode, **options, "ends": ends}


def protected(*links, meshes=(), host="host1", protect="none"):
    """Return what is protected on a host, as a tuple each; the module takes it."""
    fleet = _fleet.read(list(links), list(meshes), hosts(NAMES), {"routers": NAMES}, protect)
    entries = fleet.share(host)["protected"]
    assert len(_peers.wanted(_hosts.params("protection", {"name": "lab", "peers": entries})["peers"])) == len(entries)
    return [tuple(entry.values()) for entry in entries]


REQUIRED = {"protect": "required"}
FOU = {"encap": "fou", "encap_dport": 5555}
GUE = {"encap": "gue", "encap_dport": 6080}


def test_nothing_is_protected_unasked():
    assert protected(link(), meshes=[mesh(key=7)]) == []
    assert "encrypted" not in shares([], NAMES, links=[link()])["host1"]["probes"][0]["outer"]


def test_a_link_is_protected_at_both_ends():
    assert protected(link(**REQUIRED)) == [(US, PEER, 47)]
    assert protected(link(**REQUIRED), host="host2") == [(PEER, US, 47)]
    assert protected(link(**REQUIRED), host="host3") == []


def test_a_mesh_is_protected_with_each_peer():
    assert protected(meshes=[mesh(**REQUIRED)]) == [(US, PEER, 47), (US, THIRD, 47)]


def test_what_does_not_say_it_is_as_the_default():
    links = [link(), link("tun200", "ipip", protect="none")]
    assert protected(*links, protect="required") == [(US, PEER, 47)]
    assert protected(meshes=[mesh()], protect="required") == [(US, PEER, 47), (US, THIRD, 47)]


@pytest.mark.parametrize(
    ("mode", "options", "expected"),
    [
        ("ipip", {}, [(US, PEER, 4)]),
        ("sit", {}, [(US, PEER, 41)]),
        ("ip6gre", {}, [(US6, PEER6, 47)]),
        ("ip6tnl", {}, [(US6, PEER6, 4), (US6, PEER6, 41)]),
        # The device takes in what comes without UDP too.
        ("gre", FOU, [(US, PEER, 17, 5555), (US, PEER, 47)]),
        ("ip6gre", GUE, [(US6, PEER6, 17, 6080), (US6, PEER6, 47)]),
    ],
)
def test_each_way_in_is_closed(mode, options, expected):
    assert protected(link(mode=mode, **REQUIRED, **options)) == expected


def test_a_port_of_another_tunnel_is_closed_where_it_takes_the_protocol():
    gre, far = link(**REQUIRED), ("host1", "host3")
    assert protected(gre, link("tun200", hosts=far, key=1, **FOU)) == [(US, PEER, 17, 5555), (US, PEER, 47)]
    assert protected(gre, link("tun200", "ipip", hosts=far, **GUE)) == [(US, PEER, 17, 6080), (US, PEER, 47)]
    assert protected(gre, link("tun200", "ipip", hosts=far, **FOU)) == [(US, PEER, 47)]
    in_netns = link("tun200", hosts=far, place={"netns": "red"}, key=1, **FOU)
    assert protected(gre, in_netns) == [(US, PEER, 47)]


def test_packets_of_a_protected_tunnel_are_not_to_be_seen():
    share = shares([], NAMES, links=[link(**REQUIRED), link("tun200", "ipip")])["host1"]
    assert share["probes"][0]["outer"] == {"encrypted": True, "local": US, "remote": PEER}
    assert share["probes"][1]["outer"] == {"protocol": "4", "local": US, "remote": PEER}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (
            link(protect="requird"),
            ["tunnels_links[0] (tun100), protect", "'requird'; did you mean required? give none, required, ipsec"],
        ),
        (link(protect=False), ["protect: there is no False;", "give none, required, ipsec"]),
        (link(protekt="required"), ["there is no 'protekt' here; did you mean protect?"]),
        (
            link(place={"netns": "red"}, **REQUIRED),
            ["protect: its packets leave by the namespace red", "give its end underlay_netns: host"],
        ),
        (
            link(place={"underlay_netns": "red"}, **REQUIRED),
            ["protect: its packets leave by the namespace red", "give its end underlay_netns: host"],
        ),
        (link(**REQUIRED, encap="fou", encap_dport=4500), ["port 4500 carries IKE", "another encap_dport"]),
    ],
)
def test_a_link_that_can_not_be_protected_is_told(wrong, words):
    found = faults([], NAMES, links=[wrong])
    assert has(found, *words), found


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"protect": "reqired"}, ["tunnels_meshes[0] (core), protect", "did you mean required?"]),
        ({**REQUIRED, "netns": "red"}, ["protect: its packets leave by the namespace red", "protect: none"]),
        ({**REQUIRED, "devices": "one"}, ["protect: one device takes in what anybody sends", "leave devices out"]),
    ],
)
def test_a_mesh_that_can_not_be_protected_is_told(options, words):
    found = faults([mesh(**options)], NAMES)
    assert has(found, *words), found


def test_a_default_that_is_none_is_told():
    with pytest.raises(_fleet.FleetError) as caught:
        _fleet.read([link()], [], hosts(NAMES), {}, "requird")
    assert caught.value.faults == [
        "tunnels_protect: there is no 'requird'; did you mean required? give none, required, ipsec."
    ]


DISAGREE = "protected differently; give both the same protect"


@pytest.mark.parametrize(
    "bare",
    [
        link("tun200", key=1),
        link("tun200", "gretap", key=1),
        link("tun200", key=1, **FOU),
        link("tun200", "ipip", **GUE),
    ],
)
@pytest.mark.parametrize("is_mesh", [False, True])
def test_tunnels_that_one_packet_may_be_for_agree(bare, is_mesh):
    links, meshes = ([bare], [mesh(**REQUIRED)]) if is_mesh else ([link(**REQUIRED), bare], [])
    found = faults(meshes, NAMES, links=links)
    assert len(found) == 1
    assert has(found, "(tun200)", "(core)" if is_mesh else "(tun100)", f"between {US} and {PEER}", DISAGREE), found


@pytest.mark.parametrize(
    "bare",
    [
        link("tun200", "ipip"),
        link("tun200", "ipip", **FOU),
        link("tun200", "ip6gre"),
        link("tun200", key=1, hosts=("host2", "host3")),
        link("tun200", key=1, place={"netns": "red"}),
    ],
)
def test_others_need_not_agree(bare):
    assert protected(link(**REQUIRED), bare) == [(US, PEER, 47)]


def test_a_device_in_a_namespace_is_protected_where_its_packets_leave():
    tenant = {"netns": "red", "underlay_netns": "host"}
    assert protected(link(place=tenant, **REQUIRED)) == [(US, PEER, 47)]
    found = faults([], NAMES, links=[link(**REQUIRED), link("tun200", key=1, place=tenant)])
    assert has(found, "(tun100)", "(tun200)", DISAGREE), found
    for mesh_of, bare in ((REQUIRED, {}), ({}, REQUIRED)):
        found = faults([mesh(**mesh_of)], NAMES, links=[link("tun200", key=7, place=tenant, **bare)])
        assert has(found, "(core)", "(tun200)", DISAGREE), found


def test_meshes_that_one_packet_may_be_for_agree():
    second = mesh(name="two", key=2, pool="10.2.0.0/16")
    found = faults([mesh(**REQUIRED), second], NAMES)
    assert len(found) == 1
    assert has(found, "(core)", "(two)", "on host1", DISAGREE), found
    for agreeing in ({**second, "mode": "ipip", "key": None}, {**second, "netns": "red"}, {**second, **REQUIRED}):
        assert protected(meshes=[mesh(**REQUIRED), agreeing]) == [(US, PEER, 47), (US, THIRD, 47)]


IPSEC = {"protect": "ipsec"}


def encrypted(*links, meshes=(), host="host1", protect="none"):
    """Return what is encrypted on a host; the module takes it, with secrets."""
    fleet = _fleet.read(list(links), list(meshes), hosts(NAMES), {"routers": NAMES}, protect)
    found = fleet.share(host)["ipsec"]
    taken = _hosts.params("ipsec", {"name": "lab", "connections": [{**one, "secrets": ["a" * 64]} for one in found]})
    assert len(_connections.wanted(taken["connections"])) == len(found)
    return found


def test_a_link_is_encrypted_between_its_ends_and_one_begins():
    (one,), (other,) = (encrypted(link(**IPSEC), host=host) for host in ("host1", "host2"))
    assert one == {
        "local": US,
        "remote": PEER,
        "local_id": "host1.warren",
        "remote_id": "host2.warren",
        "protocols": [47],
        "initiate": True,
    }
    back = {"local": "remote", "remote": "local", "local_id": "remote_id", "remote_id": "local_id"}
    assert other == {**{name: one[back.get(name, name)] for name in one}, "initiate": False}
    assert encrypted(link(**IPSEC), host="host3") == encrypted(link(**REQUIRED)) == []


def test_tunnels_of_a_pair_are_one_connection():
    links = [link(**IPSEC), link("tun200", "gre", key=7, **IPSEC), link("tun300", "sit", **IPSEC)]
    assert [one["protocols"] for one in encrypted(*links, link("tun400", "ipip"))] == [[41, 47]]
    assert [one["protocols"] for one in encrypted(link(mode="ip6tnl", **IPSEC))] == [[4, 41]]
    assert [one["remote"] for one in encrypted(meshes=[mesh(**IPSEC)])] == [PEER, THIRD]
    assert len(encrypted(meshes=[mesh()], protect="ipsec", host="host2")) == 2


def test_what_is_encrypted_is_protected_as_well():
    assert protected(link(**IPSEC)) == [(US, PEER, 47)]
    share = shares([], NAMES, links=[link(**IPSEC)])["host1"]
    assert share["probes"][0]["outer"] == {"encrypted": True, "local": US, "remote": PEER}
    assert [(one["protocol"], one.get("port")) for one in share["accept"]] == [(17, 500), (47, None), (50, None)]
    assert "secret" not in str(share)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ([link(protect="ipsek")], ["'ipsek'; did you mean ipsec? give none, required, ipsec"]),
        ([link(**IPSEC, **FOU)], ["tunnels_links[0] (tun100), protect", "by the protocol inside", "leave encap out"]),
        ([link(**IPSEC, **GUE)], ["or give protect: required and IPsec of your own for all"]),
        ([link(**IPSEC), link("tun200", key=7)], ["(tun100) and", "(tun200)", "protected differently"]),
        ([link(**IPSEC), link("tun200", key=7, **REQUIRED)], ["protected differently", "give both the same protect"]),
        ([link(**IPSEC), link("tun200", "ipip", **GUE, **REQUIRED)], ["protected differently"]),
        ([link(**IPSEC, place={"netns": "red"})], ["protect: its packets leave by the namespace red"]),
    ],
)
def test_what_can_not_be_encrypted_is_told(wrong, words):
    found = faults([], NAMES, links=wrong)
    assert has(found, *words), found


def test_a_mesh_and_a_link_agree_on_how():
    assert has(faults([mesh(**IPSEC)], NAMES, links=[link(key=7, **REQUIRED)]), "protected differently")
    assert has(
        faults([mesh(**IPSEC), mesh(name="b", pool="10.1.0.0/16", key=7, **REQUIRED)], NAMES), "on host1 a packet"
    )
    assert has(faults([mesh(**IPSEC, **FOU)], NAMES), "tunnels_meshes[0] (core), protect", "leave encap out")


# What IPsec with AES-GCM leaves of 1500 bytes, as xfrm_state_mtu works it out.
MTU = [
    ("gre", {}, 1442),
    ("gre", {"key": 7}, 1438),
    ("ipip", {}, 1446),
    ("sit", {}, 1446),
    ("gretap", {}, 1428),
    ("ip6gre", {"encaplimit": "none"}, 1422),
]


@pytest.mark.parametrize(("mode", "options", "mtu"), MTU)
def test_an_mtu_leaves_room_for_the_encryption(mode, options, mtu):
    share = shares([], NAMES, links=[link(mode=mode, mtu="auto", **IPSEC, **options)])["host1"]
    assert share["links"][0]["mtu"] == mtu
    # The largest is as large as the underlay takes, or has padding that would not fit with a byte more.
    assert 1500 - 4 < share["paths"][0]["packet"] <= 1500
    meshes = [mesh(mode=mode, **IPSEC, **options, **({"pool": "fd00::/64"} if mode == "sit" else {}))]
    assert shares(meshes, NAMES)["host1"]["links"][0]["mtu"] == mtu


def test_an_mtu_that_leaves_no_room_for_the_encryption_is_told():
    given = {name: {**variables, "tunnels_underlay_mtu": 1500} for name, variables in hosts(NAMES).items()}
    assert shares([], NAMES, given, [link(mtu=1442, **IPSEC)])["host1"]["links"][0]["mtu"] == 1442
    found = faults([], NAMES, given, [link(mtu=1443, **IPSEC)])
    assert has(found, "mtu", "takes packets of 1500 bytes", "of which IPsec leaves 1466", "give 1442 or less"), found
