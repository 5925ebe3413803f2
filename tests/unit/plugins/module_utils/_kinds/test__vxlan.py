# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import socket

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _catalog, _option
from ansible_collections.warren.tunnels.plugins.module_utils._steps._link import AddLink
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils import _hosts

VXLAN = _catalog.KINDS["vxlan"]
P = "IFLA_VXLAN_"


@pytest.mark.parametrize(
    ("option", "value", "raw", "words"),
    [
        ("id", 42, {P + "ID": 42}, "id 42"),
        ("remote", "192.0.2.2", {P + "GROUP": "192.0.2.2", P + "GROUP6": None}, "remote 192.0.2.2"),
        ("remote", "239.1.1.1", {P + "GROUP": "239.1.1.1", P + "GROUP6": None}, "group 239.1.1.1"),
        ("remote", "ff05::1", {P + "GROUP": None, P + "GROUP6": "ff05::1"}, "group ff05::1"),
        ("local", "2001:db8::1", {P + "LOCAL": None, P + "LOCAL6": "2001:db8::1"}, "local 2001:db8::1"),
        ("srcport", "1000-2000", {P + "PORT_RANGE": bytes.fromhex("03e807d0")}, "srcport 1000 2000"),
        ("srcport", "auto", {P + "PORT_RANGE": bytes(4)}, "srcport 0 0"),
        ("ttl", "inherit", {P + "TTL": 0, P + "TTL_INHERIT": 1}, "ttl inherit"),
        ("ttl", "auto", {P + "TTL": 0, P + "TTL_INHERIT": 0}, "ttl auto"),
        ("ttl", 9, {P + "TTL": 9, P + "TTL_INHERIT": 0}, "ttl 9"),
        ("flowlabel", 0x12345, {P + "LABEL": socket.htonl(0x12345)}, "flowlabel 0x12345"),
        ("df", "inherit", {P + "DF": 2}, "df inherit"),
        ("learning", False, {P + "LEARNING": 0}, "nolearning"),
        ("maxaddress", "unlimited", {P + "LIMIT": 0}, "maxaddress unlimited"),
        ("gbp", True, {P + "GBP": True}, "gbp"),
    ],
)
def test_option(option, value, raw, words):
    assert _option.encode(VXLAN.options, {option: value}) == raw
    told = {name: content for name, content in raw.items() if content is not None}
    assert _option.decode(VXLAN.options, told)[option] == value
    assert VXLAN.option(option).words(value) == words.split()


@pytest.mark.parametrize(
    ("option", "value", "complaint"),
    [
        ("id", "16777216", "from 1 to 16777215 or none"),
        ("remote", "example.org", "'example.org' is not an IP address; give one, without a prefix, or any"),
        ("srcport", "9-8", "no range of ports such as"),
        ("srcport", "9", "no range of ports such as"),
        ("ttl", "256", "from 1 to 255 or auto or inherit"),
    ],
)
def test_value_that_can_not_be(option, value, complaint):
    with pytest.raises(ValueError, match=complaint):
        VXLAN.option(option).value.parse(value)


@pytest.mark.parametrize(
    ("options", "command"),
    [
        pytest.param({"id": 42}, "type vxlan id 42", id="bare"),
        pytest.param({"external": True}, "type vxlan nolearning external", id="external"),
        pytest.param({"external": True, "learning": True}, "type vxlan learning external", id="external-learning"),
    ],
)
def test_command(options, command):
    values = {**VXLAN.initial_of(options), **options}
    link = _hosts.link("vxlan", "vx0")._replace(attributes=values)
    assert AddLink(link).command() == "ip link add dev vx0 " + command


def test_addresses_of_link_and_family_tell_devices_apart():
    four, six = {"id": 42, "remote": "192.0.2.2"}, {"id": 42, "remote": "2001:db8::2"}
    near = {"id": 42, "remote": "fe80::2"}
    assert VXLAN.identify(four) == VXLAN.identify({"id": 42, "local": "192.0.2.1", "dev": "eth0"})
    assert VXLAN.identify(four) != VXLAN.identify(six)
    assert VXLAN.identify({**six, "dev": "eth0"}) == VXLAN.identify(six)
    assert VXLAN.identify({**near, "dev": "eth0"}) != VXLAN.identify({**near, "dev": "eth1"})
