# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: routes, read and as messages (rtnetlink(7), ``struct rtmsg``)."""

import errno
import socket
import struct
import typing as t

from ... import _errors, _nla, _protocols, _values
from ..._kernel import _formats, _lightweight
from ..._kernel._netlink import Opener, Request, Socket
from ..._kernel._rtnetlink import ROUTE_TYPES, RTM_GETROUTE, SCOPE_NUMBERS, SCOPES, number_of, word_for
from ..._resources import NextHop, Route, RouteId
from ._state import own

if t.TYPE_CHECKING:
    from ..._ways import Way

RTM_F_CLONED, RTM_F_LOOKUP_TABLE, RTM_F_FIB_MATCH = 0x200, 0x1000, 0x2000
RTNH_F_ONLINK = 4
RTAX_MTU = 2
_BY_NEXTHOP = ("RTA_OIF", "RTA_GATEWAY", "RTA_VIA", "RTA_MULTIPATH", "RTA_ENCAP", "RTA_ENCAP_TYPE")
_NEXT_HOP = struct.Struct("=HBBi")
_UINT32 = struct.Struct("=I")

NameOf = t.Callable[[int], str]
IndexOf = t.Callable[[str], int]


def read_these(
    open_socket: Opener, ids: t.Iterable[RouteId], namer: t.Callable[[t.Optional[str]], NameOf]
) -> t.Iterator[Route]:
    """Yield those routes, and others of their tables."""
    for netns, family, table in {id_[:3] for id_ in ids}:
        yield from read_table(open_socket(netns), netns, family, table, namer(netns))


def read_in(
    open_socket: Opener, places: t.Iterable[t.Optional[str]], namer: t.Callable[[t.Optional[str]], NameOf]
) -> t.Iterator[Route]:
    """Yield the routes of those namespaces that somebody made."""
    for netns in places:
        yield from read_all(open_socket(netns), netns, namer(netns))


def read_along(
    open_socket: Opener, places: t.Iterable[t.Optional[str]], namer: t.Callable[[t.Optional[str]], NameOf]
) -> t.Iterator[Route]:
    """Yield the routes of those namespaces that lead by nexthop objects."""
    return (route for route in read_in(open_socket, places, namer) if "nhid" in route.attributes)


def read_table(connection: Socket, netns: t.Optional[str], family: int, table: int, name_of: NameOf) -> t.List[Route]:
    """Return the routes of one table."""
    message = _formats.message("rtmsg")
    request = message.start(family=family) + message.pack({"RTA_TABLE": table})
    try:
        routes = [_route(netns, body, name_of) for body in _dump(connection, request)]
    except _errors.KernelError as error:
        # ip_valid_fib_dump_req: a table that nothing was ever put into is not there.
        if error.errno == errno.ENOENT or "table" in str(error).lower():
            return []
        raise
    return [route for route in routes if route.table == table]


def read_all(connection: Socket, netns: t.Optional[str], name_of: NameOf, index: int = 0) -> t.List[Route]:
    """Return the routes of all tables that somebody made, or those of them through the link with that index."""
    message = _formats.message("rtmsg")
    through = message.pack({"RTA_OIF": index or None})
    routes = []
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            bodies = _dump(connection, message.start(family=family) + through)
            routes += [_route(netns, body, name_of) for body in bodies if not _is_kernels_own(body)]
        except _errors.KernelError:
            if family == socket.AF_INET:
                raise
            # A kernel without IPv6.
    return routes


def through(routes: t.Iterable[Route]) -> t.Dict[str, t.List[Route]]:
    """Return the routes by the name of the link that they lead through."""
    found: t.Dict[str, t.List[Route]] = {}
    for route in routes:
        values = route.attributes
        # By a nexthop object, it goes with that.
        if values["type"] == "unicast" and "nhid" not in values:
            # Of an IPv4 route with several ways, all go with the link of one (fib_sync_down_dev).
            ways = [hop.dev for hop in values.get("nexthops", ()) if route.family == socket.AF_INET]
            for name in {*ways, values.get("dev")} - {None}:
                found.setdefault(name, []).append(route)
    return found


