# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet_findings, _fleet_page
from ansible_collections.warren.tunnels.tests.unit.plugins.plugin_utils import _fleets

NAMES = _fleets.numbered(2)
LINK = {
    "name": "tun100",
    "mode": "gre",
    "protect": "required",
    "ends": {"host1": {"address": "10.1.1.1"}, "host2": {"address": "10.1.1.2"}},
}
WELL = {"table": "inet warren_tunnels_protect", "operations": [], "written": [], "removed": [], "dropped": []}


def found(protection, **more):
    """Return what is found where a host's table is like this."""
    share = _fleets.shares([], NAMES, links=[LINK])["host1"]
    return _fleet_findings.findings({"host1": {"share": share, "protection": protection, **more}, "host2": {}})


@pytest.mark.parametrize(
    "protection", [WELL, {}, {"skipped": True, "msg": "no"}, {"unreachable": True, "msg": "gone"}], ids=str
)
def test_what_is_well_or_not_known_is_no_fault(protection):
    seen = found(protection)
    assert (seen["stray"], seen["alarms"], seen["notes"]) == ([], [], [])


@pytest.mark.parametrize(
    ("protection", "words"),
    [
        ({**WELL, "operations": ["nft add table"]}, "what protects its tunnels is not as declared; build them again"),
        ({**WELL, "written": ["/etc/warren"]}, "what protects its tunnels is not as declared; build them again"),
        ({"msg": "nft refuses", "failed": False}, "its tunnels are not protected: nft refuses"),
    ],
)
def test_a_table_that_is_not_as_declared_is_a_fault(protection, words):
    seen = found(protection)
    assert seen["stray"] == [{"host": "host1", "msg": words}]
    assert f"host1: {words}" in seen["table"]


def test_what_was_dropped_in_clear_is_an_alarm_and_no_fault():
    entry = {"local": "172.16.0.1", "remote": "172.16.0.2", "protocol": 47, "sent": 12, "received": 0}
    seen = found({**WELL, "dropped": [entry, {**entry, "remote": "172.16.0.9", "protocol": 17, "port": 5555}]})
    assert (seen["stray"], seen["table"]) == ([], [])
    told = [alarm["msg"] for alarm in seen["alarms"]]
    assert told[0].startswith(
        "in clear, 12 packets to host2 and 0 from there were dropped (protocol 47); where that grows"
    )
    assert "to 172.16.0.9" in told[1]
    assert "(protocol 17, port 5555)" in told[1]
    assert seen["notes"] == [f"host1: {words}" for words in told]
    assert _fleet_page.page(seen)["stray"] == [["host1", words] for words in told]
