# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kernel of another Debian release."""

import pathlib

import pytest
from warrenlab import uml, usermode
from warrenlab.addressing import HostAddress
from warrenlab.errors import LabError
from warrenlab.folder import Description, LabFolder

USUAL = b"/lib64/ld-linux-x86-64.so.2\0"


def test_the_loader_is_named_without_its_folder_and_nothing_moves():
    program = uml.with_own_loader(b"\x7fELF" + USUAL + b"the rest")
    assert program == b"\x7fELF" + b"ld-linux-x86-64.so.2".ljust(len(USUAL), b"\0") + b"the rest"


@pytest.mark.parametrize("program", [b"\x7fELF", USUAL + USUAL])
def test_a_program_that_is_made_differently_is_refused(program):
    with pytest.raises(LabError, match="loader"):
        uml.with_own_loader(program)


def test_hosts_boot_it_with_its_own_modules(tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_UML", "/usr/bin/false")
    folder = LabFolder(tmp_path / "with space")
    description = Description("bookworm", 2, 96, "/images/bookworm.img", "sid")
    command = usermode.command(folder, description, HostAddress(0))
    assert pathlib.Path(command[0]) == folder.runtime / "kernel/linux.uml"
    assert f"lab.modules={folder.runtime}/kernel/modules" in command
    assert str(description) == "2 bookworm hosts (User-mode Linux), 96 MB each, kernel of sid"
