# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `make stock` declares and how it judges what it saw; and the table that docs/udp.md has of its last run."""

import importlib
import json
import re
import struct
import sys
from ipaddress import ip_address
from pathlib import Path

import pytest
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet
from ansible_collections.warren.tunnels.plugins.plugin_utils._fleet_tunnels import MODES

ROOT = Path(__file__).parents[2]
STOCK = ROOT / "tests/stock"


@pytest.fixture(autouse=True)
def modules_of_the_suite(monkeypatch):
    monkeypatch.syspath_prepend(str(STOCK))
    yield
    for name in ("tunnels", "prove", "judge"):
        sys.modules.pop(name, None)


@pytest.fixture
def tunnels():
    return importlib.import_module("tunnels")


@pytest.fixture
def prove():
    return importlib.import_module("prove")


@pytest.fixture
def judge():
    return importlib.import_module("judge")


# What is declared


def test_every_mode_of_a_fleet_is_there(tunnels):
    assert {mode: fact[0] for mode, fact in tunnels.MODES.items()} == {mode: MODES[mode].outer for mode in MODES}
    assert all(fact[1] in MODES[mode].carries for mode, fact in tunnels.MODES.items())


def test_the_planner_takes_what_is_declared(tunnels):
    hosts = {"host1": {"ansible_host": "192.168.0.8"}, "host2": {"ansible_host": "192.168.0.58"}}
    share = _fleet.share(tunnels.fleet(), hosts, "host2")
    assert len(share["links"]) == 2 * len(tunnels.MODES) - 1
    ports = {port["port"]: port for port in share["fou_ports"]}
    for tunnel in tunnels.declared():
        wanted = tunnel.fou_port()
        numbers = {"gre": "47", "ipip": "4", "sit": "41"}
        if "ipproto" in wanted:
            wanted["ipproto"] = numbers[wanted["ipproto"]]
        assert ports[tunnel.port] == wanted


def test_no_two_tunnels_share_anything(tunnels):
    all_ = [*tunnels.declared(), *tunnels.changing("gue")]
    for facts in (
        [tunnel.name for tunnel in all_],
        [tunnel.port for tunnel in all_],
        [tunnel.outer(host) for tunnel in all_ for host in tunnels.HOSTS],
        [tunnel.inner(host) for tunnel in all_ for host in tunnels.HOSTS],
    ):
        assert len(set(facts)) == len(facts)
    assert max(len(tunnel.name) for tunnel in all_) <= 15


# What is seen

OURS, THEIRS = "10.64.0.1", "10.64.0.2"


def ipv4(port=5500, length=1500, fragment=0x4000, protocol=17):
    header = struct.pack("!BBHHHBBH", 0x45, 0, length, 0, fragment, 64, protocol, 0)
    return header + ip_address(OURS).packed + ip_address(THEIRS).packed + struct.pack("!HHHH", 40000, port, 0, 0)


def ipv6(port=5508, payload=1460, protocol=17, options=b""):
    header = struct.pack("!IHBB", 6 << 28, payload, 60 if options else protocol, 64)
    addresses = ip_address("fd64::1").packed + ip_address("fd64::2").packed
    return header + addresses + options + struct.pack("!HHHH", 40000, port, 0, 0)


def test_packets_are_read_as_they_are_on_the_wire(prove):
    assert prove.parse(ipv4()) == (OURS, THEIRS, 1500, False, 5500)
    assert prove.parse(ipv4(protocol=47)).port is None
    assert prove.parse(ipv6()) == ("fd64::1", "fd64::2", 1500, False, 5508)
    limit = bytes([17, 0, 4, 1, 4, 1, 0, 0])  # of nesting, which tunnels over IPv6 send
    assert prove.parse(ipv6(options=limit)) == prove.parse(ipv6())
    assert prove.parse(b"\x00" * 64) is None


@pytest.mark.parametrize("fragment", [0x2000, 0x00B9])
def test_fragments_are_told(prove, fragment):
    assert prove.parse(ipv4(fragment=fragment)).fragment
    assert prove.parse(ipv6(protocol=44)).fragment


def test_only_packets_to_the_port_of_the_tunnel_count(prove):
    tunnel = {"port": 5500, "outer": [OURS, THEIRS]}
    seen = [prove.parse(packet) for packet in (ipv4(), ipv4(), ipv4(port=5501), ipv4(protocol=47), ipv6())]
    assert prove.outside(tunnel, seen) == {"sent": 2, "came": 0, "longest": 1500, "fragments": 0}
    bare = {"port": None, "outer": [OURS, THEIRS]}
    assert prove.outside(bare, seen)["sent"] == 1


# How it is judged

GOOD = {"answered": 3, "sent": 6, "came": 6, "longest": 1500, "fragments": 0, "mtu": 1468, "ifindex": 7, "said": ""}


def test_what_works_has_no_fault(judge):
    assert judge.fault(GOOD) == ""
    assert judge.fault({**GOOD, "answered": 4}) == ""  # one was still on its way


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        ({"answered": 0, "said": "message too long, mtu=1468"}, "0 of 3 pings .* message too long"),
        ({"sent": 0}, "0 packets out and 6 in"),
        ({"came": 2}, "6 packets out and 2 in"),
        ({"fragments": 4}, "4 fragments"),
        ({"longest": 1508}, "1508 bytes, where 1500 fit"),
        ({"longest": 1492}, "1492 bytes, where 1500 fit"),
    ],
)
def test_what_does_not_says_why(judge, difference, words):
    assert re.search(words, judge.fault({**GOOD, **difference}))


def test_a_change_in_place_keeps_the_device_and_has_the_mtu_of_a_new_one(judge):
    assert judge.changed_fault(GOOD, GOOD, GOOD) == ""
    assert "replaced" in judge.changed_fault({**GOOD, "ifindex": 8}, GOOD, GOOD)
    assert judge.changed_fault({**GOOD, "mtu": 1476}, GOOD, GOOD) == "its mtu is 1476, where a new one has 1468"


def test_a_cell_names_what_did_not_work(judge):
    cells = {
        "gre fou": {"made": True, "changed": True, "site": True, "rebooted": True},
        "gre gue": {"made": True, "changed": False, "site": True, "rebooted": False},
        "ipip fou": {"made": True},
    }
    results = {"bookworm": {"kernel": "6.1", "cells": cells}, "sid": {"kernel": "7.2", "cells": {}}}
    lines = judge.table(results).splitlines()
    assert lines[0] == "| mode | encapsulation | 6.1 (bookworm) | 7.2 (sid) |"
    assert "| `gre` | `fou` | ✓ | not run |" in lines
    assert "| `gre` | `gue` | **fails when it is changed in place** | not run |" in lines
    assert "| `ipip` | `fou` | not run | not run |" in lines
    assert "| `ip6tnl` | `fou` | n/a | n/a |" in lines
    assert "| all | `site`, from nothing and again | ✓ | not run |" in lines
    assert "| all | after a reboot | **fails for gre gue** | not run |" in lines


def test_the_page_has_the_table_of_the_last_run(judge):
    results = json.loads((STOCK / "results.json").read_text())
    assert f"<!-- figures -->\n\n{judge.table(results)}\n\n<!-- end" in (ROOT / "docs/udp.md").read_text()
