# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: neighbours, read and as messages (linux/neighbour.h, net/core/neighbour.c)."""

import socket
import struct
import typing as t

from ... import _nla, _protocols
from ..._kernel._netlink import Opener, Socket
from ..._kernel._rtnetlink import RTM_GETNEIGH, number_of, word_for
from ._state import Neighbour, NeighbourId

_MESSAGE = struct.Struct("=BxxxiHBB")
NTF_PROXY, NTF_ROUTER = 0x08, 0x80
NUD_PERMANENT = 0x80
NDA_DST, NDA_LLADDR, NDA_PROTOCOL = 1, 2, 12
_FAMILIES = (socket.AF_INET, socket.AF_INET6)

Namer = t.Callable[[t.Optional[str]], t.Callable[[int], str]]


def read_these(open_socket: Opener, ids: t.Iterable[NeighbourId], namer: Namer) -> t.Iterator[Neighbour]:
    """Yield those neighbours, and others of their namespaces."""
    for netns, proxy in {(id_[0], id_[3]) for id_ in ids}:
        yield from _read(open_socket(netns), netns, proxy, namer(netns))


def read_in(open_socket: Opener, places: t.Iterable[t.Optional[str]], namer: Namer) -> t.Iterator[Neighbour]:
    """Yield the neighbours of those namespaces that somebody made: the kernel forgets again what it finds by itself."""
    for netns in places:
        for proxy in (False, True):
            yield from _read(open_socket(netns), netns, proxy, namer(netns))


def _read(
    connection: Socket, netns: t.Optional[str], proxy: bool, name_of: t.Callable[[int], str]
) -> t.Iterator[Neighbour]:
    for body in connection.dump(RTM_GETNEIGH, _MESSAGE.pack(0, 0, 0, NTF_PROXY if proxy else 0, 0)):
        if len(body) >= _MESSAGE.size:
            family, index, state, flags, _type = _MESSAGE.unpack_from(body)
            told = dict(_nla.read(body[_MESSAGE.size :]))
            # Whoever answers for an address on all links names none.
            if family in _FAMILIES and index and NDA_DST in told and (proxy or state & NUD_PERMANENT):
                yield Neighbour(
                    netns,
                    name_of(index),
                    socket.inet_ntop(family, told[NDA_DST]),
                    proxy,
                    "" if proxy else _text(told.get(NDA_LLADDR, b"")),
                    bool(flags & NTF_ROUTER),
                    word_for(_protocols.WORDS, told[NDA_PROTOCOL][0]) if any(told.get(NDA_PROTOCOL, b"")) else None,
                )


def _text(lladdr: bytes) -> str:
    return socket.inet_ntoa(lladdr) if len(lladdr) == 4 else ":".join(map("{0:02x}".format, lladdr))


def encode(neighbour: Neighbour, index: int) -> bytes:
    """Return the body of a message about a neighbour on the link with that index."""
    family = socket.AF_INET6 if ":" in neighbour.to else socket.AF_INET
    flags = (NTF_PROXY if neighbour.proxy else 0) | (NTF_ROUTER if neighbour.router else 0)
    body = _MESSAGE.pack(family, index, NUD_PERMANENT, flags, 0)
    body += _nla.pack(NDA_DST, socket.inet_pton(family, neighbour.to))
    if neighbour.lladdr:
        body += _nla.pack(NDA_LLADDR, _packed(neighbour.lladdr))
    if neighbour.protocol:
        number = number_of(_protocols.WORDS, neighbour.protocol)
        body += _nla.pack(NDA_PROTOCOL, struct.pack("=B", number))
    return body


def _packed(lladdr: str) -> bytes:
    return socket.inet_aton(lladdr) if "." in lladdr else bytes(int(part, 16) for part in lladdr.split(":"))
