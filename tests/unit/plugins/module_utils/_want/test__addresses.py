# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Address
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils import _hosts

TUN = {"name": "tun0", "mode": "tun"}


def the_link(module, **options):
    (link,) = _hosts.want(module, **options).links.values()
    return link


def with_options(address, prefixlen, **options):
    return Address(address, prefixlen, options=options)


@pytest.mark.parametrize(
    ("entry", "address"),
    [
        pytest.param("10.1.1.1/24", Address("10.1.1.1", 24), id="ipv4"),
        pytest.param("10.1.1.1", Address("10.1.1.1", 32), id="ipv4-host"),
        pytest.param("10.1.1.1/255.255.255.252", Address("10.1.1.1", 30), id="ipv4-netmask"),
        pytest.param("2001:db8:0:0::1/64", Address("2001:db8::1", 64), id="ipv6"),
        pytest.param("2001:db8::1", Address("2001:db8::1", 128), id="ipv6-host"),
        pytest.param({"address": "10.1.1.1/30"}, Address("10.1.1.1", 30), id="dictionary"),
        pytest.param({"address": "10.1.1.1", "peer": "10.1.1.2"}, Address("10.1.1.1", 32, "10.1.1.2"), id="peer"),
        pytest.param(
            {"address": "10.1.1.1/24", "peer": "10.1.1.2"}, Address("10.1.1.1", 24, "10.1.1.2"), id="own-prefix"
        ),
        pytest.param(
            {"address": "10.1.1.1/24", "peer": "10.2.2.2/16"}, Address("10.1.1.1", 16, "10.2.2.2"), id="peers-prefix"
        ),
        pytest.param({"address": "10.1.1.1/24", "peer": "10.1.1.1"}, Address("10.1.1.1", 24), id="own-peer-is-none"),
        pytest.param({"address": "10.1.1.1", "scope": "link"}, Address("10.1.1.1", 32, None, "link"), id="scope"),
        pytest.param(
            {"address": "10.1.1.1", "label": "tun0:1"}, Address("10.1.1.1", 32, None, None, "tun0:1"), id="label"
        ),
        pytest.param(
            {"address": "10.1.1.1", "valid_lft": "60", "metric": 7, "noprefixroute": "yes"},
            with_options("10.1.1.1", 32, valid_lft=60, preferred_lft=60, metric=7, noprefixroute=True),
            id="valid-and-preferred-as-long",
        ),
        pytest.param(
            {"address": "10.1.1.1", "preferred_lft": 0, "valid_lft": "forever"},
            with_options("10.1.1.1", 32, valid_lft="forever", preferred_lft=0),
            id="not-preferred",
        ),
        pytest.param(
            {"address": "fd00::1/64", "nodad": True, "home": False, "mngtmpaddr": True},
            with_options("fd00::1", 64, nodad=True, home=False, mngtmpaddr=True),
            id="flags-of-ipv6",
        ),
        pytest.param(
            {"address": "10.1.1.1", "peer": None, "scope": None}, Address("10.1.1.1", 32), id="nulls-are-unset"
        ),
    ],
)
def test_address(entry, address):
    assert the_link("tuntap", **TUN, addresses=[entry]).addresses == (address,)


BAD_ADDRESSES = [
    pytest.param([{"address": "10.1.1.1", "nodad": True}], "addresses[0].nodad", "only IPv6", id="flag-of-ipv6"),
    pytest.param([{"address": "10.1.1.1", "valid_lft": 0}], "addresses[0].valid_lft", "from 1", id="never-valid"),
    pytest.param([{"address": "10.1.1.1", "metric": -1}], "addresses[0].metric", "from 0", id="metric"),
    pytest.param(["0.0.0.0/8"], "addresses[0].address", "no host's address", id="unspecified"),
    pytest.param(["::/64"], "addresses[0].address", "no host's address", id="unspecified-ipv6"),
    pytest.param(["10.1.1.256"], "addresses[0].address", "not an IP address", id="no-address"),
    pytest.param(["10.1.1.1", "10.1.1.1/33"], "addresses[1].address", "from 0 to 32", id="prefix"),
    pytest.param(["10.1.1.1/"], "addresses[0].address", "from 0 to 32", id="prefix-empty"),
    pytest.param(["10.1.1.1/255.0.255.0"], "addresses[0].address", "not a netmask", id="netmask"),
    pytest.param(["2001:db8::1/129"], "addresses[0].address", "from 0 to 128", id="prefix-ipv6"),
    pytest.param(["10.1.1.1", "10.1.1.1/32"], "addresses[1]", "twice", id="twice"),
    pytest.param(["fd00::1/64", "fd00::1/80"], "addresses[1]", "fd00::1/64", id="two-lengths-ipv6"),
    pytest.param([17], "addresses[0]", "neither an address", id="number"),
    pytest.param([{}], "addresses[0].address", "give an address", id="empty"),
    pytest.param([{"address": 17}], "addresses[0].address", "give an address", id="number-inside"),
    pytest.param([{"address": "10.1.1.1", "broadcast": "+"}], "addresses[0]", "no broadcast", id="unknown"),
    pytest.param([{"address": "10.1.1.1", "peer": "2001:db8::1"}], "addresses[0].peer", "another family", id="peer"),
    pytest.param([{"address": "10.1.1.1", "peer": "x"}], "addresses[0].peer", "not an IP address", id="peer-text"),
    pytest.param([{"address": "10.1.1.1", "scope": "planet"}], "addresses[0].scope", "host", id="scope"),
    pytest.param([{"address": "2001:db8::1", "scope": "host"}], "addresses[0].scope", "IPv4 only", id="scope-ipv6"),
    pytest.param([{"address": "10.1.1.1", "label": "eth0:1"}], "addresses[0].label", "tun0:1", id="label-of-another"),
    pytest.param([{"address": "10.1.1.1", "label": "tun0:" + "1" * 11}], "addresses[0].label", "15", id="label-long"),
    pytest.param([{"address": "10.1.1.1", "label": "tun0 1"}], "addresses[0].label", "begins with", id="label-space"),
    pytest.param([{"address": "10.1.1.1", "label": 1}], "addresses[0].label", "begins with", id="label-number"),
    pytest.param([{"address": "2001:db8::1", "label": "tun0"}], "addresses[0].label", "IPv4", id="label-ipv6"),
]


@pytest.mark.parametrize(("addresses", "option", "complaint"), BAD_ADDRESSES)
def test_bad_address_is_named_by_its_position(addresses, option, complaint):
    with pytest.raises(_errors.BadOption) as caught:
        _hosts.want("tuntap", **TUN, addresses=addresses)
    assert caught.value.option == option
    assert complaint in str(caught.value)


def test_same_address_to_another_peer_is_not_there_twice():
    addresses = [{"address": "10.1.1.1", "peer": peer} for peer in ("10.1.1.2", "10.1.1.3")]
    assert len(the_link("tuntap", **TUN, addresses=addresses).addresses) == 2
