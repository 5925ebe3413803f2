# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what a fresh host's kernel tells of links, addresses and ways, without pyroute2. Reads only.

A diagnosis asks before there is any library (linux/if_link.h, linux/if_addr.h, linux/rtnetlink.h).
"""

import errno
import socket
import struct
import typing as t

from .. import _errors, _nla, _values
from ._netlink import Request, Socket
from ._rtnetlink import ARPHRD_LOOPBACK, RTM_GETADDR, RTM_GETLINK, RTM_GETROUTE

_IFINFOMSG = struct.Struct("=BxHiII")
_IFADDRMSG = struct.Struct("=BBBBI")
_RTMSG = struct.Struct("=BBBBBBBBI")
_UINT32 = struct.Struct("=I")
IFLA_IFNAME, IFLA_MTU, IFLA_LINKINFO, IFLA_INFO_KIND = 3, 4, 18, 1
IFA_ADDRESS, IFA_LOCAL = 1, 2
RTA_DST, RTA_SRC, RTA_IIF, RTA_OIF, RTA_METRICS, RTAX_MTU = 1, 2, 3, 4, 8, 2


class Link(t.NamedTuple):
    """A link as its index knows it."""

    name: str
    kind: t.Optional[str]
    mtu: int
    is_loopback: bool


class Asker:
    """Asks through one socket of our own namespace."""

    def __init__(self) -> None:
        self._socket = Socket()

    def close(self) -> None:
        self._socket.close()

    def knows(self, kind: str) -> bool:
        """Return whether the kernel has the driver of a kind of link now. Asking loads none.

        A dump of links of an unknown kind is one of all links (linkinfo_to_kind_ops), and so has the loopback device. Before
        Linux 4.6 it is so with any.
        """
        info = _nla.pack(IFLA_LINKINFO, _nla.pack(IFLA_INFO_KIND, kind.encode()))
        answers = self._socket.dump(RTM_GETLINK, _IFINFOMSG.pack(0, 0, 0, 0, 0) + info)
        return not any(_IFINFOMSG.unpack_from(body)[1] == ARPHRD_LOOPBACK for body in answers)

    def links(self) -> t.Dict[int, Link]:
        """Return all links by their indexes."""
        found = {}
        for body in self._socket.dump(RTM_GETLINK, _IFINFOMSG.pack(0, 0, 0, 0, 0)):
            _family, type_, index, _flags, _change = _IFINFOMSG.unpack_from(body)
            values = dict(_nla.read(body[_IFINFOMSG.size :]))
            info = dict(_nla.read(values.get(IFLA_LINKINFO, b"")))
            kind = _nla.read_text(info[IFLA_INFO_KIND]) if IFLA_INFO_KIND in info else None
            name, mtu = _nla.read_text(values.get(IFLA_IFNAME, b"")), _number(values.get(IFLA_MTU, b""))
            found[index] = Link(name, kind, mtu, type_ == ARPHRD_LOOPBACK)
        return found

    def addresses(self) -> t.List[t.Tuple[str, int]]:
        """Return all addresses, each with the index of its link."""
        found = []
        for body in self._socket.dump(RTM_GETADDR, _IFADDRMSG.pack(0, 0, 0, 0, 0)):
            family, _length, _flags, _scope, index = _IFADDRMSG.unpack_from(body)
            values = dict(_nla.read(body[_IFADDRMSG.size :]))
            packed = values.get(IFA_LOCAL) or values.get(IFA_ADDRESS)
            if packed and family in (_values.IPV4, _values.IPV6):
                found.append((socket.inet_ntop(family, packed), index))
        return found

    def way(self, destination: str) -> t.Optional[t.Tuple[int, int]]:
        """Return the index of the link that packets leave by, and the route's MTU or 0; None where there is no route."""
        try:
            answer = self._ask(destination, {})
        except _errors.KernelError:
            return None
        values = dict(_nla.read(answer[_RTMSG.size :])) if answer else {}
        metrics = dict(_nla.read(values.get(RTA_METRICS, b"")))
        return (_number(values[RTA_OIF]), _number(metrics.get(RTAX_MTU, b""))) if RTA_OIF in values else None

    def drops(self, source: str, destination: str, index: int) -> bool:
        """Return whether the kernel drops an IPv4 packet for the link that it comes by (``fib_validate_source``).

        Since Linux 6.14 it says no more than that the packet is invalid, as it does of others.
        """
        if _values.family_of(destination) != _values.IPV4:
            return False
        more = {RTA_SRC: socket.inet_pton(_values.IPV4, source), RTA_IIF: _UINT32.pack(index)}
        try:
            self._ask(destination, more)
        except _errors.KernelError as error:
            return error.errno in (errno.EXDEV, errno.EINVAL)
        return False

    def _ask(self, destination: str, more: t.Mapping[int, bytes]) -> t.Optional[bytes]:
        family = _values.family_of(destination)
        packed = socket.inet_pton(family, destination)
        size = 8 * len(packed)
        body = _RTMSG.pack(family, size, size if RTA_SRC in more else 0, 0, 0, 0, 0, 0, 0)
        body += b"".join(_nla.pack(*pair) for pair in {RTA_DST: packed, **more}.items())
        return self._socket.get([Request(RTM_GETROUTE, 0, body)])[0]


def _number(payload: bytes) -> int:
    return int(_UINT32.unpack_from(payload)[0]) if len(payload) >= _UINT32.size else 0
