# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Meshes and their hosts, for tests."""

import pytest
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet


def hosts(names):
    """Return hosts with addresses that stay theirs."""
    return {
        name: {
            "ansible_host": "172.16.{}.{}".format(*divmod(number, 250)),
            "tunnels_underlay_address6": f"fd16::{number:x}",
        }
        for number, name in enumerate(names, 1)
    }


def numbered(count):
    return [f"host{number}" for number in range(1, count + 1)]


def mesh(**options):
    return {"name": "core", "mode": "gre", "topology": "full", "group": "routers", "pool": "10.255.0.0/16", **options}


def shares(meshes, names, variables=None, links=()):
    """Return the share of each host."""
    fleet = _fleet.read(links, meshes, variables or hosts(names), {"routers": names})
    return {name: fleet.share(name) for name in names}


def faults(meshes, names=(), variables=None, links=(), groups=None):
    """Return what is wrong."""
    groups = {"routers": list(names)} if groups is None else groups
    with pytest.raises(_fleet.FleetError) as caught:
        _fleet.read(links, meshes, hosts(names) if variables is None else variables, groups)
    return caught.value.faults


def has(found, *words):
    """Whether one of the faults has all the words."""
    return any(all(word in fault for word in words) for fault in found)
