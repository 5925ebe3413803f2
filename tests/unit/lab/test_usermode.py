# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts that are User-mode Linux."""

import pytest
from warrenlab import usermode
from warrenlab.addressing import HostAddress
from warrenlab.errors import LabError
from warrenlab.folder import Description, LabFolder

DESCRIPTION = Description("bookworm", 2, 96, "/images/bookworm.img")


def test_command_line_has_no_path_of_the_user(tmp_path):
    folder = LabFolder(tmp_path / "with space, and comma")
    command = usermode.command(folder, DESCRIPTION, HostAddress(1))
    assert "mem=96M" in command
    assert f"ubd0={folder.runtime}/hosts/host2/disk.cow,{folder.runtime}/image" in command
    assert not [word for word in command if " " in word or str(tmp_path) in word]


def test_more_kernel_arguments_come_last(tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_KERNEL_ARGS", "root=/dev/none debug")
    command = usermode.command(LabFolder(tmp_path), DESCRIPTION, HostAddress(0))
    assert command[-2:] == ["root=/dev/none", "debug"]


def test_missing_kernel_names_package_and_remedy(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(LabError, match=r"user-mode-linux .*make setup"):
        usermode.require_kernel()


AMX, OLDER = "flags\t\t: fpu avx2 amx_tile amx_int8\n", "flags\t\t: fpu avx2\nbugs\t\t: amx_tile\n"


@pytest.mark.parametrize(
    ("flags", "version", "taken"),
    [
        (AMX, "6.1.176", "sid"),
        (AMX, "6.12.48", "sid"),
        (AMX, "6.16", ""),
        (AMX, "7.2.7", ""),
        (OLDER, "6.1.176", ""),
    ],
)
def test_a_kernel_that_this_processor_runs_is_taken(flags, version, taken, tmp_path, monkeypatch):
    _machine(tmp_path, monkeypatch, flags, version)
    assert usermode.choose("bookworm", "") == taken


def test_a_release_that_is_asked_for_is_taken_or_refused(tmp_path, monkeypatch):
    program = _machine(tmp_path, monkeypatch, AMX, "6.12.48")
    assert usermode.choose("bookworm", "trixie") == "trixie"
    monkeypatch.setattr("warrenlab.uml.ensure", lambda _release: program.parent)
    with pytest.raises(LabError, match=r"trixie can't run .* AMX: take that of sid"):
        usermode.provide("trixie", LabFolder(tmp_path / "lab"))


def _machine(folder, monkeypatch, flags, version):
    """Be a machine with such a processor and such a kernel for User-mode Linux."""
    program, cpuinfo = folder / "linux.uml", folder / "cpuinfo"
    program.write_text(f"#!/bin/sh\necho {version}\n")
    program.chmod(0o755)
    cpuinfo.write_text(flags)
    monkeypatch.setattr(usermode, "_CPUINFO", cpuinfo)
    monkeypatch.setenv("LAB_UML", str(program))
    monkeypatch.setenv("LAB_MODULES", str(folder))
    return program
