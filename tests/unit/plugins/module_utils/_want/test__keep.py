# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._want import _keep
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import have, link, route, want

GRE = {"name": "tun0", "kind": "gre", "remote": "192.0.2.2"}
TAP = {"name": "tap0", "kind": "tap"}
PAIR = {"name": "v0", "kind": "veth", "peer": {"name": "v1", "netns": "red"}}
ROUTES = [{"dst": "10.9.0.0/16", "dev": "tun0"}, {"dst": "10.8.0.0/16", "dev": "tap0"}]
PORT = {"port": 5555, "ipproto": "gre"}


def test_nothing_is_said_of_what_is_kept():
    whole = want("network_state", state="replaced", links=[GRE, TAP], routes=ROUTES, keep=[{"name": "tun0"}])
    assert set(whole.links) == whole.purged == whole.exact == {(None, "tap0")}
    assert [wanted.dst for wanted in whole.routes.values()] == ["10.8.0.0/16"]


def test_a_kept_devices_own_sysctls_stay_with_it():
    sysctls = {"net.ipv4.conf.tun0.rp_filter": 1, "net.ipv4.conf.tap0.rp_filter": 1, "net.ipv4.ip_forward": 1}
    whole = want("network_state", links=[GRE, TAP], sysctls=sysctls, keep=[{"name": "tun0"}])
    assert {key for _netns, key in whole.sysctls} == {"net.ipv4.conf.tap0.rp_filter", "net.ipv4.ip_forward"}
    ended = want("network_state", state="deleted", links=[TAP], sysctls=sysctls, keep=[{"name": "tun0"}])
    assert ended.absent_sysctls == ()


def test_a_pair_is_kept_by_either_end():
    for end in ({"name": "v0"}, {"name": "v1", "netns": "red"}):
        whole = want("network_state", links=[PAIR, TAP], keep=[end])
        assert set(whole.links) == {(None, "tap0")}
        assert whole.keep == {(None, "v0"), ("red", "v1")}


def test_nothing_is_removed_that_it_may_need():
    whole = want(
        "network_state",
        state="deleted",
        links=[GRE, TAP],
        routes=ROUTES,
        fou_ports=[PORT],
        namespaces=[{"name": "red"}],
        keep=[{"name": "tun0"}],
    )
    assert set(whole.absent_links) == {(None, "tap0")}
    assert (whole.absent_routes, whole.absent_fou_ports, whole.absent_namespaces) == ((), (), ())


def test_routes_through_it_are_not_taken_from_it_nor_its_port():
    whole = want("network_state", links=[TAP], routes=ROUTES[1:], fou_ports=[PORT], keep=[{"name": "tun0"}])
    port = next(iter(whole.fou_ports.values()))
    host = have(link("gre", "tun0"), link("tap", "tap0"), routes=[route("10.8.0.0/16", dev="tun0")])
    assert _keep.beside(whole, host._replace(fou_ports={port.id: port._replace(encap="gue")})) == whole._replace(
        routes={}, fou_ports={}
    )
    assert _keep.beside(whole, host._replace(routes={}, fou_ports={port.id: port})) == whole


@pytest.mark.parametrize("name", ["", "a/b", "lo", "gre0"])
def test_names_are_checked(name):
    with pytest.raises(_errors.BadOption, match=r"^keep\[1\].name: "):
        want("network_state", keep=[{"name": "tun0"}, {"name": name}])
