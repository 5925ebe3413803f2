# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what people attach to a link beside its options, read and put back: settings as a port
of a bridge, neighbours, forwarding entries, queueing disciplines.
"""

import errno
import socket
import struct
import sys
import typing as t

from .. import _errors, _nla
from .._kinds import _port
from .._resources import Attached, Link
from . import _formats, _links, _ports
from ._netlink import NLM_F_CREATE, NLM_F_EXCL, Request, Socket
from ._rtnetlink import (
    NLM_F_APPEND,
    NLM_F_REPLACE,
    RTM_GETLINK,
    RTM_GETNEIGH,
    RTM_GETQDISC,
    RTM_GETTFILTER,
    RTM_NEWLINK,
    RTM_NEWNEIGH,
    RTM_NEWQDISC,
)

_Found = t.Dict[int, t.List[Attached]]
"""By the index of the link."""

RTEXT_FILTER_BRVLAN = 2
IFLA_ADDRESS, IFLA_LINKINFO, IFLA_AF_SPEC = 1, 18, 26
IFLA_INFO_SLAVE_KIND, IFLA_INFO_SLAVE_DATA = 4, 5
BRIDGE_VLAN_INFO_PVID = 0x02
IFLA_BRIDGE_VLAN_INFO = 2

_HEADER = 16
"""Bytes before the attributes of a link (``struct ifinfomsg``)."""
_NEIGHBOUR = struct.Struct("=BxxxiHBB")
NTF_SELF, NTF_MASTER, NTF_PROXY = 0x02, 0x04, 0x08
NUD_NOARP, NUD_PERMANENT = 0x40, 0x80
NDA_DST, NDA_LLADDR, NDA_MASTER = 1, 2, 9
_PASSING = frozenset((3, 4, NDA_MASTER))
"""What a neighbour has that nobody gave it: ``NDA_CACHEINFO``, ``NDA_PROBES``, and its master."""
_MULTICAST = (b"\x33\x33", b"\x01\x00\x5e")

_QUEUE = struct.Struct("=BxxxiIII")
TCA_KIND, TCA_OPTIONS = 1, 2
_PLAIN = frozenset(("pfifo", "bfifo", "pfifo_head_drop", "tbf", "noqueue", "clsact", "ingress"))
"""Disciplines that the kernel takes back as it tells of them, with all that is in them."""
_WITH_FILTERS = {"clsact": (0xFFFFFFF2, 0xFFFFFFF3), "ingress": (0xFFFFFFF1,)}
"""Those of them that are nothing but places for filters, to these places."""

_OF_PORTS = {_ports.FORMAT.numbers[option.attribute]: option for option in _port.OPTIONS}
"""What one can set of a port."""


def read(connection: Socket, indexes: t.Collection[int]) -> _Found:
    """Return what is attached to the links of a namespace with these indexes."""
    found: _Found = {index: [] for index in indexes}
    macs: t.Dict[int, bytes] = {}
    for index, body in _each(connection, RTM_GETLINK, _link(), indexes):
        attributes = dict(_nla.read(body[_HEADER:]))
        macs[index] = attributes.get(IFLA_ADDRESS, b"")
        found[index] += _of_link(attributes)
    for reader in (_neighbours, _forwarded, _vlans, _disciplines):
        try:
            for index, attached in reader(connection, indexes, macs):
                found[index].append(attached)
        except _errors.KernelError as error:
            # A kernel without bridges, their VLANs or traffic control.
            if error.errno != errno.EOPNOTSUPP:
                raise
    return found


def put_back(connection: Socket, index: int, attached: t.Iterable[Attached]) -> None:
    """Attach to the link with that index what is so, as far as the kernel takes it."""
    number = struct.pack("=i", index)
    for one in attached:
        # One at a time: what one is refused for is no reason to leave out the others.
        for type_, flags, body in one.requests:
            connection.change([Request(type_, flags, body[:4] + number + body[8:])])


def _each(connection: Socket, type_: int, request: bytes, indexes: t.Container[int]) -> t.Iterator[t.Tuple[int, bytes]]:
    """Yield of what is dumped all that is of these links, with the index, which all such messages have at one place."""
    for body in connection.dump(type_, request):
        index = struct.unpack_from("=i", body, 4)[0]
        if index in indexes:
            yield index, body


def _link(family: int = socket.AF_UNSPEC, mask: int = _links.RTEXT_FILTER_SKIP_STATS) -> bytes:
    message = _formats.message("ifinfmsg")
    return message.start(family=family) + message.pack({"IFLA_EXT_MASK": mask})


def _of_link(attributes: t.Mapping[int, bytes]) -> t.Iterator[Attached]:
    info = dict(_nla.read(attributes.get(IFLA_LINKINFO, b"")))
    for number, content in _nla.read(info.get(IFLA_INFO_SLAVE_DATA, b"")):
        if number in _OF_PORTS:
            data = _nla.nest(IFLA_INFO_SLAVE_DATA, _nla.pack(number, content))
            kind = _nla.pack(IFLA_INFO_SLAVE_KIND, info.get(IFLA_INFO_SLAVE_KIND, b""))
            again = _link()[:_HEADER] + _nla.nest(IFLA_LINKINFO, kind + data)
            option = _OF_PORTS[number]
            # A port that is made again has another index.
            value = "" if option.value.refers_to_link else str(int.from_bytes(content, sys.byteorder))
            yield Attached("port " + option.word, value, ((RTM_NEWLINK, 0, again),))


def _neighbours(
    connection: Socket, indexes: t.Container[int], _macs: t.Mapping[int, bytes]
) -> t.Iterator[t.Tuple[int, Attached]]:
    for asked in (0, NTF_PROXY):
        for index, body in _each(connection, RTM_GETNEIGH, _NEIGHBOUR.pack(0, 0, 0, asked, 0), indexes):
            family, _index, state, flags, _type = _NEIGHBOUR.unpack_from(body)
            attributes = dict(_nla.read(body[_NEIGHBOUR.size :]))
            address = attributes.get(NDA_DST, b"")
            if (state & NUD_PERMANENT or asked) and family in (socket.AF_INET, socket.AF_INET6) and address:
                what = "{0} {1}".format("proxy for" if asked else "neighbour", socket.inet_ntop(family, address))
                yield index, Attached(what, attributes.get(NDA_LLADDR, b"").hex(), (_again(body, flags),))


def _again(body: bytes, flags: int) -> t.Tuple[int, int, bytes]:
    """Return the request for a neighbour, or for a forwarding entry, that was told of."""
    family, index, state, _flags, type_ = _NEIGHBOUR.unpack_from(body)
    header = _NEIGHBOUR.pack(family, index, state, flags, type_)
    return RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, header + _nla.without(body[_NEIGHBOUR.size :], _PASSING)


def _forwarded(
    connection: Socket, indexes: t.Container[int], macs: t.Mapping[int, bytes]
) -> t.Iterator[t.Tuple[int, Attached]]:
    for index, body in _each(connection, RTM_GETNEIGH, _NEIGHBOUR.pack(socket.AF_BRIDGE, 0, 0, 0, 0), indexes):
        _family, _index, state, flags, _type = _NEIGHBOUR.unpack_from(body)
        attributes = dict(_nla.read(body[_NEIGHBOUR.size :]))
        mac = attributes.get(NDA_LLADDR, b"")
        of_bridge = NDA_MASTER in attributes
        # An entry for a bridge itself is given to that device.
        via = NTF_MASTER if attributes.get(NDA_MASTER) != struct.pack("=i", index) else NTF_SELF
        # Bridges have an entry for each of their ports' own addresses, devices one for each group that they listen to.
        own = mac == macs.get(index) if of_bridge else mac.startswith(_MULTICAST) and NDA_DST not in attributes
        if state & (NUD_NOARP | NUD_PERMANENT) and not own:
            rest = _nla.without(body[_NEIGHBOUR.size :], {*_PASSING, NDA_LLADDR})
            what = "forwarding entry {0}{1}".format(
                ":".join(map("{0:02x}".format, mac)), "" if of_bridge else " of its own"
            )
            if rest:
                what += " (" + rest.hex() + ")"
            again = _again(body, (flags & ~NTF_SELF) | via if of_bridge else flags)
            # The kernel has other bits for what a VXLAN device comes with than for the same when somebody says it.
            lasting = "permanent" if state & NUD_PERMANENT else "static"
            yield index, Attached(what, lasting, ((again[0], NLM_F_CREATE | NLM_F_APPEND, again[2]),))


def _vlans(
    connection: Socket, indexes: t.Container[int], _macs: t.Mapping[int, bytes]
) -> t.Iterator[t.Tuple[int, Attached]]:
    for index, body in _each(connection, RTM_GETLINK, _link(socket.AF_BRIDGE, RTEXT_FILTER_BRVLAN), indexes):
        attributes = dict(_nla.read(body[_HEADER:]))
        for number, content in _nla.read(attributes.get(IFLA_AF_SPEC, b"")):
            if number == IFLA_BRIDGE_VLAN_INFO and len(content) == 4:
                flags, vlan = struct.unpack("=HH", content)
                # What a bridge gives its ports by itself.
                if vlan != 1 or not flags & BRIDGE_VLAN_INFO_PVID:
                    yield index, Attached("port VLAN {0}".format(vlan), str(flags), ())


def _disciplines(
    connection: Socket, indexes: t.Container[int], _macs: t.Mapping[int, bytes]
) -> t.Iterator[t.Tuple[int, Attached]]:
    for index, body in _each(connection, RTM_GETQDISC, _QUEUE.pack(0, 0, 0, 0, 0), indexes):
        _family, _index, handle, parent, _info = _QUEUE.unpack_from(body)
        attributes = dict(_nla.read(body[_QUEUE.size :]))
        kind = _nla.read_text(attributes.get(TCA_KIND, b""))
        # Those that come with a device have no handle.
        if not handle:
            continue
        plain = kind in _PLAIN and not any(
            connection.dump(RTM_GETTFILTER, _QUEUE.pack(0, index, 0, place, 0)) for place in _WITH_FILTERS.get(kind, ())
        )
        told = b"".join(
            _nla.pack(number, attributes[number]) for number in (TCA_KIND, TCA_OPTIONS) if number in attributes
        )
        again = (RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, _QUEUE.pack(0, 0, handle, parent, 0) + told)
        what = "queueing discipline {0} {1:x}:".format(kind, handle >> 16)
        yield index, Attached(what, attributes.get(TCA_OPTIONS, b"").hex() if plain else "", (again,) if plain else ())


def with_them(link: Link, found: _Found) -> Link:
    """Return a link, and its ports, with what is attached to them."""
    ports = tuple(port._replace(attached=tuple(found.get(port.ifindex, ()))) for port in link.ports)
    return link._replace(attached=tuple(found.get(link.ifindex, ())), ports=ports)
