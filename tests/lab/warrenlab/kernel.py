# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kernel the hosts run, and the command line it gets."""

from __future__ import annotations

import os
import shutil

from .addressing import HostAddress
from .errors import LabError
from .folder import Description, LabFolder
from .requirements import require

# Self-tests that take seconds at every boot, for drivers the lab has no use for.
_SLOW_INITCALLS = "raid6_select_algo,raid6_init,calibrate_xor_blocks,init_btrfs_fs"


def program() -> str:
    return os.environ.get("LAB_UML", "linux.uml")


def modules() -> str:
    return os.environ.get("LAB_MODULES", "/usr/lib/uml/modules")


def require_kernel() -> None:
    """Raise LabError when the kernel or its modules are missing."""
    if "LAB_UML" not in os.environ:
        require("linux.uml")
    elif not shutil.which(program()):
        raise LabError(f"LAB_UML names {program()}, which is not a program")
    if not os.path.isdir(modules()):
        raise LabError(f"no kernel modules in {modules()}: install the Debian package user-mode-linux")


def command(folder: LabFolder, description: Description, host: HostAddress) -> list[str]:
    """Give the command that boots `host`."""
    return [
        program(),
        f"mem={description.memory}M",
        f"umid={host.name}",
        f"uml_dir={folder.uml}/",
        f"ubd0={folder.disks}/{host.name}/disk.cow,{folder.image}",
        "root=/dev/ubda",
        "rootfstype=ext4",
        "rw",
        f"vec0:transport=raw,ifname={host.plug},depth=64,gro=1,mac={host.mac}",
        "con=null",
        "con0=null,fd:1",
        "noreboot",
        "panic=1",
        "quiet",
        "systemd.show_status=1",
        f"initcall_blacklist={_SLOW_INITCALLS}",
        "init=/usr/sbin/lab-init",
        f"lab.modules={modules()}",
        f"lab.share={folder.shares}/{host.name}",
        *os.environ.get("LAB_KERNEL_ARGS", "").split(),
    ]
