# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
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
            ["tunnels_links[0] (tun100), protect", "'requird'; did you mean required? give none"],
        ),
        (link(protect=False), ["protect: there is no False;", "give none or required"]),
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
        "tunnels_protect: there is no 'requird'; did you mean required? give none or required."
    ]


DISAGREE = "may be for either, and only one is protected; give both the same protect, or one another mode"


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
