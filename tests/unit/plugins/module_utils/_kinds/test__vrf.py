# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _formats
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _option
from ansible_collections.warren.tunnels.plugins.module_utils._kinds._catalog import KINDS
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _planner
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import have, join, link, want
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._plan._samples import commands, gre

BLUE = link("vrf", "blue", table=10, up=True)
PORT = link("gre", "tun100", master="blue", up=True)


def blue(**options):
    return want("vrf", name="blue", **options)


def test_it_is_made_before_its_ports_and_takes_links_without_an_ethernet_address():
    asked = join(gre(master="blue", remote="192.0.2.2"), blue(table=10, up=True))
    assert commands(_planner.make(asked, have())) == [
        "ip link add dev blue up type vrf table 10",
        "ip link add dev tun100 master blue type gre remote 192.0.2.2",
    ]


def test_it_is_sent_as_ip_does():
    # What ip(8) 6.1 sends as IFLA_INFO_DATA.
    packed = _formats.link_data("vrf").pack(_option.encode(KINDS["vrf"].of_driver, {"table": 10}))
    assert packed == bytes.fromhex("08000100 0a000000")


def test_without_a_table_there_is_none():
    with pytest.raises(_errors.Conflict, match="table: a vrf needs the number of a routing table"):
        _planner.make(blue(), have())


def test_another_table_takes_a_new_one_with_the_ports_that_are_named():
    host = have(BLUE._replace(ports=(PORT,)), PORT)
    plan = _planner.make(join(blue(table=20), gre(master="blue")), host)
    assert commands(plan) == [
        "ip link delete dev blue",
        "ip link add dev blue up type vrf table 20",
        "ip link set dev tun100 master blue",
    ]
    with pytest.raises(_errors.Conflict, match="blue can't be replaced without what others made on it: port tun100"):
        _planner.make(blue(table=20), host)
