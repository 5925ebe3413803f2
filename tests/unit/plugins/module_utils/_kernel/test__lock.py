# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import os
import signal
import subprocess
import sys

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _lock

HOLD = "import fcntl, sys, time; file = open(sys.argv[1], 'w'); fcntl.flock(file, fcntl.LOCK_EX); print('held', flush=True); time.sleep(60)"


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.setattr(_lock, "PATH", str(tmp_path / "lock"))
    return tmp_path / "lock"


@pytest.fixture
def other(path):
    """Another process that holds the lock."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE)
    process.stdout.readline()
    yield process
    process.kill()
    process.communicate()


def test_one_after_the_other(path):
    for _run in range(2):
        with _lock.alone(0):
            assert path.exists()


def test_while_another_holds_it_the_wait_ends_with_an_error(other):
    with pytest.raises(_errors.TunnelsError, match="Another run of this collection's modules holds"), _lock.alone(0.1):
        pytest.fail("entered")


def test_a_killed_holder_is_in_nobodys_way(other):
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    with _lock.alone(0):
        pass


def test_who_may_not_open_it_goes_on(path, monkeypatch):
    def refuse(*arguments):
        raise PermissionError

    monkeypatch.setattr(_lock.os, "open", refuse)
    with _lock.alone(0):
        pass
