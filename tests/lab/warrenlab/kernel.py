# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kernel the hosts run, and the command line it gets."""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import subprocess

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

# Until then, what a processor with AMX keeps for each process is more than the kernel takes by ptrace.
_FIRST_ON_AMX = (6, 16)
_NEWEST = "sid"
_CPUINFO = pathlib.Path("/proc/cpuinfo")

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


def choose(release: str) -> str:
    """Give the Debian release whose kernel the hosts run: `release`, or empty for the machine's own.

    Where no release is asked for and the machine's own kernel can't run on this processor, it is the newest.
    """
    if release:
        return release
    require_kernel()
    if runs_here(_own_program()):
        return ""
    print(f"The machine's own User-mode Linux can't run on a processor with AMX: taking that of {_NEWEST}", flush=True)
    return _NEWEST


def runs_here(program: str) -> bool:
    """Tell whether a User-mode Linux can run processes on this processor."""
    return not re.search(r"^flags\b.*\bamx_tile\b", _CPUINFO.read_text(), re.MULTILINE) or (
        _version(program) >= _FIRST_ON_AMX
    )


def _version(program: str) -> tuple[int, ...]:
    printed = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(number) for number in re.findall(r"\d+", printed)[:2])


def provide(release: str, folder: LabFolder) -> None:
    """Have the kernel of a Debian release for the lab in `folder`."""
    kernel = uml.ensure(release)
    if not runs_here(str(kernel / uml.PROGRAM)):
        raise LabError(f"the kernel of {release} can't run on a processor with AMX: take that of {_NEWEST}")
    folder.kernel.symlink_to(kernel)


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
