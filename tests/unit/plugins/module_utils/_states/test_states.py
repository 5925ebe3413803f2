# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _resources
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Address, Encap, Link, NextHop
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._fou_port import _state as _fou_port
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._fou_port._state import FouPort
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._link import _state as _link
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._namespace import _state as _namespace
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._route import _state as _route
from ansible_collections.warren.tunnels.plugins.module_utils._states import _address
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import link, route

ROUTE = route("10.9.0.0/24", dev="tun0")
PORT = FouPort(None, 2, 5555, "fou", 47)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        pytest.param(Address("10.0.0.1", 24), "10.0.0.1/24", id="plain"),
        pytest.param(Address("10.0.0.1", 24, None, "global", "tun0"), "10.0.0.1/24", id="without-what-is-usual"),
        pytest.param(Address("fe80::1", 64, None, "link", automatic=True), "fe80::1/64", id="automatic"),
        pytest.param(Address("10.0.0.1", 32, "10.0.0.2"), {"address": "10.0.0.1", "peer": "10.0.0.2/32"}, id="peer"),
        pytest.param(Address("10.0.0.1", 24, None, "host"), {"address": "10.0.0.1/24", "scope": "host"}, id="scope"),
        pytest.param(
            Address("10.0.0.1", 24, None, None, "tun0:1"), {"address": "10.0.0.1/24", "label": "tun0:1"}, id="label"
        ),
    ],
)
def test_address_is_shown_as_the_option_takes_it(address, shown):
    assert _address.state(address, "tun0") == shown


def test_link_is_shown_as_the_options_are_written():
    tun = link("tun", "tun0", "red", [Address("10.0.0.1", 24)], up=True, persist=True)
    assert _link.state(tun) == {
        "state": "present",
        "name": "tun0",
        "mode": "tun",
        "netns": "red",
        "up": True,
        "mtu": 1500,
        "promisc": False,
        "multicast": True,
        "arp": False,
        "txqueuelen": 500,
        "ifgroup": "default",
        "altnames": [],
        "alias": "",
        "master": "none",
        "owner": "none",
        "group": "none",
        "packet_info": False,
        "vnet_hdr": False,
        "multi_queue": False,
        "addresses": ["10.0.0.1/24"],
    }


@pytest.mark.parametrize(
    ("shown", "mode"),
    [
        (link("gre", "x0"), "gre"),
        (Link(None, "x0", "nlmon"), "nlmon"),
        (link("veth", "x0"), None),
        (link("bridge", "x0"), None),
    ],
    ids=["one-of-several", "unknown", "the-only-one", "the-only-bridge"],
)
def test_mode_is_shown_where_there_is_a_choice(shown, mode):
    assert _link.state(shown).get("mode") == mode


@pytest.mark.parametrize(
    ("namespace", "loopback", "shown"),
    [
        pytest.param(None, None, {"state": "absent"}, id="none"),
        pytest.param(_resources.Namespace("red", stale=True), None, {"state": "absent"}, id="stale"),
        pytest.param(
            _resources.Namespace("red"),
            link("loopback", "lo", "red", up=True),
            {"state": "present", "name": "red", "sysctl": {"net.x": "1"}, "loopback": True},
            id="red",
        ),
        pytest.param(
            _resources.Namespace("blue"),
            None,
            {"state": "present", "name": "blue", "sysctl": {}},
            id="loopback-unknown",
        ),
    ],
)
def test_namespace(namespace, loopback, shown):
    sysctl = _resources.Sysctl("red", "net.x", "1")
    assert _namespace.state(namespace, loopback, {sysctl.id: sysctl}) == shown


def test_nothing_is_absent():
    assert _link.state(None) == {"state": "absent"}
    assert _route.state(None) == {"state": "absent"}
    assert _fou_port.state(None) == {"state": "absent"}


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        pytest.param(
            ROUTE,
            {"dst": "10.9.0.0/24", "metric": 0, "dev": "tun0", "scope": "link"},
            id="plain",
        ),
        pytest.param(
            route("default", "red", metric=5, table=100, tos=16, via="10.0.0.1", mtu=1400),
            {"dst": "default", "netns": "red", "metric": 5, "table": 100, "tos": 16, "via": "10.0.0.1", "mtu": 1400},
            id="with-all",
        ),
        pytest.param(
            route("default", nexthops=(NextHop("10.0.0.1", None, 2), NextHop(None, "tun0"))),
            {
                "dst": "default",
                "metric": 0,
                "nexthops": [{"via": "10.0.0.1", "weight": 2}, {"dev": "tun0", "weight": 1}],
            },
            id="next-hops",
        ),
        pytest.param(
            route(
                "default",
                dev="t",
                scope="global",
                encap=Encap("ip", "203.0.113.2", "203.0.113.1", 5, 64, 8, key=True, seq=True),
            ),
            {
                "dst": "default",
                "metric": 0,
                "dev": "t",
                "encap": {
                    "type": "ip",
                    "dst": "203.0.113.2",
                    "src": "203.0.113.1",
                    "id": 5,
                    "ttl": 64,
                    "tos": 8,
                    "key": True,
                    "seq": True,
                },
            },
            id="encap",
        ),
        pytest.param(
            route("default", dev="t", scope="global", encap=None),
            {"dst": "default", "metric": 0, "dev": "t"},
            id="no-encap",
        ),
    ],
)
def test_route_is_shown_as_the_options_are_written(found, shown):
    usual = {
        "state": "present",
        "table": 254,
        "type": "unicast",
        "protocol": "static",
        "scope": "global",
        "onlink": False,
    }
    assert _route.state(found) == {**usual, **shown}


@pytest.mark.parametrize(
    ("port", "shown"),
    [
        pytest.param(PORT, {"encap": "fou", "family": "inet", "ipproto": 47}, id="fou"),
        pytest.param(FouPort("red", 10, 5555, "gue"), {"encap": "gue", "family": "inet6", "netns": "red"}, id="gue"),
    ],
)
def test_port_is_shown_as_the_options_are_written(port, shown):
    assert _fou_port.state(port) == {"state": "present", "port": 5555, **shown}
