# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _catalog, _port

PORT = {"master": "br0", "bridge_slave.hairpin": True, "bridge_slave.cost": 50}


def test_people_write_them_below_one_name():
    written = {"master": "br0", "bridge_slave": {"hairpin": True, "cost": 50}}
    assert _port.unfolded(written) == {**PORT, "bridge_slave": None}
    assert _port.folded(PORT) == written


@pytest.mark.parametrize("params", [{"up": True}, {"up": True, "bridge_slave": None}, {"up": True, "bridge_slave": {}}])
def test_where_none_is_named_there_is_none(params):
    assert _port.unfolded(params) == params
    assert _port.folded({"up": True}) == {"up": True}


def test_nothing_stays_of_a_former_bridge():
    assert _port.under(PORT, "br1") == {"master": "br0", **_port.DEFAULTS}
    assert _port.under(PORT, "none") == {"master": "br0"}


def test_what_a_new_port_has_is_said_of_ports_only():
    assert _port.as_new(PORT) == {"bridge_slave.hairpin": False}
    assert _port.as_new({"master": "vrf0"}) == {}


@pytest.mark.parametrize("kind", _catalog.KINDS.values(), ids=list(_catalog.KINDS))
def test_only_what_has_an_ethernet_address_can_be_a_port(kind):
    common = {option.name for option in kind.common}
    assert common.issuperset(_port.NAMES) if kind.option("master") else common.isdisjoint(_port.NAMES)


@pytest.mark.parametrize(("raw", "bits"), [("0", 0), (8, 8), ("0x8", 8), ("0xfffd", 0xFFFD)])
def test_groups_that_are_forwarded(raw, bits):
    assert _port.Forwarded(0, 0xFFFF).parse(raw) == bits


@pytest.mark.parametrize(("raw", "words"), [("0x2", "pause frames"), ("0xffff", "pause frames"), ("0x10000", "65535")])
def test_groups_that_can_not_be_forwarded(raw, words):
    with pytest.raises(ValueError, match=words):
        _port.Forwarded(0, 0xFFFF).parse(raw)
