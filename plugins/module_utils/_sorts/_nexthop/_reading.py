# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: nexthop objects, read and as messages (linux/nexthop.h, net/ipv4/nexthop.c)."""

import errno
import socket
import struct
import typing as t

from ... import _errors, _nla, _protocols
from ..._kernel import _lightweight
from ..._kernel._netlink import Opener, Request, Socket
from ..._kernel._rtnetlink import number_of, word_for
from ._state import MPATH, RESILIENT, Members, Nexthop, NexthopId

RTM_NEWNEXTHOP, RTM_DELNEXTHOP, RTM_GETNEXTHOP = 104, 105, 106
RTNH_F_ONLINK = 4
NHA_ID, NHA_GROUP, NHA_GROUP_TYPE, NHA_BLACKHOLE, NHA_OIF, NHA_GATEWAY = 1, 2, 3, 4, 5, 6
NHA_ENCAP_TYPE, NHA_ENCAP, NHA_FDB, NHA_RES_GROUP = 7, 8, 11, 12

_MESSAGE = struct.Struct("=BBBxI")
_MEMBER = struct.Struct("=IBBH")
_UINT16, _UINT32 = struct.Struct("=H"), struct.Struct("=I")
_TYPES = {0: MPATH, 1: RESILIENT}
_HUNDREDTHS = 100
"""Of a second, in which the kernel tells of timers."""
_OF_RESILIENT = {
    "buckets": (1, _UINT16, 1),
    "idle_timer": (2, _UINT32, _HUNDREDTHS),
    "unbalanced_timer": (3, _UINT32, _HUNDREDTHS),
}

_LACKING = (errno.EOPNOTSUPP, errno.EINVAL)
"""What kernels before Linux 5.3 say, by whether they look at a request before its type."""

NameOf = t.Callable[[int], str]
Namer = t.Callable[[t.Optional[str]], NameOf]


def read_these(open_socket: Opener, ids: t.Iterable[NexthopId], namer: Namer) -> t.Iterator[Nexthop]:
    """Yield those nexthops, and others of their namespaces."""
    return read_in(open_socket, sorted({id_[0] for id_ in ids}, key=str), namer)


def read_in(open_socket: Opener, places: t.Iterable[t.Optional[str]], namer: Namer) -> t.Iterator[Nexthop]:
    """Yield the nexthops of those namespaces: the kernel makes none by itself."""
    for netns in places:
        yield from read(open_socket(netns), netns, namer(netns))


read_along = read_in


def read(connection: Socket, netns: t.Optional[str], name_of: NameOf) -> t.List[Nexthop]:
    """Return the nexthops of a namespace; none where the kernel knows of none."""
    try:
        bodies = connection.dump(RTM_GETNEXTHOP, _MESSAGE.pack(0, 0, 0, 0))
    except _errors.KernelError as error:
        if error.errno in _LACKING:
            return []
        raise
    return [_nexthop(netns, body, name_of) for body in bodies if len(body) >= _MESSAGE.size]


def _nexthop(netns: t.Optional[str], body: bytes, name_of: NameOf) -> Nexthop:
    family, _scope, protocol, flags = _MESSAGE.unpack_from(body)
    told = dict(_nla.read(body[_MESSAGE.size :]))
    encap = None
    if NHA_ENCAP in told:
        encap = _lightweight.decode(_UINT16.unpack_from(told[NHA_ENCAP_TYPE])[0], told[NHA_ENCAP])
    nexthop = Nexthop(
        netns,
        _UINT32.unpack_from(told[NHA_ID])[0],
        family,
        fdb=NHA_FDB in told,
        protocol=word_for(_protocols.WORDS, protocol),
        message=body,
        is_known=encap is not None or NHA_ENCAP not in told,
    )
    if NHA_GROUP in told:
        type_ = _UINT16.unpack_from(told.get(NHA_GROUP_TYPE, b"\0\0"))[0]
        resilient = dict(_nla.read(told.get(NHA_RES_GROUP, b"")))
        values = {
            name: form.unpack_from(resilient[number])[0] // unit
            for name, (number, form, unit) in _OF_RESILIENT.items()
            if number in resilient
        }
        # Groups are of the family of their members.
        return nexthop._replace(family=0, group=_members(told[NHA_GROUP]), type=word_for(_TYPES, type_), **values)
    return nexthop._replace(
        via=socket.inet_ntop(family, told[NHA_GATEWAY]) if NHA_GATEWAY in told else None,
        dev=name_of(_UINT32.unpack_from(told[NHA_OIF])[0]) if NHA_OIF in told else None,
        onlink=bool(flags & RTNH_F_ONLINK),
        blackhole=NHA_BLACKHOLE in told,
        encap=encap,
    )


def _members(payload: bytes) -> Members:
    whole = payload[: len(payload) - len(payload) % _MEMBER.size]
    # Since Linux 6.12 a weight takes two bytes.
    return tuple((number, low + 1 + (high << 8)) for number, low, high, _rest in _MEMBER.iter_unpack(whole))


def encode(nexthop: Nexthop, index_of: t.Callable[[str], int]) -> bytes:
    """Return the body of a message about this nexthop."""
    protocol = number_of(_protocols.WORDS, nexthop.protocol)
    body = _MESSAGE.pack(nexthop.family, 0, protocol, RTNH_F_ONLINK if nexthop.onlink else 0) + _id(nexthop.number)
    body += _nla.pack(NHA_FDB, b"") if nexthop.fdb else b""
    if nexthop.group:
        return body + _group(nexthop)
    if nexthop.blackhole:
        return body + _nla.pack(NHA_BLACKHOLE, b"")
    if nexthop.dev:
        body += _nla.pack(NHA_OIF, _UINT32.pack(index_of(nexthop.dev)))
    if nexthop.via:
        body += _nla.pack(NHA_GATEWAY, socket.inet_pton(nexthop.family, nexthop.via))
    return body + _encap(nexthop)


def _encap(nexthop: Nexthop) -> bytes:
    if nexthop.message:
        told = dict(_nla.read(nexthop.message[_MESSAGE.size :]))
        type_, content = told.get(NHA_ENCAP_TYPE), told.get(NHA_ENCAP, b"")
    elif nexthop.encap is not None:
        number, content = _lightweight.encode(nexthop.encap)
        type_ = _UINT16.pack(number)
    else:
        type_ = None
    # The kernel does not tell that it is a nest, and wants to be told.
    return _nla.pack(NHA_ENCAP_TYPE, type_) + _nla.nest(NHA_ENCAP, content) if type_ else b""


def _group(nexthop: Nexthop) -> bytes:
    members = ((number, (weight - 1) & 0xFF, (weight - 1) >> 8) for number, weight in nexthop.group)
    body = _nla.pack(NHA_GROUP, b"".join(_MEMBER.pack(*member, 0) for member in members))
    if nexthop.type == MPATH:
        return body
    body += _nla.pack(NHA_GROUP_TYPE, _UINT16.pack(number_of(_TYPES, nexthop.type)))
    values = (
        _nla.pack(number, form.pack(getattr(nexthop, name) * unit))
        for name, (number, form, unit) in _OF_RESILIENT.items()
        if getattr(nexthop, name) is not None
    )
    return body + _nla.nest(NHA_RES_GROUP, b"".join(values))


def deletion(nexthop: Nexthop) -> Request:
    return Request(RTM_DELNEXTHOP, 0, _MESSAGE.pack(0, 0, 0, 0) + _id(nexthop.number))


def _id(number: int) -> bytes:
    return _nla.pack(NHA_ID, _UINT32.pack(number))
