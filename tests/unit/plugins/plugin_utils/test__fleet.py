# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import copy

import pytest
from ansible.errors import AnsibleUndefinedVariable
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _catalog
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet, _fleet_tunnels

HOSTS = {
    "host1": {"ansible_host": "192.168.0.8"},
    "host2": {"ansible_host": "192.168.0.58"},
    "host3": {"ansible_host": "host3.example.com", "tunnels_underlay_address": "192.0.2.3"},
    "host4": {"ansible_host": "host4.example.com"},
    "host5": {},
    "host6": {"ansible_host": "192.168.0.8"},
    "host7": {"ansible_host": "2001:db8::7"},
    "192.0.2.8": {},
}
ENDS = {"host1": {"address": "10.1.1.1"}, "host2": {"address": "10.1.1.2"}}


def link(name="tun100", mode="gre", ends=None, **options):
    return {"name": name, "mode": mode, **options, "ends": copy.deepcopy(ENDS if ends is None else ends)}


def ends(first, second, *hosts):
    one, other = hosts or ("host1", "host2")
    return {one: first, other: second}


def at(first, second, *hosts):
    return ends({"address": first}, {"address": second}, *hosts)


def share(*links, host="host1", hosts=None):
    return _fleet.share(list(links), hosts or HOSTS, host)


def faults(*links, hosts=None):
    """What is wrong, which no host's share may depend on."""
    found = []
    hosts = hosts or HOSTS
    for host in hosts:
        with pytest.raises(_fleet.FleetError) as caught:
            _fleet.share(list(links), hosts, host)
        found.append(caught.value.faults)
    assert all(other == found[0] for other in found)
    return found[0]


# Shares


def test_both_ends_of_the_experiment():
    links = [
        link(ttl=64, mtu=1400),
        link("tun200", "ipip", at("20.1.1.1", "20.1.1.2"), mtu=1400),
    ]
    one, two = share(*links), share(*links, host="host2")
    assert one["links"] == [
        {
            "name": "tun100",
            "mode": "gre",
            "local": "192.168.0.8",
            "remote": "192.168.0.58",
            "ttl": 64,
            "mtu": 1400,
            "addresses": [{"address": "10.1.1.1", "peer": "10.1.1.2"}],
        },
        {
            "name": "tun200",
            "mode": "ipip",
            "local": "192.168.0.8",
            "remote": "192.168.0.58",
            "mtu": 1400,
            "addresses": [{"address": "20.1.1.1", "peer": "20.1.1.2"}],
        },
    ]
    assert [(entry["local"], entry["remote"]) for entry in two["links"]] == [("192.168.0.58", "192.168.0.8")] * 2
    assert two["links"][0]["addresses"] == [{"address": "10.1.1.2", "peer": "10.1.1.1"}]
    assert one["kernel_modules"] == []
    assert one["accept"] == [{"source": "192.168.0.58", "protocol": 4}, {"source": "192.168.0.58", "protocol": 47}]
    outers = {
        name: {"protocol": protocol, "local": "192.168.0.58", "remote": "192.168.0.8"}
        for name, protocol in (("tun100", "47"), ("tun200", "4"))
    }
    assert two["probes"] == [
        {
            "name": name,
            "netns": None,
            "destination": address,
            "label": address + " on host1",
            "min_path_mtu": 1400,
            "outer": outers[name],
        }
        for name, address in (("tun100", "10.1.1.1"), ("tun200", "20.1.1.1"))
    ]
    assert two["crossings"] == [
        {
            "name": through,
            "netns": None,
            "destination": address,
            "source": source,
            "label": "{} of {}".format(address, tunnel),
            "expect": "silence",
            "outer": outers[through],
        }
        for tunnel, address, source, through in (
            ("tun100", "10.1.1.1", "10.1.1.2", "tun200"),
            ("tun200", "20.1.1.1", "20.1.1.2", "tun100"),
        )
    ]


