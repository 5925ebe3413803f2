# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _catalog


@pytest.mark.parametrize("mode", ["tun", "tap"])
@pytest.mark.parametrize(
    ("option", "old", "new", "replaced"),
    [
        pytest.param("owner", 1000, 1001, False, id="another-owner"),
        pytest.param("owner", "none", 0, False, id="an-owner"),
        pytest.param("owner", 0, "none", True, id="no-owner-any-more"),
        pytest.param("group", 5, "none", True, id="no-group-any-more"),
        pytest.param("multi_queue", False, True, True, id="multi-queue"),
        pytest.param("multi_queue", True, False, True, id="single-queue"),
        pytest.param("packet_info", False, True, False, id="packet-info"),
        pytest.param("vnet_hdr", True, False, False, id="vnet-hdr"),
    ],
)
def test_what_takes_a_new_device(mode, option, old, new, replaced):
    assert _catalog.KINDS[mode].option(option).recreate(old, new) is replaced
