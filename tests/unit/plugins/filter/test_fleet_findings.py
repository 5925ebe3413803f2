# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
import yaml
from ansible_collections.warren.tunnels.plugins.filter import fleet_findings

findings = fleet_findings.FilterModule().filters()["fleet_findings"]

PEER = {
    **{"host": "host2", "name": "t", "netns": None, "far": "t"},
    **{"mode": "gre", "local": "192.0.2.1", "remote": "192.0.2.2"},
}
PROBE = {"name": "t", "netns": None, "destination": "10.0.0.2", "outer": {"remote": "192.0.2.2"}}
SHARE = {
    "links": [{"name": "t", "mode": "gre", "addresses": []}],
    "routes": [],
    "peers": [PEER],
    "probes": [PROBE],
    "crossings": [],
}
THERE = {"links": [{"name": "t", "kind": "gre", "up": True}], "routes": []}
ANSWER = {
    **{"reachable": True, "holds": True, "msg": "t answers", "sent": 1, "received": 1, "loss": 0.0},
    **{"rtt": {"avg": 0.4}, "path_mtu": None, "outer": None, "elsewhere": [], "errors": []},
    **{"incoming": 1, "returned": 1},
}


def looked(probed):
    variables = {"host1": {"__tunnels_share": SHARE, "__tunnels_probed": probed}, "host2": {}, "host3": {}}
    return findings(variables, ["host1", "host2"])


def test_it_gives_what_is_documented():
    documented = yaml.safe_load(fleet_findings.RETURN)["_value"]["contains"]
    assert set(findings({}, [])) == set(documented)


def test_of_each_host_of_the_run_it_takes_what_the_probe_returned():
    found = looked({"probes": [ANSWER], "network": THERE})
    assert [host["name"] for host in found["hosts"]] == ["host1", "host2"]
    assert found["looked"] == "1 tunnel looked at from one end only"
    assert found["table"] == []
    assert found["missed"] == {}


def test_what_does_not_hold_is_told_by_host():
    answer = {**ANSWER, "holds": False, "msg": "t does not answer"}
    assert looked({"probes": [answer], "network": THERE})["missed"] == {"host1": ["t does not answer"]}


@pytest.mark.parametrize("probed", [{}, {"skipped": True}, {"failed": True, "msg": "no"}])
def test_a_host_that_did_not_probe_saw_nothing(probed):
    assert looked(probed)["tunnels"] == []


def test_the_tunnels_of_a_host_that_could_not_be_reached_are_not_known():
    assert [tunnel["state"] for tunnel in looked({"unreachable": True})["tunnels"]] == ["unknown"]