def test_every_link_of_a_share_is_what_the_module_takes():
    everything = {"ttl": "inherit", "tos": "0x10", "key": "10.0.0.1", "csum": "yes", "seq": False, "pmtudisc": True}
    everything.update(encaplimit="none", encap="gue", encap_dport=5555)
    hosts = {name: {**HOSTS[name], "tunnels_underlay_address6": "fd00:1::" + name[-1]} for name in ENDS}
    for mode, facts in _fleet_tunnels.MODES.items():
        addresses = ("10.1.1.1", "10.1.1.2") if 4 in facts.carries else ("2001:db8::1", "2001:db8::2")
        kind = _catalog.KINDS[mode]
        options = {
            name: value
            for name, value in everything.items()
            if kind.option("ikey" if name == "key" else name) is not None
        }
        (options_of_link,) = share(link("t", mode, at(*addresses), mtu=1400, **options), hosts=hosts)["links"]
        parameters = dict.fromkeys(
            (*_options(), "ikey", "okey", "netns", "state", "recreate", "purge_addresses", "force")
        )
        want = _parsers.of_module("ip_tunnel")(
            {**parameters, **options_of_link, "recreate": "if_needed", "state": "present"}
        )
        (wanted,) = want.links.values()
        assert wanted.kind == mode
        assert wanted.attributes["remote"] == ("192.168.0.58" if facts.outer == 4 else "fd00:1::2")


def _options():
    return [option.name for kind in _catalog.family("ip_tunnel") for option in kind.common + kind.options] + ["key"]


def test_a_host_without_tunnels_has_an_empty_share():
    assert share(link(), host="host5") == {
        "links": [],
        "routes": [],
        "fou_ports": [],
        "paths": [],
        "peers": [],
        "probes": [],
        "crossings": [],
        "kernel_modules": [],
        "forwarding": [],
        "accept": [],
        "ipsec": [],
        "protected": [],
    }


def test_no_links_are_no_fault():
    assert share()["links"] == []


@pytest.mark.parametrize(
    ("hosts", "local"),
    [
        (("host3", "host2"), "192.0.2.3"),
        (("192.0.2.8", "host2"), "192.0.2.8"),
    ],
)
def test_the_underlay_address_comes_from_the_inventory(hosts, local):
    (one,) = share(link(ends=ends({}, {}, *hosts)), host=hosts[0])["links"]
    assert one["local"] == local


def test_an_end_may_name_its_own_underlay_address():
    (one,) = share(link(ends=ends({"local": "198.51.100.1", "dev": "eth1", "netns": "red"}, None)))["links"]
    assert (one["local"], one["dev"], one["netns"], one["addresses"]) == ("198.51.100.1", "eth1", "red", [])


@pytest.mark.parametrize(
    ("netns", "underlay", "told"),
    [
        pytest.param("red", "host", "host", id="tenant"),
        pytest.param(None, "red", "red", id="underlay-in-a-namespace"),
        pytest.param("red", "red", None, id="its-own"),
        pytest.param(None, "host", None, id="the-hosts-own"),
    ],
)
def test_an_end_may_have_its_underlay_elsewhere(netns, underlay, told):
    end = {"address": "10.1.1.1", "netns": netns, "underlay_netns": underlay}
    found = share(link(ends=ends(end, {"address": "10.1.1.2"}), encap="fou", encap_dport=5555))
    assert found["links"][0].get("link_netns") == told
    (port,) = found["fou_ports"]
    assert port.get("netns") == (None if underlay == "host" else underlay)
    (probe,) = found["probes"]
    assert probe["netns"] == netns
    assert bool(found["paths"]) == (underlay == "host")


def beyond(name, address, peer, netns, **options):
    one, other = ({"address": own, "netns": netns, "underlay_netns": "host"} for own in (address, peer))
    return link(name, ends=ends(one, other), **options)


def test_endpoints_of_tunnels_in_several_namespaces_are_the_hosts():
    one, other = (beyond("tun100", "10.1.1.1", "10.1.1.2", netns) for netns in ("red", "blue"))
    assert ["on host1 they have the same endpoints" in fault for fault in faults(one, other)] == [True, False]
    assert len(share(beyond("tun100", "10.1.1.1", "10.1.1.2", "red", key=1), {**other, "key": 2})["links"]) == 2


