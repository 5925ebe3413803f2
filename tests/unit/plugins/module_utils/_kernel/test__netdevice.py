# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from pathlib import Path

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _netdevice


@pytest.fixture
def indexes():
    found = _netdevice.Indexes()
    yield found
    found.close()


def test_index_of_a_link(indexes):
    assert indexes.of("lo") == int(Path("/sys/class/net/lo/ifindex").read_text())


def test_mtu_of_a_link():
    assert _netdevice.mtu("lo") == int(Path("/sys/class/net/lo/mtu").read_text())


def test_no_such_link(indexes):
    with pytest.raises(_errors.KernelError, match="there is no link 'warren-missing'") as caught:
        indexes.of("warren-missing")
    assert caught.value.errno == 19
