# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import yaml
from ansible_collections.warren.tunnels.plugins.filter import fleet_plan
from ansible_collections.warren.tunnels.plugins.lookup import fleet_declaration

HOSTS = {
    "host1": {"ansible_host": "192.168.0.8", "more": "of no use"},
    "host2": {"ansible_host": "192.168.0.58", "tunnels_number": 7},
}
LINK = {"name": "tun100", "mode": "gre", "ends": {"host1": {}, "host2": {}}}
MESH = {"name": "m", "mode": "gre", "topology": "full", "group": "all", "pool": "10.0.0.0/8"}


def declaration(**variables):
    given = {
        "inventory_hostname": "host1",
        "ansible_play_batch": list(HOSTS),
        "groups": {"all": list(HOSTS)},
        "hostvars": HOSTS,
        **HOSTS["host1"],
        **variables,
    }
    (found,) = fleet_declaration.LookupModule().run([], given)
    return found


def test_nothing_is_wrong():
    found = declaration(tunnels_links=[LINK])
    assert found["faults"] == []
    assert found["summary"] == ["1 link and 0 meshes, 1 tunnel in all, between 2 of 2 hosts"]


def test_what_is_documented_is_returned():
    documented = yaml.safe_load(fleet_declaration.RETURN)["_raw"]["contains"]
    wrong = {**LINK, "ttl": 300}
    assert declaration(tunnels_links=[wrong])["faults"] == documented["faults"]["sample"][:1]
    assert declaration()["hosts"] == documented["hosts"]["sample"]


def test_what_it_returns_of_the_hosts_gives_the_same_plan():
    read = declaration()["hosts"]
    plan = fleet_plan.FilterModule().filters()["fleet_plan"]
    for host in HOSTS:
        others = {"host": host, "meshes": [MESH], "groups": {"all": list(HOSTS)}}
        assert plan([], hosts=read, **others) == plan([], hosts=HOSTS, **others)
