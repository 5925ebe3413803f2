# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import os

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _managers
from ansible_collections.warren.tunnels.plugins.module_utils._boot import _files as _boot_files
from ansible_collections.warren.tunnels.plugins.module_utils._boot._files import Entry, Step

HOST, RED = "/etc/warren-lab/host.batch", "/etc/warren-lab/netns-red.batch"
UNIT, ENABLED = (
    "/etc/systemd/system/warren-lab.service",
    "/etc/systemd/system/multi-user.target.wants/warren-lab.service",
)
SCRIPT, LEVEL = "/etc/init.d/warren-lab", "/etc/rc2.d/S01warren-lab"
ME = (os.getuid(), os.getgid())


def mine(text, mode=0o644):
    return Entry(text.encode(), mode=mode, owner=ME)


def have(root, entries):
    """Make the files on a host whose root is there, by the very means of the module."""
    _boot_files.perform([Step(path, None, entry) for path, entry in entries.items()], "lab", str(root))


def test_what_there_is_is_found_and_nothing_else(tmp_path):
    entries = {HOST: mine("a"), SCRIPT: mine("b", 0o755), ENABLED: Entry(target=UNIT), LEVEL: Entry(target="../x")}
    others = {"/etc/warren-lab2/host.batch": mine("x"), "/etc/warren-lab/note.txt": mine("y"), "/etc/hosts": mine("z")}
    have(tmp_path, {**entries, **others})
    found = _boot_files.read("lab", str(tmp_path))
    assert {path: entry._replace(owner=ME) for path, entry in entries.items()} == found


def test_nothing_to_do():
    entries = {HOST: Entry(b"a"), ENABLED: Entry(target=UNIT)}
    assert _boot_files.plan(entries, entries) == []


@pytest.mark.parametrize(
    "old",
    [
        Entry(b"b"),
        Entry(b"a", mode=0o664),
        Entry(b"a", owner=(1, 0)),
        Entry(target="/dev/null"),
    ],
)
def test_a_file_that_differs_is_written(old):
    assert _boot_files.plan({HOST: Entry(b"a")}, {HOST: old}) == [Step(HOST, old, Entry(b"a"))]


def test_a_link_has_no_mode_or_owner():
    have = {ENABLED: Entry(target=UNIT, mode=0o777, owner=(5, 5))}
    assert _boot_files.plan({ENABLED: Entry(target=UNIT)}, have) == []


def test_what_is_new_comes_before_what_goes():
    steps = _boot_files.plan({SCRIPT: Entry(b"new")}, {HOST: Entry(b"old"), UNIT: Entry(b"old")})
    assert [(step.path, step.new is None) for step in steps] == [(SCRIPT, False), (UNIT, True), (HOST, True)]


def test_links_to_an_init_script_stay_as_long_as_it():
    found = {LEVEL: Entry(target="../init.d/warren-lab"), SCRIPT: Entry(b"a")}
    assert _boot_files.plan({SCRIPT: Entry(b"a")}, found) == []
    assert [step.path for step in _boot_files.plan({}, found)] == [SCRIPT, LEVEL]


def test_files_are_made_replaced_and_removed(tmp_path):
    have(tmp_path, {HOST: mine("old"), RED: mine("red"), UNIT: mine("unit"), ENABLED: Entry(target=UNIT)})
    want = {HOST: mine("new"), SCRIPT: mine("script", 0o755)}
    _boot_files.perform(_boot_files.plan(want, _boot_files.read("lab", str(tmp_path))), "lab", str(tmp_path))
    assert _boot_files.read("lab", str(tmp_path)) == want
    left = [name for _folder, _folders, names in os.walk(tmp_path) for name in names]
    assert sorted(left) == ["host.batch", "warren-lab"]


def test_the_folder_goes_with_the_last_of_its_files(tmp_path):
    have(tmp_path, {HOST: mine("old"), "/etc/warren-lab/note.txt": mine("of an administrator")})
    for note in (True, False):
        _boot_files.perform(_boot_files.plan({}, _boot_files.read("lab", str(tmp_path))), "lab", str(tmp_path))
        assert (tmp_path / "etc/warren-lab").exists() is note
        (tmp_path / "etc/warren-lab/note.txt").unlink(missing_ok=True)


def test_a_link_in_the_place_of_a_file_is_not_followed(tmp_path):
    (tmp_path / "precious").write_text("precious")
    have(tmp_path, {UNIT: Entry(target=str(tmp_path / "precious"))})
    _boot_files.perform(
        _boot_files.plan({UNIT: mine("unit")}, _boot_files.read("lab", str(tmp_path))), "lab", str(tmp_path)
    )
    assert (tmp_path / "precious").read_text() == "precious"
    assert _boot_files.read("lab", str(tmp_path)) == {UNIT: mine("unit")}


