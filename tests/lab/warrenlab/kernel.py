# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kernel the hosts run, and the command line it gets."""

from __future__ import annotations

import os
import shutil

from . import uml
from .addressing import HostAddress
from .errors import LabError
from .folder import Description, LabFolder
from .requirements import require

# Self-tests that take seconds at every boot, for drivers the lab has no use for.
_SLOW_INITCALLS = "raid6_select_algo,raid6_init,calibrate_xor_blocks,init_btrfs_fs"

# Since Linux 6.16, user space may be run by seccomp instead of ptrace, which takes a quarter of the time. Older kernels
# pass the word on to the first process, as they do with whatever they don't know.
_FAST_PROCESSES = "seccomp=auto"

# Goes to the environment of the first process. The newer way to mount has other words for a folder of the machine.
_OLD_MOUNT = "LIBMOUNT_FORCE_MOUNT2=always"


def _own_program() -> str:
    return os.environ.get("LAB_UML", "linux.uml")


def _own_modules() -> str:
    return os.environ.get("LAB_MODULES", "/usr/lib/uml/modules")


def require_kernel() -> None:
    """Raise LabError when the machine's own kernel or its modules are missing."""
    if "LAB_UML" not in os.environ:
        require("linux.uml")
    elif not shutil.which(_own_program()):
        raise LabError(f"LAB_UML names {_own_program()}, which is not a program")
    if not os.path.isdir(_own_modules()):
        raise LabError(f"no kernel modules in {_own_modules()}: install the Debian package user-mode-linux")


def provide(release: str, folder: LabFolder) -> None:
    """Have the kernel of a Debian release for the lab in `folder`."""
    folder.kernel.symlink_to(uml.ensure(release))


def _files(folder: LabFolder, description: Description) -> tuple[str, str]:
    """Give the paths of the program and of the modules."""
    if description.kernel:
        return f"{folder.kernel}/{uml.PROGRAM}", f"{folder.kernel}/{uml.MODULES}"
    return _own_program(), _own_modules()


def command(folder: LabFolder, description: Description, host: HostAddress) -> list[str]:
    """Give the command that boots `host`."""
    program, modules = _files(folder, description)
    return [
        program,
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
        _FAST_PROCESSES,
        _OLD_MOUNT,
        f"lab.modules={modules}",
        f"lab.share={folder.shares}/{host.name}",
        *os.environ.get("LAB_KERNEL_ARGS", "").split(),
    ]
