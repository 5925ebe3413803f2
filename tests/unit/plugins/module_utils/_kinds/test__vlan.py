# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _catalog, _option
from ansible_collections.warren.tunnels.plugins.module_utils._steps._link import AddLink, SetLink
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils import _hosts

VLAN = _catalog.KINDS["vlan"]
P = "IFLA_VLAN_"
TOLD = 32
"""How far the bit that says that a flag is told is above the flag."""


@pytest.mark.parametrize(
    ("option", "value", "raw", "words"),
    [
        ("id", 42, {P + "ID": 42}, "id 42"),
        ("protocol", "802.1ad", {P + "PROTOCOL": 0x88A8}, "protocol 802.1ad"),
        ("reorder_hdr", False, {P + "FLAGS": 0x1 << TOLD}, "reorder_hdr off"),
        ("gvrp", True, {P + "FLAGS": 0x2 | 0x2 << TOLD}, "gvrp on"),
        ("mvrp", True, {P + "FLAGS": 0x8 | 0x8 << TOLD}, "mvrp on"),
        ("loose_binding", True, {P + "FLAGS": 0x4 | 0x4 << TOLD}, "loose_binding on"),
        ("bridge_binding", True, {P + "FLAGS": 0x10 | 0x10 << TOLD}, "bridge_binding on"),
    ],
)
def test_option(option, value, raw, words):
    assert _option.encode(VLAN.options, {option: value}) == raw
    assert _option.decode(VLAN.options, raw)[option] == value
    assert VLAN.option(option).words(value) == words.split()


def test_no_flags_are_told_where_none_is_on():
    assert _option.decode(VLAN.options, {P + "ID": 5})["reorder_hdr"] is False


def test_flags_are_told_together():
    assert _option.encode(VLAN.options, {"gvrp": True, "reorder_hdr": False}) == {P + "FLAGS": 0x2 | 0x3 << TOLD}


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [("none", "none"), ("", "none"), ("3:7  0:0x10", "0:16 3:7"), ("1:0", "none"), ("0:1 2:0", "0:1")],
)
def test_map(raw, canonical):
    value = VLAN.option("ingress_qos_map").value
    assert value.parse(raw) == canonical
    assert value.decode(value.encode(canonical) or b"") == canonical


@pytest.mark.parametrize(
    ("former", "value", "told"),
    [
        (None, "0:1", "0:1"),
        ("none", "0:1", "0:1"),
        ("0:1 3:4", "0:1", "0:1 3:0"),
        ("0:1", "none", "0:0"),
        ("0:1", "0:2 1:2", "0:2 1:2"),
    ],
)
def test_map_takes_the_place_of_another(former, value, told):
    assert VLAN.option("egress_qos_map").value.over(former, value) == told


@pytest.mark.parametrize(
    ("option", "value", "complaint"),
    [
        ("id", "4095", "from 0 to 4094"),
        ("ingress_qos_map", "62", "'62' is no mapping such as 0:1; put it in quotes, since YAML reads some as numbers"),
        ("ingress_qos_map", "8:1", "'8' is not a number from 0 to 7"),
        ("egress_qos_map", "8:9", "'9' is not a number from 0 to 7"),
        ("egress_qos_map", "1:2 1:3", "1 is mapped twice"),
    ],
)
def test_value_that_can_not_be(option, value, complaint):
    with pytest.raises(ValueError, match=complaint):
        VLAN.option(option).value.parse(value)


@pytest.mark.parametrize(("values", "named"), [({"id": 5}, "link"), ({"link": "eth0"}, "id")])
def test_what_it_needs(values, named):
    assert VLAN.object_to(values).startswith(named + ": a vlan needs ")


def test_commands():
    link = _hosts.link("vlan", "v0")._replace(attributes={"link": "eth0", "id": 5, "egress_qos_map": "0:1"})
    assert AddLink(link).command() == "ip link add dev v0 link eth0 type vlan id 5 egress-qos-map 0:1"
    changed = SetLink(link, {"egress_qos_map": "2:3"}, {"egress_qos_map": "0:1"})
    assert changed.command() == "ip link set dev v0 type vlan egress-qos-map 0:0 2:3"
    assert changed.inverse()[0].command() == "ip link set dev v0 type vlan egress-qos-map 0:1 2:0"
