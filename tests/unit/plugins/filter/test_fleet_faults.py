# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import yaml
from ansible_collections.warren.tunnels.plugins.filter import fleet_faults

HOSTS = {"host1": {"ansible_host": "192.168.0.8"}, "host2": {"ansible_host": "192.168.0.58"}}
LINK = {"name": "tun100", "mode": "gre", "ends": {"host1": {}, "host2": {}}}


def faults(*links, **others):
    return fleet_faults.FilterModule().filters()["fleet_faults"](list(links), hosts=HOSTS, **others)


def test_nothing_is_wrong():
    assert faults(LINK) == []


def test_all_that_is_wrong_is_returned():
    assert faults({**LINK, "ttl": 300}) == yaml.safe_load(fleet_faults.RETURN)["_value"]["sample"]
    assert len(faults({**LINK, "ttl": 300, "mtu": 1}, meshes=[{}])) == 4
