# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: indexes of links by ioctl (netdevice(7)), which costs a fraction of a netlink message."""

import errno
import fcntl
import socket
import struct

from .. import _errors

SIOCGIFINDEX = 0x8933

_IFREQ = struct.Struct("=16si20x")


class Indexes:
    """Those of the links in the namespace in which this was made."""

    def __init__(self) -> None:
        # Any socket does, except that older kernels take no ioctl on those of netlink.
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)

    def close(self) -> None:
        self._socket.close()

    def of(self, name: str) -> int:
        """Return the index of the link of that name; raise NoLink if there is none.

        Of a name that there is no link of, the kernel looks for a driver first (``dev_load``).
        """
        request = _IFREQ.pack(name.encode("utf-8", "surrogateescape"), 0)
        try:
            return int(_IFREQ.unpack(fcntl.ioctl(self._socket, SIOCGIFINDEX, request))[1])
        except OSError as error:
            if error.errno != errno.ENODEV:
                raise
            raise _errors.NoLink(name) from None
