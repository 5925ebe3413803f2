# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What short results of many probes come to, beside what the long ones come to."""

import copy

import pytest
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet_findings, _fleet_sightings
from ansible_collections.warren.tunnels.tests.unit.plugins.plugin_utils import _fleets

NAMES = _fleets.numbered(4)
SHARES = _fleets.shares([_fleets.mesh(devices="one", mode="gre", key=7)], NAMES)
PARTS = ("missed", "stray", "notes", "looked", "again")


def probe(asked, holds=True):
    return {
        **{"name": asked["name"], "netns": None, "holds": holds, "reachable": holds, "msg": f"{asked['label']}."},
        **{"sent": 3, "incoming": 3, "loss": 0.0, "rtt": {"avg": 0.4}, "path_mtu": 1400, "outer": {"protocol": "gre"}},
    }


def told(link):
    entry = {name: value for name, value in copy.deepcopy(link).items() if name != "mode"}
    return {**entry, "kind": link["mode"], "up": True}


def seen(name):
    """Return the variables of a host whose tunnels are all well."""
    share = SHARES[name]
    network = {"links": [told(link) for link in share["links"]], "routes": share["routes"]}
    return {
        "__tunnels_share": share,
        "__tunnels_probed": {"probes": list(map(probe, share["probes"])), "network": network},
    }


def shortened(variables):
    """Return the same as the module tells it in short."""
    probed = copy.deepcopy(variables["__tunnels_probed"])
    if "probes" in probed:
        probed["probes"] = [None if one["holds"] else one for one in probed["probes"]]
        if not any(probed["probes"]):
            del probed["network"]["routes"]
    return {**variables, "__tunnels_probed": probed}


def of(found):
    """Return what is told, but for what was measured at each end, which begins with the name of its device."""
    return {part: found[part] for part in PARTS}, [line for line in found["table"] if line.startswith("host")]


def findings(hosts):
    observed = {name: _fleet_sightings.of_host(variables, name) for name, variables in hosts.items()}
    return _fleet_findings.findings(observed)


def silent(hosts, name, peer):
    probes = hosts[name]["__tunnels_probed"]["probes"]
    for position, asked in enumerate(SHARES[name]["probes"]):
        if asked["label"].endswith(f"on {peer}"):
            probes[position] = probe(asked, holds=False)


def without_address(hosts, name):
    hosts[name]["__tunnels_probed"]["network"]["links"][0]["addresses"] = []


def more_address(hosts, name):
    hosts[name]["__tunnels_probed"]["network"]["links"][0]["addresses"].append({"address": "10.9.9.9/32"})


def nothing(_hosts):
    """All is well."""


@pytest.mark.parametrize(
    ("happens", "is_calm"),
    [
        pytest.param(nothing, True, id="all is well"),
        pytest.param(
            lambda hosts: (silent(hosts, "host1", "host2"), silent(hosts, "host2", "host1")), False, id="down"
        ),
        pytest.param(lambda hosts: without_address(hosts, "host3"), False, id="not as declared"),
        pytest.param(lambda hosts: more_address(hosts, "host3"), False, id="more than declared"),
        pytest.param(lambda hosts: hosts["host4"].update(__tunnels_probed={"unreachable": True}), False, id="gone"),
    ],
)
def test_a_short_result_comes_to_the_same_as_a_long_one(happens, is_calm):
    hosts = {name: copy.deepcopy(seen(name)) for name in NAMES}
    happens(hosts)
    long, short = findings(hosts), findings({name: shortened(variables) for name, variables in hosts.items()})
    assert of(short) == of(long)
    assert [(host["name"], host["up"], host["down"]) for host in short["hosts"]] == [
        (host["name"], host["up"], host["down"]) for host in long["hosts"]
    ]
    assert (short["table"] == short["notes"] == [] and "from one end" not in short["looked"]) == is_calm
    assert (short["tunnels"] == []) == is_calm


def test_what_is_well_at_one_end_is_shown_beside_the_end_that_is_not():
    hosts = {name: copy.deepcopy(seen(name)) for name in NAMES}
    silent(hosts, "host1", "host2")
    found = findings({name: shortened(variables) for name, variables in hosts.items()})
    assert [tunnel["hosts"] for tunnel in found["tunnels"]] == [["host1", name] for name in NAMES[1:]]
    assert [line.split()[1:4] for line in found["table"][1:3]] == [
        ["host1", "host2", "down"],
        ["host2", "host1", "down"],
    ]
