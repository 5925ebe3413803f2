# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.warren.tunnels.plugins.filter import fleet_plan

HOSTS = {"host1": {"ansible_host": "192.168.0.8"}, "host2": {"ansible_host": "192.168.0.58"}}


def plan(links, host):
    return fleet_plan.FilterModule().filters()["fleet_plan"](links, host=host, hosts=HOSTS)


def test_the_documented_example_gives_the_documented_result():
    example = yaml.safe_load(fleet_plan.EXAMPLES)[0]
    documented = yaml.safe_load(fleet_plan.RETURN)["_value"]["contains"]
    result = plan(example["vars"]["tunnels_links"], "host1")
    for key in ("links", "routes", "fou_ports", "peers", "probes", "paths", "kernel_modules", "forwarding", "accept"):
        assert result[key] == documented[key]["sample"]
    assert set(result) == set(documented)


def test_faults_are_the_users():
    with pytest.raises(AnsibleFilterError, match="tunnels_links: it is 'tun100'; give a list"):
        plan("tun100", "host1")
