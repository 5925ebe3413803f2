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


def links(count):
    return [
        {
            "name": f"tun{net}",
            "mode": "gre",
            "key": net,
            "ends": {"host1": {"address": f"10.{net}.1.1"}, "host2": {"address": f"10.{net}.1.2"}},
        }
        for net in range(1, count + 1)
    ]


@pytest.fixture
def sent(tmp_path):
    """Return a function that runs a playbook and returns the modules that it sent to host1; what it said is kept in a file."""

    def run(playbook, *options, gone="", callbacks="", status=0, **variables):
        inventory = {
            "hosts": {"host1": {"ansible_host": "192.0.2.1"}, "host2": {"ansible_host": "192.0.2.2"}},
            "vars": {
                "tunnels_links": links(2),
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
            "ANSIBLE_CALLBACK_PLUGINS": str(ROOT / "tests/unit/playbooks/callback"),
            **({"ANSIBLE_CALLBACKS_ENABLED": callbacks} if callbacks else {}),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_FORCE_COLOR": "0",
            "STANDIN_FOLDER": str(tmp_path),
            "STANDIN_GONE": gone,
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
        (tmp_path / "said").write_text(done.stdout)
        assert done.returncode == status, done.stdout
        words = [line.split() for line in (tmp_path / "sent").read_text().splitlines()]
        return [module for address, module in words if address == "192.0.2.1"]

    return run


def table(folder):
    """Return the lines of the last task's message."""
    last = (folder / "said").read_text().partition("Say what it came to]")[2].partition("PLAY RECAP")[0]
    return [line.strip(' ",') for line in last.splitlines() if line.startswith(" " * 8)]


def test_one_look_serves_all_parts_where_nothing_is_to_be_done(sent, tmp_path):
    assert sent("warren.tunnels.site") == ["network_state", "firewall", "boot_files", "tunnel_probe"]
    assert table(tmp_path) == [
        "host   tunnels up  changed  at fault",
        "host1  2 of 2      no",
        "host2  2 of 2      no",
        "2 hosts, 4 of 4 ends of tunnels up, 0 changed, 0 at fault.",
    ]


def test_of_many_tunnels_it_is_told_how_many_probes_hold(sent, tmp_path):
    sent("warren.tunnels.site", tunnels_links=links(21))
    # Each far end is asked by its tunnel and by another one.
    assert '"42 probes, and all is as expected"' in (tmp_path / "said").read_text()
    assert table(tmp_path)[1:3] == ["host1  21 of 21    no", "host2  21 of 21    no"]


def test_a_host_with_nothing_to_do_takes_few_tasks_of_the_controller(sent, tmp_path):
    """Each is a process of the controller, be it sent to the host, done by the controller or skipped. Of the second host:
    what is done once for all hosts is counted for the first.
    """
    sent("warren.tunnels.site")
    recap = (tmp_path / "said").read_text().partition("PLAY RECAP")[2]
    (host,) = (line for line in recap.splitlines() if line.startswith("host2 "))
    counts = dict(word.split("=") for word in host.split() if "=" in word)
    assert int(counts["ok"]) + int(counts["skipped"]) <= 10


def test_the_planner_is_loaded_by_the_process_that_the_others_are_copied_from(sent, tmp_path):
    sent("warren.tunnels.site", callbacks="loaded")
    loaded = (tmp_path / "loaded").read_text().split()
    assert "ansible_collections.warren.tunnels.plugins.plugin_utils._fleet" in loaded


def test_filters_and_forwarding_take_no_tasks_of_their_own(sent):
    switches = {"tunnels_rp_filter": "strict", "tunnels_ip_forward": True}
    assert sent("warren.tunnels.site", **switches) == ["network_state", "firewall", "boot_files", "tunnel_probe"]


def test_protected_tunnels_take_a_task_more_to_build_and_to_verify(sent):
    sent("warren.tunnels.site", tunnels_protect="required")
    assert sent("warren.tunnels.site", tunnels_protect="required") == [
        "network_state",
        "protection",
        "firewall",
        "boot_files",
        "tunnel_probe",
        "protection",
    ]


SECRET = "what nobody can guess, and what nobody may see"
ENCRYPTED = {"tunnels_protect": "ipsec", "tunnels_protect_secret": SECRET}


def test_encrypted_tunnels_take_two_tasks_more(sent, tmp_path):
    sent("warren.tunnels.site", **ENCRYPTED)
    assert sent("warren.tunnels.site", **ENCRYPTED) == [
        "network_state",
        "protection",
        "ipsec",
        "firewall",
        "boot_files",
        "tunnel_probe",
        "protection",
        "ipsec",
    ]
    (told,) = (json.loads(path.read_text()) for path in tmp_path.glob("192.0.2.1*.ipsec"))
    (there,) = (json.loads(path.read_text()) for path in tmp_path.glob("192.0.2.2*.ipsec"))
    assert told[0]["secrets"] == there[0]["secrets"]
    assert SECRET not in json.dumps([told, there])


def test_no_secret_is_said_however_much_is(sent, tmp_path):
    """Stand-ins say less than modules do, which censor what they were given: all that the controller says is here."""
    secrets = {SECRET}
    for playbook in ("validate", "plan", "site", "report", "teardown"):
        options = ("-vvvvv", "--diff", *([] if playbook != "site" else ["--check"]))
        paths = {f"tunnels_{name}_path": str(tmp_path / name) for name in ("plan", "report")}
        sent(f"warren.tunnels.{playbook}", *options, **ENCRYPTED, **paths)
        for path in tmp_path.glob("192.0.2.*.ipsec"):
            secrets |= {secret for one in json.loads(path.read_text()) for secret in one["secrets"]}
        known = {tmp_path / "inventory.json", *tmp_path.glob("192.0.2.*.ipsec")}
        for path in set(tmp_path.iterdir()) - known:
            assert not [secret for secret in secrets if secret in path.read_text()], (playbook, path)
    assert len(secrets) == 2


def test_a_host_that_left_the_run_is_told_at_its_end(sent, tmp_path):
    sent("warren.tunnels.site", gone="192.0.2.2", status=4)
    assert table(tmp_path)[1:] == [
        "host1  2 of 2      no",
        "host2  not asked   no       it left the run; its error is above",
        "2 hosts, 2 of 4 ends of tunnels up, 0 changed, 1 at fault.",
    ]


def test_what_is_confirmed_comes_back_whatever_is_proven_later(sent):
    modules = sent("warren.tunnels.site")
    assert modules.index("boot_files") < modules.index("tunnel_probe")


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
        pytest.param("build", ["network_state", "firewall"], id="build"),
        pytest.param("verify", ["tunnel_probe"], id="verify"),
        pytest.param("build,verify", ["network_state", "firewall", "tunnel_probe"], id="both"),
    ],
)
def test_a_tag_does_one_part(sent, tags, modules):
    # Stand-ins have what they were asked for.
    sent("warren.tunnels.build")
    assert sent("warren.tunnels.site", "--tags", tags) == modules
