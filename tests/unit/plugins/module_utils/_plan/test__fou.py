# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _planner
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._fou_port._state import FouPort
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import have, join, want
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._plan._samples import RED, commands

GRE = FouPort(None, 2, 5555, "fou", 47)


def port(**options):
    return want("fou", port=5555, **options)


@pytest.mark.parametrize(
    ("found", "wanted", "steps"),
    [
        pytest.param([], port(ipproto="gre"), ["ip fou add port 5555 ipproto 47"], id="add"),
        pytest.param([], port(encap="gue"), ["ip fou add port 5555 gue"], id="add-gue"),
        pytest.param([], port(ipproto="4", family="inet6"), ["ip fou add port 5555 -6 ipproto 4"], id="add-ipv6"),
        pytest.param(
            [GRE], port(ipproto="47", family="inet6"), ["ip fou add port 5555 -6 ipproto 47"], id="families-are-apart"
        ),
        pytest.param([GRE], port(ipproto="gre"), [], id="same"),
        pytest.param(
            [GRE],
            port(ipproto="ipip"),
            ["ip fou del port 5555", "ip fou add port 5555 ipproto 4"],
            id="changed-protocol",
        ),
        pytest.param(
            [GRE], port(encap="gue"), ["ip fou del port 5555", "ip fou add port 5555 gue"], id="changed-encap"
        ),
        pytest.param([GRE], port(state="absent"), ["ip fou del port 5555"], id="delete"),
        pytest.param([], port(state="absent"), [], id="absent"),
        pytest.param([GRE], port(state="absent", family="inet6"), [], id="absent-in-the-other-family"),
        pytest.param([GRE._replace(port=5556)], port(state="absent"), [], id="absent-beside-another"),
        pytest.param([GRE._replace(netns="red")], port(state="absent"), [], id="absent-here"),
    ],
)
def test_steps(found, wanted, steps):
    plan = _planner.make(wanted, have(fou_ports=found))
    assert commands(plan) == steps
    assert plan[1:] == ((), ())


def test_port_in_a_namespace():
    assert commands(_planner.make(port(encap="gue", netns="red"), RED)) == ["ip -n red fou add port 5555 gue"]
    plan = _planner.make(port(encap="gue", netns="blue"), RED)
    assert "no namespace 'blue'" in plan.unmet[0]


def test_ports_are_there_before_the_tunnels_through_them():
    tunnel = want("ip_tunnel", name="t", mode="gre", encap="fou", encap_dport=5555, remote="192.0.2.2")
    plan = _planner.make(join(tunnel, port(ipproto="gre")), have())
    assert [type(step).__name__ for step in plan.operations] == ["AddFouPort", "AddLink"]


def test_change_of_a_port_leads_back():
    delete, add = _planner.make(port(encap="gue"), have(fou_ports=[GRE])).operations
    assert [inverse.port for step in (add, delete) for inverse in step.inverse()] == [add.port, GRE]
