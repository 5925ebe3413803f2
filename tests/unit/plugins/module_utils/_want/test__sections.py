# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.warren.tunnels.plugins.module_utils import _argspec, _errors, _resources
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _catalog, _encapsulation
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils import _hosts

GRE = {"name": "tun0", "local": "192.0.2.1", "remote": "192.0.2.2", "key": 7, "addresses": ["10.0.0.1/30"]}
TAP = {"name": "tap0", "netns": "red", "owner": 5, "up": True}
PAIR = {"name": "v0", "peer": {"name": "v1", "netns": "red", "up": True}}


def want(state="merged", **document):
    result = ArgumentSpecValidator(_argspec.document()).validate(document)
    assert not result.error_messages
    policy = {"state": state, "recreate": "if_needed", "force": False, "purge_addresses": False}
    return _parsers.network_state({**result.validated_parameters, **policy})


def test_mode_alone_is_the_kind_as_with_the_module_of_a_family():
    assert want(links=[{"mode": "gre", **GRE}]) == want(links=[{"kind": "gre", **GRE}])


def test_mode_beside_the_kind_is_an_option_of_that():
    ((_id, link),) = want(links=[{"kind": "macvlan", "name": "m0", "link": "eth0", "mode": "bridge"}]).links.items()
    assert (link.kind, link.attributes["mode"]) == ("macvlan", "bridge")


@pytest.mark.parametrize("entry", [{"kind": "gre", **GRE, "mode": "bridge"}, {"name": "eth0", "mode": "vepa"}])
def test_mode_of_what_has_none(entry):
    with pytest.raises(_errors.BadOption, match=r"links\[0\].mode: \w+ devices have no such option"):
        want(links=[entry])


def test_asks_for_what_the_modules_would_be_asked_for():
    whole = want(
        namespaces=[{"name": "red", "sysctl": {"net.ipv4.ip_forward": 1}}],
        links=[
            {"kind": "gre", **GRE},
            {"kind": "tap", **TAP},
            {"kind": "veth", **PAIR},
            {"kind": "bridge", "name": "br0", "stp": True},
            {"name": "eth0", "mtu": 1400},
        ],
        routes=[{"dst": "10.9.0.0/16", "dev": "tun0"}],
        fou_ports=[{"port": 5555, "ipproto": "gre"}],
    )
    assert whole == _hosts.join(
        _hosts.want("netns", name="red", sysctl={"net.ipv4.ip_forward": 1}),
        _hosts.want("ip_tunnel", mode="gre", **GRE),
        _hosts.want("tuntap", mode="tap", **TAP),
        _hosts.want("veth", **PAIR),
        _hosts.want("bridge", name="br0", stp=True),
        _hosts.want("link", name="eth0", mtu=1400),
        _hosts.want("route", dst="10.9.0.0/16", dev="tun0"),
        _hosts.want("fou", port=5555, ipproto="gre"),
    )


def test_sysctls_are_those_of_the_own_namespace_however_they_are_written():
    whole = want(sysctls={"net.ipv4.conf.eth0/1.rp_filter": True, "net/ipv4/ip_forward": "0"})
    keys = {"net/ipv4/conf/eth0.1/rp_filter": "1", "net.ipv4.ip_forward": "0"}
    assert whole.sysctls == {(None, key): _resources.Sysctl(None, key, value) for key, value in keys.items()}
    ended = want(state="deleted", sysctls=dict.fromkeys(keys, 1))
    assert (ended.sysctls, set(ended.absent_sysctls)) == ({}, whole.sysctls.keys())


@pytest.mark.parametrize(
    ("sysctls", "words"),
    [
        ({"kernel.hostname": "x"}, "sysctls: 'kernel.hostname' is not a key below net"),
        ({"net.ipv4.ip_forward": None}, "sysctls: net.ipv4.ip_forward has None for a value; give a number or text"),
        (
            {"net.ipv4.ip_forward": 1, "net/ipv4/ip_forward": 0},
            "sysctls: net.ipv4.ip_forward is there twice, in two ways to write it; leave one out",
        ),
    ],
    ids=["elsewhere", "no-value", "twice"],
)
def test_bad_sysctls_are_named(sysctls, words):
    with pytest.raises(_errors.BadOption) as caught:
        want(sysctls=sysctls)
    assert str(caught.value).startswith(words)


