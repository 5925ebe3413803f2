# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _document, _errors, _foresee, _resources
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _catalog
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _planner
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Address
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._fou_port._state import FouPort
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._neighbour._state import Neighbour
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils import _hosts
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import have, link, route, rule

LOCAL_SIX = Address("fe80::1", 64, scope="link", automatic=True)
HOST = have(
    link("gre", "tun0", remote="192.0.2.2", ttl=64, ikey=7, okey=7, mtu=1400, up=True, addresses=[LOCAL_SIX]),
    link("tap", "tap0", owner=5, master="br0", addresses=[Address("10.0.0.1", 24, label="tap0:1")]),
    link("bridge", "br0", stp=True),
    link("veth", "v0", peer=("red", "v1"), addresses=[Address("10.0.0.1", 32, "10.0.0.2")]),
    link("veth", "v1", "red", peer=(None, "v0"), up=True),
    link(
        "loopback", "lo", "red", up=True, addresses=[Address("127.0.0.1", 8, automatic=True), Address("10.7.7.7", 32)]
    ),
    link("gre", "gre0"),
    link("tap", "eth0")._replace(kind=None, attributes={"up": False}),
    routes=[
        route("10.9.0.0/16", dev="tun0", metric=7, scope="link"),
        route("10.9.0.0/16", dev="tun0", tos=16, scope="link"),
        route("2001:db8::/32", dev="tun0", metric=1024),
        route("default", dev="eth0", via="192.0.2.254"),
        route("10.66.0.0/16", type="blackhole"),
    ],
    fou_ports=[FouPort(None, 2, 5555, "fou", 47)],
    neighbours=[Neighbour(None, "tun0", "10.0.0.2", False, "192.0.2.2", False)],
    rules=[rule(100, from_="10.9.0.0/16", table=100), rule(101, **{"attribute 25": "28"}, table=100)],
    sysctls=[
        _resources.Sysctl(None, "net.ipv4.ip_forward", "1"),
        _resources.Sysctl(None, "net.ipv4.conf.tun0.rp_filter", "1"),
    ],
)
EVERYTHING = _document.Choice()


def info(host=HOST, choice=EVERYTHING):
    return _document.of_choice(choice, host)


def test_of_a_host():
    answer = info()
    assert answer["network"] == {
        "namespaces": [{"name": "red", "loopback": True}],
        "links": [
            {"name": "br0", "kind": "bridge", "stp": True},
            {"name": "tap0", "kind": "tap", "owner": 5, "master": "br0", "addresses": [{"address": "10.0.0.1/24", "label": "tap0:1"}]},
            {"name": "tun0", "kind": "gre", "remote": "192.0.2.2", "ttl": 64, "ikey": 7, "okey": 7, "mtu": 1400, "up": True},
            {
                "name": "v0",
                "kind": "veth",
                "addresses": [{"address": "10.0.0.1", "peer": "10.0.0.2/32"}],
                "peer": {"name": "v1", "netns": "red", "up": True},
            },
            {"name": "lo", "netns": "red", "addresses": ["10.7.7.7/32"]},
        ],
        "nexthops": [],
        "routes": [
            {"dst": "10.9.0.0/16", "dev": "tun0", "metric": 7},
            {"dst": "10.9.0.0/16", "dev": "tun0", "tos": 16},
            {"dst": "2001:db8::/32", "dev": "tun0"},
            {"dst": "10.66.0.0/16", "type": "blackhole"},
        ],
        "fou_ports": [{"port": 5555, "encap": "fou", "ipproto": 47, "family": "inet"}],
        "rules": [{"priority": 100, "from": "10.9.0.0/16", "table": 100}],
        "neighbours": [{"to": "10.0.0.2", "dev": "tun0", "lladdr": "192.0.2.2"}],
        "fdb": [],
        "sysctls": {"net.ipv4.ip_forward": "1", "net.ipv4.conf.tun0.rp_filter": "1"},
    }  # fmt: skip
    assert answer["others"] == {
        "links": [{"name": "eth0", "fallback": False}, {"name": "gre0", "kind": "gre", "fallback": True}],
        "nexthops": [],
        "routes": [{"dst": "default", "dev": "eth0", "via": "192.0.2.254"}],
    }


@pytest.mark.parametrize(
    ("choice", "names"),
    [
        ({"kinds": frozenset(["gre"])}, ["tun0"]),
        ({"names": ("t*",)}, ["tap0", "tun0"]),
        ({"names": ("v1",)}, ["v0"]),
        ({"kinds": frozenset(["tap"]), "names": ("t*",)}, ["tap0"]),
        ({"kinds": frozenset()}, []),
    ],
)
def test_filters(choice, names):
    assert [entry["name"] for entry in info(choice=_document.Choice(**choice))["network"]["links"]] == names


def test_a_namespace_that_is_not_there():
    with pytest.raises(_errors.Unmet, match="there is no namespace 'blue'"):
        info(choice=_document.Choice(namespaces=("blue",)))


def test_a_host_made_from_the_document_has_the_same_document():
    document = info()["network"]
    wanted = _hosts.want("network_state", **document)
    former = {"sysctls": [_resources.Sysctl(None, "net.ipv4.ip_forward", "0")]}
    bare = have(**former, usual={(None, "net.ipv4.conf.tun0.rp_filter"): "0"})
    made = _foresee.foresee(bare, _planner.make(wanted, bare).operations)
    # A tap that the kernel makes comes with values that nobody foretells, and so do the others.
    assert info(made)["network"] == document


@pytest.mark.parametrize("name", [name for name, kind in _catalog.KINDS.items() if not kind.implicit])
def test_a_link_as_new_says_no_more_than_its_kind(name):
    links = [link(name, "x", **({"peer": (None, "y")} if name == "veth" else {}))]
    links += [link(name, "y", peer=(None, "x"))] if name == "veth" else []
    entry = info(have(*links))["network"]["links"][0]
    assert entry == {"name": "x", "kind": name, **({"peer": {"name": "y"}} if name == "veth" else {})}
