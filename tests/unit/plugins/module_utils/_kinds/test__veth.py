# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _veth
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import link


@pytest.mark.parametrize(
    ("end", "peer"),
    [
        (link("veth", "v0", peer=("red", "v1")), ("red", "v1")),
        (link("veth", "v0", peer="index 7 in another namespace"), (None, "")),
        (link("tun", "tun0"), (None, "")),
    ],
    ids=["known", "unknown", "none"],
)
def test_peer_of(end, peer):
    assert _veth.peer_of(end) == peer
