# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _sysctls


@pytest.mark.parametrize(
    ("given", "key", "path"),
    [
        ("net.ipv4.ip_forward", "net.ipv4.ip_forward", "net/ipv4/ip_forward"),
        ("net/ipv4/ip_forward", "net.ipv4.ip_forward", "net/ipv4/ip_forward"),
        ("net.ipv4.conf.eth0/1.forwarding", "net/ipv4/conf/eth0.1/forwarding", "net/ipv4/conf/eth0.1/forwarding"),
        ("net/ipv4/conf/eth0.1/forwarding", "net/ipv4/conf/eth0.1/forwarding", "net/ipv4/conf/eth0.1/forwarding"),
        ("net/ipv4/conf/a..b/forwarding", "net/ipv4/conf/a..b/forwarding", "net/ipv4/conf/a..b/forwarding"),
    ],
)
def test_the_first_separator_tells_how_a_key_is_written(given, key, path):
    """As sysctl(8) has it."""
    assert _sysctls.parse(given) == key
    assert _sysctls.parse(key) == key
    assert _sysctls.path(key) == path


@pytest.mark.parametrize(
    "key",
    [
        "kernel.hostname",
        "net",
        "",
        "net.",
        "net.ipv4..ip_forward",
        "net/../kernel/hostname",
        "net.ipv4.//.ip_forward",
        "net.ipv4.ip_forward\n",
        "net.ipv4.conf.*.rp_filter",
        "net.ipv4.a b",
        "net.ipv4.x=1",
    ],
)
def test_what_is_no_key_is_told(key):
    with pytest.raises(ValueError, match=r"not a key below net, such as net\.ipv4\.ip_forward"):
        _sysctls.parse(key)


@pytest.mark.parametrize(
    ("key", "link"),
    [
        ("net.ipv4.ip_forward", None),
        ("net.ipv4.conf.all.rp_filter", None),
        ("net.ipv6.conf.default.accept_ra", None),
        ("net.ipv4.conf.tun100.rp_filter", ("red", "tun100")),
        ("net/ipv6/conf/eth0.1/accept_ra", ("red", "eth0.1")),
        ("net.ipv4.neigh.tap0.gc_stale_time", ("red", "tap0")),
        ("net.mpls.conf.tun100.input", ("red", "tun100")),
    ],
)
def test_a_devices_own_is_known(key, link):
    assert _sysctls.link("red", key) == link


@pytest.mark.parametrize(
    ("key", "value", "turned_off"),
    [
        ("net.ipv6.conf.tap0.disable_ipv6", "1", True),
        ("net.ipv6.conf.all.disable_ipv6", "1", True),
        ("net.ipv6.conf.tap0.disable_ipv6", "0", False),
        ("net.ipv6.conf.default.disable_ipv6", "1", False),
        ("net.ipv4.conf.tap0.rp_filter", "1", False),
    ],
)
def test_what_turns_ipv6_off_is_known(key, value, turned_off):
    assert _sysctls.turns_ipv6_off(key, value) == turned_off
