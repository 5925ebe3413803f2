# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.warren.tunnels.plugins.filter import to_ip_batch as plugin

to_ip_batch = plugin.FilterModule().filters()["to_ip_batch"]

GRE = {"kind": "gre", "name": "g", "local": "192.0.2.1", "remote": "192.0.2.2"}


def lines(document, file="host.batch", **options):
    """The commands in one of the files."""
    text = to_ip_batch(document, **options)[file]
    assert text.endswith("\n")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_the_documented_example_gives_the_documented_result():
    (example,) = yaml.safe_load(plugin.EXAMPLES)
    result = to_ip_batch(example["vars"]["state"], users={"alice": 1000})
    documented = yaml.safe_load(plugin.RETURN)["_value"]["sample"]
    assert result == documented
    assert list(result) == list(documented)


@pytest.mark.parametrize("order", [1, -1])
def test_a_tunnel_on_the_far_end_of_a_pair_comes_after_the_pair(order):
    pair = {"kind": "veth", "name": "v", "netns": "red", "peer": {"name": "w", "netns": "red"}}
    tunnel = {"kind": "gre", "name": "g", "netns": "red", "remote": "192.0.2.2", "dev": "w"}
    state = {"namespaces": [{"name": "red", "loopback": False}], "links": [tunnel, pair][::order]}
    assert [line.split()[:4] for line in lines(state, "netns-red.batch")[:2]] == [
        ["link", "add", "dev", "v"],
        ["link", "add", "dev", "g"],
    ]


def test_rules_have_files_by_their_family_and_follow_all_else():
    state = {
        "namespaces": [{"name": "red"}],
        "routes": [{"dst": "default", "type": "blackhole", "table": 100}],
        "rules": [
            {"priority": 100, "from": "10.0.0.0/8", "table": 100},
            {"priority": 101, "from": "2001:db8::/32", "table": 100},
            {"priority": 102, "netns": "red", "family": "inet6", "type": "prohibit"},
        ],
    }
    assert lines(state)[-1] == "rule add priority 100 from 10.0.0.0/8 lookup 100 protocol static"
    assert lines(state, "host.batch6") == ["rule add priority 101 from 2001:db8::/32 lookup 100 protocol static"]
    assert lines(state, "netns-red.batch6") == ["rule add priority 102 prohibit protocol static"]
    assert "for ip -6 -batch" in to_ip_batch(state)["netns-red.batch6"]


def test_a_rule_needs_a_priority():
    with pytest.raises(AnsibleFilterError, match=r"rules: priority: .* give each rule one"):
        to_ip_batch({"rules": [{"table": 100}]})


def test_a_rule_that_ip_would_take_for_another():
    general, special = {"priority": 5, "table": 100}, {"priority": 5, "from": "10.0.0.0/8", "table": 100}
    assert len(lines({"rules": [general, special]})) == 2
    with pytest.raises(AnsibleFilterError, match="rules: priority: ip takes the rule priority 5 lookup 100"):
        to_ip_batch({"rules": [special, general]})


