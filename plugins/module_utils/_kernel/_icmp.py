# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: sockets of probes: raw ICMP, and packet sockets that see what leaves (ip(7), ipv6(7), packet(7))."""

import ctypes
import socket
import struct
import typing as t

from .._probing import _packets
from .._values import IPV4, IPV6

# Of linux/in.h, linux/in6.h and asm/socket.h; Python's socket has no names for most of them.
IP_PKTINFO, IP_MTU_DISCOVER = 8, 10
IPV6_MTU_DISCOVER, IPV6_RECVPKTINFO, IPV6_PKTINFO, IPV6_DONTFRAG = 23, 49, 50, 62
PMTUDISC_PROBE = 3
SOL_RAW, ICMP_FILTER, ICMP6_FILTER = 255, 1, 1
SO_BINDTODEVICE = getattr(socket, "SO_BINDTODEVICE", 25)
SO_ATTACH_FILTER = getattr(socket, "SO_ATTACH_FILTER", 26)
SO_SNDBUFFORCE, SO_RCVBUFFORCE = getattr(socket, "SO_SNDBUFFORCE", 32), getattr(socket, "SO_RCVBUFFORCE", 33)
ETH_P_ALL = 3
PACKET_OUTGOING = 4

BUFFER = 8 << 20
"""Bytes; answers to hundreds of probes come at a time."""
LARGEST = 65535 + 60

_IN_PKTINFO = struct.Struct("=i4s4s")
_IN6_PKTINFO = struct.Struct("=16si")


class IcmpSocket:
    """Raw sockets of the namespace in which they were made: one that receives by all links, one that sends by one.

    What is sent has DF, and heeds neither the path MTU nor, on its way out, any route by other links.
    """

    def __init__(self, family: int) -> None:
        self.family = family
        wanted = [_packets.ECHO_REPLY[family], _packets.UNREACHABLE[family], _packets.TIME_EXCEEDED[family]]
        if family == IPV6:
            wanted.append(_packets.PACKET_TOO_BIG)
        self.socket = _raw(family, wanted)
        self._out = _raw(family, ())
        if family == IPV4:
            self.socket.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
            self._out.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, PMTUDISC_PROBE)
        else:
            self.socket.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVPKTINFO, 1)
            self._out.setsockopt(socket.IPPROTO_IPV6, IPV6_MTU_DISCOVER, PMTUDISC_PROBE)
            self._out.setsockopt(socket.IPPROTO_IPV6, IPV6_DONTFRAG, 1)

    def close(self) -> None:
        self.socket.close()
        self._out.close()

    def send(self, link: t.Tuple[str, int], source: t.Optional[str], destination: str, packet: bytes) -> None:
        """Send through the link of that name and index."""
        name, index = link
        # With IPv6, an index beside the packet leaves other links to the routes once a source is given.
        self._out.setsockopt(socket.SOL_SOCKET, SO_BINDTODEVICE, name.encode("utf-8", "surrogateescape") + b"\0")
        if self.family == IPV4:
            level, option = socket.IPPROTO_IP, IP_PKTINFO
            info = _IN_PKTINFO.pack(index, socket.inet_pton(IPV4, source) if source else bytes(4), bytes(4))
            address: t.Tuple[t.Any, ...] = (destination, 0)
        else:
            level, option = socket.IPPROTO_IPV6, IPV6_PKTINFO
            info = _IN6_PKTINFO.pack(socket.inet_pton(IPV6, source) if source else bytes(16), index)
            address = (destination, 0, 0, index if destination.startswith("fe80:") else 0)
        self._out.sendmsg([packet], [(level, option, info)], 0, address)

    def receive(self) -> t.Iterator[t.Tuple[bytes, str, int]]:
        """Yield what has come in: the packet, its sender, the index of the link that it came by."""
        while True:
            try:
                data, ancillary, _flags, sender = self.socket.recvmsg(LARGEST, 256)
            except BlockingIOError:
                return
            yield data, sender[0].partition("%")[0], _index(ancillary)


def _raw(family: int, wanted: t.Iterable[int]) -> socket.socket:
    """Return a raw ICMP socket that receives these types only."""
    protocol = _packets.ICMP if family == IPV4 else _packets.ICMPV6
    opened = socket.socket(family, socket.SOCK_RAW | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC, protocol)
    blocked = [0xFFFFFFFF] * 8
    for kind in wanted:
        blocked[kind >> 5] &= ~(1 << (kind & 31))
    if family == IPV4:
        opened.setsockopt(SOL_RAW, ICMP_FILTER, struct.pack("=I", blocked[0]))
    else:
        opened.setsockopt(socket.IPPROTO_ICMPV6, ICMP6_FILTER, struct.pack("=8I", *blocked))
    for option in (SO_SNDBUFFORCE, SO_RCVBUFFORCE):
        opened.setsockopt(socket.SOL_SOCKET, option, BUFFER)
    return opened


def _index(ancillary: t.Iterable[t.Tuple[int, int, bytes]]) -> int:
    for level, option, content in ancillary:
        if (level, option) == (socket.IPPROTO_IP, IP_PKTINFO):
            return int(_IN_PKTINFO.unpack_from(content)[0])
        if (level, option) == (socket.IPPROTO_IPV6, IPV6_PKTINFO):
            return int(_IN6_PKTINFO.unpack_from(content)[1])
    return 0


class Capture:
    """A packet socket that sees the packets with a mark on all devices of the namespace in which it was made."""

    def __init__(self, mark: bytes) -> None:
        kind = socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
        # What comes in before the filter is there has no mark either, and is left out by whoever reads it.
        self.socket = socket.socket(socket.AF_PACKET, kind, socket.htons(ETH_P_ALL))
        self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER)
        program = _packets.filter_program(mark)
        instructions = ctypes.create_string_buffer(program, len(program))
        # struct sock_fprog, with the padding that the machine has.
        head = struct.pack("@HP", len(program) // 8, ctypes.addressof(instructions))
        self.socket.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, head)

    def receive(self) -> t.Iterator[t.Tuple[bytes, str, bool]]:
        """Yield what was seen: the packet from its network header on, the device, whether it was on its way out."""
        while True:
            try:
                data, address = self.socket.recvfrom(LARGEST)
            except BlockingIOError:
                return
            yield data, address[0], address[2] == PACKET_OUTGOING
