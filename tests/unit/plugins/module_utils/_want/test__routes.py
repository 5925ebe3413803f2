# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors, _resources
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Encap, NextHop
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils import _hosts

IPV4, IPV6 = 2, 10
NET, NET6 = "10.9.0.0/24", "2001:db8:9::/48"


def the_route(**options):
    (route,) = _hosts.want("route", **options).routes.values()
    return route


@pytest.mark.parametrize(
    ("options", "family", "dst", "attributes"),
    [
        pytest.param({"dst": NET, "dev": "tun0"}, IPV4, NET, {"dev": "tun0"}, id="dev"),
        pytest.param({"dst": "10.9.0.1", "via": "10.0.0.1"}, IPV4, "10.9.0.1/32", {"via": "10.0.0.1"}, id="host"),
        pytest.param({"dst": "10.9.0.0/255.255.0.0", "dev": "t"}, IPV4, "10.9.0.0/16", {"dev": "t"}, id="netmask"),
        pytest.param({"dst": "2001:DB8:9:0::/48", "dev": "t"}, IPV6, NET6, {"dev": "t"}, id="ipv6-shortened"),
        pytest.param({"dst": "2001:db8::1", "dev": "t"}, IPV6, "2001:db8::1/128", {"dev": "t"}, id="ipv6-host"),
        pytest.param({"dst": "default", "dev": "t"}, IPV4, "default", {"dev": "t"}, id="default"),
        pytest.param({"dst": "0.0.0.0/0", "dev": "t"}, IPV4, "default", {"dev": "t"}, id="default-as-a-network"),
        pytest.param({"dst": "::/0", "dev": "t"}, IPV6, "default", {"dev": "t"}, id="default-of-ipv6"),
        pytest.param(
            {"dst": "default", "via": "2001:DB8::1"}, IPV6, "default", {"via": "2001:db8::1"}, id="via-tells-the-family"
        ),
        pytest.param(
            {"dst": "default", "family": "inet6", "dev": "t"}, IPV6, "default", {"dev": "t"}, id="family-is-named"
        ),
        pytest.param(
            {"dst": "default", "dev": "t", "src": "2001:db8::2"},
            IPV6,
            "default",
            {"dev": "t", "src": "2001:db8::2"},
            id="src-tells-the-family",
        ),
        pytest.param(
            {"dst": "default", "nexthops": [{"via": "fe80::1", "dev": "t"}, {"dev": "u", "weight": 256}]},
            IPV6,
            "default",
            {"nexthops": (NextHop("fe80::1", "t", 1), NextHop(None, "u", 256))},
            id="next-hops-tell-the-family",
        ),
        pytest.param(
            {"dst": NET, "dev": "t", "encap": {"type": "ip", "dst": "203.0.113.2"}},
            IPV4,
            NET,
            {"dev": "t", "encap": Encap("ip", "203.0.113.2")},
            id="encap",
        ),
        pytest.param(
            {
                "dst": NET,
                "dev": "t",
                "encap": {"type": "ip6", "dst": "2001:DB8::2", "src": "2001:db8:0::1", "id": 5, "ttl": 64, "tos": 8}
                | {"key": True, "csum": True, "seq": True},
            },
            IPV4,
            NET,
            {"dev": "t", "encap": Encap("ip6", "2001:db8::2", "2001:db8::1", 5, 64, 8, True, True, True)},
            id="encap-with-all",
        ),
        pytest.param(
            {"dst": NET, "dev": "t", "encap": {"type": "none"}}, IPV4, NET, {"dev": "t", "encap": None}, id="none"
        ),
        pytest.param({"dst": NET, "type": "blackhole"}, IPV4, NET, {"type": "blackhole"}, id="type-without-a-way"),
        pytest.param(
            {"dst": NET, "type": "local", "dev": "lo"}, IPV4, NET, {"type": "local", "dev": "lo"}, id="local-has-a-way"
        ),
        pytest.param(
            {"dst": NET, "via": "10.0.0.1", "onlink": True, "scope": "site", "mtu": 1400, "protocol": "boot"},
            IPV4,
            NET,
            {"via": "10.0.0.1", "onlink": True, "scope": "site", "mtu": 1400, "protocol": "boot"},
            id="all-the-rest",
        ),
    ],
)
def test_route(options, family, dst, attributes):
    metric = 0 if family == IPV4 else 1024
    expected = {"protocol": "static", **attributes}
    assert the_route(**options) == _resources.Route(None, family, dst, metric, 254, expected)


