# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses with lifetimes, metrics and flags, on the kernel of this machine."""

import json
import subprocess
import time

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.tests.kernel._engine import apply, refusals
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host
from ansible_collections.warren.tunnels.tests.kernel._kinds import document, ip

FOREVER = 0xFFFFFFFF
FOUR, SIX = "10.0.0.1/24", "2001:db8::1/64"
BOTH = pytest.mark.parametrize("address", [FOUR, SIX], ids=["ipv4", "ipv6"])
BRIDGE = {"name": "n0", "kind": "bridge"}


@pytest.fixture(autouse=True)
def _host_of_its_own():
    new_host()


def tap(*addresses, **more):
    return {"name": "t0", "kind": "tap", "up": True, "addresses": [*addresses], **more}


def led(*addresses, state="overridden", **more):
    return [step.command() for step in apply({"links": [tap(*addresses, **more)]}, state)]


def told(name="t0"):
    found = json.loads(subprocess.run(["ip", "-j", "address", "show", "dev", name], check=True, stdout=-1).stdout)
    return {row["local"]: row for row in found[0]["addr_info"] if not row["local"].startswith("fe80:")}


def lifetimes(address):
    row = told()[address.split("/")[0]]
    return row["valid_life_time"], row["preferred_life_time"]


def routes():
    rows = []
    for family in ("-4", "-6"):
        text = subprocess.run(["ip", family, "-j", "route", "show", "dev", "t0"], check=True, stdout=-1).stdout
        rows += [(row["dst"], row.get("metric", 0)) for row in json.loads(text) if not row["dst"].startswith("fe80:")]
    return rows


@BOTH
def test_lifetime_counts_down_and_is_no_drift(address):
    entry = {"address": address, "valid_lft": 3600, "preferred_lft": 1800}
    assert led(entry)
    valid, preferred = lifetimes(address)
    assert 3500 < valid <= 3600
    assert 1700 < preferred <= 1800
    time.sleep(1.1)
    assert led(entry) == []
    assert led(address, state="merged") == []
    assert lifetimes(address) < (valid, preferred)


@BOTH
def test_lifetime_is_changed_in_place_and_reset(address):
    led(address)
    assert lifetimes(address) == (FOREVER, FOREVER)
    created = told()[address.split("/")[0]]
    (words,) = led({"address": address, "valid_lft": "3600", "preferred_lft": 0}, state="merged")
    assert words.split()[:4] == ["ip", "address", "replace", address]
    assert "valid_lft 3600 preferred_lft 0" in words
    assert 3500 < lifetimes(address)[0] <= 3600
    assert lifetimes(address)[1] == 0
    for seconds in (1800, 7200):
        assert led({"address": address, "valid_lft": seconds}, state="merged")
        assert seconds - 100 < min(lifetimes(address)) <= max(lifetimes(address)) <= seconds
    # What is not named stays as it is, with what is left of it.
    ip(f"address replace {address} dev t0 valid_lft 500 preferred_lft 300")
    time.sleep(1.1)
    assert led({"address": address, "metric": 9}, state="merged")
    assert 400 < lifetimes(address)[0] < 500
    assert 200 < lifetimes(address)[1] < 300
    assert len(led({"address": address, "valid_lft": "forever", "preferred_lft": "forever"}, state="merged")) == 1
    assert lifetimes(address) == (FOREVER, FOREVER)
    led({"address": address, "valid_lft": 60})
    assert len(led(address)) == 1
    assert lifetimes(address) == (FOREVER, FOREVER)
    assert told()[address.split("/")[0]]["prefixlen"] == created["prefixlen"]


@BOTH
def test_address_that_is_not_preferred(address):
    led({"address": address, "preferred_lft": 0})
    assert told()[address.split("/")[0]]["deprecated"] is True
    assert led({"address": address, "preferred_lft": 0}) == []
    assert document()["links"][0]["addresses"][0]["preferred_lft"] == 0
    assert len(led(address)) == 1
    assert "deprecated" not in told()[address.split("/")[0]]


@BOTH
def test_metric_is_that_of_the_route_to_its_network(address):
    network = address.replace(".1/", ".0/").replace("::1/", "::/")
    led({"address": address, "metric": 77})
    assert routes() == [(network, 77)]
    assert led({"address": address, "metric": 77}) == []
    assert len(led({"address": address, "metric": "78"}, state="merged")) == 1
    assert routes() == [(network, 78)]
    assert led(address, state="merged") == []
    # The kernel takes 0 for what it is told nothing of, so that an IPv6 address goes and comes again.
    assert len(led(address)) == (2 if ":" in address else 1)
    assert routes() == [(network, 256 if ":" in address else 0)]


@BOTH
def test_address_without_a_route(address):
    network = address.replace(".1/", ".0/").replace("::1/", "::/")
    led({"address": address, "noprefixroute": True})
    assert routes() == []
    assert led({"address": address, "noprefixroute": True}) == []
    assert led(address)
    assert [route[0] for route in routes()] == [network]
    assert led({"address": address, "noprefixroute": True}, state="merged")
    assert routes() == []