def test_outer_packets_are_not_routed_in_the_namespace_of_the_device():
    """Its address has the other end's underlay in its network, which is of no concern in another namespace."""
    inside = beyond("tun100", "192.168.0.1/24", "192.168.0.2/24", "red")
    assert share(inside, host="host1")["links"]
    del inside["ends"]["host1"]["underlay_netns"]
    assert any("would be routed into the tunnel itself" in fault for fault in faults(inside))


def test_underlay_that_can_be_no_namespace():
    (fault,) = faults(link(ends=ends({"address": "10.1.1.1", "underlay_netns": "a/b"}, {"address": "10.1.1.2"})))
    assert "host1.underlay_netns: 'a/b' has a slash" in fault


def test_addresses_with_a_network_have_no_peer():
    (one,) = share(link(ends=at("10.1.1.1/30", "10.1.1.2/255.255.255.252")))["links"]
    assert one["addresses"] == ["10.1.1.1/30"]


def test_several_addresses_are_paired_in_their_order():
    both = ends({"address": ["10.1.1.1", "fd00::1"]}, {"address": ["10.1.1.2", "fd00::2"]})
    (one,) = share(link(ends=both), host="host2")["links"]
    assert one["addresses"] == [{"address": "10.1.1.2", "peer": "10.1.1.1"}, {"address": "fd00::2", "peer": "fd00::1"}]


def test_further_addresses_have_nothing_to_do_with_the_other_end():
    further = [{"address": "10.9.9.1", "peer": "10.9.9.2"}, "10.8.0.1/24"]
    (one,) = share(link(ends=ends({"address": "10.1.1.1", "addresses": further}, {"address": "10.1.1.2"})))["links"]
    assert one["addresses"] == [{"address": "10.1.1.1", "peer": "10.1.1.2"}, *further]


def test_a_share_depends_on_the_hosts_of_its_links_only():
    links = [link(), link("tun300", "gre", at("10.3.0.1", "10.3.0.2", "host2", "host3"))]
    few = {name: HOSTS[name] for name in ("host1", "host2", "host3")}
    assert share(*links) == share(*links, hosts=few)


# What is no fault, although it looks like one


@pytest.mark.parametrize(
    "second",
    [
        link("tun101", ends=at("10.1.2.1", "10.1.2.2"), key=7),
        link("tun101", "ipip", at("10.1.2.1", "10.1.2.2")),
        link("tun100", ends=at("10.1.2.1", "10.1.2.2", "host2", "host3"), key=1) | {"name": "tun101"},
        link("tun101", key=5, ends=at("10.1.1.1", "10.1.2.2")),
        link("tun100", ends=ends({"netns": "red", "address": "10.1.1.1"}, {"netns": "red", "address": "10.1.1.2"})),
    ],
    ids=["another key", "another mode", "another peer", "one address, two peers", "another namespace"],
)
def test_two_links_may_have_much_in_common(second):
    assert len(share(link(), second, host="host2")["links"]) == 2


@pytest.mark.parametrize("length", ["/31", "/32", "", "/127", "/128"])
def test_the_first_and_the_last_address_of_two_are_hosts_addresses(length):
    one, other = ("fd00::", "fd00::1") if length in ("/127", "/128") else ("10.1.1.0", "10.1.1.1")
    (found,) = share(link(ends=at(one + length, other + length)))["links"]
    assert one in str(found["addresses"])


@pytest.mark.parametrize("name", ["ens", "eno-1", "eth", "ethernet0", "tun0", "tap0", "wire0", "ibiza1", "enroll"])
def test_few_names_are_those_of_network_cards(name):
    assert share(link(name))["links"][0]["name"] == name


def test_a_network_cards_name_is_free_in_a_namespace():
    inside = ends({"netns": "red", "address": "10.1.1.1"}, {"netns": "red", "address": "10.1.1.2"})
    assert share(link("eth0", ends=inside))["links"][0]["name"] == "eth0"
    (fault,) = faults(link("eth0", ends={**inside, "host2": {"address": "10.1.1.2"}}))
    assert "network card" in fault


