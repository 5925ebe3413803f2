# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import json

import pytest
from ansible.errors import AnsibleFilterError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.warren.tunnels.plugins.filter import fleet_plan, fleet_share
from ansible_collections.warren.tunnels.plugins.lookup import fleet_declaration
from ansible_collections.warren.tunnels.plugins.module_utils import _argspec

HOSTS = {
    "host1": {"ansible_host": "192.168.0.8"},
    "host2": {"ansible_host": "192.168.0.58", "tunnels_number": 7},
    "host3": {"ansible_host": "192.168.0.101"},
}
GROUPS = {"all": list(HOSTS), "routers": ["host1", "host2"], "ungrouped": []}
LINK = {"name": "tun100", "mode": "gre", "ends": {"host1": {"address": "10.1.1.1"}, "host3": {"address": "10.1.1.2"}}}
MESH = {"name": "m", "mode": "ipip", "topology": "full", "group": "routers", "pool": "10.9.0.0/16"}

share = fleet_share.FilterModule().filters()["fleet_share"]
plan = fleet_plan.FilterModule().filters()["fleet_plan"]


def declared(**variables):
    given = {"ansible_play_batch": list(HOSTS), "groups": GROUPS, "hostvars": HOSTS, "inventory_hostname": "host1"}
    (found,) = fleet_declaration.LookupModule().run([], {**given, **HOSTS["host1"], **variables})
    return found


@pytest.mark.parametrize("protect", ["none", "required"])
def test_it_is_what_is_planned_from_the_declaration_itself(protect):
    found = declared(tunnels_links=[LINK], tunnels_meshes=[MESH], tunnels_protect=protect)
    shares = {host: share(found, host) for host in HOSTS}
    assert shares == {host: plan([LINK], host, HOSTS, [MESH], GROUPS, protect) for host in HOSTS}
    assert [len(shares[host]["peers"]) for host in HOSTS] == [2, 1, 1]


def test_what_was_read_is_not_read_again():
    found = declared(tunnels_links=[LINK])
    assert share(found, "host1") == share({"mark": found["mark"]}, "host1")
    assert share({"mark": found["mark"]}, "host3")["peers"][0]["host"] == "host1"


@pytest.mark.parametrize(
    "other",
    [
        {"tunnels_links": [{**LINK, "name": "tun200"}]},
        {"tunnels_links": [LINK], "tunnels_meshes": [MESH]},
        {"tunnels_links": [LINK], "tunnels_protect": "required"},
        {"tunnels_links": [LINK], "ansible_host": "192.168.0.9"},
    ],
)
def test_another_declaration_is_read_anew(other):
    one = declared(tunnels_links=[LINK])
    assert share(one, "host3") != share(declared(**other), "host3" if "tunnels_meshes" not in other else "host1")
    assert one["mark"] != declared(**other)["mark"]


def test_another_member_of_a_group_makes_another_declaration():
    one = declared(tunnels_meshes=[MESH])
    more = declared(tunnels_meshes=[MESH], groups={**GROUPS, "routers": list(HOSTS)})
    assert (len(share(one, "host1")["peers"]), len(share(more, "host1")["peers"])) == (1, 2)


def test_it_refuses_what_is_wrong():
    with pytest.raises(AnsibleFilterError, match="ttl"):
        share(declared(tunnels_links=[{**LINK, "ttl": 300}]), "host1")


def read(spec, **options):
    """Return what a module makes of its options."""
    return ArgumentSpecValidator(spec).validate(options).validated_parameters


def test_parts_come_as_texts_that_modules_take_for_the_same():
    one = {**MESH, "mode": "gre", "devices": "one", "key": 7}
    found = declared(tunnels_meshes=[one])
    long, short = share(found, "host1"), share(found, "host1", texts={"routes": {"state": "replaced"}, "probes": {}})
    assert all(isinstance(entry, str) for part in ("routes", "probes") for entry in short[part])
    routes = [{"state": "replaced", **route} for route in long["routes"]]
    assert routes
    assert read(_argspec.document(), routes=short["routes"]) == read(_argspec.document(), routes=routes)
    spec = _argspec.tunnel_probe()
    assert read(spec, probes=short["probes"]) == read(spec, probes=long["probes"])
    rest = long.keys() - {"routes", "probes"}
    assert {part: short[part] for part in rest} == {part: long[part] for part in rest}


def test_a_default_value_gives_way_to_an_entrys_own():
    found = declared(tunnels_links=[LINK])
    (probe,) = share(found, "host1", texts={"probes": {"count": 2, "name": "other"}})["probes"]
    assert (json.loads(probe)["count"], json.loads(probe)["name"]) == (2, "tun100")
