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


SA = {
    "local": "172.16.0.1",
    "remote": "172.16.0.2",
    "protocol": 47,
    "mode": "transport",
    "cipher": "AES_GCM_16-256",
    "age": 812,
    "nat": False,
}
LISTS = ("operations", "written", "removed")


def encrypted(ipsec, protect="ipsec"):
    """Return what is found where a host's strongSwan is like this."""
    share = _fleets.shares([], NAMES, links=[{**LINK, "protect": protect}])["host1"]
    return _fleet_findings.findings({"host1": {"share": share, "protection": WELL, "ipsec": ipsec}, "host2": {}})


def swan(*associations, **more):
    return {"missing": "", **{name: [] for name in LISTS}, "associations": list(associations), **more}


@pytest.mark.parametrize(
    ("protect", "ipsec", "words"),
    [
        ("none", {}, "none"),
        ("required", {}, "never in clear"),
        ("ipsec", swan(SA), "AES_GCM_16-256, keys of 13 min"),
        ("ipsec", swan({**SA, "age": 9}), "AES_GCM_16-256, keys of 9 s"),
        ("ipsec", swan(), "no IPsec"),
        ("ipsec", swan({**SA, "protocol": 4}), "no IPsec"),
        ("ipsec", {"unreachable": True, "msg": "gone"}, "no IPsec"),
    ],
)
def test_each_tunnel_tells_what_becomes_of_its_packets(protect, ipsec, words):
    seen = encrypted(ipsec, protect)
    assert [end["protection"] for tunnel in seen["tunnels"] for end in tunnel["ends"]] == [words]
    assert words in str(_fleet_page.page(seen)["tunnels"])


def test_what_is_established_as_declared_is_no_fault():
    assert encrypted(swan(SA))["stray"] == encrypted({"unreachable": True, "msg": "gone"})["stray"] == []


@pytest.mark.parametrize(
    ("ipsec", "words"),
    [
        (swan(), "it has no IPsec with host2 for protocol 47, so that nothing goes through"),
        (swan({**SA, "mode": "tunnel"}), "its IPsec with host2 is in tunnel mode"),
        (swan({**SA, "nat": True}), "there is a NAT between it and host2"),
        (swan(SA, operations=["load"]), "what encrypts its tunnels is not as declared; build them again"),
        (swan(missing="strongSwan is not there."), "its tunnels are not encrypted: strongSwan is not there."),
        ({"msg": "libreswan owns IKE", "failed": False}, "its tunnels are not encrypted: libreswan owns IKE"),
    ],
)
def test_what_is_not_encrypted_as_declared_is_a_fault(ipsec, words):
    (fault,) = encrypted(ipsec)["stray"]
    assert fault["host"] == "host1"
    assert fault["msg"].startswith(words)
