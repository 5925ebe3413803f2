# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: forwarding entries, read and as messages (linux/neighbour.h, net/bridge, drivers/net/vxlan)."""

import socket
import struct
import sys
import typing as t

from ... import _nla
from ..._kernel import _formats
from ..._kernel._links import FEW, RTEXT_FILTER_SKIP_STATS
from ..._kernel._netlink import Opener, Request, Socket
from ..._kernel._rtnetlink import RTM_GETLINK, RTM_GETNEIGH
from ._state import FLOODED, PERMANENT, STATIC, Forwarding, ForwardingId, is_flooded
from ._steps import type_of

_MESSAGE = struct.Struct("=BxxxiHBB")
_HEADER = 16
"""Bytes before the attributes of a link (``struct ifinfomsg``)."""
_MAC_SIZE = 6
NTF_SELF, NTF_MASTER, NTF_EXT_LEARNED, NTF_STICKY = 0x02, 0x04, 0x10, 0x40
NUD_REACHABLE, NUD_NOARP, NUD_PERMANENT = 0x02, 0x40, 0x80
NDA_DST, NDA_LLADDR, NDA_VLAN, NDA_PORT, NDA_VNI, NDA_IFINDEX, NDA_MASTER, NDA_SRC_VNI, NDA_NH_ID = (
    1, 2, 5, 6, 7, 8, 9, 11, 13,
)  # fmt: skip
IFLA_ADDRESS, IFLA_IFNAME, IFLA_MASTER, IFLA_LINKINFO, IFLA_EXT_MASK = 1, 3, 10, 18, 29
IFLA_INFO_KIND, IFLA_INFO_DATA = 1, 2
IFLA_VXLAN_ID, IFLA_VXLAN_GROUP, IFLA_VXLAN_LINK, IFLA_VXLAN_PORT, IFLA_VXLAN_GROUP6 = 1, 2, 3, 15, 16

Namer = t.Callable[[t.Optional[str]], t.Callable[[int], str]]
_Place = t.Tuple[t.Any, ...]


class _Device(t.NamedTuple):
    """What has to be known of a link to tell what its entries are."""

    ifindex: int
    name: str
    mac: str
    master: int = 0
    is_bridge: bool = False
    usual: t.Tuple[int, int] = (0, 0)
    """Of a VXLAN device: its port and VNI."""
    remote: t.Tuple[str, int] = ("", 0)
    """Of such a one: where it sends frames that no entry is for, and by the link of which index."""


class _Row(t.NamedTuple):
    """An entry as the kernel tells of it."""

    ifindex: int
    bridge: int
    state: int
    flags: int
    lladdr: str
    vlan: int
    src_vni: int
    dst: str
    port: int
    vni: int
    via: int

    @property
    def place(self) -> _Place:
        """Return what the kernel tells it from others by: a bridge has an address once, whichever port it is on."""
        if self.bridge:
            return (self.bridge, self.lladdr, self.vlan)
        far = (self.dst, self.port, self.vni, self.via) if self.dst and is_flooded(self.lladdr) else ()
        return (self.ifindex, self.lladdr, self.src_vni, far)


def read_these(open_socket: Opener, ids: t.Iterable[ForwardingId], namer: Namer) -> t.Iterator[Forwarding]:
    """Yield those entries, in the words in which they are asked for, wherever their bridge has the address."""
    places: t.Dict[t.Optional[str], t.List[ForwardingId]] = {}
    for id_ in ids:
        places.setdefault(id_[0], []).append(id_)
    for netns, asked in places.items():
        connection, name_of = open_socket(netns), namer(netns)
        links = {each.name: each for each in _devices(connection, {id_[1] for id_ in asked})}
        macs = {id_[2] for id_ in asked}
        found = {row.place: row for row in _rows(connection) if _lasts(row) and row.lladdr in macs}
        indexes = {name_of(row.via): row.via for row in found.values() if row.via}
        for id_ in asked:
            on = links.get(id_[1])
            row = found.get(_place(id_, on, indexes)) if on else None
            if on and row:
                said: t.Dict[str, t.Any] = {"port": id_[7], "vni": id_[8]} if id_[6] else {}
                said["at"] = None if row.ifindex == on.ifindex else (name_of(row.ifindex), row.ifindex != row.bridge)
                yield _forwarding(netns, row, on, name_of)._replace(dev=on.name, master=id_[3], **said)


