# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role's promiscuous mode on a real link."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host

PLAYBOOK = Path(__file__).parent / "promisc.yml"
LACKING = "The Python library pyroute2 can't be imported"


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture(autouse=True)
def near():
    new_host()
    run("ip", "link", "add", "near", "type", "veth", "peer", "name", "far")
    yield
    run("ip", "link", "delete", "near")


def play(*options, words=""):
    """Return how many changes the role makes, or would make. :arg words: what the modules said when they were tried."""
    command = [Path(sys.executable).parent / "ansible-playbook", "--inventory", "localhost,", *options, PLAYBOOK]
    out = run(*command, "--extra-vars", json.dumps({"words": words}))
    return int(re.search(r"changed=(\d+)", out)[1])


def is_promiscuous():
    return "PROMISC" in json.loads(run("ip", "-j", "link", "show", "near"))[0]["flags"]


def test_it_is_set_once_and_a_preview_is_true():
    assert (play("--check"), is_promiscuous()) == (1, False)
    assert (play(), is_promiscuous()) == (1, True)
    assert (play("--check"), play()) == (0, 0)


def test_a_preview_needs_no_pyroute2():
    assert (play("--check", words=LACKING), is_promiscuous()) == (1, False)