@pytest.mark.parametrize(
    ("options", "id_"),
    [
        pytest.param({"dst": NET}, (None, IPV4, 254, NET, 0, 0), id="ipv4"),
        pytest.param({"dst": NET6}, (None, IPV6, 254, NET6, 1024, 0), id="ipv6-has-the-kernels-metric"),
        pytest.param({"dst": NET6, "metric": "1"}, (None, IPV6, 254, NET6, 1, 0), id="metric-of-ipv6"),
        pytest.param({"dst": NET, "metric": "4294967295"}, (None, IPV4, 254, NET, 4294967295, 0), id="metric"),
        pytest.param({"dst": NET, "table": "local"}, (None, IPV4, 255, NET, 0, 0), id="table-by-name"),
        pytest.param({"dst": NET, "table": "default"}, (None, IPV4, 253, NET, 0, 0), id="table-default"),
        pytest.param({"dst": NET, "table": "0x100"}, (None, IPV4, 256, NET, 0, 0), id="table-by-number"),
        pytest.param({"dst": NET, "tos": "0x10"}, (None, IPV4, 254, NET, 0, 16), id="tos"),
        pytest.param({"dst": NET6, "tos": "0"}, (None, IPV6, 254, NET6, 1024, 0), id="no-tos-of-ipv6"),
        pytest.param({"dst": NET, "netns": "red"}, ("red", IPV4, 254, NET, 0, 0), id="namespace"),
    ],
)
def test_absent_route_is_known_by_its_place(options, id_):
    assert _hosts.want("route", state="absent", **options) == _resources.Want(absent_routes=(id_,))
    assert the_route(dev="tun0", **options).id == id_


@pytest.mark.parametrize("protocol", ["redirect", "kernel", "boot", "static", "ra", "dhcp", "77", "255"])
def test_protocol(protocol):
    assert the_route(dst=NET, dev="t", protocol=protocol).attributes["protocol"] == protocol


def test_protocol_by_a_number_in_another_form():
    assert the_route(dst=NET, dev="t", protocol="0x4d").attributes["protocol"] == "77"
    assert the_route(dst=NET, dev="t", protocol="4").attributes["protocol"] == "static"


