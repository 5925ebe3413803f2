# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kernel that a Debian release has for virtual machines, as its packages have it."""

from __future__ import annotations

import pathlib
import re

from . import cache
from .errors import LabError
from .packages import Release
from .requirements import require

# The releases, with the seconds that fetching a kernel usually takes.
RELEASES = {"bullseye": 30, "bookworm": 30, "trixie": 40, "sid": 40}

KERNEL, MODULES = "vmlinuz", "modules.img"

# Names the package of the present version. Newer releases have a kernel in several.
_PACKAGE = "linux-image-cloud-amd64"
_PARTS = re.compile(r"linux-(image|binary|modules)-\d")

_MEGABYTE = 1 << 20
_MKE2FS_OPTIONS = ("-q", "-t", "ext4", "-m", "0", "-O", "^has_journal")


def ensure(release: str) -> pathlib.Path:
    """Give the folder with KERNEL and MODULES of `release`, which are fetched when they are missing.

    MODULES is a file system, to be mounted on /lib/modules.
    """
    name = f"stock-{release}"
    return cache.have(
        cache.folder() / name,
        name,
        f"the stock kernel of {release}",
        RELEASES[release],
        lambda work, output: _fetch(release, work, output),
    )


def _fetch(release: str, work: pathlib.Path, output) -> pathlib.Path:
    require("depmod", "mke2fs")
    packages = Release(release, work, output)
    parts = [name for name in packages.closure(_PACKAGE) if _PARTS.match(name)]
    if not parts:
        raise LabError(f"{_PACKAGE} of {release} depends on no kernel that the lab knows by its name")
    return _arrange(packages.unpack(parts), work / "kernel", output)


def _arrange(root: pathlib.Path, kernel: pathlib.Path, output) -> pathlib.Path:
    """Put what a host needs of the packages into `kernel`."""
    kernel.mkdir()
    _merge_usr(root)
    modules = root / "lib/modules"
    version = next(modules.iterdir()).name
    program = next(path for path in (root / f"boot/vmlinuz-{version}", modules / version / "vmlinuz") if path.exists())
    program.rename(kernel / KERNEL)
    cache.run(["depmod", "--basedir", str(root), version], output)
    size = sum(path.stat().st_size for path in modules.rglob("*") if path.is_file()) // _MEGABYTE
    image = [str(kernel / MODULES), f"{size + size // 4 + 16}M"]
    cache.run(["mke2fs", *_MKE2FS_OPTIONS, "-d", f"{modules}/", *image], output)
    return kernel


def _merge_usr(root: pathlib.Path) -> None:
    """Have the modules in both places: a package has them in one, depmod looks in one."""
    old, new = root / "lib/modules", root / "usr/lib/modules"
    there, missing = (old, new) if old.exists() else (new, old)
    missing.parent.mkdir(parents=True, exist_ok=True)
    missing.symlink_to(there)
