# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import json

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.warren.tunnels.plugins.filter import fleet_differences, fleet_preview

SHARE = {"links": [], "peers": [], "routes": [], "probes": []}
NOW = fleet_preview.fleet_preview({"host1": {"__tunnels_share": SHARE}}, ["host1"], ["host1"])


def test_it_compares():
    compare = fleet_differences.FilterModule().filters()["fleet_differences"]
    assert compare(NOW, json.dumps(NOW)) == []
    assert compare(NOW, json.dumps({**NOW, "hosts": []})) == ["host1: it is in this run only"]
    assert compare(NOW, json.dumps({**NOW, "hosts": []}), network=True) == []


def test_it_says_what_is_wrong_with_a_plan():
    with pytest.raises(AnsibleFilterError, match="tunnels_plan: it is no JSON"):
        fleet_differences.fleet_differences(NOW, "")
