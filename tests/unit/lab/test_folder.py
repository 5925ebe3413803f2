# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the files of a lab are, and its lock."""

import os
import stat

import pytest
from warrenlab.errors import LabError
from warrenlab.folder import Description, LabFolder


def test_sockets_have_short_paths_however_deep_the_folder(tmp_path):
    folder = LabFolder(tmp_path / ("deep/" * 50))
    assert len(str(folder.uml / "host156" / "mconsole")) < 108
    assert len(str(folder.qmp / "host156")) < 108
    assert len(str(folder.control_paths)) < 50


def test_each_folder_has_its_own_runtime_folder(tmp_path):
    assert LabFolder(tmp_path / "a").runtime != LabFolder(tmp_path / "b").runtime


def test_a_folder_is_the_same_by_any_name(tmp_path, monkeypatch):
    (tmp_path / "link").symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    names = (tmp_path / "x", tmp_path / "link" / "x", "x")
    assert len({LabFolder(name).runtime for name in names}) == 1


def test_description_is_kept(tmp_path):
    folder = LabFolder(tmp_path)
    description = Description("trixie", 3, 128, "/some/image", "sid", "qemu")
    folder.save(description)
    assert folder.load() == description
    assert folder.is_lab()


def test_no_lab_to_load(tmp_path):
    with pytest.raises(LabError, match="lab up"):
        LabFolder(tmp_path).load()


def test_runtime_folder_is_private(tmp_path):
    folder = LabFolder(tmp_path)
    folder.create_runtime()
    try:
        assert stat.S_IMODE(folder.runtime.stat().st_mode) == 0o700
    finally:
        folder.remove_runtime()
    assert not folder.runtime.exists()


def test_a_runtime_folder_that_is_something_else_is_refused(tmp_path):
    folder = LabFolder(tmp_path)
    folder.runtime.symlink_to(tmp_path)
    try:
        with pytest.raises(LabError, match="not this user's folder"):
            folder.create_runtime()
    finally:
        folder.runtime.unlink()


def test_lock_is_exclusive_and_comes_free(tmp_path):
    folder = LabFolder(tmp_path)
    lock = folder.try_lock()
    assert folder.try_lock() is None
    os.close(lock)
    os.close(folder.try_lock())


def test_remove_leaves_what_is_not_the_labs(tmp_path):
    folder = LabFolder(tmp_path)
    folder.save(Description("bookworm", 1, 128, ""))
    (tmp_path / "notes").write_text("mine")
    folder.remove()
    assert [path.name for path in tmp_path.iterdir()] == ["notes"]
