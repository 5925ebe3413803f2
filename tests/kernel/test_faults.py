# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs that fail or are killed at each of their steps."""

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._fou_port._steps import AddFouPort, DeleteFouPort
from ansible_collections.warren.tunnels.tests.kernel import _faults
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host

ELSEWHERE = {AddFouPort, DeleteFouPort}
"""Where the kernel has the driver: on lab hosts."""


@pytest.fixture
def host():
    new_host()
    _faults.make_others()
    foreign = _faults.theirs(_faults.look())
    yield
    _faults.apply({})
    assert _faults.theirs(_faults.look()) == foreign


@pytest.mark.usefixtures("host")
def test_a_step_that_fails_leaves_the_host_as_it_was(figures):
    same, kinds = _faults.run_faults(*_faults.transitions(with_tunnels=False))
    figures("faults", len(same), same.count(False))
    assert kinds >= _faults.EVERY_KIND - ELSEWHERE
    assert len(same) > 30
    assert all(same)


@pytest.mark.usefixtures("host")
def test_the_next_run_converges_wherever_one_was_killed(figures):
    converged = _faults.run_kills(*_faults.transitions(with_tunnels=False))
    figures("kills", len(converged), converged.count(False))
    assert len(converged) > 30
    assert all(converged)
