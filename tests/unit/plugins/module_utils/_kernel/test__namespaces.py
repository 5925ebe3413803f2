# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What needs no root. Making and deleting is for the integration tests."""

import os

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _namespaces


@pytest.fixture
def directory(monkeypatch, tmp_path):
    monkeypatch.setattr(_namespaces, "DIRECTORY", str(tmp_path / "netns"))
    return tmp_path / "netns"


def test_no_directory_is_no_namespaces(directory):
    assert _namespaces.names() == []
    assert not directory.exists()


def test_names_are_exact(directory):
    directory.mkdir()
    for name in ("red2", "red"):
        (directory / name).touch()
    assert _namespaces.names() == ["red", "red2"]


def test_plain_file_is_stale(directory):
    directory.mkdir()
    (directory / "red").touch()
    (directory / "ours").symlink_to("/proc/self/ns/net")
    assert _namespaces.is_stale("red")
    assert not _namespaces.is_stale("ours")


def test_name_that_goes_while_one_looks_is_not_living(directory, monkeypatch):
    directory.mkdir()
    (directory / "ours").symlink_to("/proc/self/ns/net")
    monkeypatch.setattr(_namespaces, "names", lambda: ["gone", "ours"])
    assert _namespaces.living() == ["ours"]


def test_looking_inside_creates_nothing(directory):
    directory.mkdir()
    with pytest.raises(FileNotFoundError), _namespaces.inside("red"):
        pytest.fail("there is nothing to be inside of")
    assert list(directory.iterdir()) == []


def test_a_plain_file_can_not_be_entered(directory):
    directory.mkdir()
    (directory / "red").touch()
    with pytest.raises(OSError, match=r"no namespace|Operation not permitted"), _namespaces.inside("red"):
        pytest.fail("there is nothing to be inside of")


def test_our_own_needs_no_entering():
    before = os.stat("/proc/self/ns/net").st_ino
    with _namespaces.inside(None):
        assert os.stat("/proc/self/ns/net").st_ino == before
