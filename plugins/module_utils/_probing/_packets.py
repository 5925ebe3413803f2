# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: packets of probes, built and taken apart. Pure.

A probe is an ICMP echo request (RFC 792, RFC 4443). Its payload begins with a mark of the run, the number of the probe
and the number of the packet. By these a packet of ours is known again, in answers, in what routers quote in their
errors, and inside any encapsulation that does not encrypt it.
"""

import socket
import struct
import typing as t

from .._values import IPV4, IPV6

ICMP, TCP, UDP, ICMPV6 = 1, 6, 17, 58
ECHO = {IPV4: 8, IPV6: 128}
"""Address family to the type of an echo request."""
ECHO_REPLY = {IPV4: 0, IPV6: 129}
UNREACHABLE = {IPV4: 3, IPV6: 1}
FRAGMENTATION_NEEDED = 4
"""A code of IPv4's UNREACHABLE."""
PACKET_TOO_BIG = 2
TIME_EXCEEDED = {IPV4: 11, IPV6: 3}

MARK_SIZE = 4
HEADER_SIZE = {IPV4: 20, IPV6: 40}
ICMP_SIZE = 8
USUAL_SIZE = {IPV4: 84, IPV6: 104}
"""What ping(8) sends: 56 bytes of payload."""

_EXTENSIONS = (0, 43, 60)
"""Hop-by-hop options, routing header, destination options (RFC 8200). ip6tnl puts the last before what it carries."""
_FRAGMENT = 44
_CARRIERS = ((IPV4, 4, 9, ICMP), (IPV6, 6, 6, ICMPV6))
"""What a header before ICMP has: address family, version, and where it names which protocol."""
_ECHO = struct.Struct("!BBHHH")
_MARKS = struct.Struct("!{0}sIH".format(MARK_SIZE))
_UNREACHABLE_WORDS = {
    IPV4: {
        0: "network unreachable",
        1: "host unreachable",
        2: "protocol unreachable",
        9: "network prohibited",
        10: "host prohibited",
        13: "communication prohibited",
    },
    IPV6: {0: "no route", 1: "communication prohibited", 3: "address unreachable", 5: "source address refused"},
}

SMALLEST = {family: size + ICMP_SIZE + _MARKS.size for family, size in HEADER_SIZE.items()}
"""The smallest packet that carries our marks."""


class Marks(t.NamedTuple):
    """What a packet of ours is known by, beside the mark of the run."""

    probe: int
    number: int


class Reply(t.NamedTuple):
    """An answer to an echo request of ours."""

    marks: Marks


class Error(t.NamedTuple):
    """What a router, or this host itself, says of an echo request of ours."""

    marks: Marks
    words: str
    mtu: t.Optional[int] = None
    """The largest packet that it would have passed on."""


class Outer(t.NamedTuple):
    """The header around a packet of ours."""

    protocol: int
    """By IANA's numbers, after IPv6's extension headers."""
    local: str
    remote: str
    port: t.Optional[int] = None
    """The port of the far end, of UDP and TCP."""


class Seen(t.NamedTuple):
    """An echo request of ours, or the answer to one, as it passed a device."""

    marks: Marks
    depth: int
    """How many bytes there are around it; 0: it is bare."""
    outer: t.Optional[Outer]
    """The outermost header; None where it is bare, or where what is around it is not IP."""
    is_answer: bool = False


def echo(family: int, mark: bytes, marks: Marks, size: int) -> bytes:
    """Return an echo request for a raw socket, which puts the IP header before it (and an ICMPv6 checksum into it).

    :arg size: of the whole packet, its IP header included.
    """
    body = _MARKS.pack(mark, *marks)
    body += bytes(position & 0xFF for position in range(size - HEADER_SIZE[family] - ICMP_SIZE - len(body)))
    head = _ECHO.pack(ECHO[family], 0, 0, marks.probe & 0xFFFF, marks.number)
    if family == IPV4:
        head = _ECHO.pack(ECHO[family], 0, _checksum(head + body), marks.probe & 0xFFFF, marks.number)
    return head + body


