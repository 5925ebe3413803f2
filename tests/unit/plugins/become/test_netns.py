# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import json
import os
import shlex
import subprocess

import pytest
from ansible.errors import AnsibleError
from ansible.plugins.loader import become_loader, shell_loader

HOSTILE = ["red; touch pwned", "$(touch pwned)", "`touch pwned`", "red' 'x", "a b", "-a", "../red", ""]


@pytest.fixture
def become():
    plugin = become_loader.get("warren.tunnels.netns")

    def configure(**options):
        plugin.set_options(direct={"netns": "red", **options})
        return plugin

    return configure


def command(plugin, cmd="echo done"):
    return plugin.build_become_command(cmd, shell_loader.get("sh"))


PRINT = 'printf "%s" "{0}"; printf "|%s" "$@"; echo'


def run(line, tmp_path, uid, ip=PRINT):
    """Run the command line with stand-ins for what it calls, which print their own name and arguments."""
    for name in ("ip", "sudo", "doas", "runuser"):
        script = tmp_path / name
        script.write_text("#!/bin/sh\n{0}\n".format((ip if name == "ip" else PRINT).format(name)))
        script.chmod(0o755)
    (tmp_path / "id").write_text("#!/bin/sh\necho {0}\n".format(uid))
    (tmp_path / "id").chmod(0o755)
    environment = {**os.environ, "PATH": "{0}:{1}".format(tmp_path, os.environ["PATH"])}
    return subprocess.run(
        ["sh", "-c", line], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )


def words_of(line, tmp_path, uid):
    done = run(line, tmp_path, uid)
    assert done.returncode == 0
    return done.stdout.strip().split("|")


def test_root_enters_at_once(become, tmp_path):
    words = words_of(command(become()), tmp_path, uid=0)
    assert words[:4] == ["ip", "netns", "exec", "red"]
    assert words[4:6] == ["/bin/sh", "-c"]
    assert words[6].startswith("echo BECOME-SUCCESS-")
    assert words[6].endswith("; echo done")


def test_others_gain_root_first(become, tmp_path):
    words = words_of(command(become()), tmp_path, uid=1000)
    assert words[:8] == ["sudo", "-H", "-n", "-u", "root", "--", "sh", "-c"]
    assert words[-7:-3] == ["ip", "netns", "exec", "red"]


@pytest.mark.parametrize(
    ("flags", "asking"),
    [
        ("-n", []),
        ("-H -n", ["-H"]),
        ("-Hn", ["-H"]),
        ("-nH", ["-H"]),
        ("-HnE", ["-HE"]),
        ("-n --preserve-env=nn --non-interactive", ["--preserve-env=nn"]),
        ("-Hnunn", ["-Hunn"]),
        ("-nu nn", ["-u", "nn"]),
        ("-Hng -n", ["-Hg", "-n"]),
        ("-r unconfined_n", ["-r", "unconfined_n"]),
    ],
)
def test_sudo_may_ask_where_there_is_a_password(become, tmp_path, flags, asking):
    words = words_of(command(become(become_pass="secret", become_flags=flags)), tmp_path, uid=1000)
    assert words[1 : words.index("-S")] == asking


@pytest.mark.parametrize(("method", "first"), [("doas", "doas"), ("none", "ip")])
def test_escalation(become, tmp_path, method, first):
    assert words_of(command(become(escalation=method)), tmp_path, uid=1000)[0] == first


def test_password_is_asked_for(become, tmp_path):
    plugin = become(become_pass="secret", become_flags="-H -n")
    words = words_of(command(plugin), tmp_path, uid=1000)
    assert words[:5] == ["sudo", "-H", "-S", "-p", plugin.prompt]
    assert "secret" not in words
    assert plugin.expect_prompt()


def test_another_user_inside(become, tmp_path):
    words = words_of(command(become(become_user="$(id)")), tmp_path, uid=0)
    assert words[:8] == ["ip", "netns", "exec", "red", "runuser", "-u", "$(id)", "--"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_name_is_refused_or_stays_one_word(become, tmp_path, name):
    try:
        entered = words_of(command(become(netns=name)), tmp_path, uid=0)[3]
    except AnsibleError as error:
        entered = name if "ansible_netns" in str(error) else str(error)
    assert entered == name
    assert not (tmp_path / "pwned").exists()


def test_nothing_to_run(become):
    assert command(become(), cmd="") == ""


def test_command_stays_as_it_is(become, tmp_path):
    nasty = shlex.join(["printf", "%s", 'it\'s "quoted"; $HOME `id`'])
    assert words_of(command(become(), nasty), tmp_path, uid=0)[6].endswith("; " + nasty)


@pytest.mark.parametrize("name", ["nowhere", 'no"where', "no\\where"])
def test_namespace_that_is_not_there_is_a_failed_module(become, tmp_path, name):
    done = run(command(become(netns=name)), tmp_path, 0, ip="echo Cannot open >&2; exit 255")
    assert done.returncode == 1
    words = "there is no namespace {0!r} on this host; make it first".format(name)
    assert json.loads(done.stdout) == {"failed": True, "msg": words}


def test_namespace_that_cannot_be_entered_is_a_failed_module(become, tmp_path):
    why = 'setting the network namespace "red" failed: \\\nOperation not permitted'
    line = command(become()).replace("/run/netns/$4", "/")
    done = run(line, tmp_path, 0, ip="printf %s {0} >&2; exit 255".format(shlex.quote(why)))
    assert done.returncode == 1
    words = "namespace 'red' can't be entered: setting the network namespace 'red' failed: ' Operation not permitted"
    assert json.loads(done.stdout) == {"failed": True, "msg": words}


def test_without_ip_nothing_is_said_of_the_namespace(become, tmp_path):
    done = run(command(become(become_exe="no-ip")), tmp_path, 0)
    assert done.returncode == 1
    assert "can't be entered" in json.loads(done.stdout)["msg"]
    assert "no-ip" in json.loads(done.stdout)["msg"]


def test_status_of_what_runs_inside_stays(become, tmp_path):
    assert run(command(become()), tmp_path, 0, ip='[ "$4" = true ] || exit 255').returncode == 255
