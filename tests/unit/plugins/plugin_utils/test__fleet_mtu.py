# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet, _fleet_mtu, _fleet_tunnels


@pytest.mark.parametrize(
    ("mode", "options", "size"),
    [
        ("ipip", {}, 20),
        ("sit", {}, 20),
        ("gre", {}, 24),
        ("gre", {"key": 0}, 28),
        ("gre", {"key": 7, "csum": True, "seq": True}, 36),
        ("gre", {"csum": False, "seq": False}, 24),
        ("gretap", {}, 38),
        ("gretap", {"key": 7}, 42),
        ("ip6gre", {}, 52),
        ("ip6gre", {"encaplimit": "none"}, 44),
        ("ip6gre", {"encaplimit": "none", "key": 7}, 48),
        ("ip6gretap", {"encaplimit": 4}, 66),
        ("ip6tnl", {}, 48),
        ("ipip6", {"encaplimit": "none"}, 40),
        ("gre", {"encap": "fou"}, 32),
        ("gre", {"encap": "gue", "key": 7}, 40),
    ],
)
def test_overhead(mode, options, size):
    assert _fleet_mtu.overhead(mode, options) == size


def test_every_mode_has_one():
    assert all(_fleet_mtu.overhead(mode, {}) >= 20 for mode in _fleet_tunnels.MODES)


def test_auto_is_what_the_smaller_underlay_takes():
    hosts = {"a": {"ansible_host": "192.0.2.1", "tunnels_underlay_mtu": 9000}, "b": {"ansible_host": "192.0.2.2"}}
    links = [{"name": "t", "mode": "gre", "mtu": "auto", "key": 1, "ends": {"a": {}, "b": {}}}]
    assert _fleet.share(links, hosts, "a")["links"][0]["mtu"] == 1472
    hosts["b"]["tunnels_underlay_mtu"] = "1450"
    assert _fleet.share(links, hosts, "b")["links"][0]["mtu"] == 1422
