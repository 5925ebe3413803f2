# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: numbers of links by ioctl (netdevice(7)), which costs a fraction of a netlink message."""

import errno
import fcntl
import socket
import struct

from .. import _errors

SIOCGIFINDEX, SIOCGIFMTU = 0x8933, 0x8921

_IFREQ = struct.Struct("=16si20x")


class Indexes:
    """Those of the links in the namespace in which this was made."""

    def __init__(self) -> None:
        self._socket = _socket()

    def close(self) -> None:
        self._socket.close()

    def of(self, name: str) -> int:
        """Return the index of the link of that name; raise NoLink if there is none.

        Of a name that there is no link of, the kernel looks for a driver first (``dev_load``).
        """
        try:
            return _number(self._socket, SIOCGIFINDEX, name)
        except OSError as error:
            if error.errno != errno.ENODEV:
                raise
            raise _errors.NoLink(name) from None


def mtu(name: str) -> int:
    """Return the mtu of the link of that name in the namespace that we are in."""
    with _socket() as asked:
        return _number(asked, SIOCGIFMTU, name)


def _socket() -> socket.socket:
    # Any socket does, except that older kernels take no ioctl on those of netlink.
    return socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)


def _number(asked: socket.socket, request: int, name: str) -> int:
    answer = fcntl.ioctl(asked, request, _IFREQ.pack(name.encode("utf-8", "surrogateescape"), 0))
    return int(_IFREQ.unpack(answer)[1])
