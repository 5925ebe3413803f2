# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What two looks at hosts differ in: every difference is told, and no accident."""

import copy

import pytest
from ansible_collections.warren.tunnels.tests.fleet import _look

LINK = {
    "ifindex": 7,
    "ifname": "tun100",
    "mtu": 1476,
    "flags": ["POINTOPOINT", "NOARP", "UP"],
    "qdisc": "noqueue",
    "address": "192.168.0.8",
    "linkinfo": {"info_kind": "gre", "info_data": {"ttl": 64}},
    "addr_info": [{"family": "inet", "local": "10.1.1.1", "prefixlen": 32, "scope": "global"}],
}
SECRET = {"family": "inet6", "local": "fe80::92f5", "prefixlen": 64, "scope": "link", "stable-privacy": True}
THEIRS = {**LINK, "ifname": "their-gre", "ifindex": 3}
ROUTE = {"dst": "10.9.0.0/24", "dev": "tun100", "protocol": "static", "flags": []}
LOOK = {
    "host1": {
        "network": {
            "": {
                "links": {"tun100": LINK, "their-gre": THEIRS},
                "routes": [ROUTE, {**ROUTE, "dev": "their-gre"}],
                "fou_ports": [],
            }
        },
        "rules": {"": [{"priority": 0, "table": "local"}]},
        "settings": {
            "": {
                "/proc/sys/net/ipv4/conf/tun100/rp_filter": "0",
                "/sys/class/net/tun100/addr_assign_type": "0",
            }
        },
        "files": {"/etc/warren-tunnels/host.batch": "# by Ansible\nlink add dev tun100\n"},
        "forwarding": "1",
        "armed": [],
    }
}


def other(*path, value):
    """Return a look that differs in one place."""
    look = copy.deepcopy(LOOK)
    place = look["host1"]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return look


def test_the_same_hosts_differ_in_nothing():
    assert _look.differences(LOOK, LOOK) == []


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("network", "", "links", "tun100", "mtu"), 1400, "links tun100 mtu: lives with 1400, anew 1476"),
        (("network", "", "links", "tun100", "qdisc"), "pfifo_fast", "qdisc"),
        (("network", "", "links", "tun100", "linkinfo", "info_data"), {"ttl": 64, "ikey": "0.0.0.7"}, "ikey"),
        (("network", "", "links", "tun100", "addr_info"), [], "10.1.1.1"),
        (("network", "", "links", "tun100", "address"), "192.168.0.9", "address"),
        (("network", "", "links", "left"), LINK, "links left"),
        (("network", "", "routes"), [{**ROUTE, "metric": 5}], "metric"),
        (("network", "", "fou_ports"), [{"port": 5555}], "fou_ports"),
        (("network", "red"), {"links": {}, "routes": [], "fou_ports": []}, "red"),
        (("rules", ""), [], "rules"),
        (("settings", "", "/proc/sys/net/ipv4/conf/tun100/rp_filter"), "1", "rp_filter"),
        (("files", "/etc/warren-tunnels/host.batch"), "link add dev tun200\n", "tun200"),
        (("files", "/etc/sysctl.d/60-warren-tunnels.conf"), "net/ipv4/conf/gone/rp_filter=1\n", "gone"),
        (("forwarding",), "0", "forwarding"),
    ],
)
def test_a_difference_is_told(path, value, words):
    live = other(*path, value=value)
    for name in live["host1"]["network"]:
        live["host1"]["rules"].setdefault(name, [])
        live["host1"]["settings"].setdefault(name, {})

    told = _look.differences(live, LOOK)

    assert words in " ".join(told)
    assert all(text.startswith("host1 ") for text in told)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("network", "", "links", "tun100", "ifindex"), 99),
        (("network", "", "links", "their-gre"), {**THEIRS, "mtu": 1}),
        (("network", "", "links", "tun100", "addr_info"), [*LINK["addr_info"], SECRET]),
        (("settings", "", "/proc/sys/net/ipv6/conf/tun100/stable_secret"), "7ca7:c4a8:ceda:93f4:d2b1:10d5:f15f:45cd"),
        (("files", "/etc/modules-load.d/ip_gre.conf"), "ip_gre\n"),
        (("files", "/etc/sysctl.d/60-warren-tunnels.conf"), "# by Ansible\n"),
    ],
)
def test_an_accident_is_not(path, value):
    assert _look.differences(other(*path, value=value), LOOK) == []


@pytest.mark.parametrize(
    ("mac", "assigned", "differs"),
    [
        ("02:00:5e:00:53:1", "1", False),
        # One of dice that a device was given again when it was replaced.
        ("02:00:00:00:00:0", "3", False),
        ("02:00:5e:00:53:1", "3", True),
        ("02:00:00:00:00:0", "0", True),
    ],
)
def test_a_mac_address_by_dice_is_an_accident_and_a_declared_one_is_not(mac, assigned, differs):
    looks = [other("network", "", "links", "tun100", "address", value=f"{mac}{digit}") for digit in (1, 2)]
    for look in looks:
        look["host1"]["settings"][""]["/sys/class/net/tun100/addr_assign_type"] = assigned

    assert ("address" in " ".join(_look.differences(*looks))) == differs


def test_what_the_kernel_gave_a_device_that_was_up_once_is_an_accident_while_it_is_down():
    looks = [other("network", "", "links", "tun100", "flags", value=["POINTOPOINT"]) for _look in range(2)]
    looks[0]["host1"]["network"][""]["links"]["tun100"]["qdisc"] = "noop"

    assert _look.differences(*looks) == []


def test_a_strangers_link_that_was_made_again_is_told_by_its_index():
    before = _look.strangers(LOOK)
    after = _look.strangers(other("network", "", "links", "their-gre", "ifindex", value=12))

    assert _look.changed(before, after) == ["host1 host links their-gre ifindex: was 3, is 12"]


def test_what_is_armed_is_told():
    assert _look.armed(other("armed", value=["state.json"])) == ["host1: armed: state.json"]