def test_a_tunnel_is_no_larger_than_what_its_underlay_takes():
    small = {**HOSTS, "host2": {**HOSTS["host2"], "tunnels_underlay_mtu": 1450}}
    (fault,) = faults(link(mtu=1430), hosts=small)
    assert "mtu: 1430 is too large, the underlay of host2 takes packets of 1450 bytes (tunnels_underlay_mtu)" in fault
    assert "give 1426 or less, or auto" in fault
    for options in ({"mtu": 1426}, {"mtu": "auto"}, {"mtu": 1430, "pmtudisc": False}):
        assert share(link(**options), hosts=small)["links"]
    # Nobody knows what the underlay takes where nobody says it.
    assert share(link(mtu=8976))["links"]


def test_ipv6_link_local_addresses_are_nobodys_own():
    others = at("fe80::1", "fe80::2", "host2", "host3")
    assert share(link(ends=at("fe80::1", "fe80::2")), link("tun300", ends=others))["links"]


def test_a_tunnel_may_go_through_another_one():
    inner = ends({"local": "10.1.1.1", "address": "10.2.0.1"}, {"local": "10.1.1.2", "address": "10.2.0.2"})
    assert share(link(), link("tun101", ends=inner))["links"]


# Faults


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("tun100", ["tunnels_links[0]", "not a dictionary"]),
        ({"mode": "gre", "ends": ENDS}, ["has no name"]),
        (link(["a"]), ["name: it is a list; give a name"]),
        (
            link(ends={"host1": {"netns": ["x"]}, "host2": {"dev": {"a": 1}}}),
            ["host1.netns: it is a list; give a name"],
        ),
        (
            link(ends={"host1": {"netns": ["x"]}, "host2": {"dev": {"a": 1}}}),
            ["host2.dev: it is a dictionary; give a name"],
        ),
        (link("t" * 16), ["name", "15 at most"]),
        (link("a/b"), ["name", "slash"]),
        (link("gre0"), ["name", "gre0", "choose another"]),
        (link("lo"), ["name", "choose another"]),
        (link("all"), ["name", "the kernel means all devices by it", "choose another"]),
        (link("default"), ["name", "the kernel means all devices by it", "choose another"]),
        (link("tün100"), ["name", "'tün100' has 'ü' in it, for which udev renames the device"]),
        (link("eth0"), ["name", "eth0 is what a network card is called", "choose another"]),
        (link("enp3s0f1"), ["name", "enp3s0f1 is what a network card is called"]),
        (link("wlx0123456789ab"), ["name", "wlx0123456789ab is what a network card is called"]),
        (
            link(mtu=99999),
            ["mtu", "99999 is too large, a packet has 65535 bytes at most", "needs 24", "give 65511 or less"],
        ),
        (link(mode="ipip", ttl=64, pmtudisc=False), ["pmtudisc", "ttl=inherit"]),
        (link(ends=at("10.1.1.0/30", "10.1.1.1/30")), ["ends.host1.address", "the network itself; give 10.1.1.1"]),
        (link(ends=at("10.1.1.2/30", "10.1.1.3/30")), ["ends.host2.address", "the broadcast address", "give 10.1.1.2"]),
        (link(ends=at("fd00::/64", "fd00::2/64")), ["ends.host1.address", "the network itself; give fd00::1"]),
        (
            link(ends=ends({"addresses": [{"address": "10.2.0.255/24"}]}, {})),
            ["ends.host1.addresses", "the broadcast address"],
        ),
        (link(mode="grre"), ["mode", "'grre'", "gre, gretap, ipip, sit"]),
        ({"name": "t", "ends": ENDS}, ["mode", "has no mode"]),
        (link(tll=64), ["'tll'", "did you mean ttl?", "known are name, mode"]),
        (link(ttl=300), ["ttl", "1 to 255"]),
        (link(tos=256), ["tos", "0 to 255"]),
        (link(csum="perhaps"), ["csum", "neither true nor false"]),
        (link(key="seven"), ["key", "'seven'"]),
        (link(mode="ipip", key=7), ["key", "mode ipip has none", "gre, gretap"]),
        (link(mode="ipip", csum=False), ["csum", "mode ipip has none"]),
        (link(mtu=67), ["mtu", "from 68 to", "or auto"]),
        (link(encap="fou"), ["encap", "needs a UDP port", "give encap_dport"]),
        (link(encap="foo"), ["encap", "'foo' is none of none, fou, gue"]),
        (
            link(ends=ends({"address": "10.1.1.1", "dev": "tun100"}, {"address": "10.1.1.2"})),
            ["host1", "its dev, tun100"],
        ),
        (link(mode="ip6tnl", encap="fou", encap_dport=5555), ["encap", "mode ip6tnl carries two", "gue"]),
        (link(encap_dport=5555), ["encap_dport", "only tunnels inside UDP", "give encap"]),
        (link(encaplimit=4), ["encaplimit", "mode gre has none", "ip6gre"]),
        (link(mtu=1279, ends=at("fd00::1", "fd00::2")), ["mtu", "1280"]),
        (link(ends={"host1": {}}), ["ends", "two ends, this has 1"]),
        (link(ends={"host1": {}, "host2": {}, "host3": {}}), ["ends", "this has 3"]),
        (link(ends=["host1", "host2"]), ["ends", "name two hosts"]),
        ({"name": "t", "mode": "gre"}, ["ends", "this has none"]),
        (link(ends=at("10.1.1.1", "10.1.1.2", "host1", "hots2")), ["ends.hots2", "in the inventory", "mean host2?"]),
        (link(ends=ends({"adress": "10.1.1.1"}, {})), ["ends.host1", "'adress'", "did you mean address?"]),
        (link(ends=ends("10.1.1.1", {})), ["ends.host1", "not a dictionary"]),
        (link(ends=ends({}, {}, "host1", "host4")), ["ansible_host of host4", "set tunnels_underlay_address"]),
        (link(ends=ends({}, {}, "host1", "host5")), ["ends.host5", "no underlay address", "tunnels_underlay_address"]),
        (link(ends=ends({}, {}, "host1", "host6")), ["same underlay address 192.168.0.8", "host1", "host6"]),
        (link(ends=ends({}, {}, "host1", "host7")), ["host7", "not an IPv4 address", "mode gre"]),
        (link(ends=ends({"local": "any"}, {})), ["ends.host1.local", "any is not an address that one host has"]),
        (link(ends=ends({"local": "224.0.0.1"}, {})), ["ends.host1.local", "224.0.0.1"]),
        (link(ends=ends({"local": "127.0.0.1"}, {})), ["ends.host1.local", "127.0.0.1"]),
        (link(ends=ends({"dev": "eth 0"}, {})), ["ends.host1.dev", "white space"]),
        (link(ends=ends({"netns": "a/b"}, {})), ["ends.host1.netns", "slash"]),
        (link(ends=at("10.1.1", "10.1.1.2")), ["ends.host1.address", "'10.1.1' is not an address"]),
        (link(ends=at("10.1.1.1/33", "10.1.1.2")), ["ends.host1.address", "10.1.1.1/33"]),
        (link(ends=at("10.1.1.1", "10.1.1.1")), ["both ends have the address 10.1.1.1"]),
        (link(ends=ends({"address": "10.1.1.1"}, {})), ["ends", "disagree", "host2 has no address"]),
        (link(ends=at("10.1.1.1/30", "10.1.1.5/30")), ["ends", "disagree", "the same network"]),
        (link(ends=at("10.1.1.1/30", "10.1.1.2")), ["ends", "disagree", "no prefix length"]),
        (link(ends=at("10.1.1.1", "fd00::2")), ["ends", "disagree", "one family"]),
        (link(ends=at({"address": "10.1.1.1"}, "10.1.1.2")), ["ends.host1.address", "give the address alone"]),
        (link(mode="ipip", ends=at("fd00::1", "fd00::2")), ["mode ipip carries IPv4, not fd00::1", "take gre"]),
        (link(mode="sit"), ["mode sit carries IPv6, not 10.1.1.1"]),
        (
            link(ends=ends({"addresses": [{"address": "10.2.0.1", "per": "10.2.0.2"}]}, {})),
            ["ends.host1.addresses", "'per'", "did you mean peer?"],
        ),
        (
            link(ends=ends({"addresses": [{"address": "10.2.0.1", "peer": "fd00::1"}]}, {})),
            ["ends.host1.addresses.peer", "another family"],
        ),
        (link(ends=at("192.168.0.1/24", "192.168.0.2/24")), ["host1", "192.168.0.58", "into the tunnel itself"]),
        (link(ends=at("10.1.1.1", "192.168.0.58")), ["host1", "192.168.0.58", "into the tunnel itself"]),
    ],
)
def test_a_fault_of_one_link(wrong, words):
    found = faults(wrong)
    assert not any("None" in fault for fault in found)
    assert any(all(word in fault for word in words) for fault in found), found
    assert all(fault.startswith(("tunnels_links[0]", "ansible_host of host")) for fault in found)


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (link(key=1, ends=at("10.1.2.1", "10.1.2.2")), ["on host1 they have one name, tun100"]),
        (link("tun101", ends=at("10.1.2.1", "10.1.2.2")), ["on host2", "same endpoints", "give each its own key"]),
        (
            link("tun101", key=1, ends=at("10.1.1.1", "10.1.3.2", "host3", "host2")),
            ["ends.host1", "ends.host3", "one address, 10.1.1.1"],
        ),
        (link("tun101", key=1), ["one address, 10.1.1.1", "give each its own"]),
    ],
    ids=["name", "endpoints", "address of another host", "address and peer"],
)
def test_a_fault_of_two_links(second, words):
    found = faults(link(), second)
    assert any(all(word in fault for word in words) for fault in found), found