def test_deleted():
    whole = want(
        state="deleted",
        namespaces=[{"name": "red"}],
        links=[{"kind": "gre", "name": "tun0"}, {"kind": "veth", "name": "v0"}],
        routes=[{"dst": "10.9.0.0/16"}],
    )
    assert whole == _hosts.join(
        _hosts.want("netns", name="red", state="absent"),
        _hosts.want("ip_tunnel", name="tun0", state="absent"),
        _hosts.want("veth", name="v0", state="absent"),
        _hosts.want("route", dst="10.9.0.0/16", state="absent"),
    )


def test_loopback_may_have_an_entry_beside_its_namespace():
    whole = want(namespaces=[{"name": "red"}], links=[{"name": "lo", "netns": "red", "addresses": ["10.0.0.1/32"]}])
    loopback = whole.links[("red", "lo")]
    assert [address.address for address in loopback.addresses] == ["10.0.0.1"]
    assert loopback.attributes == {"up": True}


def test_replaced_is_exactly_what_is_named():
    whole = want(state="replaced", links=[{"kind": "gre", **GRE}, {"name": "eth0", "mtu": 1400}])
    attributes = whole.links[(None, "tun0")].attributes
    defaults = _catalog.KINDS["gre"].defaults
    assert {name for name in defaults if name not in attributes} == {"up", *_encapsulation.INSIDE}
    assert (attributes["arp"], attributes["multicast"], attributes["txqueuelen"]) == (False, False, 1000)
    assert "mtu" not in attributes
    assert (attributes["ttl"], attributes["csum"], attributes["ikey"], attributes["alias"]) == ("inherit", False, 7, "")
    assert whole.links[(None, "eth0")].attributes == {"mtu": 1400}
    assert whole.purged == {(None, "tun0")}


@pytest.mark.parametrize(("external", "ttl"), [(False, 64), (True, "inherit")])
def test_replaced_is_as_a_new_link_external_or_not(external, ttl):
    entry = {"name": "x0", "kind": "ip6tnl", "external": external}
    assert want(state="replaced", links=[entry]).links[(None, "x0")].attributes["ttl"] == ttl


@pytest.mark.parametrize("kind", ["gre", "ip6gre", "ip6tnl"])
def test_replaced_leaves_what_has_no_effect_without_encap(kind):
    """``ip`` sends other flags than the kernel has, and shows them of no tunnel that is not in UDP."""
    addresses = {"remote": "2001:db8::2"} if kind.startswith("ip6") else {"remote": "192.0.2.2"}
    entry = {"name": "tun0", "kind": kind, **addresses}
    (plain,) = want(state="replaced", links=[entry]).links.values()
    assert {name for name in plain.attributes if name.startswith("encap_")} == set()
    assert plain.attributes["encap"] == "none"
    (inside,) = want(state="replaced", links=[{**entry, "encap": "gue", "encap_dport": 5555}]).links.values()
    assert inside.attributes["encap_csum6"] is False


def test_an_entry_has_a_state_of_its_own():
    kept = {"kind": "gre", **GRE, "state": "replaced", "purge_addresses": False}
    whole = want(links=[kept, {"kind": "tap", **TAP}, {"name": "eth0", "purge_addresses": True}])
    assert whole.links[(None, "tun0")] == want(state="replaced", links=[{"kind": "gre", **GRE}]).links[(None, "tun0")]
    assert whole.links[("red", "tap0")] == want(links=[{"kind": "tap", **TAP}]).links[("red", "tap0")]
    assert whole.exact == {(None, "tun0")}
    assert whole.purged == {(None, "eth0")}
    other = want(state="replaced", links=[{"kind": "gre", **GRE, "state": "merged"}, {"kind": "veth", **PAIR}])
    assert other.exact == other.purged == {(None, "v0"), ("red", "v1")}


def test_a_route_that_is_replaced_has_what_is_named_and_nothing_else():
    routes = [
        {"dst": "10.9.0.0/16", "dev": "tun0", "mtu": 1400, "state": "replaced"},
        {"dst": "10.8.0.0/16", "dev": "t"},
    ]
    exact, merged = (route.attributes for route in want(routes=routes).routes.values())
    assert exact == {
        **merged,
        "dev": "tun0",
        "mtu": 1400,
        **dict.fromkeys(("nhid", "via", "src", "encap")),
        "onlink": False,
    }
    assert want(state="replaced", routes=routes[:1]) == want(routes=routes[:1])
    assert want(state="replaced", routes=[{**routes[1], "state": "merged"}]) == want(routes=routes[1:])


