# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import os
import subprocess

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _namespaces, _processes


@pytest.fixture
def self_():
    with open("/proc/self/comm") as comm:
        return "{0} ({1})".format(os.getpid(), comm.read().strip())


def test_we_live_in_our_own_namespace(monkeypatch, self_):
    monkeypatch.setattr(_namespaces, "path", lambda name: "/proc/self/ns/net")
    assert self_ in _processes.living_in("ours")


def test_we_do_not_live_elsewhere(monkeypatch, self_):
    monkeypatch.setattr(_namespaces, "path", lambda name: "/proc/self/ns/mnt")
    assert self_ not in _processes.living_in("elsewhere")


def test_we_hold_no_device(self_):
    assert self_ not in _processes.holding("no-such-device")


@pytest.mark.parametrize("title", ["/usr/sbin/warrend", "warrend: [manager] [ip4]"])
def test_a_program_runs_whatever_it_calls_itself(title):
    pipe = subprocess.PIPE
    with subprocess.Popen([title], executable="cat", stdin=pipe, stdout=pipe) as process:
        # A process that has just been started has no title for a moment; one that answers has.
        process.stdin.write(b"?")
        process.stdin.flush()
        assert process.stdout.read(1) == b"?"
        assert _processes.runs("warrend")
        assert not _processes.runs("warren")
        process.stdin.close()
    assert not _processes.runs("warrend")
