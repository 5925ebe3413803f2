# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import errno
import json
import os
from pathlib import Path

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _namespaces, _place, _store
from ansible_collections.warren.tunnels.plugins.module_utils._record import Made, MadeRoute, Record
from ansible_collections.warren.tunnels.plugins.module_utils._resources import NextHop, Route

RECORD = Record(
    links={
        (None, "tun0"): Made("gre", ("192.0.2.1", "192.0.2.2", "none", 7), 5),
        ("red", "tap0"): Made("tap", (), 3, frozenset(["mac"])),
    },
    namespaces=frozenset(["red"]),
    routes={
        (None, 2, 254, "10.9.0.0/16", 0, 0): MadeRoute((("unicast", "static", ((None, "tun0"),)),)),
        (None, 10, 254, "default", 1024, 0): MadeRoute(
            (("unicast", "static", (("2001:db8::1", None),)),),
            Route(None, 10, "default", 1024, 254, {"nexthops": (NextHop("fe80::1", "eth0"),)}, b"message"),
        ),
    },
    fou_ports=frozenset([("red", 2, 5555)]),
    addresses=frozenset([((None, "eth0"), "10.5.0.1", 24, None)]),
)


def identity(name=None):
    """Return what tells namespaces apart that are plain files, which can't be entered."""
    file = Path(_namespaces.path(name)) if name else Path(_namespaces.OWN)
    return str(file.stat().st_ino) if file.exists() else None


@pytest.fixture
def host(tmp_path, monkeypatch):
    """Return the folder of a host that has one namespace and its own boot id."""
    monkeypatch.setattr(_place, "DIRECTORY", str(tmp_path / "lib"))
    monkeypatch.setattr(_place, "BOOT_ID", str(tmp_path / "boot_id"))
    monkeypatch.setattr(_namespaces, "DIRECTORY", str(tmp_path / "netns"))
    monkeypatch.setattr(_namespaces, "identity", identity)
    (tmp_path / "boot_id").write_text("first\n")
    (tmp_path / "netns").mkdir()
    (tmp_path / "netns/red").touch()
    return tmp_path


def test_without_a_file_nothing_was_created(host):
    assert _store.load() == Record()


def test_what_is_saved_is_loaded(host):
    _store.save(RECORD)
    assert _store.load() == RECORD


def test_former_records_have_routes_of_no_type_of_service(host):
    route_id = (None, 2, 254, "10.9.0.0/16", 0, 0)
    saved = Record(routes={route_id: RECORD.routes[route_id]}, documents={"net": frozenset([("routes", route_id)])})
    _store.save(saved)
    (file,) = (host / "lib").iterdir()
    file.write_text(file.read_text().replace('"10.9.0.0/16", 0, 0]', '"10.9.0.0/16", 0]'))
    assert "0, 0]" not in file.read_text()
    assert _store.load() == saved


def test_the_file_is_everyones_to_read_and_nobody_elses_to_write(host):
    _store.save(RECORD)
    (file,) = (host / "lib").iterdir()
    assert file.stat().st_mode & 0o777 == 0o644 & ~os.umask(os.umask(0))
    assert (host / "lib").stat().st_mode & 0o022 == 0


def test_after_a_reboot_indexes_say_nothing(host):
    _store.save(RECORD)
    (host / "boot_id").write_text("second\n")
    loaded = _store.load()
    assert loaded.links[(None, "tun0")] == Made("gre", ("192.0.2.1", "192.0.2.2", "none", 7), 0)
    assert loaded.namespaces == {"red"}


def test_another_namespace_of_the_same_name_is_not_ours(host):
    _store.save(RECORD)
    (host / "netns/other").touch()
    os.replace(host / "netns/other", host / "netns/red")
    loaded = _store.load()
    assert loaded.namespaces == loaded.fou_ports == frozenset()
    assert list(loaded.links) == [(None, "tun0")]
    assert loaded.routes == RECORD.routes


def test_what_was_in_a_namespace_that_is_gone_is_gone(host):
    _store.save(RECORD)
    (host / "netns/red").unlink()
    assert list(_store.load().links) == [(None, "tun0")]


def test_a_namespace_that_was_about_to_be_made_is_ours(host):
    """The run was killed after it had made it."""
    (host / "netns/red").unlink()
    _store.save(RECORD)
    (host / "netns/red").touch()
    assert _store.load() == RECORD


def test_a_record_of_a_former_form_is_read(host):
    _store.save(RECORD)
    (file,) = (host / "lib").iterdir()
    content = json.loads(file.read_text())
    del content["own"]
    content["namespaces"] = [{"name": "red", "inode": 7}]
    file.write_text(json.dumps(content))
    assert _store.load() == RECORD


@pytest.mark.parametrize("boot", ["first", "second"])
def test_another_namespace_than_our_own_has_a_record_of_its_own(host, monkeypatch, boot):
    monkeypatch.setattr(_store, "FIRST", str(host / "netns/red"))
    _store.save(RECORD)
    (file,) = (host / "lib").iterdir()
    assert file.name == "created-{0}.json".format(os.stat(_namespaces.OWN).st_ino)
    assert _store.load() == RECORD
    monkeypatch.setattr(_namespaces, "identity", lambda name=None: "another")
    (host / "boot_id").write_text(boot + "\n")
    assert _store.load() == Record()


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", '{"boot": "first", "links": 5}', '{"boot": "first"}'])
def test_a_broken_file_is_not_as_none(host, text):
    _store.save(RECORD)
    (file,) = (host / "lib").iterdir()
    file.write_text(text)
    with pytest.raises(_errors.Unreadable, match=r"created\.json, the record of .*remove it"):
        _store.load()


def test_a_failed_save_leaves_the_former_file(host, monkeypatch):
    _store.save(RECORD)

    def fail(source, destination):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(_store.os, "replace", fail)
    with pytest.raises(OSError, match="full"):
        _store.save(Record())
    monkeypatch.undo()
    (file,) = (host / "lib").iterdir()
    assert json.loads(file.read_text())["namespaces"]
