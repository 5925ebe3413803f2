# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``site`` sends to hosts that have all that is wanted, which stand-ins play."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[3]
LINKS = [
    {
        "name": f"tun{net}",
        "mode": "gre",
        "key": net,
        "ends": {"host1": {"address": f"10.{net}.1.1"}, "host2": {"address": f"10.{net}.1.2"}},
    }
    for net in (1, 2)
]


@pytest.fixture
def sent(tmp_path):
    """Return a function that runs a playbook and returns the modules that it sent to host1."""

    def run(playbook, *options, **variables):
        inventory = {
            "hosts": {"host1": {"ansible_host": "192.0.2.1"}, "host2": {"ansible_host": "192.0.2.2"}},
            "vars": {
                "tunnels_links": LINKS,
                "ansible_connection": "standin",
                "ansible_python_interpreter": "/usr/bin/python3",
                **variables,
            },
        }
        (tmp_path / "inventory.json").write_text(json.dumps({"all": inventory}))
        program = pathlib.Path(sys.executable).with_name("ansible-playbook")
        environment = {
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT.parents[2]),
            "ANSIBLE_CONNECTION_PLUGINS": str(ROOT / "tests/benchmarks/connection"),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_FORCE_COLOR": "0",
            "STANDIN_FOLDER": str(tmp_path),
        }
        (tmp_path / "sent").write_text("")
        done = subprocess.run(
            [program, "--inventory", tmp_path / "inventory.json", *options, playbook],
            env=environment,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, done.stdout
        words = [line.split() for line in (tmp_path / "sent").read_text().splitlines()]
        return [module for address, module in words if address == "192.0.2.1"]

    return run


def test_one_look_serves_all_parts_where_nothing_is_to_be_done(sent):
    assert sent("warren.tunnels.site") == ["network_state", "lineinfile", "tunnel_probe", "boot_files"]


def test_the_declaration_is_read_once_for_all_parts(sent, tmp_path):
    """A variable of the hosts writes a line whenever it is evaluated."""
    log = tmp_path / "evaluated"
    counting = {"tunnels_short_name": f"{{{{ lookup('ansible.builtin.pipe', 'echo h >> {log}; echo h') }}}}"}
    sent("warren.tunnels.validate", **counting)
    once = log.read_text()
    assert once
    log.write_text("")
    sent("warren.tunnels.site", **counting)
    assert log.read_text() == once


@pytest.mark.parametrize(
    ("tags", "modules"),
    [
        pytest.param("prepare", ["network_state"], id="prepare"),
        pytest.param("build", ["network_state", "lineinfile"], id="build"),
        pytest.param("verify", ["tunnel_probe"], id="verify"),
        pytest.param("build,verify", ["network_state", "lineinfile", "tunnel_probe"], id="both"),
    ],
)
def test_a_tag_does_one_part(sent, tags, modules):
    # Stand-ins have what they were asked for.
    sent("warren.tunnels.build")
    assert sent("warren.tunnels.site", "--tags", tags) == modules
