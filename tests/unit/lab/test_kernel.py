# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kernel command line of a host."""

import pytest
from warrenlab import kernel
from warrenlab.addressing import HostAddress
from warrenlab.errors import LabError
from warrenlab.folder import Description, LabFolder

DESCRIPTION = Description("bookworm", 2, 96, "/images/bookworm.img")


def test_command_line_has_no_path_of_the_user(tmp_path):
    folder = LabFolder(tmp_path / "with space, and comma")
    command = kernel.command(folder, DESCRIPTION, HostAddress(1))
    assert "mem=96M" in command
    assert f"ubd0={folder.runtime}/hosts/host2/disk.cow,{folder.runtime}/image" in command
    assert not [word for word in command if " " in word or str(tmp_path) in word]


def test_more_kernel_arguments_come_last(tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_KERNEL_ARGS", "root=/dev/none debug")
    command = kernel.command(LabFolder(tmp_path), DESCRIPTION, HostAddress(0))
    assert command[-2:] == ["root=/dev/none", "debug"]


def test_missing_kernel_names_package_and_remedy(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(LabError, match=r"user-mode-linux .*make setup"):
        kernel.require_kernel()
