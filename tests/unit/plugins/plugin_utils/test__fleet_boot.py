# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet_boot

KEEP = [{"name": "tun100"}]


def gre(name, **options):
    return {"name": name, "kind": "gre", "local": "192.0.2.1", "up": True, **options}


def document(links=(), routes=(), fou_ports=(), namespaces=(), sysctls=()):
    return {
        "namespaces": [*namespaces],
        "links": [*links],
        "routes": [*routes],
        "fou_ports": [*fou_ports],
        "sysctls": dict(sysctls),
    }


def mixed(declared, there, keep=None):
    return _fleet_boot.document(declared, there, KEEP if keep is None else keep)


def test_a_kept_link_comes_back_as_it_is_and_the_others_as_declared():
    other = {"name": "tun200", "netns": "red", "kind": "gre", "remote": "192.0.2.3"}
    declared = document([gre("tun100", remote="192.0.2.2", key=7, state="replaced"), {**other, "key": 8}])
    there = document([gre("tun100", remote="192.0.2.2", ikey=3, okey=3), other])
    assert mixed(declared, there) == document([there["links"][0], declared["links"][1]])
    kept = [{"name": "tun200", "netns": "red"}]
    assert mixed(declared, there, kept) == document([other, declared["links"][0]])


def test_a_kept_link_comes_back_by_its_former_name():
    new, old = gre("tun100", remote="192.0.2.2"), gre("old", remote="192.0.2.2")
    route = {"dst": "10.9.0.0/16"}
    declared = document([new], [{**route, "dev": "tun100"}])
    there = document([old], [{**route, "dev": "old"}])
    assert mixed(declared, there, [{"name": "tun100"}, {"name": "old"}]) == there


def test_routes_through_a_kept_link_stay():
    declared = document(
        [gre("tun100"), gre("tun200")],
        [
            {"dst": "10.1.0.0/16", "dev": "tun100"},
            {"dst": "10.2.0.0/16", "dev": "tun200"},
            {"dst": "10.3.0.0/16", "dev": "tun200"},
            {"dst": "default", "nexthops": [{"dev": "tun100"}, {"dev": "tun200"}]},
        ],
    )
    # The first is not there yet, the third leads elsewhere still, and the last is declared no more.
    there = document(
        [gre("tun100"), gre("tun200"), gre("tun300")],
        [
            {"dst": "10.2.0.0/16", "dev": "tun200", "mtu": 1300},
            {"dst": "10.3.0.0/16", "dev": "tun100"},
            {"dst": "10.8.0.0/16", "dev": "tun300"},
            {"dst": "10.9.0.0/16", "dev": "tun100"},
        ],
    )
    routes = mixed(declared, there)["routes"]
    assert sorted((route["dst"], route["dev"]) for route in routes) == [
        ("10.2.0.0/16", "tun200"),
        ("10.3.0.0/16", "tun100"),
        ("10.9.0.0/16", "tun100"),
    ]
    assert declared["routes"][1] in routes


def test_what_else_it_may_need_stays():
    port = {"port": 5555, "family": "inet", "encap": "gue"}
    declared = document(fou_ports=[port, {"port": 5557, "encap": "gue"}], namespaces=[{"name": "blue"}])
    there = document(fou_ports=[{**port, "encap": "fou", "ipproto": "47"}, {"port": 5556, "encap": "gue"}])
    there["namespaces"] = [{"name": "red"}, {"name": "blue", "sysctl": {"net.ipv4.ip_forward": "0"}}]
    found = mixed(declared, there)
    assert sorted((one["port"], one["encap"]) for one in found["fou_ports"]) == [
        (5555, "fou"),
        (5556, "gue"),
        (5557, "gue"),
    ]
    assert sorted(found["namespaces"], key=lambda one: one["name"]) == [{"name": "blue"}, {"name": "red"}]


def test_sysctls_of_a_kept_link_stay_and_the_others_come_back_as_declared():
    filters = {name: f"net/ipv4/conf/{name}/rp_filter" for name in ("tun100", "tun200", "tun300")}
    declared = document(
        [gre("tun100"), gre("tun200")],
        sysctls={"net.ipv4.ip_forward": "1", filters["tun100"]: "1", filters["tun200"]: "1"},
    )
    # The last two are declared no more, and one of them goes with its link.
    there = document(
        [gre("tun100"), gre("tun200"), gre("tun300")],
        sysctls={
            "net.ipv4.ip_forward": "0",
            "net.ipv4.conf.tun100.rp_filter": "2",
            "net.ipv4.conf.tun200.rp_filter": "0",
            "net.ipv4.conf.tun300.rp_filter": "2",
            "net.ipv6.conf.all.forwarding": "1",
        },
    )
    assert mixed(declared, there)["sysctls"] == {
        "net.ipv4.ip_forward": "1",
        "net.ipv4.conf.tun100.rp_filter": "2",
        filters["tun200"]: "1",
        "net.ipv6.conf.all.forwarding": "1",
    }
