# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A host whose /var can't be written can be changed all the same; only what was made is not known for ours later."""

import subprocess

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _host
from ansible_collections.warren.tunnels.tests.kernel._engine import apply
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host, told_by_ip

STATE = {"links": [{"name": "b0", "kind": "bridge", "up": True, "addresses": ["10.0.0.1/24"]}]}


@pytest.fixture
def read_only():
    subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "warren", "/var/lib"], check=True)
    yield
    subprocess.run(["umount", "/var/lib"], check=True)


@pytest.mark.usefixtures("read_only")
def test_a_change_where_the_record_can_not_be_written():
    new_host()
    said = []
    apply(STATE, warn=said.append)
    assert told_by_ip()[""][0]["b0"]["addresses"][0][0] == "10.0.0.1"
    (warning,) = said
    assert "/var/lib/warren.tunnels" in warning
    assert "overridden" in warning
    assert apply(STATE, warn=said.append) == ()
    assert len(said) == 1


@pytest.mark.usefixtures("read_only")
def test_nothing_is_removed_that_may_be_anothers():
    new_host()
    apply(STATE)
    apply({"links": [{"name": "b1", "kind": "bridge"}]})
    assert {"b0", "b1"} <= set(told_by_ip()[""][0])
    with _host.Kernel() as kernel:
        assert not kernel.recall().links