def test_everything_has_its_place():
    state = {
        "namespaces": [{"name": "red", "sysctl": {"net.ipv4.ip_forward": 1, "net.ipv4.ping_group_range": "0 100"}}],
        "sysctls": {"net.ipv4.conf.eth0/1.rp_filter": 1, "net.ipv4.conf.g.rp_filter": 1, "net.ipv4.ip_forward": True},
        "fou_ports": [{"port": 5555, "ipproto": "gre"}, {"port": 5556, "encap": "gue", "netns": "red"}],
        "links": [
            {"kind": "tap", "name": "tap1", "master": "br0", "up": True, "bridge_slave": {"isolated": True, "cost": 9}},
            {**GRE, "key": 7, "encap": "fou", "encap_dport": 5555, "dev": "eth0", "alias": "it's the first"},
            {"kind": "bridge", "name": "br0", "stp": True},
            {"kind": "ip6gre", "name": "x", "netns": "red", "remote": "2001:db8::2"},
            {"name": "eth1", "netns": "red", "mtu": 1400},
            {"name": "eth0", "promisc": True},
        ],
        "routes": [
            {"dst": "default", "family": "inet6", "dev": "g", "metric": 5},
            {"dst": "10.9.0.0/16", "dev": "g", "scope": "global", "table": 100, "protocol": "boot"},
            {"dst": "10.8.0.0/16", "type": "unreachable", "netns": "red"},
            {"dst": "10.7.0.0/16", "nexthops": [{"via": "10.0.0.1", "weight": 2}, {"dev": "g"}]},
            {"dst": "10.6.0.1", "dev": "g", "encap": {"type": "ip", "dst": "192.0.2.2", "id": 5, "key": True}},
        ],
    }
    assert lines(state, "modules.conf") == ["bridge", "fou", "ip6_gre", "ip_gre", "tun"]
    assert lines(state, "namespaces.batch") == ["netns add red"]
    assert lines(state, "sysctl.conf") == ["net.ipv4.ip_forward = 1", "net/ipv4/conf/eth0.1/rp_filter = 1"]
    assert lines(state, "host.sysctl") == ["net.ipv4.conf.g.rp_filter = 1"]
    assert lines(state, "netns-red.sysctl") == ["net.ipv4.ip_forward = 1", "net.ipv4.ping_group_range = 0 100"]
    assert lines(state) == [
        "fou add port 5555 ipproto 47",
        "link set dev eth1 netns red",
        "link add dev g type gre local 192.0.2.1 remote 192.0.2.2 dev eth0 encap fou encap-dport 5555 ikey 7 okey 7",
        "link add dev br0 type bridge stp_state 1",
        "tuntap add dev tap1 mode tap",
        "link set dev eth0 promisc on",
        "link set dev tap1 up master br0",
        'link set dev g alias "it\'s the first"',
        "link set dev tap1 type bridge_slave cost 9 isolated on",
        "route replace ::/0 dev g proto static metric 5",
        "route replace 10.9.0.0/16 dev g scope global proto boot table 100",
        "route replace 10.7.0.0/16 proto static nexthop via 10.0.0.1 weight 2 nexthop dev g weight 1",
        "route replace 10.6.0.1/32 encap ip id 5 dst 192.0.2.2 key dev g proto static",
    ]
    assert lines(state, "netns-red.batch") == [
        "fou add port 5556 gue",
        "link add dev x type ip6gre remote 2001:db8::2 ttl 64 encaplimit 4",
        "link set dev lo up",
        "link set dev eth1 mtu 1400",
        "route replace unreachable 10.8.0.0/16 proto static",
    ]


def test_nexthops_come_before_routes_and_members_before_groups():
    state = {
        "links": [GRE],
        "nexthops": [
            {"id": 1, "group": [{"id": 2}, {"id": 3, "weight": 5}]},
            {"id": 3, "via": "2001:db8::2", "dev": "g", "onlink": True},
            {"id": 2, "via": "10.0.0.2", "dev": "g", "protocol": "boot"},
            {"id": 4, "group": [{"id": 2}], "type": "resilient", "buckets": 8, "idle_timer": 5},
        ],
        "routes": [{"dst": "10.9.0.0/16", "nhid": 1, "mtu": 1400}],
    }
    assert lines(state)[1:] == [
        "nexthop replace id 2 via 10.0.0.2 dev g protocol boot",
        "nexthop replace id 3 via 2001:db8::2 dev g onlink protocol static",
        "nexthop replace id 1 group 2/3,5 protocol static",
        "nexthop replace id 4 group 2 type resilient buckets 8 idle_timer 5 protocol static",
        "route replace 10.9.0.0/16 nhid 1 mtu 1400 proto static",
    ]


@pytest.mark.parametrize(
    ("kind", "module", "driver"),
    [("sit", "sit", "fou"), ("ip6gre", "ip6_gre", "fou6"), ("ip6tnl", "ip6_tunnel", "fou6")],
)
def test_tunnels_inside_udp_have_the_driver_of_their_kind(kind, module, driver):
    state = {"links": [{"kind": kind, "name": "t", "encap": "gue", "encap_dport": 5555}]}
    assert lines(state, "modules.conf") == sorted([driver, module])


@pytest.mark.parametrize(
    ("near", "far", "file", "line"),
    [
        (None, "red", "host.batch", "link add dev a type veth peer name b netns red"),
        ("red", None, "host.batch", "link add dev b type veth peer name a netns red"),
        ("red", "blue", "netns-blue.batch", "link add dev b type veth peer name a netns red"),
        ("red", "red", "netns-red.batch", "link add dev a type veth peer name b"),
    ],
)
def test_the_end_whose_file_comes_first_makes_a_pair(near, far, file, line):
    state = {
        "namespaces": [{"name": "red"}, {"name": "blue"}],
        "links": [{"kind": "veth", "name": "a", "netns": near, "peer": {"name": "b", "netns": far}}],
    }
    assert line in lines(state, file)
    assert str(to_ip_batch(state)).count("link add") == 1


