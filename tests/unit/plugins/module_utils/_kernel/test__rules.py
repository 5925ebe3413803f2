# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _formats
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._rule import _reading


def kernels_rule(**more):
    message = _formats.message("fibmsg")
    attributes = {"FRA_PRIORITY": 1000, "FRA_L3MDEV": 1, **more}
    return _reading.decode(None, message.start(family=2, action=1) + message.pack(attributes))


@pytest.mark.parametrize(
    ("who", "protocol"),
    [
        pytest.param({"FRA_PROTOCOL": 2}, "kernel", id="told"),
        pytest.param({}, "kernel", id="not-told"),
        pytest.param({"FRA_PROTOCOL": 3}, "boot", id="of-others"),
        pytest.param({"FRA_FWMARK": 1, "FRA_FWMASK": 1}, "static", id="with-more-conditions"),
    ],
)
def test_rule_that_comes_with_the_first_vrf_is_the_kernels(who, protocol):
    assert kernels_rule(**who).values["protocol"] == protocol
