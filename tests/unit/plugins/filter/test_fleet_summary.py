# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
import yaml
from ansible_collections.warren.tunnels.plugins.filter import fleet_summary as plugin

fleet_summary = plugin.FilterModule().filters()["fleet_summary"]

PEERS = [
    {"host": f"host{number}", "name": f"tun{number}", "netns": None, "remote": f"192.0.2.{number}"}
    for number in (2, 3, 4, 5, 6)
]


def host(*held, changed=None):
    """Return the variables of a host with tunnels of which these work, two addresses each."""
    peers = PEERS[: len(held)]
    probes = [{"name": peer["name"], "netns": None, "outer": {"remote": peer["remote"]}} for peer in peers]
    seen = [{"holds": holds} for holds in held]
    # The last one is asked through a tunnel that is not its own.
    share = {"peers": peers, "probes": probes + probes}
    probed = {"probes": [{"holds": True}] * len(held) + seen + [{"holds": False}], "network": {}}
    return {
        "__tunnels_share": share,
        "__tunnels_probed": probed,
        "__tunnels_changed": {"changed": changed},
        "__boot_written": {},
    }


def table(variables, reached=None):
    return fleet_summary(variables, list(variables), list(variables) if reached is None else reached)


def test_the_documented_sample():
    variables = {"host1": host(True, True, changed=True), "host2": host(True, True)}
    assert table(variables) == yaml.safe_load(plugin.RETURN)["_value"]["sample"]


def test_what_is_at_fault_is_named():
    variables = {
        "host1": host(True, False),
        "host2": host(False, False, False, False, False),
        "host3": host(True, changed=True),
        "host4": {},
    }
    assert table(variables, ["host1", "host2", "host4"]) == [
        "host   tunnels up  changed  at fault",
        "host1  1 of 2      no       tun3 to host3",
        "host2  0 of 5      no       tun2 to host2, tun3 to host3, tun4 to host4 and 2 more",
        "host3  1 of 1      yes      it left the run; its error is above",
        "host4  not asked   no",
        "4 hosts, 2 of 8 ends of tunnels up, 1 changed, 3 at fault.",
    ]


def test_nobody_was_asked():
    assert table({"host1": {"__tunnels_changed": {"changed": True}}})[1:] == [
        "host1  not asked   yes",
        "1 host, 1 changed, 0 at fault.",
    ]


def test_no_tunnel_is_up_of_a_host_that_could_not_be_asked():
    gone = {"__tunnels_share": host(True, True)["__tunnels_share"], "__tunnels_probed": {"unreachable": True}}
    assert table({"host1": host(True), "host2": gone}, ["host1"]) == [
        "host   tunnels up  changed  at fault",
        "host1  1 of 1      no",
        "host2  not asked   no       it left the run; its error is above",
        "2 hosts, 1 of 3 ends of tunnels up, 0 changed, 1 at fault.",
    ]


def test_a_loop_is_a_change_as_any_task_is():
    variables = {"host1": {"__tunnels_cards": {"changed": True, "results": [{"changed": True}]}}}
    assert table(variables)[1] == "host1  not asked   yes"


@pytest.mark.parametrize(("number", "lines"), [(20, 22), (21, 3)])
def test_of_many_hosts_those_are_told_that_matter(number, lines):
    variables = {f"host{one}": host(True, changed=one == 7) for one in range(number)}
    told = table(variables)
    assert len(told) == lines
    assert told[-1] == f"{number} hosts, {number} of {number} ends of tunnels up, 1 changed, 0 at fault."


def test_of_many_hosts_where_nothing_was_to_be_done_there_is_one_line():
    variables = {f"host{one}": host(True) for one in range(1000)}
    assert table(variables) == ["1000 hosts, 1000 of 1000 ends of tunnels up, 0 changed, 0 at fault."]
