# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what carries the SSH connection that we were started through. Reads only."""

import os
import socket
import struct
import typing as t

from .. import _nla, _values
from .._kinds import _catalog, _underlay, _veth
from .._resources import Link, LinkId
from .._sorts._route import _reading as _routes
from .._ways import Lifeline, Way
from . import _formats, _links, _namespaces
from ._netlink import Opener, Request, is_open
from ._rtnetlink import RTM_GETLINK, RTM_GETNEIGH

ESTABLISHED = "01"
AF_BRIDGE = 7
NDA_DST, NDA_LLADDR = 1, 2
_NDMSG = struct.Struct("=BxxxiHBB")
_VARIABLE = b"SSH_CONNECTION="
_PORTS = ("encap_dport", "encap_sport")


class Connection(t.NamedTuple):
    """The two ends of a TCP connection."""

    far: str
    far_port: int
    near: str
    near_port: int
    zone: str = ""
    """The link that a link-local address is on."""


def connection() -> t.Optional[Connection]:
    """Return the connection of the SSH server that we descend from; None: there is none, or it is not in our namespace.

    sudo takes the variable away, but what a process was started with remains to be read (proc(5)).
    """
    for pid in _ancestors():
        try:
            with open("/proc/{0}/environ".format(pid), "rb") as file:
                rows = [row for row in file.read().split(b"\0") if row.startswith(_VARIABLE)]
            here = os.stat("/proc/{0}/ns/net".format(pid)).st_ino == os.stat(_namespaces.OWN).st_ino
        except OSError:
            continue
        found = _parse(rows[0][len(_VARIABLE) :].decode("ascii", "replace")) if rows and here else None
        # A program that outlives its session, such as screen, hands on what is true no more.
        if found is not None and _is_established(found):
            return found
    return None


def _ancestors() -> t.Iterator[int]:
    pid = os.getpid()
    while pid > 0:
        yield pid
        try:
            with open("/proc/{0}/stat".format(pid), "rb") as file:
                # The name of the program, in brackets, may have blanks and brackets in it.
                pid = int(file.read().rpartition(b")")[2].split()[1])
        except OSError:
            return


def _parse(text: str) -> t.Optional[Connection]:
    words = text.split()
    try:
        far, _percent, zone = words[0].partition("%")
        near = words[2].partition("%")[0]
        return Connection(_values.parse_ip(far)[1], int(words[1]), _values.parse_ip(near)[1], int(words[3]), zone)
    except (IndexError, ValueError):
        return None


def _is_established(wanted: Connection) -> bool:
    ends = [(wanted.near, wanted.near_port), (wanted.far, wanted.far_port)]
    rows = {tuple(_hexadecimal(*end) for end in ends)}
    if ":" not in wanted.far:
        # A server that listens for both has IPv4 in IPv6's table.
        rows.add(tuple(_hexadecimal("::ffff:" + address, port) for address, port in ends))
    for table in ("tcp", "tcp6"):
        try:
            with open("/proc/self/net/" + table, encoding="ascii") as file:
                if any((row[1], row[2]) in rows and row[3] == ESTABLISHED for row in map(str.split, file)):
                    return True
        except OSError:
            continue
    return False


