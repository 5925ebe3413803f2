# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import yaml
from ansible_collections.warren.tunnels.plugins.filter import fleet_findings, fleet_page


def test_the_documented_example_gives_what_is_documented():
    documented = yaml.safe_load(fleet_page.RETURN)["_value"]["contains"]
    findings = fleet_findings.FilterModule().filters()["fleet_findings"]({"host1": {}, "host2": {}}, ["host1", "host2"])
    page = fleet_page.FilterModule().filters()["fleet_page"](findings)
    assert set(page) == set(documented)
    assert page["hosts"] == [["host1", False], ["host2", False]]
