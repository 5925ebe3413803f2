# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is met needs no plan, and what needs one is not met: on hosts and wants that hypothesis makes up."""

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _resources
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _planner
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._fou_port._state import FouPort
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._nexthop._state import Nexthop
from ansible_collections.warren.tunnels.plugins.module_utils._states import _registry
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils import _strategies
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import have, link, route, rule, want
from hypothesis import given

PORT = FouPort(None, 2, 4444, "fou", 4)
GROUP = Nexthop(None, 9, 0, group=((5, 1),), type="resilient", buckets=8, idle_timer=7, unbalanced_timer=9)
HOST = have(
    link("tap", "tap0", owner=1000, addresses=(_resources.Address("10.0.0.1", 24, scope="global", label="tap0"),)),
    routes=[route("10.8.0.0/24", dev="tap0")],
    fou_ports=[PORT],
    rules=[rule(100, from_="10.0.0.0/8", table=100)],
    nexthops=[Nexthop(None, 1, 2, via="192.0.2.7", fdb=True), Nexthop(None, 5, 2, blackhole=True), GROUP],
)._replace(accounts={("user", "alice"): 1000, ("user", "bob"): 1001})
TAP = {"name": "tap0", "mode": "tap"}


@given(_strategies.situations())
def test_met_is_what_has_no_plan(situation):
    host, wanted, steps = situation
    assert _registry.is_met(wanted, host) == (steps == ())
    assert _registry.is_met(wanted, _strategies.after(host, steps))


@pytest.mark.parametrize(
    ("met", "module", "options"),
    [
        (True, "tuntap", TAP),
        (False, "tuntap", {**TAP, "mode": "tun"}),
        (True, "tuntap", {**TAP, "owner": "alice"}),
        (False, "tuntap", {**TAP, "owner": "bob"}),
        (False, "tuntap", {**TAP, "owner": "none"}),
        (True, "tuntap", {**TAP, "addresses": ["10.0.0.1/24"], "purge_addresses": True}),
        (False, "tuntap", {**TAP, "addresses": [], "purge_addresses": True}),
        (False, "tuntap", {**TAP, "addresses": ["10.0.0.2/24"]}),
        (False, "tuntap", {**TAP, "addresses": [{"address": "10.0.0.1/24", "label": "tap0:1"}]}),
        (False, "tuntap", {"name": "tap0", "state": "absent"}),
        (True, "tuntap", {"name": "tap1", "state": "absent"}),
        (True, "link", {"name": "tap0", "up": False}),
        (False, "link", {"name": "tap1", "up": False}),
        (True, "netns", {"name": "red", "state": "absent"}),
        (False, "netns", {"name": "red"}),
        (True, "route", {"dst": "10.8.0.0/24", "dev": "tap0"}),
        (False, "route", {"dst": "10.8.0.0/24", "dev": "tap0", "src": "10.0.0.1"}),
        (False, "route", {"dst": "10.8.0.0/24", "state": "absent"}),
        (True, "fou", {"port": 4444, "ipproto": "ipip"}),
        (False, "fou", {"port": 4444, "ipproto": "gre"}),
        (False, "fou", {"port": 4444, "state": "absent"}),
        (True, "nexthop", {"id": 1, "via": "192.0.2.7", "fdb": True}),
        (False, "nexthop", {"id": 1, "via": "192.0.2.8", "fdb": True}),
        (False, "nexthop", {"id": 1, "via": "192.0.2.7", "fdb": True, "protocol": "boot"}),
        (False, "nexthop", {"id": 1, "dev": "tap0"}),
        (False, "nexthop", {"id": 1, "state": "absent"}),
        (True, "nexthop", {"id": 2, "state": "absent"}),
        (True, "nexthop", {"id": 9, "group": [{"id": 5}], "type": "resilient", "buckets": 8}),
        (False, "nexthop", {"id": 9, "group": [{"id": 5}], "type": "resilient", "buckets": 16}),
        (False, "nexthop", {"id": 9, "group": [{"id": 5, "weight": 2}], "type": "resilient", "buckets": 8}),
        (False, "nexthop", {"id": 9, "group": [{"id": 5}]}),
        (True, "rule", {"priority": 100, "from": "10.0.0.0/8", "table": 100}),
        (False, "rule", {"priority": 100, "from": "10.0.0.0/8", "table": 100, "protocol": "boot"}),
        (False, "rule", {"priority": 101, "from": "10.0.0.0/8", "table": 100}),
        (False, "rule", {"priority": 100, "from": "10.0.0.0/8", "table": 100, "state": "absent"}),
        (True, "rule", {"priority": 100, "table": 100, "state": "absent"}),
    ],
)
def test_what_is_named_is_compared(met, module, options):
    wanted = want(module, **options)
    assert _registry.is_met(wanted, HOST) == met
    assert (not _planner.make(wanted, HOST).operations and not _planner.make(wanted, HOST).unmet) == met


def test_a_device_that_goes_with_its_process_is_not_met():
    host = have(link("tap", "tap0", persist=False))
    assert not _registry.is_met(want("tuntap", **TAP), host)
    assert _registry.is_met(want("link", name="tap0"), host)


def test_a_file_without_a_namespace_is_none():
    host = have(namespaces={"red": _resources.Namespace("red", stale=True)})
    assert not _registry.is_met(want("netns", name="red"), host)
    assert not _registry.is_met(want("netns", name="red", state="absent"), host)


@pytest.mark.parametrize("field", _registry.FIELDS)
def test_every_sort_of_things_has_a_place_in_wants_and_hosts_and_a_room_that_tells_of_it(field):
    assert not {field, "absent_" + field} - set(_resources.Want._fields)
    assert field in _resources.Have._fields
    # Sysctls have no module that shows one.
    answers = ("is_met", "entries", *(["state"] if field != "sysctls" else []))
    assert all(callable(getattr(_registry.room(field), name)) for name in answers)
