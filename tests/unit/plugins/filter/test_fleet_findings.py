# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import yaml
from ansible_collections.warren.tunnels.plugins.filter import fleet_findings


def test_the_documented_example_gives_what_is_documented():
    (example,) = yaml.safe_load(fleet_findings.EXAMPLES)
    documented = yaml.safe_load(fleet_findings.RETURN)["_value"]["contains"]
    findings = fleet_findings.FilterModule().filters()["fleet_findings"](example["vars"]["observed"])
    assert set(findings) == set(documented)
