# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import yaml
from ansible_collections.warren.tunnels.plugins.filter import fleet_preview

VARIABLES = {
    "host1": {
        "__tunnels_share": {"links": [], "peers": [], "routes": [], "probes": []},
        "__tunnels_loaded": {"changed": False},
        "__tunnels_obstacle": {},
    },
    "host2": {},
}


def test_it_returns_what_is_documented():
    preview = fleet_preview.FilterModule().filters()["fleet_preview"](VARIABLES, ["host1", "host2"], ["host1"])
    assert list(preview) == list(yaml.safe_load(fleet_preview.RETURN)["_value"]["contains"])
    assert [host["state"] for host in preview["hosts"]] == ["nothing", "unreachable"]
