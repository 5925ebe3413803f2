# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: TUN and TAP devices through ``/dev/net/tun``, which netlink can't make (linux/if_tun.h)."""

import contextlib
import errno
import fcntl
import os
import struct
import typing as t

from .. import _errors

DEVICE = "/dev/net/tun"

IFF_TUN, IFF_TAP = 0x0001, 0x0002
IFF_MULTI_QUEUE, IFF_PERSIST, IFF_NO_PI, IFF_VNET_HDR, IFF_TUN_EXCL = 0x0100, 0x0800, 0x1000, 0x4000, 0x8000

_IFREQ = struct.Struct("16sH22x")

# _IOW('T', number, int): the bits for "write" are elsewhere on these machines (arch/*/include/uapi/asm/ioctl.h).
_WRITE = 0x80000000 if os.uname().machine.startswith(("mips", "ppc", "sparc", "alpha", "parisc")) else 0x40000000


def _iow(number: int) -> int:
    return _WRITE | struct.calcsize("=i") << 16 | ord("T") << 8 | number


TUNSETIFF, TUNSETPERSIST, TUNSETOWNER, TUNSETGROUP = _iow(202), _iow(203), _iow(204), _iow(206)


def create(name: str, mode: str, options: t.Mapping[str, t.Any]) -> None:
    """Make a persistent device in the namespace that we are in; one of that name must not exist.

    :arg mode: ``tun`` or ``tap``.
    :arg options: canonical values of ``owner``, ``group``, ``packet_info``, ``vnet_hdr``, ``multi_queue``; unset is off.
    """
    with _attached(name, mode, options, IFF_TUN_EXCL) as fd:
        _set_accounts(fd, options)
        _ioctl(fd, TUNSETPERSIST, 1)


def change(name: str, mode: str, options: t.Mapping[str, t.Any]) -> None:
    """Give an idle device of the namespace that we are in these options; ``options`` are all of them, old and new."""
    with _attached(name, mode, options, 0) as fd:
        _set_accounts(fd, options)
        _ioctl(fd, TUNSETPERSIST, 1)


def read_sysfs(name: str) -> t.Dict[str, t.Any]:
    """Return what netlink would tell of a device of the host's own namespace, by netlink's names.

    Before Linux 4.16 netlink has no attributes of tun devices, but there are files.
    """
    values: t.Dict[str, t.Any] = {}
    try:
        flags = int(_sysfs(name, "tun_flags"), 16)
        for attribute, file in (("IFLA_TUN_OWNER", "owner"), ("IFLA_TUN_GROUP", "group")):
            values[attribute] = int(_sysfs(name, file)) & 0xFFFFFFFF
    except FileNotFoundError:
        return {}
    values["IFLA_TUN_PI"] = int(not flags & IFF_NO_PI)
    values["IFLA_TUN_VNET_HDR"] = int(bool(flags & IFF_VNET_HDR))
    values["IFLA_TUN_MULTI_QUEUE"] = int(bool(flags & IFF_MULTI_QUEUE))
    values["IFLA_TUN_PERSIST"] = int(bool(flags & IFF_PERSIST))
    return values


def _sysfs(name: str, file: str) -> str:
    with open(os.path.join("/sys/class/net", name, file), encoding="ascii") as content:
        return content.read()


@contextlib.contextmanager
def _attached(name: str, mode: str, options: t.Mapping[str, t.Any], extra: int) -> t.Iterator[int]:
    flags = (IFF_TUN if mode == "tun" else IFF_TAP) | extra
    flags |= 0 if options.get("packet_info") else IFF_NO_PI
    flags |= IFF_VNET_HDR if options.get("vnet_hdr") else 0
    flags |= IFF_MULTI_QUEUE if options.get("multi_queue") else 0
    fd = os.open(DEVICE, os.O_RDWR | os.O_CLOEXEC)
    try:
        _ioctl(fd, TUNSETIFF, _IFREQ.pack(name.encode("utf-8", "surrogateescape"), flags))
        yield fd
    finally:
        os.close(fd)


def _set_accounts(fd: int, options: t.Mapping[str, t.Any]) -> None:
    for name, request in (("owner", TUNSETOWNER), ("group", TUNSETGROUP)):
        if isinstance(options.get(name), int):
            # fcntl.ioctl takes a signed int, ids are unsigned.
            _ioctl(fd, request, options[name] - (options[name] >> 31 << 32))


def _ioctl(fd: int, request: int, argument: t.Union[int, bytes]) -> None:
    try:
        fcntl.ioctl(fd, request, argument)
    except OSError as error:
        number = error.errno or errno.EIO
        raise _errors.KernelError(number, os.strerror(number)) from error