def look_up(
    connection: Socket, netns: t.Optional[str], destination: str, name_of: NameOf, index: int = 0, source: str = ""
) -> "t.Optional[Way]":
    """Return by which route the kernel sends packets to an address, None if by none.

    :arg index: of the link that they must leave by. :arg source: the address of this host that they come from.
    """
    message = _formats.message("rtmsg")
    family = socket.AF_INET6 if ":" in destination else socket.AF_INET
    size = 128 if family == socket.AF_INET6 else 32
    # Without the former flag, IPv4 says main of each table.
    flags = RTM_F_LOOKUP_TABLE | RTM_F_FIB_MATCH
    body = message.start(family=family, dst_len=size, src_len=size if source else 0, flags=flags)
    body += message.pack({"RTA_DST": destination, "RTA_SRC": source or None, "RTA_OIF": index or None})
    try:
        answer = connection.get([Request(RTM_GETROUTE, 0, body)])[0]
    except _errors.KernelError:
        return None
    if answer is None:
        return None
    # Late, because only a run that changes something asks.
    from ..._ways import Way

    route = _route(netns, answer, name_of)
    if "nhid" in route.attributes and not route.ways:
        # So it is with net.ipv4.nexthop_compat_mode=0.
        from .._nexthop import _reading, _state

        route = _state.led(route, {each.id: each for each in _reading.read(connection, netns, name_of)})
    return Way(netns, destination, route, not _is_cloned(answer))


def _dump(connection: Socket, request: bytes) -> t.List[bytes]:
    return [body for body in connection.dump(RTM_GETROUTE, request) if not _is_cloned(body)]


def _is_cloned(body: bytes) -> bool:
    """Return whether it is no route, but what was found out about one destination."""
    return bool(_header(body)["flags"] & RTM_F_CLONED)


def _is_kernels_own(body: bytes) -> bool:
    """Return whether nobody made the route: it comes with an address, or by a redirect."""
    header = _header(body)
    return header["table"] == _values.LOCAL_TABLE or _protocols.WORDS.get(header["proto"]) in ("kernel", "redirect")


def _header(body: bytes) -> t.Dict[str, int]:
    message = _formats.message("rtmsg")
    if len(body) < message.header.size:
        raise _errors.Malformed("a route of {0} bytes".format(len(body)))
    return dict(zip(message.fields, message.header.unpack_from(body)))


def _route(netns: t.Optional[str], body: bytes, name_of: NameOf) -> Route:
    message = _formats.message("rtmsg")
    header, raw = message.unpack_message(body)
    destination = raw.get("RTA_DST")
    values: t.Dict[str, t.Any] = {
        "type": word_for(ROUTE_TYPES, header["type"]),
        "protocol": word_for(_protocols.WORDS, header["proto"]),
        "scope": word_for(SCOPES, header["scope"]),
        "onlink": bool(header["flags"] & RTNH_F_ONLINK),
    }
    for name, attribute in (("via", "RTA_GATEWAY"), ("src", "RTA_PREFSRC")):
        if attribute in raw:
            values[name] = raw[attribute]
    if "RTA_OIF" in raw:
        values["dev"] = name_of(raw["RTA_OIF"])
    if raw.get("RTA_NH_ID"):
        values["nhid"] = raw["RTA_NH_ID"]
    for number, content in _nla.read(raw.get("RTA_METRICS", b"")):
        if number == RTAX_MTU and len(content) >= _UINT32.size:
            values["mtu"] = _UINT32.unpack(content[:4])[0]
    encap = _lightweight.decode(raw.get("RTA_ENCAP_TYPE", 0), raw.get("RTA_ENCAP", b""))
    if encap is not None:
        values["encap"] = encap
    if "RTA_MULTIPATH" in raw:
        values["nexthops"] = tuple(_next_hops(raw["RTA_MULTIPATH"], name_of))
    return Route(
        netns=netns,
        family=header["family"],
        dst="{0}/{1}".format(destination, header["dst_len"]) if destination else "default",
        metric=raw.get("RTA_PRIORITY", 0),
        table=raw.get("RTA_TABLE", header["table"]),
        attributes=values,
        message=body,
        tos=header["tos"],
    )


def _next_hops(payload: bytes, name_of: NameOf) -> t.Iterator[NextHop]:
    message = _formats.message("rtmsg")
    for _size, _flags, hops, index, rest in _split(payload):
        via = message.unpack(rest, ("RTA_GATEWAY",)).get("RTA_GATEWAY")
        yield NextHop(via, name_of(index) if index else None, hops + 1)


def _split(payload: bytes) -> t.Iterator[t.Tuple[int, int, int, int, bytes]]:
    """Yield what each of several ways of a route is, with its attributes."""
    while len(payload) >= _NEXT_HOP.size:
        size, flags, hops, index = _NEXT_HOP.unpack_from(payload)
        if not _NEXT_HOP.size <= size <= len(payload):
            return
        yield size, flags, hops, index, payload[_NEXT_HOP.size : size]
        payload = payload[(size + 3) & ~3 :]


