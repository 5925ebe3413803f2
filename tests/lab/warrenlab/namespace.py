# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entering the lab's network from outside."""

from __future__ import annotations

import array
import ctypes
import os
import socket

from . import client
from .errors import LabError
from .folder import LabFolder

_CONNECT_TIMEOUT = 10.0
_libc = ctypes.CDLL(None, use_errno=True)


def enter(folder: LabFolder) -> None:
    """Move this process into the network namespace of the lab; raise NotRunning."""
    pid = client.supervisor_pid(folder)
    if not _same_namespace(pid, "user"):
        _join(pid, "user")
    _join(pid, "net")


def hand_over_connection(folder: LabFolder, address: str, port: int) -> None:
    """Connect to a host and pass the socket to ssh, which waits for it on descriptor 1.

    So ssh talks to the host itself, and no process stands between them (ProxyUseFdpass). Raises
    NotRunning, or LabError when the host does not take the connection.
    """
    enter(folder)
    try:
        connection = socket.create_connection((address, port), timeout=_CONNECT_TIMEOUT)
    except OSError as error:
        raise LabError(f"no connection to {address} port {port}: {error}") from None
    connection.setblocking(True)
    ssh = socket.socket(fileno=os.dup(1))
    descriptor = array.array("i", [connection.fileno()])
    ssh.sendmsg([b"\0"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptor)])


def _same_namespace(pid: int, kind: str) -> bool:
    return os.readlink(f"/proc/{pid}/ns/{kind}") == os.readlink(f"/proc/self/ns/{kind}")


def _join(pid: int, kind: str) -> None:
    descriptor = os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY)
    try:
        if _libc.setns(descriptor, 0):
            number = ctypes.get_errno()
            raise OSError(number, f"cannot enter the lab's {kind} namespace: {os.strerror(number)}")
    finally:
        os.close(descriptor)