def _place(id_: ForwardingId, on: _Device, indexes: t.Mapping[str, int]) -> _Place:
    _netns, _dev, lladdr, master, vlan, src_vni, dst, port, vni, via = id_
    if master or on.is_bridge:
        return (on.master if master else on.ifindex, lladdr, vlan)
    port, vni = (0 if told == usual else told for told, usual in zip((port, vni), on.usual))
    return (on.ifindex, lladdr, src_vni, (dst, port, vni, indexes.get(via, -1) if via else 0) if dst else ())


def read_in(open_socket: Opener, places: t.Iterable[t.Optional[str]], namer: Namer) -> t.Iterator[Forwarding]:
    """Yield the entries of those namespaces that somebody made: neither what was learned nor the kernel's own."""
    for netns in places:
        connection = open_socket(netns)
        rows = [row for row in _rows(connection) if row.state & (NUD_PERMANENT | NUD_NOARP)]
        if rows:
            links = {each.ifindex: each for each in _devices(connection)}
            own = _Own(links, rows)
            for row in rows:
                if row.ifindex in links and not own.has(row):
                    yield _forwarding(netns, row, links[row.ifindex], namer(netns))


class _Own:
    """The entries that nobody made, or that follow others."""

    def __init__(self, links: t.Mapping[int, _Device], rows: t.Iterable[_Row]) -> None:
        self._links = links
        self._macs = {each.mac for each in links.values()}
        self._of_bridges: t.Dict[int, t.Set[str]] = {}
        """The Ethernet addresses of bridges and of their ports, of which bridges have entries."""
        for each in links.values():
            for bridge in (each.master, each.ifindex):
                self._of_bridges.setdefault(bridge, set()).add(each.mac)
        self._in_bridges: t.Set[t.Tuple[int, str]] = set()
        self._in_all_vlans: t.Set[t.Tuple[t.Any, ...]] = set()
        for row in rows:
            if row.bridge:
                self._in_bridges.add((row.bridge, row.lladdr))
                self._in_all_vlans.update([] if row.vlan else [_but_for_vlan(row)])

    def has(self, row: _Row) -> bool:
        on = self._links[row.ifindex]
        if row.bridge:
            # What is said of no VLAN has one in each VLAN of the port beside it.
            is_copy = bool(row.vlan) and _but_for_vlan(row) in self._in_all_vlans
            return is_copy or (bool(row.state & NUD_PERMANENT) and row.lladdr in self._of_bridges.get(row.bridge, ()))
        if row.dst:
            return row.lladdr == FLOODED and (row.dst, row.via) == on.remote and not (row.port or row.vni)
        # Groups that a device listens to, links on it, and what a bridge has its ports take.
        return (
            is_flooded(row.lladdr)
            or row.lladdr in self._macs
            or (on.master or on.ifindex, row.lladdr) in self._in_bridges
        )


def _but_for_vlan(row: _Row) -> t.Tuple[t.Any, ...]:
    return row._replace(vlan=0)


def _lasts(row: _Row) -> bool:
    return bool(row.state & (NUD_PERMANENT | NUD_NOARP) or row.flags & NTF_EXT_LEARNED)


def _forwarding(netns: t.Optional[str], row: _Row, on: _Device, name_of: t.Callable[[int], str]) -> Forwarding:
    return Forwarding(
        netns,
        on.name,
        row.lladdr,
        master=row.bridge not in (0, row.ifindex),
        vlan=row.vlan,
        src_vni=row.src_vni,
        dst=row.dst,
        port=row.port,
        vni=row.vni,
        via=name_of(row.via) if row.via else "",
        type=PERMANENT if row.state & NUD_PERMANENT else STATIC if row.state & NUD_NOARP else None,
        sticky=bool(row.flags & NTF_STICKY),
        extern_learn=bool(row.flags & NTF_EXT_LEARNED),
        usual=on.usual,
    )