def test_two_keyless_tunnels_of_a_mode_without_keys():
    found = faults(link("a", "ipip"), link("b", "ipip", at("10.1.2.1", "10.1.2.2")))
    assert any("leave one out, or take gre with keys" in fault for fault in found)


def test_tunnels_that_lead_into_each_other_by_their_devices():
    found = faults(
        link("a", ends=ends({"address": "10.1.0.1", "dev": "b"}, {"address": "10.1.0.2"})),
        link("b", "ipip", ends({"address": "10.2.0.1", "dev": "a"}, {"address": "10.2.0.2"})),
    )
    assert any("(a), host1" in fault and "by way of b, because of its dev, b" in fault for fault in found)
    assert any("(b), host1" in fault and "by way of a, because of its dev, a" in fault for fault in found)


def test_a_device_of_the_underlay_leads_nowhere_else():
    near = {"address": "192.168.0.1/24", "dev": "eth0"}
    assert share(link(ends=ends(near, {"address": "192.168.0.2/24", "dev": "eth0"})))["links"]


def test_tunnels_that_lead_into_each_other():
    into_second = ends({"address": "10.1.0.1"}, {"local": "10.2.0.2", "address": "10.1.0.2"})
    into_first = ends({"address": "10.2.0.1"}, {"local": "10.1.0.2", "address": "10.2.0.2"})
    found = faults(link("a", ends=into_second), link("b", ends=into_first))
    assert any("(a), host1" in fault and "by way of b" in fault for fault in found)
    assert any("(b), host1" in fault and "by way of a" in fault for fault in found)


