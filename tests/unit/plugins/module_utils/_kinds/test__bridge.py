# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _catalog, _option

BRIDGE = _catalog.KINDS["bridge"]


@pytest.mark.parametrize(
    ("option", "value", "raw", "words"),
    [
        ("stp", True, {"IFLA_BR_STP_STATE": 1}, "stp_state 1"),
        ("stp", False, {"IFLA_BR_STP_STATE": 0}, "stp_state 0"),
        ("priority", 0, {"IFLA_BR_PRIORITY": 0}, "priority 0"),
        ("forward_delay", 1500, {"IFLA_BR_FORWARD_DELAY": 1500}, "forward_delay 1500"),
        ("ageing_time", 30000, {"IFLA_BR_AGEING_TIME": 30000}, "ageing_time 30000"),
        ("vlan_filtering", True, {"IFLA_BR_VLAN_FILTERING": 1}, "vlan_filtering 1"),
    ],
)
def test_option(option, value, raw, words):
    assert _option.encode(BRIDGE.options, {option: value}) == raw
    assert _option.decode(BRIDGE.options, raw)[option] == value
    assert BRIDGE.option(option).words(value) == words.split()


def test_every_option_changes_in_place():
    assert not any(option.recreate(0, 1) for option in BRIDGE.options)


def test_two_bridges_do_not_get_in_each_others_way():
    assert BRIDGE.identity == ()