def _hexadecimal(address: str, port: int) -> str:
    packed = socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)
    words = struct.unpack("={0}I".format(len(packed) // 4), packed)
    return "".join("{0:08X}".format(word) for word in words) + ":{0:04X}".format(port)


class Finder:
    """Looks through the sockets of one Kernel."""

    def __init__(self, open_socket: Opener) -> None:
        self._open = open_socket
        self._links = _links.LinkReader(open_socket)

    def lifeline(self) -> Lifeline:
        """Return what carries our connection, down to the last link that can be told."""
        origin = connection()
        if origin is None:
            return Lifeline()
        ways: t.List[Way] = []
        links: t.Dict[LinkId, str] = {}
        ports: t.Set[int] = set()
        macs: t.Set[str] = set()
        role, way = "it carries it", self.way(None, origin.far, origin.zone, origin.near)
        while way is not None and way.destination not in [other.destination for other in ways]:
            ways.append(way if ways else way._replace(source=origin.near))
            way = None
            for link in self._read(ways[-1].netns, ways[-1].devices):
                macs.update(self._mac(link, ways[-1]))
                links.setdefault(link.id, role)
                for id_ in self._below(link, ways[-1]):
                    links.setdefault(id_, "{0} is below {1}, and {2}".format(id_[1], link.name, role))
                values = link.attributes
                # Of a link that is external, the route has the remote.
                encap = ways[-1].route.attributes.get("encap")
                remote = encap.dst if encap and values.get("external") else values.get("remote", _values.ANY)
                if remote != _values.ANY and is_open(self._open, _underlay.home(link)):
                    role = "{0}, the tunnel that carries it, goes by it".format(link.name)
                    way = self.way(_underlay.home(link), remote, values.get("dev", _values.NONE))
                    ports.update(int(values.get(name, 0)) for name in _PORTS if str(values.get(name)).isdigit())
        ends = (origin.near_port, origin.far_port)
        return Lifeline(tuple(ways), links, frozenset(ports - {0}), ends, frozenset(macs))

    def way(
        self, netns: t.Optional[str], destination: str, dev: str = _values.NONE, source: str = ""
    ) -> t.Optional[Way]:
        """Return by which way the kernel sends packets to an address.

        :arg dev: the link that they must leave by. :arg source: the address of this host that they come from.
        """
        found = self._links.by_name(netns, [dev]) if dev not in (_values.NONE, "") else []
        index = found[0].ifindex if found else 0
        return _routes.look_up(
            self._open(netns), netns, destination, lambda number: self._links.name_of(netns, number), index, source
        )

    def _mac(self, link: Link, way: Way) -> t.List[str]:
        """Return the Ethernet address of the next hop by a link, if that is known."""
        mac = self._hop(link, way)
        return [":".join(map("{0:02x}".format, mac))] if mac and len(mac) == 6 else []

    def _hop(self, link: Link, way: Way) -> t.Optional[bytes]:
        hop = _pack(way.route.attributes.get("via") or way.destination)
        return self._neighbours(link.netns, way.family, NDA_DST).get((link.ifindex, hop))

    def _read(self, netns: t.Optional[str], names: t.List[str]) -> t.List[Link]:
        return self._links.pair(self._links.by_name(netns, names), [None, *_namespaces.living()])

    def _below(self, link: Link, way: Way) -> t.Iterator[LinkId]:
        """Yield the links that a link needs to carry anything: its ports, what it is made on, its VRF, a pair's other end."""
        waiting, seen = [link], {link.id}
        while waiting:
            upper = waiting.pop()
            if _veth.peer_of(upper)[1]:
                yield _veth.peer_of(upper)
            for other in self._ports(upper, way) + self._bearers(upper):
                if other.id not in seen:
                    seen.add(other.id)
                    waiting.append(other)
                    yield other.id

    def _bearers(self, link: Link) -> t.List[Link]:
        above = self._read(link.netns, [link.attributes.get("master", _values.NONE)])
        return self._below_it(link) + [master for master in above if master.kind == "vrf"]

    def _below_it(self, link: Link) -> t.List[Link]:
        """Return what a link is made on, as far as it is known where that is."""
        home = _underlay.home(link)
        if home != link.netns:
            # The kernel tells the number of the link itself where there is none below (nla_put_iflink).
            names = [id_[1] for id_, option in _catalog.references(link) if option != "master"]
            return self._read(home, names) if is_open(self._open, home) else []
        message = _formats.message("ifinfmsg")
        body = self._open(home).get([Request(RTM_GETLINK, 0, message.start(index=link.ifindex))])[0]
        values = message.unpack_message(body, ("IFLA_LINK", "IFLA_LINK_NETNSID"))[1] if body else {}
        under = values.get("IFLA_LINK", 0) if "IFLA_LINK_NETNSID" not in values else 0
        return self._read(home, [self._links.name_of(home, under)] if under not in (0, link.ifindex) else [])

    def _ports(self, master: Link, way: Way) -> t.List[Link]:
        """Return the ports of a link that has some; of a bridge, the one by which the next hop is reached, if that is known."""
        if master.kind == "vrf":
            return []
        there = self._links.all(master.netns)
        ports = self._read(master.netns, [link.name for link in there if link.attributes.get("master") == master.name])
        if master.kind != "bridge" or len(ports) < 2:
            return ports
        mac = self._hop(master, way)
        learned = {address: index for index, address in self._neighbours(master.netns, AF_BRIDGE, NDA_LLADDR)}
        return [port for port in ports if port.ifindex == learned.get(mac or b"")] or ports

    def _neighbours(self, netns: t.Optional[str], family: int, key: int) -> t.Dict[t.Tuple[int, bytes], bytes]:
        """Return MAC addresses by link and either network address, or for a bridge's table by MAC address."""
        found = {}
        for body in self._open(netns).dump(RTM_GETNEIGH, _NDMSG.pack(family, 0, 0, 0, 0)):
            if len(body) < _NDMSG.size:
                continue
            _family, index, _state, _flags, _type = _NDMSG.unpack_from(body)
            values = dict(_nla.read(body[_NDMSG.size :]))
            if key in values and NDA_LLADDR in values:
                found[(index, values[key])] = values[NDA_LLADDR]
        return found


def _pack(address: str) -> bytes:
    return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)
