# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module that is asked to be brief leaves out where nothing differs."""

import json
import subprocess

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.warren.tunnels.plugins.modules import network_state
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host

DOCUMENT = {
    "name": "short",
    "links": [{"name": "r0", "kind": "bridge", "up": True, "addresses": "10.9.1.1/24"}],
    "routes": [{"dst": f"10.9.{net}.0/24", "dev": "r0"} for net in range(2, 5)],
}


@pytest.fixture(autouse=True)
def host():
    new_host()
    yield
    new_host()


def state(capsys, **options):
    with patch_module_args({**DOCUMENT, **options}), pytest.raises(SystemExit):
        network_state.main()
    return json.loads(capsys.readouterr().out)


def routes():
    told = json.loads(subprocess.check_output(["ip", "-j", "route", "show", "dev", "r0", "scope", "link"]))
    return sorted(route["dst"] for route in told if route["dst"] != "10.9.1.0/24")


def test_what_changes_is_told_and_done_all_the_same(capsys):
    answer = state(capsys, brief=True)
    assert routes() == [route["dst"] for route in DOCUMENT["routes"]]
    assert (answer["changed"], answer["before"]["routes"]) == (True, [])
    assert [route["dst"] for route in answer["after"]["routes"]] == routes()


def test_where_nothing_differs_no_state_is_told(capsys):
    state(capsys)
    long, short = state(capsys), state(capsys, brief=True)
    assert set(long) - set(short) == {"before", "after"}
    assert short["operations"] == short["changes"] == []
    assert [route["dst"] for route in long["invocation"]["module_args"]["routes"]] == routes()
    assert short["invocation"]["module_args"] == {}
    assert len(json.dumps(short)) < 400