def test_a_template_that_fails_is_told_of():
    class Broken(dict):
        def get(self, name, default=None):
            raise AnsibleUndefinedVariable("'nothing' is undefined")

    (fault,) = faults(link(), hosts={**HOSTS, "host2": Broken()})
    assert "tunnels_underlay_address of host2" in fault
    assert "'nothing' is undefined" in fault


def test_one_report_has_all_faults():
    with pytest.raises(_fleet.FleetError) as caught:
        share(link("gre0", ttl=300), link("tun200", mtu=1, ends={"host1": {}}), link("ok", key=1), link("ok", key=2))
    report = str(caught.value)
    for words in (
        "faults in the declared tunnels, so no host is touched",
        "gre0",
        "ttl",
        "mtu",
        "two ends",
        "one name",
    ):
        assert words in report
    assert report.count("\n  - ") == len(caught.value.faults)


def test_null_is_no_links():
    assert _fleet.share(None, HOSTS, "host1", None)["links"] == []


def test_links_that_are_no_list():
    with pytest.raises(_fleet.FleetError, match=r"1 fault in .*\n.*tunnels_links: it is a dictionary"):
        _fleet.share({"name": "tun100"}, HOSTS, "host1")


def test_the_engine_has_all_modes():
    assert set(_fleet_tunnels.MODES) <= {kind.name for kind in _catalog.family("ip_tunnel")}