def test_routes_that_may_have_the_place_of_others():
    routes = [{"dst": "10.9.0.0/16", "dev": "tun0"}, {"dst": "10.8.0.0/16", "dev": "tun0", "take_over": True}]
    assert [id_[3] for id_ in want(routes=routes).take_over] == ["10.8.0.0/16"]
    whole = _hosts.want(
        "network_state", routes=[*routes, {**routes[0], "metric": 5, "take_over": False}], take_over_routes=True
    )
    assert sorted(id_[3:] for id_ in whole.take_over) == [("10.8.0.0/16", 0, 0), ("10.9.0.0/16", 0, 0)]


def test_deleted_takes_no_notice_of_an_entrys_state():
    whole = want(state="deleted", links=[{"kind": "gre", "name": "tun0", "state": "replaced"}])
    assert whole == _hosts.want("ip_tunnel", name="tun0", state="absent")


def test_replaced_purges_a_link_that_is_there_only_where_its_addresses_are_named():
    whole = want(state="replaced", links=[{"name": "eth0", "addresses": []}, {"name": "eth1"}])
    assert whole.purged == {(None, "eth0")}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"links": [{"kind": "gre", **GRE}, {"kind": "ipip", "name": "t", "ttl": 300}]}, "links[1].ttl: "),
        ({"links": [{"kind": "gre", **GRE}, {"kind": "tap", "name": "tun0"}]}, "links[1]: the document has it twice"),
        ({"links": [{"kind": "gre", **GRE, "peer": {"name": "x"}}]}, "links[0].peer: only pairs (kind: veth) have it"),
        ({"links": [{"kind": "tap", "name": "x", "key": 5}]}, "links[0].key: only tunnels have it"),
        (
            {"links": [{"kind": "tap", "name": "x", "move_from": "red"}]},
            "links[0].move_from: only links that are there",
        ),
        ({"links": [{"kind": "tap", "name": "x", "stp": True}]}, "links[0].stp: tap devices have no such option"),
        ({"links": [{"kind": "veth", "name": "x"}]}, "links[0].peer: a pair has two ends"),
        (
            {"links": [{"kind": "veth", **PAIR}, {"kind": "tap", "name": "v1", "netns": "red"}]},
            "links[1]: the document",
        ),
        ({"namespaces": [{"name": "a/b"}]}, "namespaces[0].name: "),
        ({"routes": [{"dst": "10.0.0.1/8", "dev": "x"}]}, "routes[0].dst: "),
        ({"fou_ports": [{"port": 70000, "ipproto": "gre"}]}, "fou_ports[0].port: "),
        ({"state": "deleted", "links": [{"name": "eth0"}]}, "links[0].kind: say which it is"),
        ({"links": [{"kind": "gre", "name": "t", "dev": "t"}]}, "links[0].dev: t can't be its own dev; name another"),
        ({"links": [{"name": "br0", "master": "br0"}]}, "links[0].master: br0 can't be its own master"),
        (
            {"links": [{"kind": "veth", "name": "v0", "peer": {"name": "v1", "master": "v1"}}]},
            "links[0].peer.master: v1 can't be its own master",
        ),
        (
            {"links": [{"kind": "bridge", "name": "b0", "master": "b1"}, {"name": "b1", "master": "b0"}]},
            "links: b1 is the master of b0, b0 is the master of b1: none of them can come first",
        ),
        (
            {
                "links": [
                    {"kind": "gre", "name": "t0", "dev": "t1"},
                    {"kind": "gretap", "name": "t1", "dev": "t2", "master": "b"},
                    {"kind": "ipip", "name": "t2", "dev": "t3"},
                    {"kind": "ipip", "name": "t3", "dev": "t1"},
                ]
            },
            "links: t2 is the dev of t1, t3 is the dev of t2, t1 is the dev of t3: none of them",
        ),
    ],
)
def test_bad_entries_are_named(document, words):
    with pytest.raises(_errors.BadOption) as caught:
        want(**document)
    assert str(caught.value).startswith(words)


def test_links_may_refer_to_one_another_in_order_and_to_namesakes_elsewhere():
    links = [
        {"kind": "gre", "name": "t0", "dev": "t1"},
        {"kind": "gre", "name": "t1", "dev": "t2"},
        {"kind": "gre", "name": "t2", "dev": "eth0"},
        {"kind": "gre", "name": "t3", "dev": "t2"},
        {"kind": "gre", "name": "t1", "netns": "red", "dev": "t0"},
    ]
    assert len(want(links=links).links) == 5