# What is wrong with a route that is good else, the option that is at fault, a part of the sentence.
BAD = [
    pytest.param({"dst": "host2"}, "dst", "not an IP address", id="dst-name"),
    pytest.param({"dst": ""}, "dst", "not an IP address", id="dst-empty"),
    pytest.param({"dst": "10.9.0.0/33"}, "dst", "from 0 to 32", id="dst-prefix"),
    pytest.param({"dst": "10.9.0.1/24"}, "dst", "10.9.0.0/24 is the network", id="dst-bits"),
    pytest.param({"dst": "2001:db8::1/64"}, "dst", "2001:db8::/64 is the network", id="dst-bits-of-ipv6"),
    pytest.param({"dst": "10.0.0.1/0"}, "dst", "0.0.0.0/0 is the network", id="dst-bits-of-default"),
    pytest.param({"netns": "a/b"}, "netns", "slash", id="netns"),
    pytest.param({"netns": ""}, "netns", "empty", id="netns-empty"),
    pytest.param({"via": "10.0.0.256"}, "via", "not an IP address", id="via"),
    pytest.param({"via": "10.0.0.1/24"}, "via", "not an IP address", id="via-prefix"),
    pytest.param({"via": "fe80::1"}, "via", "another family", id="via-family"),
    pytest.param({"src": "x"}, "src", "not an IP address", id="src"),
    pytest.param({"src": "2001:db8::1"}, "src", "another family", id="src-family"),
    pytest.param({"family": "inet6"}, "dst", "another family", id="family"),
    pytest.param({"tos": "256"}, "tos", "from 0 to 255", id="tos"),
    pytest.param({"tos": "0x11"}, "tos", "ECN", id="tos-ecn"),
    pytest.param({"dst": NET6, "tos": "8"}, "tos", "only IPv4", id="tos-of-ipv6"),
    pytest.param({"dev": "a/b"}, "dev", "slash", id="dev"),
    pytest.param({"dev": "x" * 16}, "dev", "16 bytes", id="dev-long"),
    pytest.param({"dev": None}, "dev", "give dev, via, nexthops or nhid", id="no-way"),
    pytest.param({"dev": None, "nexthops": []}, "dev", "give dev, via, nexthops or nhid", id="no-next-hops"),
    pytest.param({"dev": None, "type": "local"}, "dev", "give dev, via, nexthops or nhid", id="local-without-a-way"),
    *(
        pytest.param({"type": type_}, "dev", "a {0} route has no way".format(type_), id=type_ + "-with-a-way")
        for type_ in ("blackhole", "unreachable", "prohibit", "throw")
    ),
    pytest.param({"dev": None, "via": "10.0.0.1", "type": "throw"}, "via", "has no way", id="throw-via"),
    pytest.param(
        {"dev": None, "nexthops": [{"dev": "t"}], "type": "throw"}, "nexthops", "has no way", id="throw-next-hops"
    ),
    pytest.param({"metric": "-1"}, "metric", "from 0 to 4294967295", id="metric"),
    pytest.param({"metric": "low"}, "metric", "from 0 to 4294967295", id="metric-text"),
    pytest.param({"dst": NET6, "metric": "0"}, "metric", "leave it out for 1024", id="metric-zero-of-ipv6"),
    pytest.param({"table": "0"}, "table", "or main, default, local", id="table-zero"),
    pytest.param({"table": "4294967296"}, "table", "from 1 to 4294967295", id="table-high"),
    pytest.param({"table": "vpn"}, "table", "or main, default, local", id="table-name"),
    pytest.param({"protocol": "0"}, "protocol", "from 1 to 255", id="protocol-zero"),
    pytest.param({"protocol": "256"}, "protocol", "from 1 to 255", id="protocol-high"),
    pytest.param({"protocol": "bird"}, "protocol", "or static, boot", id="protocol-name"),
    pytest.param({"mtu": 67}, "mtu", "from 68", id="mtu"),
    pytest.param({"encap": {"type": "ip"}}, "encap.dst", "give the underlay address of the far end", id="encap-dst"),
    pytest.param({"encap": {"type": "none", "ttl": 5, "id": 5}}, "encap.id", "there is none; leave", id="encap-none"),
    *(
        pytest.param(
            {"encap": {"type": "ip", "dst": "203.0.113.2", **part}}, "encap." + name, complaint, id="encap-" + name
        )
        for name, part, complaint in (
            ("dst", {"dst": "2001:db8::2"}, "not an IPv4 address, which type ip needs"),
            ("src", {"src": "203.0.113.1/24"}, "not an IP address"),
            ("id", {"id": -1}, "from 0 to 18446744073709551615"),
            ("ttl", {"ttl": 256}, "from 0 to 255"),
            ("tos", {"tos": 256}, "from 0 to 255"),
        )
    ),
    pytest.param(
        {"encap": {"type": "ip6", "dst": "203.0.113.2"}},
        "encap.dst",
        "not an IPv6 address, which type ip6",
        id="encap-ip6",
    ),
    pytest.param(
        {"dev": None, "type": "throw", "encap": {"type": "ip", "dst": "203.0.113.2"}},
        "encap",
        "a throw route has none",
        id="encap-without-a-way",
    ),
    pytest.param(
        {"dev": None, "nexthops": [{"dev": "t"}] * 2, "encap": {"type": "ip", "dst": "203.0.113.2"}},
        "encap",
        "it is about one way",
        id="encap-and-next-hops",
    ),
    pytest.param({"nexthops": [{"dev": "t"}]}, "nexthops", "dev belongs into its elements", id="dev-and-next-hops"),
    pytest.param(
        {"dev": None, "via": "10.0.0.1", "nexthops": [{"dev": "t"}]},
        "nexthops",
        "via belongs into its elements",
        id="via-and-next-hops",
    ),
]

