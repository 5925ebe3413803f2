# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``verify`` blames the host where packets of a silent tunnel are lost, and no other.

Policy routing drops packets where a firewall would: it is in every kernel, and needs no program on the host.
"""

from __future__ import annotations

import typing as t

import pytest

from .conftest import Fleet

LINK = {
    "name": "tun100",
    "mode": "gre",
    "ends": {"host1": {"address": "10.100.0.1"}, "host2": {"address": "10.100.0.2"}},
}
DROPS = "ip rule add pref 5 {what} blackhole; ip rule add pref 10 lookup local; ip rule del pref 0"
"""A shell command that has packets dropped, also those to the host itself, which the rule of the local table keeps."""
PASSES = "ip rule add pref 0 lookup local; ip rule del pref 10; ip rule del pref 5"

INSIDE = "packets come out of tun100 on {host} and are dropped there"
KEPT = "what goes into tun100 on {host} does not leave that host"
LOST = "what {near} sends does not come out of tun100 on {far}"


class Case(t.NamedTuple):
    """What is done to which host, and whom ``verify`` blames for it."""

    host: str
    what: str
    undo: str
    blamed: str


CASES = {
    "requests are not answered": Case(
        "host2",
        "sysctl -q net.ipv4.icmp_echo_ignore_all=1",
        "sysctl -q net.ipv4.icmp_echo_ignore_all=0",
        INSIDE.format(host="host2"),
    ),
    "all that comes out is dropped": Case(
        "host1", DROPS.format(what="iif tun100"), PASSES, INSIDE.format(host="host1")
    ),
    "outer packets do not leave": Case(
        "host1",
        "ip route add unreachable {host2}",
        "ip route del unreachable {host2}",
        KEPT.format(host="host1"),
    ),
    "outer packets do not come in": Case(
        "host2",
        DROPS.format(what="from {host1} ipproto gre"),
        PASSES,
        LOST.format(near="host1", far="host2"),
    ),
}


@pytest.fixture(scope="module")
def built(lab: object, tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Fleet]:
    made = Fleet(tmp_path_factory.mktemp("blame"))
    made.declare({"tunnels_links": [LINK]})
    assert made.play("warren.tunnels.build").is_green
    yield made
    made.clear()


@pytest.mark.parametrize("name", CASES)
def test_the_host_that_loses_packets_is_blamed(built: Fleet, name: str) -> None:
    case = CASES[name]
    underlay = built.underlay()
    built.on(case.host, case.what.format(**underlay))
    try:
        run = built.play("warren.tunnels.verify")
    finally:
        built.on(case.host, case.undo.format(**underlay))
    assert not run.is_green
    said = " ".join(run.said.split())
    words = [case.blamed, *(form.format(host=host) for form in (INSIDE, KEPT) for host in ("host1", "host2"))]
    words += [LOST.format(near=near, far=far) for near, far in (("host1", "host2"), ("host2", "host1"))]
    assert {text for text in words if text in said} == {case.blamed}
    assert built.play("warren.tunnels.verify").is_green
