# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs of the machine that the lab builds on."""

from __future__ import annotations

import os
import shutil

from .errors import LabError

PACKAGE_OF = {
    "depmod": "kmod",
    "dpkg-deb": "dpkg",
    "fakeroot": "fakeroot",
    "ip": "iproute2",
    "linux.uml": "user-mode-linux",
    "mke2fs": "e2fsprogs",
    "mmdebstrap": "mmdebstrap",
    "newuidmap": "uidmap",
    "qemu-img": "qemu-utils",
    "qemu-system-x86_64": "qemu-system-x86",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "unshare": "util-linux",
}


def extend_path() -> None:
    """Let an ordinary user find what Debian keeps in the sbin folders."""
    os.environ["PATH"] = os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin"


def require(*programs: str) -> None:
    """Raise LabError, naming the Debian package, when one of the programs in PACKAGE_OF is missing."""
    missing = [program for program in programs if not shutil.which(program)]
    if missing:
        packages = sorted({PACKAGE_OF[program] for program in missing})
        raise LabError(
            f"{', '.join(missing)} not found: install the Debian package"
            f"{'s' if len(packages) > 1 else ''} {' '.join(packages)} ('make setup' does)"
        )
