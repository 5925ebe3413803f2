# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.warren.tunnels.plugins.filter import fleet_boot


def test_it_mixes_what_is_declared_and_what_is_there():
    mix = fleet_boot.FilterModule().filters()["fleet_boot"]
    nothing = {section: [] for section in ("namespaces", "routes", "fou_ports")}
    new, old = ({**nothing, "links": [{"name": "t0", "kind": kind}]} for kind in ("tun", "tap"))
    assert mix(new, old, []) == new
    assert mix(new, old, [{"name": "t0"}]) == old


def test_what_is_wrong_with_a_document_is_told():
    with pytest.raises(AnsibleFilterError, match="such"):
        fleet_boot.fleet_boot(
            {"links": [{"name": "a", "kind": "tap", "ttl": 1}], "routes": [], "fou_ports": []}, {}, []
        )
