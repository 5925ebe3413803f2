# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both ends of a tunnel keep a change or go back together, wherever a run ends."""

from __future__ import annotations

import time

import pytest

from .conftest import HOSTS, Fleet

BUILD, SITE = "warren.tunnels.build", "warren.tunnels.site"
WINDOW = 200
"""Seconds in which the next run must come to see what a killed one left, on a machine that is very busy."""

FILES = "find /etc -name '*warren*' -type f -exec md5sum {} +"
"""The files for the next boot."""


def link(name: str, first: str, second: str, net: int, **options: object) -> dict[str, object]:
    ends = {first: {"address": f"10.{net}.0.1"}, second: {"address": f"10.{net}.0.2"}}
    return {"name": name, "mode": "gre", "ends": ends, **options}


def pair(**options: object) -> dict[str, object]:
    """Two tunnels: the first changes, the second does not."""
    return {"tunnels_links": [link("tun100", "host1", "host2", 100, **options), link("tun200", "host2", "host3", 200)]}


def keys(fleet: Fleet, name: str = "tun100") -> dict[str, object]:
    """Return the key of a tunnel on each of its hosts."""
    found = {host: fleet.links(host).get(name) for host in HOSTS}
    return {host: link["linkinfo"]["info_data"].get("ikey") for host, link in found.items() if link}


@pytest.mark.parametrize("at", ["Leave it so", "TUN and TAP devices, and tunnels"])
def test_a_run_that_was_killed_is_settled_by_the_next(fleet: Fleet, at: str) -> None:
    fleet.declare(pair())
    assert fleet.play(BUILD).is_green
    fleet.declare(pair(key=7))
    assert not fleet.play(BUILD, kill_at=at, tunnels_checkpoint_timeout=WINDOW).is_green
    deadline = time.monotonic() + WINDOW
    assert fleet.armed()
    run = fleet.play(SITE)
    assert run.is_green
    assert "left its checkpoint armed on" in run.said
    assert fleet.armed() == {}
    seen = fleet.look()
    assert set(keys(fleet).values()) == {"0.0.0.7"}
    time.sleep(max(0, deadline + 10 - time.monotonic()))
    assert fleet.look() == seen
    assert fleet.pings("host1", "10.100.0.2")


def test_nothing_is_settled_that_the_other_end_may_lose(fleet: Fleet) -> None:
    fleet.declare(pair())
    assert fleet.play(BUILD).is_green
    before = fleet.look()
    fleet.declare(pair(key=7))
    assert not fleet.play(BUILD, kill_at="Leave it so").is_green
    armed = fleet.armed()
    assert armed
    run = fleet.play(BUILD, "--limit=host1")
    assert not run.is_green
    assert "host2, at the other end of tun100, does not take part in this run" in run.said
    assert fleet.armed().keys() == armed.keys()
    deadline = time.monotonic() + WINDOW
    while fleet.armed() and time.monotonic() < deadline:
        time.sleep(5)
    assert fleet.look() == before
    assert fleet.pings("host1", "10.100.0.2")


@pytest.mark.parametrize("part", ["verify", "persist", "report"])
def test_no_part_is_green_while_a_checkpoint_is_armed(fleet: Fleet, part: str) -> None:
    fleet.declare(pair())
    assert fleet.play(BUILD).is_green
    fleet.declare(pair(key=7))
    fleet.play(BUILD, kill_at="Leave it so")
    assert fleet.armed()
    run = fleet.play(f"warren.tunnels.{part}", tunnels_report_path=str(fleet.folder / "report"))
    assert not run.is_green
    assert "build the tunnels again" in run.said


def test_both_ends_go_back_when_one_does(fleet: Fleet) -> None:
    fleet.declare(pair())
    assert fleet.play(BUILD).is_green
    before = fleet.look()
    # What breaks the second tunnel on host3 has nothing to do with the first.
    fleet.declare(
        pair(key=7), {"host2": {"tunnels_network": {"routes": [{"dst": "192.168.0.101/32", "type": "blackhole"}]}}}
    )
    run = fleet.play(BUILD)
    assert not run.is_green
    assert "would differ between the two" in run.said
    assert fleet.look() == before
    assert fleet.pings("host1", "10.100.0.2")
    assert fleet.armed() == {}