BAD_NEXT_HOPS = [
    pytest.param([{"dev": "t"}, {}], "nexthops[1].via", "give via or dev, or both", id="empty"),
    pytest.param([{"dev": ""}], "nexthops[0].via", "give via or dev, or both", id="dev-empty"),
    pytest.param([{"dev": "a b"}], "nexthops[0].dev", "white space", id="dev"),
    pytest.param([{"via": "10.0.0.1/8"}], "nexthops[0].via", "not an IP address", id="via"),
    pytest.param([{"via": "10.0.0.1"}, {"via": "fe80::1"}], "nexthops[1].via", "another family", id="two-families"),
    pytest.param([{"via": "fe80::1", "dev": "t"}] * 2, "nexthops", "another family", id="family-of-the-route"),
    pytest.param([{"dev": "t", "weight": 0}], "nexthops[0].weight", "from 1 to 256", id="weight-zero"),
    pytest.param([{"dev": "t"}, {"dev": "t", "weight": 257}], "nexthops[1].weight", "from 1 to 256", id="weight-high"),
]


@pytest.mark.parametrize(("options", "option", "complaint"), BAD)
def test_bad_option_is_named(options, option, complaint):
    with pytest.raises(_errors.BadOption) as caught:
        _hosts.want("route", **{"dst": NET, "dev": "tun0", **options})
    assert (caught.value.option, str(caught.value).partition(": ")[0]) == (option, option)
    assert complaint in str(caught.value)


@pytest.mark.parametrize(("hops", "option", "complaint"), BAD_NEXT_HOPS)
def test_bad_next_hop_is_named_by_its_position(hops, option, complaint):
    with pytest.raises(_errors.BadOption) as caught:
        _hosts.want("route", dst=NET, nexthops=hops)
    assert caught.value.option == option
    assert complaint in str(caught.value)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        pytest.param({"via": "fe80::1"}, "another family", id="family"),
        pytest.param({"metric": "x"}, "from 0", id="metric"),
        pytest.param({"dst": "10.9.0.1/24"}, "is the network", id="dst"),
    ],
)
def test_absent_route_is_looked_at_too(options, complaint):
    with pytest.raises(_errors.BadOption, match=complaint):
        _hosts.want("route", **{"dst": NET, "state": "absent", **options})


@pytest.mark.parametrize("type_", ["unicast", "blackhole"])
def test_absent_route_needs_no_way_and_may_name_one(type_):
    assert _hosts.want("route", dst=NET, state="absent", type=type_, via="10.0.0.1").absent_routes


def test_scope_is_for_ipv4_only():
    with pytest.raises(_errors.BadOption, match=r"^scope: "):
        _hosts.want("route", dst=NET6, dev="t", scope="link")


def test_onlink_is_not_for_next_hops():
    with pytest.raises(_errors.BadOption, match=r"^onlink: "):
        _hosts.want("route", dst=NET, onlink=True, nexthops=[{"via": "10.0.0.1", "dev": "t"}] * 2)
