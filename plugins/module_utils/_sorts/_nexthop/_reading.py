# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: nexthop objects, read and as messages (linux/nexthop.h, net/ipv4/nexthop.c)."""

import errno
import struct
import typing as t

from ... import _errors, _nla, _protocols
from ..._kernel import _formats, _lightweight
from ..._kernel._netlink import Opener, Request, Socket
from ..._kernel._rtnetlink import number_of, word_for
from ._state import MPATH, RESILIENT, Members, Nexthop, NexthopId

RTM_NEWNEXTHOP, RTM_DELNEXTHOP, RTM_GETNEXTHOP = 104, 105, 106
RTNH_F_ONLINK = 4


class _Message:
    """``struct nhmsg`` and ``NHA_*``, of which pyroute2 has no table."""

    fields = (("family", "B"), ("scope", "B"), ("protocol", "B"), ("reserved", "x"), ("flags", "I"))
    nla_map = (
        (1, "NHA_ID", "uint32"),
        (2, "NHA_GROUP", "raw"),
        (3, "NHA_GROUP_TYPE", "uint16"),
        (4, "NHA_BLACKHOLE", "flag"),
        (5, "NHA_OIF", "uint32"),
        (6, "NHA_GATEWAY", "ipaddr"),
        (7, "NHA_ENCAP_TYPE", "uint16"),
        (8, "NHA_ENCAP", "raw"),
        (11, "NHA_FDB", "flag"),
        (12, "NHA_RES_GROUP", "raw"),
    )


class _Resilience:
    """``NHA_RES_GROUP_*``."""

    nla_map = ((1, "buckets", "uint16"), (2, "idle_timer", "uint32"), (3, "unbalanced_timer", "uint32"))


_FORMAT, _RESILIENCE = _formats.Format(_Message), _formats.Format(_Resilience)
_MEMBER = struct.Struct("=IBBH")
_TYPES = {0: MPATH, 1: RESILIENT}
_HUNDREDTHS = 100
"""Of a second, in which the kernel tells of timers."""
_UNITS = {"buckets": 1, "idle_timer": _HUNDREDTHS, "unbalanced_timer": _HUNDREDTHS}

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
        bodies = connection.dump(RTM_GETNEXTHOP, _FORMAT.start())
    except _errors.KernelError as error:
        if error.errno in _LACKING:
            return []
        raise
    return [_nexthop(netns, body, name_of) for body in bodies]


def _nexthop(netns: t.Optional[str], body: bytes, name_of: NameOf) -> Nexthop:
    header, raw = _FORMAT.unpack_message(body)
    encap = _lightweight.decode(raw.get("NHA_ENCAP_TYPE", 0), raw.get("NHA_ENCAP", b""))
    nexthop = Nexthop(
        netns,
        _formats.required(raw, "NHA_ID"),
        header["family"],
        fdb="NHA_FDB" in raw,
        protocol=word_for(_protocols.WORDS, header["protocol"]),
        message=body,
        is_known=encap is not None or "NHA_ENCAP" not in raw,
    )
    if "NHA_GROUP" in raw:
        told = _RESILIENCE.unpack(raw.get("NHA_RES_GROUP", b""))
        # Groups are of the family of their members.
        return nexthop._replace(
            family=0,
            group=_members(raw["NHA_GROUP"]),
            type=word_for(_TYPES, raw.get("NHA_GROUP_TYPE", 0)),
            **{name: number // _UNITS[name] for name, number in told.items()},
        )
    return nexthop._replace(
        via=raw.get("NHA_GATEWAY"),
        dev=name_of(raw["NHA_OIF"]) if "NHA_OIF" in raw else None,
        onlink=bool(header["flags"] & RTNH_F_ONLINK),
        blackhole="NHA_BLACKHOLE" in raw,
        encap=encap,
    )


def _members(payload: bytes) -> Members:
    whole = payload[: len(payload) - len(payload) % _MEMBER.size]
    # Since Linux 6.12 a weight takes two bytes.
    return tuple((number, low + 1 + (high << 8)) for number, low, high, _rest in _MEMBER.iter_unpack(whole))


def encode(nexthop: Nexthop, index_of: t.Callable[[str], int]) -> bytes:
    """Return the body of a message about this nexthop."""
    attributes: t.Dict[str, t.Any] = {"NHA_ID": nexthop.number, "NHA_FDB": nexthop.fdb}
    if nexthop.blackhole:
        attributes["NHA_BLACKHOLE"] = True
    elif nexthop.dev:
        attributes["NHA_OIF"] = index_of(nexthop.dev)
    attributes["NHA_GATEWAY"] = nexthop.via
    header = _FORMAT.start(
        family=nexthop.family,
        protocol=number_of(_protocols.WORDS, nexthop.protocol),
        flags=RTNH_F_ONLINK if nexthop.onlink else 0,
    )
    return header + _FORMAT.pack(attributes) + (_group(nexthop) if nexthop.group else _encap(nexthop))


def _encap(nexthop: Nexthop) -> bytes:
    type_, content = _lightweight.encode(nexthop.encap) if nexthop.encap else (0, b"")
    if nexthop.message:
        told = _FORMAT.unpack_message(nexthop.message)[1]
        type_, content = told.get("NHA_ENCAP_TYPE", 0), told.get("NHA_ENCAP", b"")
    # The kernel does not tell that it is a nest, and wants to be told.
    nest = _nla.nest(_FORMAT.numbers["NHA_ENCAP"], content)
    return _FORMAT.pack({"NHA_ENCAP_TYPE": type_}) + nest if type_ else b""


def _group(nexthop: Nexthop) -> bytes:
    members = ((number, (weight - 1) & 0xFF, (weight - 1) >> 8) for number, weight in nexthop.group)
    body = _FORMAT.pack({"NHA_GROUP": b"".join(_MEMBER.pack(*member, 0) for member in members)})
    if nexthop.type == MPATH:
        return body
    values = {name: getattr(nexthop, name) for name in _UNITS}
    told = {name: value * _UNITS[name] for name, value in values.items() if value is not None}
    nest = _nla.nest(_FORMAT.numbers["NHA_RES_GROUP"], _RESILIENCE.pack(told))
    return body + _FORMAT.pack({"NHA_GROUP_TYPE": number_of(_TYPES, nexthop.type)}) + nest


def deletion(nexthop: Nexthop) -> Request:
    return Request(RTM_DELNEXTHOP, 0, _FORMAT.start() + _FORMAT.pack({"NHA_ID": nexthop.number}))
