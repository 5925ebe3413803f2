# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.warren.tunnels.plugins.callback import progress as plugin

ROOT = Path(__file__).parents[4]


class Clock:
    time = 0.0

    def __call__(self):
        return self.time


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def progress(clock):
    progress = plugin.Progress(clock)
    progress.begin("Build")
    return progress


def test_every_so_many_hosts_a_line(progress):
    for number in range(250):
        progress.start(f"host{number}")
    told = [progress.end(f"host{number}", 100) for number in range(250)]
    assert {number: text for number, text in enumerate(told, 1) if text} == {
        100: "100 hosts done",
        200: "200 hosts done",
    }


def test_who_is_waited_for_is_named(progress, clock):
    for host in ("host1", "host2"):
        progress.start(host)
    clock.time = 9
    assert progress.wait(10) is None
    progress.end("host1", 100)
    clock.time = 18
    assert progress.wait(10) is None
    clock.time = 20
    assert progress.wait(10) == "Build: waiting for host2 for 20 s, 1 host done"
    clock.time = 29
    assert progress.wait(10) is None
    clock.time = 31
    assert progress.wait(10) == "Build: waiting for host2 for 31 s, 1 host done"


def test_of_many_hosts_some_are_named(progress, clock):
    for number in range(1, 6):
        progress.start(f"host{number}")
    clock.time = 10
    assert progress.wait(10) == "Build: waiting for host1, host2, host3 and 2 more for 10 s, 0 hosts done"


def test_nobody_is_waited_for_between_tasks(progress, clock):
    progress.start("host1")
    progress.end("host1", 100)
    clock.time = 60
    assert progress.wait(10) is None
    progress.start("host1")
    progress.begin("Verify")
    clock.time = 120
    assert progress.wait(10) is None


def test_a_run_says_for_whom_it_waits(tmp_path):
    play = {
        "hosts": "all",
        "gather_facts": False,
        "tasks": [{"name": "Wait", "ansible.builtin.pause": {"seconds": 3}}],
    }
    (tmp_path / "play.json").write_text(json.dumps([play]))
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT.parents[2]),
        "ANSIBLE_CALLBACKS_ENABLED": "warren.tunnels.progress",
        "WARREN_PROGRESS_INTERVAL": "1",
        "WARREN_PROGRESS_EVERY": "1",
    }
    program = Path(sys.executable).with_name("ansible-playbook")
    command = [program, "--inventory", "host1,", "--connection", "local", tmp_path / "play.json"]
    done = subprocess.run(
        command, env=environment, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert "… Wait: waiting for host1 for 1 s, 0 hosts done\n" in done.stdout
    assert "… 1 host done\n" in done.stdout
