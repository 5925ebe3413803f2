# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._kinds._catalog import KINDS

GRE = KINDS["gre"]


@pytest.mark.parametrize(
    ("kind", "kernel_name", "module"),
    [
        ("gre", "gre", "ip_gre"),
        ("ipip", "ipip", "ipip"),
        ("tap", "tun", "tun"),
        ("veth", "veth", "veth"),
        ("ip6ip6", "ip6tnl", "ip6_tunnel"),
    ],
)
def test_names_fall_back_on_the_kinds_own(kind, kernel_name, module):
    assert (KINDS[kind].kernel_name, KINDS[kind].module) == (kernel_name, module)


def test_all_but_the_hosts_own_can_be_ports():
    assert [kind.name for kind in KINDS.values() if not kind.option("master")] == ["vrf", "loopback"]


def test_only_ethernet_has_a_mac():
    # Some have the address of the link below.
    assert {kind.name for kind in KINDS.values() if kind.option("mac")} | {"ipvlan", "ipvtap"} == {
        "tap",
        "gretap",
        "erspan",
        "ip6gretap",
        "veth",
        "bridge",
        "vxlan",
        "geneve",
        "vlan",
        "macvlan",
        "macvtap",
        "ipvlan",
        "ipvtap",
        "dummy",
        "ifb",
        "vrf",
    }


def test_option_is_found_by_name():
    assert GRE.option("ikey").attribute == "IFLA_GRE_IKEY"
    assert GRE.option("mtu").attribute == "IFLA_MTU"
    assert GRE.option("colour") is None


def test_unset_options_count_as_their_defaults_in_an_identity():
    assert GRE.identify({"remote": "192.0.2.2"}) == ("any", "192.0.2.2", "none", "none")
    assert GRE.identify({}) == GRE.identify({"local": "any", "remote": "any", "dev": "none", "ikey": "none", "okey": 5})
    assert GRE.identify({"ikey": 0}) != GRE.identify({"ikey": "none"})


def test_external_tunnels_are_all_alike():
    assert GRE.identify({"external": True, "ikey": 1}) == GRE.identify({"external": True, "remote": "192.0.2.2"})
    assert GRE.identify({"external": True}) != GRE.identify({})
    assert GRE.identify({"external": False}) == GRE.identify({})
