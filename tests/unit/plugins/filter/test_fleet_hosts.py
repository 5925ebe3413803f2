# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from ansible_collections.warren.tunnels.plugins.filter import fleet_hosts, fleet_plan

HOSTS = {
    "host1": {"ansible_host": "192.168.0.8", "more": "of no use"},
    "host2": {"ansible_host": "192.168.0.58", "tunnels_number": 7},
}


def test_what_it_returns_gives_the_same_plan():
    read = fleet_hosts.FilterModule().filters()["fleet_hosts"](HOSTS)
    assert read == {"host1": {"ansible_host": "192.168.0.8"}, "host2": HOSTS["host2"]}
    plan = fleet_plan.FilterModule().filters()["fleet_plan"]
    mesh = {"name": "m", "mode": "gre", "topology": "full", "group": "all", "pool": "10.0.0.0/8"}
    for host in HOSTS:
        others = {"host": host, "meshes": [mesh], "groups": {"all": list(HOSTS)}}
        assert plan([], hosts=read, **others) == plan([], hosts=HOSTS, **others)
