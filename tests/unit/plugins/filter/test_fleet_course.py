# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from ansible_collections.warren.tunnels.plugins.filter import fleet_course

OUTLOOK = {"operations": ["ip link delete dev tun1"], "changes": [], "checkpoints": []}
VARIABLES = {
    "__tunnels_share": {"peers": [], "probes": [], "routes": []},
    "__tunnels_terms": {"removal_limit": 34, "allow_removal": False, "allow_cuts": False},
    "__tunnels_outlook": OUTLOOK,
}


def test_what_is_documented_is_returned():
    found = fleet_course.FilterModule().filters()["fleet_course"]({"host1": VARIABLES, "host2": {}}, ["host1"])
    documented = fleet_course.DOCUMENTATION + fleet_course.RETURN
    assert found["busy"] == ["host1"]
    assert [name for name in found if f"    {name}:\n" not in documented] == []
