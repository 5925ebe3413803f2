# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module checkpoint on a host in memory: what is armed, confirmed and rolled back, and what is said of it."""

import contextlib
import fcntl
import importlib
import itertools
import json
import sys
import types
import typing

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.warren.tunnels.plugins.module_utils import _commit, _decide, _errors, _way_back
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _checkpoints, _host, _lock, _place
from ansible_collections.warren.tunnels.plugins.module_utils._record import Made, Record
from ansible_collections.warren.tunnels.plugins.module_utils._way_back import Outcome
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import Kernel, have, link

TAP = link("tap", "tap0", up=True)
BRIDGE = link("bridge", "br0")
BRIDGE_IS_OURS = Record(links={BRIDGE.id: Made("bridge", (), 0)})


class Host(Kernel):
    def survey(self, namespaces=None):
        return self.host


@pytest.fixture
def host(tmp_path, monkeypatch):
    """Return a host whose checkpoints are kept in a folder of their own, and whose alarms are only counted."""
    kernel = Host(have(TAP))
    kernel.alarms, kernel.folder = [], tmp_path / "checkpoint"
    monkeypatch.setattr(_host, "Kernel", lambda: kernel)
    monkeypatch.setattr(_place, "DIRECTORY", str(tmp_path))
    monkeypatch.setattr(_place, "boot", lambda: "this boot")
    monkeypatch.setattr(_checkpoints, "SYSTEMD", str(tmp_path / "none"))
    monkeypatch.setattr(_checkpoints, "_set_alarm", kernel.alarms.append)
    return kernel


@pytest.fixture
def run(host, capsys):
    """Return a function that runs the module and returns its answer."""

    def run_(state, **options):
        main = importlib.import_module("ansible_collections.warren.tunnels.plugins.modules.checkpoint").main
        with patch_module_args({"state": state, **options}), pytest.raises(SystemExit):
            main()
        return json.loads(capsys.readouterr().out)

    return run_


def test_arm_and_confirm(host, run):
    armed = run("armed", timeout=60)
    assert (armed["changed"], armed["armed"], "in 60 s" in armed["msg"]) == (True, True, True)
    assert [alarm.timeout for alarm in host.alarms] == [60]
    assert run("confirmed")["changed"] is True
    again = run("confirmed")
    assert (again["changed"], again["armed"]) == (False, False)
    assert not [path for path in host.folder.rglob("*") if path.is_file()]


def test_only_root_may_look(host, run):
    run("armed")
    assert {path.stat().st_mode & 0o077 for path in [host.folder, *host.folder.rglob("*")]} == {0}


def test_what_could_not_be_brought_back_is_not_armed(host, run):
    class Oddity(typing.NamedTuple):
        of: int

    host.host = have(TAP._replace(attributes={**TAP.attributes, "oddity": Oddity(1)}))
    answer = run("armed")
    assert answer["failed"] is True
    assert "default can't be read again" in answer["msg"]
    assert run("confirmed")["changed"] is False


def test_preview_of_arming_leaves_nothing(host, run):
    assert run("armed", _ansible_check_mode=True)["changed"] is True
    assert not host.folder.exists()
    assert host.alarms == []


def test_arming_again_keeps_the_first_state(host, run):
    run("armed", timeout=60)
    host.host = have(TAP, BRIDGE)
    assert "already" in run("armed", timeout=90)["msg"]
    first, second = host.alarms
    assert second.have == first.have
    assert (second.token != first.token, second.timeout) == (True, 90)
    # Of the program there is one copy, that of the alarm which counts.
    assert [path.name for path in (host.folder / "default").iterdir() if path.is_dir()] == [second.token]


def test_roll_back(host, run):
    run("armed")
    host.host, host.record = have(TAP, BRIDGE), BRIDGE_IS_OURS
    preview = run("rolled_back", _ansible_check_mode=True)
    assert BRIDGE.id in host.host.links
    answer = run("rolled_back")
    assert preview["operations"] == answer["operations"] == ["ip link delete dev br0"]
    assert answer["changed"] is True
    assert set(host.host.links) == {TAP.id}
    assert host.record == Record()
    assert run("rolled_back")["changed"] is False


def test_names_know_nothing_of_each_other(host, run):
    run("armed", name="outer")
    run("armed", name="inner")
    assert run("confirmed", name="inner")["changed"] is True
    assert run("confirmed", name="outer")["changed"] is True


def test_confirming_too_late_is_an_error_until_it_is_armed_again(host, run):
    run("armed")
    _checkpoints.disarm(host.alarms[0], Outcome("at noon", 120, ["ip link set dev eth0 up"], []))
    for _time in range(2):
        late = run("confirmed")
        assert late["failed"] is True
        assert "rolled back at at noon" in late["msg"]
    rolled = run("rolled_back")
    assert (rolled["changed"], "at noon" in rolled["msg"]) == (False, True)
    run("armed")
    assert run("confirmed")["changed"] is True


def test_after_a_reboot_nothing_is_armed(host, run, monkeypatch):
    run("armed")
    monkeypatch.setattr(_place, "boot", lambda: "another boot")
    assert run("confirmed")["changed"] is False
    assert run("rolled_back")["changed"] is False


