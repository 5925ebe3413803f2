# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts that are User-mode Linux: a kernel that is a process of the computer."""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import subprocess

from . import mconsole, uml
from .addressing import HostAddress
from .errors import LabError
from .folder import Description, LabFolder
from .requirements import require

ABOUT = "User-mode Linux"
MEMORY = 128
USUAL_SECONDS = 20
BOOT_TIMEOUT = 90.0
POWER_OFF_TIMEOUT = 30.0
SSH_TIMEOUT = 10
# A host is several processes that hand over to each other: on one processor that is twice as fast as across two.
ONE_PROCESSOR = True
KERNELS = tuple(uml.RELEASES)

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


def choose(_suite: str, release: str) -> str:
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


def fetch(release: str) -> pathlib.Path:
    """Give the folder of the kernel of a Debian release, which is fetched when it is missing."""
    return uml.ensure(release)


def provide(release: str, folder: LabFolder) -> None:
    """Have the kernel of a Debian release for the lab in `folder`; the machine's own is there."""
    if not release:
        return
    kernel = fetch(release)
    if not runs_here(str(kernel / uml.PROGRAM)):
        raise LabError(f"the kernel of {release} can't run on a processor with AMX: take that of {_NEWEST}")
    folder.kernel.symlink_to(kernel)


def _files(folder: LabFolder, description: Description) -> tuple[str, str]:
    """Give the paths of the program and of the modules."""
    if description.kernel:
        return f"{folder.kernel}/{uml.PROGRAM}", f"{folder.kernel}/{uml.MODULES}"
    return _own_program(), _own_modules()


def cable(host: HostAddress) -> list[str]:
    """Give the commands of `ip` that lay a pair of Ethernet devices.

    Not a tap: an ordinary user may not be allowed to open /dev/net/tun.
    """
    return [
        f"link add {host.port} type veth peer name {host.plug}",
        # The plug is the host's: this end must not answer for the bridge's address.
        f"link set {host.plug} arp off addrgenmode none up",
    ]


def prepare(_folder: LabFolder, _host: HostAddress) -> None:
    """Make nothing: the kernel makes the host's disk."""


def press_power_button(folder: LabFolder, host: HostAddress) -> None:
    mconsole.press_power_button(folder.uml / host.name / "mconsole")


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
