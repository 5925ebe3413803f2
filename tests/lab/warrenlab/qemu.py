# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts that are virtual machines of QEMU, with the stock kernels of Debian.

All that runs is emulated (TCG), which every computer can do; KVM is used where the computer has it.
"""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import tarfile

from . import qmp, stock
from .addressing import HostAddress
from .errors import LabError
from .folder import Description, LabFolder
from .requirements import require

ABOUT = "QEMU"
MEMORY = 256
USUAL_SECONDS = 40
BOOT_TIMEOUT = 600.0
POWER_OFF_TIMEOUT = 180.0
SSH_TIMEOUT = 60
ONE_PROCESSOR = False
KERNELS = tuple(stock.RELEASES)

_PROGRAM = "qemu-system-x86_64"
_TUN, _KVM = "/dev/net/tun", "/dev/kvm"
_CPUINFO = pathlib.Path("/proc/cpuinfo")

# QEMU's options, and what the kernel is told, for each accelerator. The TSC of an emulated processor is calibrated at
# boot, and wrong where the computer was busy just then: the clock of such a host runs several times too fast.
_ACCELERATORS = {
    "tcg": (
        ["-accel", "tcg,thread=multi,tb-size=128", "-cpu", "max,la57=off,pmu=off"],
        ["tsc=unstable", "clocksource=hpet"],
    ),
    "kvm": (["-accel", "kvm", "-cpu", "host"], []),
}

# Namespaces of one controller: the kernels have NVMe built in, so that they boot without an initramfs.
_ROOT, _MODULES, _SHARE = "/dev/nvme0n1", "/dev/nvme0n2", "/dev/nvme0n3"

# No host is attacked, and what keeps attackers off is dear where it is emulated.
_KERNEL_ARGUMENTS = (
    f"root={_ROOT}",
    "rootfstype=ext4",
    "rw",
    "console=ttyS0",
    "net.ifnames=0",
    "panic=1",
    "quiet",
    "systemd.show_status=1",
    "mitigations=off",
    "nokaslr",
    "cryptomgr.notests",
    "random.trust_cpu=on",
    "audit=0",
    "selinux=0",
    "apparmor=0",
    "init=/usr/sbin/lab-init",
    f"lab.modules={_MODULES}",
    f"lab.share={_SHARE}",
)


def accelerator() -> str:
    """Give the name of what runs the guests' code: LAB_ACCEL, or what this computer can do; raise LabError."""
    named = os.environ.get("LAB_ACCEL", "")
    if named and named not in _ACCELERATORS:
        raise LabError(f"LAB_ACCEL is {named}: it can be {' or '.join(_ACCELERATORS)}")
    return named or ("kvm" if _has_kvm() else "tcg")


def choose(suite: str, release: str) -> str:
    """Give `release`, or else `suite`: hosts run the kernel of their own release."""
    require(_PROGRAM, "qemu-img")
    accelerator()
    _require_taps()
    return release or suite


def fetch(release: str) -> pathlib.Path:
    """Give the folder of the kernel of a Debian release, which is fetched when it is missing."""
    return stock.ensure(release)


def provide(release: str, folder: LabFolder) -> None:
    """Have the kernel of a Debian release for the lab in `folder`."""
    folder.kernel.symlink_to(fetch(release))


def cable(host: HostAddress) -> list[str]:
    """Give the command of `ip` that makes a tap, whose other end QEMU opens."""
    return [f"tuntap add dev {host.port} mode tap"]


def prepare(folder: LabFolder, host: HostAddress) -> None:
    """Make the host's disk, unless it has one, and the archive of what it reads at boot."""
    disk = folder.disk(host.name)
    if not disk.exists():
        command = ["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", str(folder.image), str(disk)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    with tarfile.open(_share(folder, host), "w") as archive:
        archive.add(folder.shares / host.name, ".")


def press_power_button(folder: LabFolder, host: HostAddress) -> None:
    qmp.press_power_button(folder.qmp / host.name)


def command(folder: LabFolder, description: Description, host: HostAddress) -> list[str]:
    """Give the command that boots `host`."""
    options, arguments = _ACCELERATORS[accelerator()]
    return [
        _PROGRAM,
        *("-M", "q35,smm=off,vmport=off"),
        *("-nodefaults", "-no-user-config", "-no-reboot", "-display", "none"),
        *options,
        *("-smp", "1", "-m", str(description.memory)),
        *("-kernel", f"{folder.kernel}/{stock.KERNEL}"),
        *("-append", " ".join([*_KERNEL_ARGUMENTS, *arguments, *os.environ.get("LAB_KERNEL_ARGS", "").split()])),
        *("-device", "nvme,id=disks,serial=lab"),
        *_disk(1, f"{folder.disks}/{host.name}/disk.cow,format=qcow2,cache=unsafe,discard=unmap"),
        *_disk(2, f"{folder.kernel}/{stock.MODULES},format=raw,readonly=on"),
        *_disk(3, f"{_share(folder, host)},format=raw,readonly=on"),
        *("-netdev", f"tap,id=cable,ifname={host.port},script=no,downscript=no"),
        *("-device", f"virtio-net-pci,netdev=cable,mac={host.mac},romfile="),
        # By its path, so that what the guest writes goes after what is there.
        *("-chardev", f"file,id=console,path={folder.disks}/{host.name}/console.log,append=on"),
        *("-serial", "chardev:console"),
        *("-qmp", f"unix:{folder.qmp}/{host.name},server=on,wait=off"),
    ]


def _disk(number: int, file: str) -> list[str]:
    drive = f"if=none,id=disk{number},file={file}"
    return ["-drive", drive, "-device", f"nvme-ns,bus=disks,nsid={number},drive=disk{number}"]


def _share(folder: LabFolder, host: HostAddress) -> pathlib.Path:
    return folder.shares / f"{host.name}.tar"


def _has_kvm() -> bool:
    """Tell whether this computer's processor and kernel offer KVM to this user."""
    processor = re.search(r"^flags\b.*\b(vmx|svm)\b", _CPUINFO.read_text(), re.MULTILINE)
    return bool(processor) and os.access(_KVM, os.R_OK | os.W_OK)


def _require_taps() -> None:
    """Raise LabError, with the remedy, when this user can't open what the hosts' cables need."""
    if not os.path.exists(_TUN):
        raise LabError(f"{_TUN} is missing, which hosts of {ABOUT} need for their network: as root, 'modprobe tun'")
    if not os.access(_TUN, os.R_OK | os.W_OK):
        raise LabError(
            f"this user may not open {_TUN}, which hosts of {ABOUT} need for their network. As root, 'chmod 666 {_TUN}' "
            "allows it, as most distributions do; or bring the lab up as root, or with --machine uml"
        )
