# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: network namespaces with names, as ``ip netns`` keeps them (ip-netns(8))."""

import contextlib
import ctypes
import errno
import os
import socket
import sys
import typing as t

DIRECTORY = "/run/netns"
NSFS_MAGIC = 0x6E736673
CLONE_NEWNET = 0x40000000
MS_BIND, MS_REC, MS_SHARED = 0x1000, 0x4000, 0x100000
MNT_DETACH = 2
OWN = "/proc/self/ns/net"
SO_NETNS_COOKIE = 71

_libc = ctypes.CDLL(None, use_errno=True)


def _call(function: str, *arguments: t.Any) -> None:
    if getattr(_libc, function)(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def path(name: str) -> str:
    return os.path.join(DIRECTORY, name)


def names() -> t.List[str]:
    """Return all names, those of stale files included."""
    try:
        return sorted(os.listdir(DIRECTORY))
    except FileNotFoundError:
        return []


def living() -> t.List[str]:
    """Return the names that there is a namespace to."""
    found = []
    for name in names():
        # Others may take it away while we look.
        with contextlib.suppress(FileNotFoundError):
            found += [] if is_stale(name) else [name]
    return found


Inode = t.Tuple[int, int]
"""What tells a namespace from the others that there are: device and inode of each file that stands for it."""


def inode(name: t.Optional[str]) -> Inode:
    """Return that of the namespace of that name; None is where we are."""
    found = os.stat(path(name) if name else OWN)
    return found.st_dev, found.st_ino


def everywhere() -> t.Dict[Inode, t.Optional[str]]:
    """Return all namespaces by what tells them apart: ours, those with names, and by a path those that processes are in.

    The path of a file does for a name wherever a namespace is read or changed.
    """
    found: t.Dict[Inode, t.Optional[str]] = {inode(None): None}
    homes = ["/proc/{0}/ns/net".format(pid) for pid in os.listdir("/proc") if pid.isdigit()]
    for name in living() + homes:
        # They come and go while we look.
        with contextlib.suppress(OSError):
            found.setdefault(inode(name), name)
    return found


def is_stale(name: str) -> bool:
    """Return whether no namespace is mounted on the file of that name."""
    buffer = ctypes.create_string_buffer(256)
    _call("statfs", os.fsencode(path(name)), buffer)
    return ctypes.c_long.from_buffer(buffer).value != NSFS_MAGIC


def identity(name: t.Optional[str] = None) -> t.Optional[str]:
    """Return what tells a namespace, or our own, from all others of this boot; None where none of the name can be entered."""
    try:
        file = os.stat(path(name) if name else OWN)
        with inside(name), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as probe:
            cookie = _cookie(probe)
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.EINVAL, errno.EPERM, errno.EACCES):
            raise
        return None
    # Inodes are given again soon. Before Linux 5.14, the time since when there is the name has to do.
    return "{0}-{1}".format(file.st_ino, cookie or (file.st_ctime_ns if name else 0))


def _cookie(probe: socket.socket) -> int:
    try:
        return int.from_bytes(probe.getsockopt(socket.SOL_SOCKET, SO_NETNS_COOKIE, 8), sys.byteorder)
    except OSError:
        return 0


@contextlib.contextmanager
def inside(name: t.Optional[str]) -> t.Iterator[None]:
    """Be in the namespace of that name for the length of the block; None is where we are. Never creates one.

    Raise FileNotFoundError where there is none, be it for want of a file or of a namespace on it.
    """
    if name is None:
        yield
        return
    home = os.open(OWN, os.O_RDONLY | os.O_CLOEXEC)
    try:
        there = os.open(path(name), os.O_RDONLY | os.O_CLOEXEC)
        try:
            _call("setns", there, CLONE_NEWNET)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            raise FileNotFoundError(errno.ENOENT, "there is no namespace on this file", path(name)) from None
        finally:
            os.close(there)
        try:
            yield
        finally:
            _call("setns", home, CLONE_NEWNET)
    finally:
        os.close(home)


def create(name: str, former: t.Optional[int] = None) -> None:
    """Make a namespace and give it that name; a stale file of the name is used.

    :arg former: a file descriptor of a namespace that is there, which gets the name instead of a new one.
    """
    _share_directory()
    file = path(name)
    try:
        os.close(os.open(file, os.O_RDONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0))
    except FileExistsError:
        if not is_stale(name):
            raise
    home = os.open(OWN, os.O_RDONLY | os.O_CLOEXEC)
    try:
        # A mount that is made from the descriptor of a former one leaves a copy behind when it goes (Linux 6.1).
        if former is None:
            _call("unshare", CLONE_NEWNET)
        else:
            _call("setns", former, CLONE_NEWNET)
        try:
            _bind(OWN, file)
        finally:
            _call("setns", home, CLONE_NEWNET)
    except OSError:
        os.unlink(file)
        raise
    finally:
        os.close(home)


def _bind(namespace: str, file: str) -> None:
    _call("mount", namespace.encode(), os.fsencode(file), None, MS_BIND, None)


def delete(name: str) -> None:
    """Take the name away; the namespace goes with it unless a process or an open file holds it."""
    if not is_stale(name):
        _call("umount2", os.fsencode(path(name)), MNT_DETACH)
    os.unlink(path(name))


def _share_directory() -> None:
    """Make the directory a mount that is shared, so that names reach other mount namespaces too."""
    os.makedirs(DIRECTORY, mode=0o755, exist_ok=True)
    place = os.fsencode(DIRECTORY)
    try:
        _call("mount", b"", place, b"none", MS_SHARED | MS_REC, None)
    except OSError:
        _call("mount", place, place, b"none", MS_BIND | MS_REC, None)
        _call("mount", b"", place, b"none", MS_SHARED | MS_REC, None)