def _checksum(data: bytes) -> int:
    """RFC 1071."""
    total: int = sum(struct.unpack("!{0}H".format((len(data) + 1) // 2), data + b"\0" * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def read(family: int, mark: bytes, data: bytes) -> t.Union[Reply, Error, None]:
    """Return what a raw ICMP socket received, as far as it is about a packet of this run."""
    if family == IPV4:
        data = data[_ipv4_size(data) :]
    if len(data) < ICMP_SIZE:
        return None
    kind, code = data[0], data[1]
    if kind == ECHO_REPLY[family]:
        marks = _marks(mark, data[ICMP_SIZE:])
        return Reply(marks) if marks else None
    if kind in (UNREACHABLE[family], TIME_EXCEEDED[family]) or (family == IPV6 and kind == PACKET_TOO_BIG):
        marks = _quoted(family, mark, data[ICMP_SIZE:])
        return _error(family, kind, code, data, marks) if marks else None
    return None


def _error(family: int, kind: int, code: int, data: bytes, marks: Marks) -> Error:
    if family == IPV6 and kind == PACKET_TOO_BIG:
        return Error(marks, "packet too big", struct.unpack_from("!I", data, 4)[0])
    if family == IPV4 and (kind, code) == (UNREACHABLE[IPV4], FRAGMENTATION_NEEDED):
        return Error(marks, "packet too big", struct.unpack_from("!H", data, 6)[0])
    if kind == TIME_EXCEEDED[family]:
        return Error(marks, "time to live exceeded")
    return Error(marks, _UNREACHABLE_WORDS[family].get(code, "unreachable, code {0}".format(code)))


def _quoted(family: int, mark: bytes, data: bytes) -> t.Optional[Marks]:
    """Return the marks of the request that an error quotes; routers quote enough for it (RFC 1812, RFC 4443)."""
    start = _ipv4_size(data) if family == IPV4 else HEADER_SIZE[IPV6]
    return _marks(mark, data[start + ICMP_SIZE :]) if data[start : start + 1] == bytes([ECHO[family]]) else None


def _marks(mark: bytes, payload: bytes) -> t.Optional[Marks]:
    if len(payload) < _MARKS.size:
        return None
    found, probe, number = _MARKS.unpack_from(payload)
    return Marks(probe, number) if found == mark else None


def _ipv4_size(data: bytes) -> int:
    return (data[0] & 15) * 4 if data else 0


def seen(mark: bytes, data: bytes) -> t.Optional[Seen]:
    """Return what a packet on some device, from its network header on, is to this run; None: nothing of ours."""
    at = data.find(mark)
    while at >= 0:
        marks = _marks(mark, data[at:])
        depth = _inner_start(data, at - ICMP_SIZE)
        if marks and depth is not None and not _is_quoted(data[:depth]):
            is_answer = data[at - ICMP_SIZE] in ECHO_REPLY.values()
            return Seen(marks, depth, _outer(data[:depth]) if depth else None, is_answer)
        at = data.find(mark, at + 1)
    return None


def _inner_start(data: bytes, at: int) -> t.Optional[int]:
    """Return where the IP header before an echo request or reply at ``at`` begins; None if there is no such thing."""
    for family, version, protocol_at, protocol in _CARRIERS:
        start = at - HEADER_SIZE[family]
        if (
            start >= 0
            and data[at] in (ECHO[family], ECHO_REPLY[family])
            and data[start] >> 4 == version
            and data[start + protocol_at] == protocol
        ):
            return start
    return None


def _is_quoted(before: bytes) -> bool:
    """Return whether what is before a packet of ours is an ICMP error, which quotes it and does not carry it."""
    for family, version, protocol_at, protocol in _CARRIERS:
        start = len(before) - ICMP_SIZE - HEADER_SIZE[family]
        if start >= 0 and before[start] >> 4 == version and before[start + protocol_at] == protocol:
            return True
    return False


def _outer(data: bytes) -> t.Optional[Outer]:
    """Return the header at the start of ``data``, which is all that is around a packet of ours."""
    version = data[0] >> 4
    if version == 4 and len(data) >= HEADER_SIZE[IPV4]:
        protocol, end, family, addresses = data[9], _ipv4_size(data), IPV4, data[12:20]
    elif version == 6 and len(data) >= HEADER_SIZE[IPV6]:
        protocol, end = _skip_extensions(data)
        family, addresses = IPV6, data[8:40]
    else:
        return None
    half = len(addresses) // 2
    local, remote = (socket.inet_ntop(family, part) for part in (addresses[:half], addresses[half:]))
    port = struct.unpack_from("!H", data, end + 2)[0] if protocol in (UDP, TCP) and len(data) >= end + 4 else None
    return Outer(protocol, local, remote, port)


def _skip_extensions(data: bytes) -> t.Tuple[int, int]:
    """Return the protocol after an IPv6 header with its extensions, and where that begins."""
    protocol, at = data[6], HEADER_SIZE[IPV6]
    while protocol in (*_EXTENSIONS, _FRAGMENT) and len(data) >= at + 8:
        size = 8 if protocol == _FRAGMENT else (data[at + 1] + 1) * 8
        protocol, at = data[at], at + size
    return protocol, at


BPF_LD_W_ABS, BPF_JEQ, BPF_RET = 0x20, 0x15, 0x06
SCANNED = 256
"""How deep in a packet the filter looks for our mark, in bytes. Encapsulations add 20 to 100."""
_INSTRUCTION = struct.Struct("=HBBI")


def filter_program(mark: bytes) -> bytes:
    """Return a socket filter (``struct sock_filter[]``) that lets through what has the mark somewhere near its start.

    All headers have an even length, and reading beyond the end of a packet ends the program with a refusal.
    """
    wanted = struct.unpack("!I", mark)[0]
    program = b""
    for offset in range(HEADER_SIZE[IPV4] + ICMP_SIZE, SCANNED, 2):
        program += _INSTRUCTION.pack(BPF_LD_W_ABS, 0, 0, offset)
        program += _INSTRUCTION.pack(BPF_JEQ, 0, 1, wanted)
        program += _INSTRUCTION.pack(BPF_RET, 0, 0, SCANNED + _MARKS.size)
    return program + _INSTRUCTION.pack(BPF_RET, 0, 0, 0)
