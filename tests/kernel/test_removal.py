# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host would lose is counted from what its kernel has, as the role looks ahead."""

import json
import subprocess

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _apply as applying
from ansible_collections.warren.tunnels.plugins.module_utils import _argspec, _changes, _decide, _document, _foresee
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _host
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet_removal
from ansible_collections.warren.tunnels.tests.kernel._engine import POLICY, filled
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host
from ansible_collections.warren.tunnels.tests.unit.plugins.plugin_utils import _fleets

TERMS = {"removal_limit": 34, "allow_removal": False}


def document(names, **options):
    """Return what host1 has of a mesh. A tap is the device, because not each kernel has one that takes tunnels in."""
    share = _fleets.shares([_fleets.mesh(devices="one", **options)], names)["host1"]
    (link,) = share["links"]
    tap = {"name": link["name"], "kind": "tap", "up": True, "addresses": link["addresses"]}
    return {"links": [tap], "routes": share["routes"]}


def run(wanted, do=False):
    """Do as the module does under the name of the role; return what the role notes before it does so."""
    params = {
        **filled(wanted, _argspec.document()),
        **POLICY,
        "state": "merged",
        "force": False,
        "name": "tunnels",
    }
    with _host.Kernel() as kernel, kernel.alone():
        want, have, plan = _decide.decide(kernel, _parsers.network_state(params))
        if do:
            applying.apply(kernel, want, have, plan)
        after = _foresee.foresee(have, plan.operations)
        return {
            "operations": plan.operations,
            "before": _document.of_wanted(want, have),
            "after": _document.of_wanted(want, after),
            "changes": _changes.of_plan(have, plan),
        }


def excess(wanted):
    return list(_fleet_removal.excess({"host1": {"terms": TERMS, "outlook": run(wanted)}}))


@pytest.fixture(autouse=True)
def host():
    new_host()
    run(document(_fleets.numbered(10)), do=True)
    routes = subprocess.run(["ip", "-j", "route", "show", "dev", "core"], check=True, stdout=subprocess.PIPE).stdout
    assert len([route for route in json.loads(routes) if route.get("encap")]) == 9


@pytest.mark.parametrize(("left", "is_told"), [(10, False), (9, False), (7, False), (6, True), (2, True)])
def test_a_group_that_shrinks(left, is_told):
    found = excess(document(_fleets.numbered(left)))
    assert bool(found) == is_told
    if found:
        assert (
            f"host1: {10 - left} of the 10 links that the role has there would be removed (core to 172.16.0."
            in found[0]
        )


def test_a_mesh_that_goes_takes_its_device_along():
    (told,) = excess({"links": [{"name": "br0", "kind": "bridge"}]})
    assert told.startswith(
        "host1: 10 of the 10 links that the role has there would be removed (core, core to 172.16.0.2,"
    )


def test_another_name_and_another_pool_are_no_loss():
    assert excess(document(_fleets.numbered(10), name="other")) == []
    assert excess(document(_fleets.numbered(10), pool="10.254.0.0/16")) == []