def test_a_tunnel_that_falls_silent_by_another_name_goes_back(fleet: Fleet) -> None:
    fleet.declare(pair())
    assert fleet.play(BUILD).is_green
    before = fleet.look()
    renamed = pair()
    renamed["tunnels_links"][0]["name"] = "tun300"
    blackhole = {"dst": f"{fleet.underlay()['host1']}/32", "type": "blackhole"}
    fleet.declare(renamed, {"host2": {"tunnels_network": {"routes": [blackhole]}}})
    run = fleet.play(BUILD)
    assert not run.is_green
    assert "does not answer" in run.said
    assert fleet.look() == before
    assert fleet.pings("host1", "10.100.0.2")
    assert fleet.armed() == {}


def test_what_a_host_shares_with_one_that_can_not_arm_stays(fleet: Fleet) -> None:
    fleet.declare(pair())
    assert fleet.play(SITE).is_green
    before = fleet.look()
    fleet.on("host1", "rm -rf /var/lib/warren.tunnels/checkpoint; touch /var/lib/warren.tunnels/checkpoint")
    changed = pair(key=7)
    changed["tunnels_links"].append(link("tun300", "host2", "host3", 44, key=44))
    fleet.declare(changed)
    run = fleet.play(BUILD)
    fleet.on("host1", "rm -f /var/lib/warren.tunnels/checkpoint")
    assert not run.is_green
    assert "tun100 of host2 stays as it is" in run.said
    after = fleet.look()
    assert after["host1"] == before["host1"]
    assert after["host2"]["tun100"] == before["host2"]["tun100"]
    assert "tun300" in after["host2"]
    assert fleet.pings("host1", "10.100.0.2")
    assert fleet.play(BUILD).is_green
    assert set(keys(fleet).values()) == {"0.0.0.7"}


def test_what_a_host_shares_with_one_that_can_not_be_reached_stays(fleet: Fleet) -> None:
    fleet.declare(pair())
    assert fleet.play(BUILD).is_green
    before = fleet.look()
    fleet.declare(pair(key=7), {"host2": {"ansible_port": 9}})
    run = fleet.play(BUILD)
    assert not run.is_green
    assert "tun100 of host1 stays as it is" in run.said
    assert fleet.look() == before
    assert fleet.pings("host1", "10.100.0.2")


def test_what_stays_comes_back_as_it_is_and_all_else_as_declared(fleet: Fleet) -> None:
    fleet.declare(pair())
    assert fleet.play(SITE).is_green
    changed = pair(key=7)
    changed["tunnels_links"][1]["key"] = 8
    fleet.declare(changed, {"host1": {"ansible_port": 9}})
    run = fleet.play(SITE)
    assert not run.is_green
    assert "tun100 of host2 stays as it is" in run.said
    assert keys(fleet, "tun200") == {"host2": "0.0.0.8", "host3": "0.0.0.8"}
    fleet.boot("on", "host2", "host3")
    assert keys(fleet) == {"host1": None, "host2": None}
    assert keys(fleet, "tun200") == {"host2": "0.0.0.8", "host3": "0.0.0.8"}
    assert fleet.pings("host2", "10.100.0.1")
    assert fleet.pings("host2", "10.200.0.2")


def test_a_cut_for_longer_is_refused(fleet: Fleet) -> None:
    fleet.declare(pair())
    assert fleet.play(BUILD).is_green
    before = fleet.look()
    fleet.declare(pair(key=7))
    run = fleet.play(BUILD, "--limit=host1")
    assert not run.is_green
    assert "host1: tun100 answers, and would be cut by this change" in run.said
    assert fleet.look() == before
    run = fleet.play(BUILD, "--limit=host1", tunnels_allow_cuts=True)
    assert run.is_green
    assert "tun100 of host1 is down until host2 is built" in run.said
    assert keys(fleet) == {"host1": "0.0.0.7", "host2": None}
    # It does not answer now, so that its other end cuts nothing.
    assert fleet.play(BUILD, "--limit=host2").is_green
    assert fleet.pings("host1", "10.100.0.2")


