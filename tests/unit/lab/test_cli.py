# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arguments that are wrong, and folders without a lab."""

import pytest
from warrenlab import cli


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["up"],
        ["up", "x", "--suite", "potato"],
        ["up", "x", "--hosts", "two"],
        ["up", "x", "--kernel", "potato"],
        ["image", "potato"],
        ["kernel", "potato"],
        ["up", "x", "--machine", "vmware"],
        ["power", "x", "explode", "host1"],
        ["power", "x", "off"],
        ["install", "x", "host1"],
        ["proxy", "x", "192.168.0.8", "ssh"],
    ],
)
def test_wrong_arguments_are_refused(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(arguments)
    assert stop.value.code == 2
    assert "usage: lab" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["ssh", "host1"],
        ["wait"],
        ["power", "on", "host1"],
        ["install", "host1", "dhcpcd"],
        ["ns", "--", "true"],
        ["proxy", "192.168.0.8", "22"],
    ],
)
def test_without_a_lab_commands_say_how_to_get_one(arguments, tmp_path, capsys):
    command, *rest = arguments
    assert cli.main([command, str(tmp_path), *rest]) == 1
    assert "lab up" in capsys.readouterr().err


def test_status_without_a_lab(tmp_path, capsys):
    assert cli.main(["status", str(tmp_path)]) == 1
    assert "no lab is up" in capsys.readouterr().out


def test_down_without_a_lab_is_fine(tmp_path, capsys):
    assert cli.main(["down", str(tmp_path / "nothing")]) == 0
    assert "nothing to do" in capsys.readouterr().out


def test_ns_needs_a_command(tmp_path, capsys):
    assert cli.main(["ns", str(tmp_path)]) == 1
    assert "no command" in capsys.readouterr().err


def test_up_refuses_a_folder_in_use(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("warrenlab.lifecycle.require", lambda *_: None)
    monkeypatch.setattr("warrenlab.usermode.choose", lambda _suite, release: release)
    (tmp_path / "hosts").mkdir()
    assert cli.main(["up", str(tmp_path)]) == 1
    assert "in use for something else" in capsys.readouterr().err
    assert (tmp_path / "hosts").is_dir()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["kernel", "bookworm"], "--machine uml has no kernel of bookworm: it has those of trixie, sid"),
        (["up", "DIR", "--kernel", "bullseye"], "--machine uml has no kernel of bullseye: it has those of trixie, sid"),
    ],
)
def test_a_kernel_that_the_machine_does_not_have_is_refused(arguments, sentence, tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("LAB_MACHINE", raising=False)
    assert cli.main([str(tmp_path) if word == "DIR" else word for word in arguments]) == 1
    assert sentence in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_machine_that_only_the_environment_names_is_checked_too(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("LAB_MACHINE", "vmware")
    assert cli.main(["up", str(tmp_path)]) == 1
    assert "no machine vmware: it can be uml or qemu" in capsys.readouterr().err