@pytest.mark.parametrize("late", [30, 3600])
def test_what_nobody_confirmed_in_time_does_not_become_the_former_state(host, run, monkeypatch, late):
    run("armed", timeout=1)
    host.host, host.record = have(TAP, BRIDGE), BRIDGE_IS_OURS
    now = _checkpoints.time.monotonic()
    monkeypatch.setattr(_checkpoints.time, "monotonic", lambda: now + late)
    previewed = run("armed", _ansible_check_mode=True)
    assert set(host.host.links) == {TAP.id, BRIDGE.id}
    answer = run("armed", timeout=60)
    assert answer["operations"] == previewed["operations"] == ["ip link delete dev br0"]
    assert "brought back first" in answer["msg"]
    assert set(host.host.links) == set(_checkpoints.load("default").have.links) == {TAP.id}
    assert run("rolled_back")["changed"] is True


def test_names_of_those_that_are_armed(host, run, monkeypatch):
    assert _place.armed() == []
    run("armed", timeout=1)
    run("armed", name="other")
    assert _place.armed() == ["default", "other"]
    run("confirmed", name="other")
    assert _place.armed() == ["default"]
    monkeypatch.setattr(_place, "boot", lambda: "another boot")
    assert _place.armed() == []


def test_who_may_not_look_can_not_tell_what_is_armed(host, monkeypatch):
    def refuse(_path):
        raise PermissionError

    monkeypatch.setattr(_place.os, "listdir", refuse)
    assert _place.armed() is None


def test_what_can_not_be_read_is_none(host, run):
    run("armed")
    (host.folder / "default" / _place.checkpoint_state()).write_text('{"is": "Link", "of": []}')
    assert run("confirmed")["changed"] is False


def test_the_program_holds_all_that_it_imports(host, run):
    run("armed")
    (folder,) = [path for path in (host.folder / "default").iterdir() if path.is_dir()]
    copied = {path.name for path in folder.rglob("*.py")}
    assert {"revert.py", "_commit.py", "_write.py", "_guard.py", "_pyroute2.py"} <= copied


@pytest.fixture
def due(host, run, monkeypatch):
    """Have a checkpoint whose time is over, and be the process of its alarm."""
    run("armed")
    host.host, host.record = have(TAP, BRIDGE), BRIDGE_IS_OURS
    monkeypatch.setattr(host, "alone", lambda _patience=0: contextlib.nullcontext())
    monkeypatch.setattr(_commit.time, "sleep", lambda _seconds: None)
    monkeypatch.setattr(_checkpoints, "wait", lambda name, _token: _checkpoints.load(name))
    monkeypatch.setattr(sys, "argv", ["revert.py", "default", host.alarms[0].token])


@pytest.mark.usefixtures("due")
def test_an_alarm_looks_again_until_it_has_seen_everything(host, monkeypatch):
    went = FileNotFoundError(2, "No such file or directory", "/run/netns/gone")
    troubles = [went, _errors.KernelError(16), KeyError("a fault of ours")] * 20

    def survey():
        if troubles:
            raise troubles.pop()
        return host.host

    monkeypatch.setattr(host, "survey", survey)
    _commit.alarm()
    assert set(host.host.links) == {TAP.id}
    assert _checkpoints.outcome("default").operations == ["ip link delete dev br0"]


@pytest.mark.usefixtures("due")
def test_an_alarm_ends_when_its_checkpoint_was_let_go_of_while_it_could_not_look(host, run, monkeypatch):
    def survey():
        run("confirmed")
        raise _errors.KernelError(16)

    monkeypatch.setattr(host, "survey", survey)
    _commit.alarm()
    assert BRIDGE.id in host.host.links
    assert _checkpoints.outcome("default") is None


@pytest.mark.usefixtures("due")
def test_an_alarm_waits_for_another_run_for_as_long_as_that_takes(host, monkeypatch, tmp_path):
    path = tmp_path / "lock"
    other = path.open("w")
    fcntl.flock(other, fcntl.LOCK_EX)
    hours = itertools.count()

    def sleep(_seconds):
        if next(hours) > 99:
            other.close()

    clock = types.SimpleNamespace(monotonic=lambda: 3600.0 * next(hours), sleep=sleep)
    monkeypatch.setattr(_lock, "PATH", str(path))
    monkeypatch.setattr(_lock, "time", clock)
    monkeypatch.setattr(host, "alone", _lock.alone)
    _commit.alarm()
    assert set(host.host.links) == {TAP.id}
    assert other.closed


@pytest.mark.usefixtures("due")
def test_a_way_back_goes_on_where_a_part_of_it_can_not_be_planned(host, monkeypatch):
    """By a fault of ours, which must not keep all the rest from coming back."""
    decide = _decide.decide

    def decide_or_not(kernel, want):
        if TAP.id in want.links:
            raise KeyError("a fault of ours")
        return decide(kernel, want)

    monkeypatch.setattr(_decide, "decide", decide_or_not)
    _commit.alarm()
    assert set(host.host.links) == {TAP.id}
    assert _checkpoints.outcome("default").failures == ["KeyError: 'a fault of ours'. Report it"]


@pytest.mark.usefixtures("due")
def test_a_way_back_is_not_given_up_where_nothing_can_be_written(host, monkeypatch):
    def refuse(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(host, "remember", refuse)
    monkeypatch.setattr(_checkpoints._files, "replace", refuse)
    _commit.alarm()
    assert set(host.host.links) == {TAP.id}
    assert _checkpoints.load("default") is None


@pytest.mark.parametrize("options", [{"name": "../x"}, {"timeout": 0}])
def test_bad_options(run, options):
    answer = run("armed", **options)
    assert answer["failed"] is True
    assert answer["msg"].startswith(next(iter(options)) + ": ")


def test_wish_is_what_the_module_takes():
    wish = _way_back.parse({"name": "a-1", "state": "armed", "timeout": 7})
    assert wish == ("a-1", "armed", 7)