def test_a_namespace_that_others_make_is_only_used():
    state = {"links": [{**GRE, "netns": "red"}]}
    assert set(to_ip_batch(state)) == {"modules.conf", "netns-red.batch"}


@pytest.mark.parametrize(("place", "word"), [("host", "/proc/1/ns/net"), ("blue", "blue")])
def test_an_underlay_elsewhere(place, word):
    """The device comes up by itself, once it is in its place."""
    state = {
        "namespaces": [{"name": "red"}, {"name": "blue"}],
        "links": [{**GRE, "netns": "red", "link_netns": place, "up": True, "mtu": 1400}],
    }
    told = [
        f"link add dev g mtu 1400 link-netns {word} type gre local 192.0.2.1 remote 192.0.2.2",
        "link set dev g up",
    ]
    assert lines({"links": state["links"]}, "netns-red.batch") == told
    assert set(told) < set(lines(state, "netns-red.batch"))


def test_a_link_elsewhere_is_nothing_that_a_batch_can_look_for():
    upper = {"kind": "macvlan", "name": "m", "netns": "red", "link_netns": "host", "link": "eth0"}
    with pytest.raises(
        AnsibleFilterError, match="m: link: ip looks for eth0 in the namespace of m, and not in link_netns"
    ):
        to_ip_batch({"links": [upper]})


def test_nothing_is_no_file():
    assert to_ip_batch({}) == {}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("plain", "plain"),
        ("two words", "'two words'"),
        ("it's", "it's"),
        ("it's two", '"it\'s two"'),
        ("'quoted'", "\"'quoted'\""),
        ('"quoted"', "'\"quoted\"'"),
        ("tab\there", "'tab\there'"),
        ("end\\", "'end\\'"),
        ("$HOME `x` *", "'$HOME `x` *'"),
    ],
)
def test_words_as_the_parser_of_batches_takes_them(text, word):
    assert lines({"links": [{**GRE, "alias": text}]})[-1] == "link set dev g alias " + word


@pytest.mark.parametrize("text", ["#1", "a # b", "a\nb", "both ' and \" here", "'both\""])
def test_what_a_batch_cannot_say(text):
    with pytest.raises(AnsibleFilterError, match=r"link set dev g.*: .*can't be said in a file"):
        to_ip_batch({"links": [{**GRE, "alias": text}]})


@pytest.mark.parametrize(
    ("owner", "known", "word"),
    [("alice", 1000, "user 1000"), ("alice", "1000", "user 1000"), (7, None, "user 7"), ("none", None, "tap")],
)
def test_owners_are_numbers(owner, known, word):
    state = {"links": [{"kind": "tap", "name": "t", "owner": owner}]}
    assert lines(state, users={"alice": known})[0].endswith(word)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ([], "is not a dictionary"),
        ({"link": []}, "link"),
        ({"links": [{**GRE, "ttl": 300}]}, "links[0].ttl: '300' is not a number from 1 to 255 or inherit."),
        (
            {"links": [{"kind": "tap", "name": "t", "owner": "alice"}]},
            "t: owner: 'alice' may be unknown early in a boot",
        ),
        ({"links": [{"name": "eth1", "move_from": "red"}]}, "eth1: move_from: at boot no link is in namespace red yet"),
        ({"links": [GRE, {**GRE, "name": "h"}]}, "local and remote: g has the endpoints of h already"),
        (
            {"nexthops": [{"id": 7, "family": "inet6", "blackhole": True}]},
            "nexthops: 7: family: a batch of ip can't say it; give via",
        ),
        ({"routes": [{"dst": "default", "nhid": 7}]}, "nhid: there is no nexthop 7 on this host"),
        ({"namespaces": [{"name": "x" * 250}]}, "its name is too long"),
        (
            {"routes": [{"dst": "default", "nexthops": [{"via": f"10.0.0.{n}"} for n in range(1, 40)]}]},
            "route replace default: it is too long",
        ),
    ],
)
def test_what_is_wrong_is_told(state, words):
    with pytest.raises(AnsibleFilterError) as caught:
        to_ip_batch(state)
    assert words in str(caught.value)
