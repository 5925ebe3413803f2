# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples are right, and each host's share of them is."""

from pathlib import Path

import pytest
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.vars.manager import VariableManager
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet

EXAMPLES = sorted(path.parent for path in (Path(__file__).parents[2] / "examples").glob("*/hosts.yml"))
TUNNELS = {"full-mesh": 10, "hub-and-spoke": 5, "ipv6-ring": 4, "one-device-mesh": 6, "tenants": 2, "two-hosts": 2}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example(example):
    loader = DataLoader()
    inventory = InventoryManager(loader=loader, sources=[str(example)])
    variables = VariableManager(loader=loader, inventory=inventory)
    hosts = {host.name: variables.get_vars(host=host) for host in inventory.get_hosts()}
    first = next(iter(hosts.values()))
    links, meshes = first.get("tunnels_links", []), first.get("tunnels_meshes", [])
    fleet = _fleet.read(links, meshes, hosts, inventory.get_groups_dict())
    assert sum(len(fleet.share(name)["peers"]) for name in hosts) == 2 * TUNNELS[example.name]