def test_flags_of_ipv6():
    flags = {"home": True, "nodad": True, "mngtmpaddr": True}
    led({"address": SIX, **flags})
    row = told()["2001:db8::1"]
    assert (row["home"], row["nodad"], row["mngtmpaddr"]) == (True, True, True)
    assert led({"address": SIX, **flags}) == []
    assert len(led({"address": SIX, "home": False}, state="merged")) == 1
    row = told()["2001:db8::1"]
    assert ("home" in row, row["nodad"], row["mngtmpaddr"]) == (False, True, True)
    assert len(led(SIX)) == 1
    assert {"home", "nodad", "mngtmpaddr"}.isdisjoint(told()["2001:db8::1"])


def test_temporary_addresses_are_the_kernels_own():
    subprocess.run(["sysctl", "-qw", "net.ipv6.conf.default.use_tempaddr=2"], check=True)
    entry = {"address": SIX, "mngtmpaddr": True, "nodad": True}
    # A TAP device is none that the kernel makes them for at all times.
    led(entry, purge_addresses=True, kind="bridge")
    assert len(told()) == 2
    assert led(entry, purge_addresses=True, kind="bridge") == []
    assert document()["links"][0]["addresses"] == [entry]


@BOTH
def test_all_of_it_is_told_and_comes_back_elsewhere(address):
    entry = {"address": address, "valid_lft": 3900, "preferred_lft": 2100, "metric": 77, "noprefixroute": True}
    entry.update({"nodad": True, "home": True} if ":" in address else {})
    led(entry)
    before = told()
    found = document()
    (shown,) = found["links"][0]["addresses"]
    assert abs(shown["valid_lft"] - 3900) < 3
    assert abs(shown["preferred_lft"] - 2100) < 3
    assert {**shown, "valid_lft": 3900, "preferred_lft": 2100} == entry
    new_host()
    apply(found)
    after = told()
    for rows in (before, after):
        for row in rows.values():
            row.update({name: row[name] // 600 for name in row if name.endswith("_life_time")})
    assert after == before
    assert apply(found) == ()


@BOTH
def test_changes_are_undone(address):
    entry = {"address": address, "valid_lft": 3600, "preferred_lft": 1800, "metric": 77}
    for after in (
        [tap({"address": address, "metric": 78, "valid_lft": "forever", "preferred_lft": "forever"}), BRIDGE],
        [tap({"address": address, "noprefixroute": True}), BRIDGE],
        [tap("10.9.0.1/24"), BRIDGE],
        [BRIDGE],
    ):
        new_host()
        led(entry)
        found = []
        for error in refusals({"links": after}):
            valid, preferred = lifetimes(address)
            found.append((error.left, valid // 1000, preferred // 1000, [route[1] for route in routes()]))
        assert found
        assert found == [([], 3, 1, [77])] * len(found)


@BOTH
def test_change_in_place_leaves_routes_and_secondary_addresses(address):
    other, via, far = (
        ("2001:db8::2/64", "2001:db8::9", "2001:db8:9::/48")
        if ":" in address
        else ("10.0.0.2/24", "10.0.0.9", "10.9.0.0/16")
    )
    led(address, other)
    ip(f"route add {far} via {via} dev t0")
    assert len(led({"address": address, "metric": 5, "valid_lft": 600}, other, state="merged")) == 1
    assert far in [route[0] for route in routes()]
    assert len(told()) == 2


REFUSED = {
    "flag of ipv6": ({"address": FOUR, "nodad": True}, r"\.nodad: only IPv6 addresses have it; leave it out"),
    "too long": ({"address": FOUR, "valid_lft": 5, "preferred_lft": 6}, r"\.preferred_lft: 6 is longer than 5"),
    "never counted": ({"address": FOUR, "preferred_lft": 6}, r"\.preferred_lft: the kernel does not count it for IPv4"),
    "never valid": (
        {"address": FOUR, "valid_lft": 0},
        r"\.valid_lft: '0' is not a number from 1 to 4294967294 or forever",
    ),
    "length": (
        {"address": "2001:db8::1/65", "mngtmpaddr": True},
        r"\.mngtmpaddr: the kernel makes others of addresses with /64",
    ),
    "no flag": ({"address": FOUR, "noprefixroute": "maybe"}, r"\.noprefixroute: 'maybe' is neither true nor false"),
    "no number": ({"address": FOUR, "metric": "high"}, r"\.metric: 'high' is not a number"),
    "unknown": ({"address": FOUR, "broadcast": "+"}, r"it has no broadcast; address, peer, scope, label, metric, "),
}


@pytest.mark.parametrize(("entry", "words"), REFUSED.values(), ids=REFUSED)
def test_options_that_can_not_be(entry, words):
    with pytest.raises(_errors.BadOption, match=words):
        led(entry)
