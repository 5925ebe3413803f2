# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: by which ways packets go, and what would lead them another way. Pure."""

import typing as t

from . import _values
from ._resources import Encap, LinkId, Route

Question = t.Tuple[t.Optional[str], str]
"""A namespace and an address: by which way does the kernel send packets there?"""

Hop = t.Tuple[t.Optional[str], t.Optional[str], t.Optional[Encap]]
"""Where a route leads: dev, via, and what it puts around packets."""


class Way(t.NamedTuple):
    """How the kernel sends packets to an address."""

    netns: t.Optional[str]
    destination: str
    route: Route
    """The route that it takes."""
    is_exact: bool = True
    """False: the kernel (before Linux 4.13) told the next hop, but not by which of its routes."""
    source: str = ""
    """The address that they come from, where that is known."""

    @property
    def family(self) -> int:
        return self.route.family

    @property
    def length(self) -> int:
        """Return the prefix length of the route's destination; one that is not known loses against any other."""
        known = self.is_exact and self.route.dst != "default"
        return int(self.route.dst.partition("/")[2]) if known else 0

    @property
    def devices(self) -> t.List[str]:
        """Return the names of the links that packets may leave by."""
        return [name for _netns, name in self.route.ways]


class Lifeline(t.NamedTuple):
    """What carries the connection that a task came by; nothing, where it came by none."""

    ways: t.Tuple[Way, ...] = ()
    """First to the other end, then from each tunnel that carries the former to the tunnel's remote."""
    links: t.Mapping[LinkId, str] = {}
    """To what each does for it."""
    ports: t.FrozenSet[int] = frozenset()
    """UDP ports that tunnels among the links come in by."""
    ends: t.Tuple[int, int] = (0, 0)
    """Its ports of TCP, ours first; 0: not known."""
    macs: t.FrozenSet[str] = frozenset()
    """The Ethernet addresses of the next hops, as far as they are known."""


class Claim(t.NamedTuple):
    """A destination that a step would route to a link."""

    netns: t.Optional[str]
    family: int
    network: str
    """Empty for a default route."""
    length: int
    tos: int
    metric: int
    table: int
    dev: t.Optional[str]
    via: t.Optional[str] = None
    encap: t.Optional[Encap] = None
    replaces: bool = False
    """The route to it is there, and leads elsewhere by this."""

    def covers(self, netns: t.Optional[str], destination: str) -> bool:
        """Whether packets from that namespace to that address could go by it."""
        return (
            netns == self.netns
            and _values.family_of(destination) == self.family
            and self.network in ("", _values.network(self.family, destination, self.length))
        )

    def beats(self, way: t.Optional[Way]) -> bool:
        """Whether the kernel would prefer it to a way, or to none."""
        if way is None or self.table == _values.LOCAL_TABLE:
            return True
        if self.table != way.route.table:
            return False
        mine, other = (self.length, self.tos, -self.metric), (way.length, way.route.tos, -way.route.metric)
        # Of two IPv6 routes alike but for the next hop, the kernel makes one with two ways.
        joins = self.family == _values.IPV6 and self.via is not None
        return mine > other or (mine == other and (joins or self.replaces))

    def leads_like(self, route: Route) -> bool:
        return [(self.dev, self.via, self.encap)] == hops(route)


def destination(route: Route) -> t.Tuple[str, int]:
    """Return the network that a route leads to, with its prefix length; an empty one for a default route."""
    network, _slash, length = route.dst.partition("/")
    return (network, int(length)) if length else ("", 0)


def hops(route: Route) -> t.List[Hop]:
    """Return where a route leads, one for each of its ways."""
    hops = route.attributes.get("nexthops", ())
    if hops:
        return [(hop.dev, hop.via, None) for hop in hops]
    values = route.attributes
    return [(values.get("dev"), values.get("via"), values.get("encap"))]
