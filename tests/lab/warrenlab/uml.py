# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The User-mode Linux of another Debian release, with that release's C library to run on."""

from __future__ import annotations

import pathlib
import shutil

from . import cache
from .errors import LabError
from .packages import Release

# The releases whose kernel is newer than that of bookworm, with the seconds that fetching it usually takes.
RELEASES = {"trixie": 15, "sid": 15}

PROGRAM, MODULES = "linux.uml", "modules"

_PACKAGES = ("user-mode-linux", "libc6")
_LOADER = "ld-linux-x86-64.so.2"
_LIBRARIES = (_LOADER, "libc.so.6")

# The program names its loader without a folder, so it is started from the folder that has it.
_START = """#!/bin/sh
cd "$(dirname "$0")/lib" && LD_LIBRARY_PATH=$PWD exec ../linux "$@"
"""


def ensure(release: str) -> pathlib.Path:
    """Give the folder with PROGRAM and MODULES of `release`, which are fetched when they are missing."""
    name = f"kernel-{release}"
    return cache.have(
        cache.folder() / name,
        name,
        f"the kernel of {release}",
        RELEASES[release],
        lambda work, output: _fetch(release, work, output),
    )


def with_own_loader(program: bytes) -> bytes:
    """Give the program with its loader named without a folder; raise LabError for one that is made differently."""
    usual = f"/lib64/{_LOADER}\0".encode()
    if program.count(usual) != 1:
        raise LabError(f"this kernel does not name its loader as others do: {usual[:-1].decode()}")
    return program.replace(usual, _LOADER.encode().ljust(len(usual), b"\0"))


def _fetch(release: str, work: pathlib.Path, output) -> pathlib.Path:
    unpacked = Release(release, work, output).unpack(list(_PACKAGES))
    return _arrange(unpacked / "usr", work / "kernel")


def _arrange(unpacked: pathlib.Path, kernel: pathlib.Path) -> pathlib.Path:
    """Put what a lab needs of the packages into `kernel`."""
    (kernel / "lib").mkdir(parents=True)
    for library in _LIBRARIES:
        shutil.copy(unpacked / "lib/x86_64-linux-gnu" / library, kernel / "lib")
    shutil.copytree(unpacked / "lib/uml/modules", kernel / MODULES)
    (kernel / "linux").write_bytes(with_own_loader((unpacked / "bin/linux.uml").read_bytes()))
    (kernel / PROGRAM).write_text(_START)
    for program in ("linux", PROGRAM):
        (kernel / program).chmod(0o755)
    return kernel