def _rows(connection: Socket) -> t.Iterator[_Row]:
    for body in connection.dump(RTM_GETNEIGH, _MESSAGE.pack(socket.AF_BRIDGE, 0, 0, 0, 0)):
        if len(body) >= _MESSAGE.size:
            family, index, state, flags, _type = _MESSAGE.unpack_from(body)
            told = dict(_nla.read(body[_MESSAGE.size :]))
            # Where frames go is in a next hop's object otherwise.
            if family == socket.AF_BRIDGE and len(told.get(NDA_LLADDR, b"")) == _MAC_SIZE and NDA_NH_ID not in told:
                yield _Row(
                    index,
                    _number(told.get(NDA_MASTER)),
                    state,
                    flags,
                    _mac(told[NDA_LLADDR]),
                    _number(told.get(NDA_VLAN)),
                    _number(told.get(NDA_SRC_VNI)),
                    _address(told.get(NDA_DST)),
                    _port(told.get(NDA_PORT)),
                    _number(told.get(NDA_VNI)),
                    _number(told.get(NDA_IFINDEX)),
                )


def _devices(connection: Socket, names: t.Optional[t.Collection[str]] = None) -> t.Iterator[_Device]:
    """Yield the links of a namespace, or those of these names."""
    request = _formats.message("ifinfmsg").start() + _nla.pack(
        IFLA_EXT_MASK, struct.pack("=I", RTEXT_FILTER_SKIP_STATS)
    )
    if names is not None and len(names) <= FEW:
        asked = [_nla.pack(IFLA_IFNAME, _encoded(name)) for name in sorted(names)]
        bodies = connection.get([Request(RTM_GETLINK, 0, request + each) for each in asked])
    else:
        bodies = list(connection.dump(RTM_GETLINK, request))
    return (_device(body) for body in bodies if body is not None and len(body) >= _HEADER)


def _encoded(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape") + b"\0"


def _device(body: bytes) -> _Device:
    told = dict(_nla.read(body[_HEADER:]))
    info = dict(_nla.read(told.get(IFLA_LINKINFO, b"")))
    kind = _nla.read_text(info.get(IFLA_INFO_KIND, b""))
    own = dict(_nla.read(info.get(IFLA_INFO_DATA, b""))) if kind == "vxlan" else {}
    return _Device(
        struct.unpack_from("=i", body, 4)[0],
        _nla.read_text(told.get(IFLA_IFNAME, b"")),
        _mac(told.get(IFLA_ADDRESS, b"")),
        _number(told.get(IFLA_MASTER)),
        kind == "bridge",
        (_port(own.get(IFLA_VXLAN_PORT)), _number(own.get(IFLA_VXLAN_ID))),
        (_address(own.get(IFLA_VXLAN_GROUP) or own.get(IFLA_VXLAN_GROUP6)), _number(own.get(IFLA_VXLAN_LINK))),
    )


def _number(content: t.Optional[bytes]) -> int:
    return int.from_bytes((content or b"")[:4], sys.byteorder, signed=True)


def _port(content: t.Optional[bytes]) -> int:
    return int.from_bytes((content or b"")[:2], "big")


def _mac(content: bytes) -> str:
    return ":".join(map("{0:02x}".format, content))


def _address(content: t.Optional[bytes]) -> str:
    family = {4: socket.AF_INET, 16: socket.AF_INET6}.get(len(content or b""))
    return socket.inet_ntop(family, content) if family and content else ""


def encode(forwarding: Forwarding, index: int, via: int) -> bytes:
    """Return the body of a message about an entry. :arg index: of its link. :arg via: of the link to its far end; 0: none."""
    # As bridge(8) has them.
    state = NUD_NOARP | (NUD_PERMANENT if type_of(forwarding) == PERMANENT else NUD_REACHABLE)
    flags = NTF_MASTER if forwarding.master else NTF_SELF
    flags |= NTF_STICKY if forwarding.sticky else 0
    flags |= NTF_EXT_LEARNED if forwarding.extern_learn else 0
    body = _MESSAGE.pack(socket.AF_BRIDGE, index, state, flags, 0)
    body += _nla.pack(NDA_LLADDR, bytes(int(part, 16) for part in forwarding.lladdr.split(":")))
    if forwarding.dst:
        family = socket.AF_INET6 if ":" in forwarding.dst else socket.AF_INET
        body += _nla.pack(NDA_DST, socket.inet_pton(family, forwarding.dst))
    for number, form, value in (
        (NDA_VLAN, "=H", forwarding.vlan),
        (NDA_PORT, "!H", forwarding.port),
        (NDA_VNI, "=I", forwarding.vni),
        (NDA_SRC_VNI, "=I", forwarding.src_vni),
        (NDA_IFINDEX, "=I", via),
    ):
        if value:
            body += _nla.pack(number, struct.pack(form, value))
    return body
