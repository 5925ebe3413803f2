# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the driver of TUN and TAP devices, how it is loaded, and what is in the way of that."""

import errno
import glob
import os
import typing as t

from .. import _errors, _files
from ._tuntap import DEVICE

_NAME = "tun"
_LOADED = "/proc/modules"
_SEALED = "/proc/sys/kernel/modules_disabled"
_AT_BOOT = "/etc/modules-load.d"

Run = t.Callable[..., t.Tuple[int, str, str]]
"""Runs a program, and returns its exit status and what it printed."""

_REASONS = {
    errno.ENODEV: "This kernel has no TUN/TAP driver, or its modules are not installed. After an update of the kernel, reboot; "
    "otherwise install the kernel package of the distribution.",
    errno.ENOENT: "There is no device file. In a container, pass it in (--device=/dev/net/tun) and load tun on the container "
    "host; elsewhere, see whether udev runs.",
    errno.EPERM: "The device is not allowed here, which is how containers are: allow it where the container is made "
    "(--device=/dev/net/tun --cap-add=NET_ADMIN).",
    errno.EACCES: "This needs root; say become=true.",
}


def is_module(run: Run) -> bool:
    """Return whether this kernel has the driver as a module, and not built in or not at all."""
    status, said, _words = run("modinfo", "-F", "filename", _NAME)
    return status == 0 and said.startswith("/")


def is_loaded() -> bool:
    """Return whether the module is loaded."""
    return any(line.split(" ", 1)[0] == _NAME for line in _lines(_LOADED))


def is_at_boot() -> bool:
    """Return whether some file has it loaded at boot."""
    return any(line.strip() == _NAME for path in glob.glob(_AT_BOOT + "/*.conf") for line in _lines(path))


def load(run: Run) -> None:
    """Load the module; raise Unmet with what is in the way."""
    status, _said, errors = run("modprobe", _NAME)
    if status:
        remedy = (
            "This kernel takes no modules any more until it is booted again (kernel.modules_disabled); have it loaded at boot"
            if "".join(_lines(_SEALED)).strip() == "1"
            else "See modprobe --show-depends {0}, and the journal of the kernel".format(_NAME)
        )
        raise _errors.Unmet("modprobe {0} fails: {1}. {2}.".format(_NAME, errors.strip() or status, remedy))


def load_at_boot() -> None:
    """Have the module loaded at every boot."""
    os.makedirs(_AT_BOOT, exist_ok=True)
    _files.replace("{0}/{1}.conf".format(_AT_BOOT, _NAME), _NAME + "\n")


def prove() -> None:
    """Open the device as programs do; raise Unmet with the reason where that fails."""
    try:
        # Opening it loads the driver, if the kernel can.
        os.close(os.open(DEVICE, os.O_RDWR | os.O_CLOEXEC))
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, "")
        raise _errors.Unmet("/dev/net/tun does not open: {0}. {1}".format(error.strerror, reason).strip()) from error


def _lines(path: str) -> t.List[str]:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.readlines()
    except FileNotFoundError:
        return []
