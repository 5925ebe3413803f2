# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `make protected` declares, and that the connections which it ends are those that hosts get."""

import importlib
import sys
from pathlib import Path

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._ipsec import _connections
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet, _fleet_secrets
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils import _hosts

ROOT = Path(__file__).parents[2]


@pytest.fixture
def suite(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tests/protected"))
    monkeypatch.setenv("WARREN_CLONE", str(ROOT))
    yield importlib.import_module("run")
    sys.modules.pop("run", None)


def test_what_it_declares_is_encrypted_on_both_hosts(suite):
    declared = suite.declared()
    hosts = {host: {"ansible_host": address} for host, address in suite.HOSTS.items()}
    fleet = _fleet.read(declared["tunnels_links"], [], hosts, {}, declared["tunnels_protect"])
    assert fleet.count == len(suite.TUNNELS)
    for host in hosts:
        found = _fleet_secrets.with_secrets(fleet.share(host)["ipsec"], declared["tunnels_protect_secret"], [2, 1])
        taken = _hosts.params("ipsec", {"name": "tunnels", "connections": found})["connections"]
        (one,) = _connections.wanted(taken)
        assert one.name("tunnels") == suite.NAME[host]
        assert one.protocols == (4, 41, 47)