def encode(route: Route, index_of: IndexOf) -> bytes:
    """Return the body of a message about this route, by its options, or as it was found once."""
    if route.message and (route.ways or "nhid" in route.attributes):
        return _as_found(route, index_of)
    message = _formats.message("rtmsg")
    values = own(route).attributes
    type_ = values.get("type", "unicast")
    attributes: t.Dict[str, t.Any] = {"RTA_TABLE": route.table}
    length = 0
    if route.dst != "default":
        attributes["RTA_DST"], _slash, prefix = route.dst.partition("/")
        length = int(prefix)
    if route.metric:
        attributes["RTA_PRIORITY"] = route.metric
    for name, attribute in (("via", "RTA_GATEWAY"), ("src", "RTA_PREFSRC")):
        if values.get(name):
            attributes[attribute] = values[name]
    attributes["RTA_NH_ID"] = values.get("nhid")
    if values.get("dev"):
        attributes["RTA_OIF"] = index_of(values["dev"])
    if values.get("mtu"):
        attributes["RTA_METRICS"] = _nla.pack(RTAX_MTU, _UINT32.pack(values["mtu"]))
    if values.get("encap"):
        attributes["RTA_ENCAP_TYPE"], attributes["RTA_ENCAP"] = _lightweight.encode(values["encap"])
    if values.get("nexthops"):
        attributes["RTA_MULTIPATH"] = b"".join(_encode_next_hop(hop, index_of) for hop in values["nexthops"])
    header = message.start(
        family=route.family,
        dst_len=length,
        tos=route.tos,
        table=route.table if route.table < 256 else 0,
        proto=number_of(_protocols.WORDS, values.get("protocol", "static")),
        scope=_scope(route, type_),
        type=number_of(ROUTE_TYPES, type_),
        flags=RTNH_F_ONLINK if values.get("onlink") else 0,
    )
    return header + message.pack(attributes)


def _scope(route: Route, type_: str) -> int:
    """Return the scope as ip(8) chooses it where none is asked for."""
    values = route.attributes
    if values.get("scope"):
        return number_of(SCOPES, values["scope"])
    if route.family == socket.AF_INET6:
        return SCOPE_NUMBERS["global"]
    if type_ == "local":
        return SCOPE_NUMBERS["host"]
    direct = type_ == "unicast" and not any(values.get(name) for name in ("via", "nexthops", "nhid"))
    return SCOPE_NUMBERS["link" if direct else "global"]


def _encode_next_hop(hop: NextHop, index_of: IndexOf) -> bytes:
    attributes = _formats.message("rtmsg").pack({"RTA_GATEWAY": hop.via})
    size = _NEXT_HOP.size + len(attributes)
    return _NEXT_HOP.pack(size, 0, hop.weight - 1, index_of(hop.dev) if hop.dev else 0) + attributes


def _as_found(route: Route, index_of: IndexOf) -> bytes:
    message = _formats.message("rtmsg")
    size = message.header.size
    header = _header(route.message)
    # The kernel reports the state of the way there too (RTNH_F_LINKDOWN), and takes it back from nobody.
    header["flags"] &= RTNH_F_ONLINK
    kept = _nla.without(route.message[size:], {message.numbers["RTA_CACHEINFO"]})
    if "nhid" in route.attributes:
        # All of it is the nexthop's, down to whether it is a blackhole.
        header.update(flags=0, type=number_of(ROUTE_TYPES, "unicast"))
        return message.start(**header) + _nla.without(kept, {message.numbers[name] for name in _BY_NEXTHOP})
    ways: t.Dict[str, t.Any] = {}
    if "dev" in route.attributes:
        ways["RTA_OIF"] = index_of(route.attributes["dev"])
    if "nexthops" in route.attributes:
        several = message.unpack(kept, ("RTA_MULTIPATH",))["RTA_MULTIPATH"]
        ways["RTA_MULTIPATH"] = b"".join(
            _NEXT_HOP.pack(size, flags & RTNH_F_ONLINK, hops, index_of(hop.dev) if hop.dev else 0) + rest
            for (size, flags, hops, _index, rest), hop in zip(_split(several), route.attributes["nexthops"])
        )
    return message.start(**header) + message.merge(kept, ways)