@pytest.mark.parametrize(
    ("step", "shown"),
    [
        (Step(HOST, None, Entry(b"a\n")), {"before": "", "after": "a\n", "before_header": HOST + " (absent)"}),
        (Step(HOST, Entry(b"a\n"), None), {"before": "a\n", "after": "", "after_header": HOST + " (absent)"}),
        (Step(HOST, Entry(b"a\n", mode=0o600), Entry(b"a\n")), {"before": "(0, 0) 600\na\n", "after": "a\n"}),
        (Step(ENABLED, Entry(target="/x"), Entry(target=UNIT)), {"before": "-> /x\n", "after": "-> " + UNIT + "\n"}),
    ],
)
def test_difference(step, shown):
    assert _boot_files.difference(step) == {"before_header": step.path, "after_header": step.path, **shown}


NETWORKD = "/etc/systemd/network/05-warren-lab.network"
DHCPCD = "/etc/dhcpcd.conf"


def guards(devices, managers=_managers.ALL, want=None, have=None):
    return _boot_files.guards("lab", devices, managers, want or {}, have or {})


def test_managers_that_are_there_get_a_file_each():
    assert sorted(guards(["tap0"])) == ["/etc/NetworkManager/conf.d/99-warren-lab.conf", NETWORKD]
    assert sorted(guards(["tap0"], [_managers.NETWORKD])) == [NETWORKD]
    assert guards(["tap0"], []) == guards([]) == {}


def test_devices_that_systemd_networkd_has_files_of_ours_for_are_not_kept_from_it():
    want = {"/etc/systemd/network/05-warren-lab.tap0.network": Entry(b"")}
    assert b"Name=tap1" in guards(["tap0", "tap1"], want=want)[NETWORKD].content
    assert b"Name=tap0" not in guards(["tap0", "tap1"], want=want)[NETWORKD].content
    assert NETWORKD not in guards(["tap0"], want=want)


@pytest.mark.parametrize("managers", [_managers.ALL, []])
def test_the_file_of_somebody_else_keeps_its_rest_its_mode_and_its_owner(tmp_path, managers):
    theirs = Entry(b"interface eth0\nstatic routers=192.0.2.1\n", mode=0o600, owner=ME)
    have(tmp_path, {DHCPCD: theirs})
    before = _boot_files.read("lab", str(tmp_path))
    want = guards(["tap0"], have=before)
    _boot_files.perform(_boot_files.plan(want, before), "lab", str(tmp_path))
    between = _boot_files.read("lab", str(tmp_path))
    assert between[DHCPCD]._replace(content=b"") == theirs._replace(content=b"")
    assert between[DHCPCD].content.endswith(b"\n# END warren-lab\n" + theirs.content)
    assert DHCPCD not in [step.path for step in _boot_files.plan(guards(["tap0"], have=between), between)]
    after = guards([], managers, have=between)
    assert after[DHCPCD] == theirs
    assert [step.path for step in _boot_files.plan(after, before)] == []


def test_devices_that_were_named_before_are_known():
    former = guards(["tap0", "tun0"])
    assert _boot_files.with_former("lab", ["tap1"], former) == ["tap0", "tap1", "tun0"]
    assert _boot_files.with_former("other", ["tap1"], former) == ["tap1"]
    want = guards(["tap0", "tap1"])
    assert _boot_files.added("lab", _managers.NETWORKD, want, former) == {"tap1"}
    assert _boot_files.added("lab", _managers.NETWORKD, former, former) == set()


def test_a_script_runs_at_boot_by_a_link_that_starts_it():
    started, stopped = Entry(target="../init.d/warren-lab"), {"/etc/rc0.d/K01warren-lab": Entry(target="../x")}
    assert _boot_files.runs_at_boot({LEVEL: started, **stopped})
    assert not _boot_files.runs_at_boot({SCRIPT: Entry(b"a"), **stopped})


@pytest.mark.parametrize(
    ("path", "concerned"), [(UNIT, True), (ENABLED, True), (SCRIPT, True), (HOST, False), (LEVEL, False)]
)
def test_systemd_looks_again_for_units_and_scripts(path, concerned):
    assert _boot_files.concern_systemd([Step(path, None, Entry(b"a"))]) is concerned
    assert _boot_files.concern_systemd([Step(path, Entry(b"a"), None)]) is concerned