def test_a_cut_that_nothing_can_be_asked_of_before_is_refused(fleet: Fleet) -> None:
    networks = [
        {"host1": {"address": f"10.{net}.0.1/24"}, "host2": {"address": f"10.{net}.0.2/24"}} for net in (100, 101)
    ]
    declared = pair()
    declared["tunnels_links"][0]["ends"] = networks[0]
    fleet.declare(declared)
    assert fleet.play(BUILD).is_green
    before = fleet.look()
    declared["tunnels_links"][0]["ends"] = networks[1]
    fleet.declare(declared)
    run = fleet.play(BUILD, "--limit=host1")
    assert not run.is_green
    assert "host1: tun100 answers, and would be cut by this change (addresses)" in run.said
    assert fleet.look() == before
    assert fleet.play(BUILD).is_green
    assert fleet.pings("host1", "10.101.0.2")


def test_a_tunnel_that_falls_silent_in_another_network_goes_back(fleet: Fleet) -> None:
    networks = [
        {"host1": {"address": f"10.{net}.0.1/24"}, "host2": {"address": f"10.{net}.0.2/24"}} for net in (100, 101)
    ]
    declared = pair()
    declared["tunnels_links"][0]["ends"] = networks[0]
    fleet.declare(declared)
    assert fleet.play(BUILD).is_green
    before = fleet.look()
    declared["tunnels_links"][0]["ends"] = networks[1]
    blackhole = {"dst": f"{fleet.underlay()['host1']}/32", "type": "blackhole"}
    fleet.declare(declared, {"host2": {"tunnels_network": {"routes": [blackhole]}}})
    run = fleet.play(BUILD)
    assert not run.is_green
    assert "does not answer" in run.said
    assert fleet.look() == before
    assert fleet.pings("host1", "10.100.0.2")
    assert fleet.armed() == {}


def test_an_inventory_without_the_tunnels_removes_none(fleet: Fleet) -> None:
    fleet.declare(pair())
    assert fleet.play(SITE).is_green
    before = fleet.look()
    files = fleet.on("host1", FILES)
    assert files
    fleet.declare({})
    for part in (SITE, BUILD, "warren.tunnels.persist"):
        run = fleet.play(part)
        assert not run.is_green
        assert "tunnels_allow_removal: true" in run.said
    assert fleet.look() == before
    assert fleet.on("host1", FILES) == files
    assert fleet.play(BUILD, tunnels_allow_removal=True).is_green
    assert "tun100" not in fleet.links("host1")


def test_what_leaves_the_declaration_goes_at_both_ends(fleet: Fleet) -> None:
    options = {"key": 7, "ttl": 33, "tos": "0x10", "mtu": 1300, "csum": True, "pmtudisc": True}
    fleet.declare(pair(**options))
    assert fleet.play(SITE).is_green
    fleet.declare(pair())
    assert fleet.play(SITE).is_green
    changed = fleet.look()
    run = fleet.play(BUILD)
    assert run.is_green
    assert "changed=0" in run.said
    assert "changed=1" not in run.said
    fleet.clear()
    fleet.declare(pair())
    assert fleet.play(SITE).is_green
    assert fleet.look() == changed


def test_an_address_that_leaves_the_declaration_goes(fleet: Fleet) -> None:
    fleet.declare(pair())
    assert fleet.play(BUILD).is_green
    fleet.on("host1", "ip address add 192.0.2.77/32 dev tun100")
    moved = pair()
    moved["tunnels_links"][0]["ends"] = {"host1": {"address": "10.101.0.1"}, "host2": {"address": "10.101.0.2"}}
    fleet.declare(moved)
    assert fleet.play(BUILD).is_green
    addresses = {entry["local"] for entry in fleet.links("host1")["tun100"]["addr_info"] if entry["family"] == "inet"}
    assert addresses == {"10.101.0.1", "192.0.2.77"}
    assert fleet.pings("host1", "10.101.0.2")


def test_a_tunnel_with_sequence_numbers_hears_its_new_end(fleet: Fleet) -> None:
    fleet.declare(pair(seq=True))
    assert fleet.play(BUILD).is_green
    # The end that is new first hears the high numbers of the other's old device.
    fleet.on("host2", "ping -f -q -c 2000 10.100.0.1; nohup ping -q -i 0.05 -w 120 10.100.0.1 >/dev/null 2>&1 &")
    renamed = pair(seq=True)
    renamed["tunnels_links"][0]["name"] = "tun300"
    fleet.declare(renamed)
    run = fleet.play(BUILD, "--forks=1")
    fleet.on("host2", "pkill ping")
    assert run.is_green
    assert fleet.pings("host1", "10.100.0.2")
