# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What network_info tells of routes that were declared is what was declared."""

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _document
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _host
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet, _fleet_drift
from ansible_collections.warren.tunnels.tests.kernel._engine import apply
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host

HOSTS = {
    "host1": {"ansible_host": "192.0.2.1", "tunnels_underlay_address6": "2001:db8::1"},
    "host2": {
        "ansible_host": "192.0.2.2",
        "tunnels_underlay_address6": "2001:db8::2",
        "tunnels_networks": ["10.20.2.0/24", "10.21.0.1/32", "0.0.0.0/0", "fd20:2::/64", "::/0"],
    },
}
MESH = {
    "name": "core",
    "topology": "full",
    "members": list(HOSTS),
    "pool": ["10.255.0.0/16", "fd00:255::/64"],
    "routes": True,
}


@pytest.mark.parametrize("netns", [None, "red"])
@pytest.mark.parametrize(
    "options",
    [
        {"mode": "gre"},
        {"mode": "gretap"},
        {"mode": "gre", "devices": "one", "key": 100, "seq": True},
        {"mode": "ip6gre", "devices": "one"},
    ],
    ids=str,
)
def test_routes(options, netns):
    new_host()
    share = _fleet.share([], HOSTS, "host1", [{**MESH, **options, "netns": netns}])
    # This kernel may have no tunnels. To routes, one device is as good as another.
    links = [
        {"name": link["name"], "kind": "tap", "netns": netns, "up": True, "addresses": link["addresses"]}
        for link in share["links"]
    ]
    namespaces = [{"name": netns}] if netns else []
    apply({"namespaces": namespaces, "links": links, "routes": share["routes"]})
    with _host.Kernel() as kernel:
        found = _document.of_choice(_document.Choice(), kernel.survey())["network"]["routes"]
    assert len(share["routes"]) >= 5
    assert _fleet_drift.of_routes(share, found) == {}
    assert sum(map(len, _fleet_drift.of_routes(share, found[1:]).values())) == 1
