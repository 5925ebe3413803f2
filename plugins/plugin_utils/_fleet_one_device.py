# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: a mesh whose hosts have one device each, which is ``external``, and a route to each peer.

A host has one address, which comes from its number and nothing else, so that it stays when others join or leave.
"""

from __future__ import annotations

import functools
import itertools
import typing as t

from ..module_utils.face import kinds
from . import _fleet_mtu
from ._fleet_mesh import Member, Mesh
from ._fleet_tunnels import MODES, Address, End, Network, Side, Tunnel, interface

TOPOLOGIES = ("full", "hub")
SHARING = tuple(
    name for name, mode in MODES.items() if not mode.is_ethernet and kinds.KINDS[name].option("external") is not None
)
"""The modes. Ethernet would ask for the MAC address of each peer, and nobody answers."""
NUMBERS = ("ttl", "tos")
"""Options that a route has as numbers only."""
NOT_SHARED = ("csum", "pmtudisc", "encaplimit", "encap", "encap_dport")
"""Options that a route does not have, or that make packets which no such device takes in."""
_TTL = 64


def capacity(pools: t.Iterable[Network]) -> int:
    """Return how many numbers there is room for: from 0 to one less."""
    return min((pool.num_addresses for pool in pools), default=1 << 63)


class OneDeviceMesh(Mesh):
    """A declared mesh with ``devices: one``."""

    @functools.cached_property
    def overhead(self) -> int:
        """How many bytes a tunnel puts around each packet."""
        return _fleet_mtu.overhead(self.mode, {**self.options, "external": True})

    @property
    def devices(self) -> t.Iterable[str]:
        return (self.name,)

    def having(self, device: str) -> tuple[str, ...]:
        return self._names if device == self.name else ()

    def has_device(self, host: str, device: str) -> bool:
        return device == self.name and host in self.members

    def side(self, host: str, peer: str) -> Side:
        near, far = self.members[host], self.members[peer]
        ends = self._ends[host], self._ends[peer]
        options = {**self.options, "external": True, "mtu": self.options["mtu"] or self.mtu(near, far)}
        return Side(Tunnel(self.mode, options, ends, self.place), *ends)

    @functools.cached_property
    def _ends(self) -> t.Mapping[str, End]:
        """Of each member, the one end of all of its tunnels."""
        return {name: self._end(member) for name, member in self.members.items()}

    def _end(self, member: Member) -> End:
        own = tuple(Address(interface(version, base + member.number, 0)) for version, base in self._bases)
        return End(member.name, self.name, member.local, None, self.netns, own, (), self.place)

    def links(self, host: str, sides: t.Sequence[Side]) -> list[dict[str, t.Any]]:
        if not sides:
            return []
        near = self.members[host]
        link: dict[str, t.Any] = {"name": self.name, "mode": self.mode, "external": True, "mtu": self._largest(near)}
        if self.netns is not None:
            link["netns"] = self.netns
        link["addresses"] = [address.as_option() for address in sides[0].near.addresses]
        return [link]

    def _largest(self, near: Member) -> int:
        """Return the mtu of a host's device, whoever its peers are, in bytes."""
        return t.cast(int, self.options["mtu"] or self.mtu(near, near))

    def routes(self, host: str) -> t.Iterator[dict[str, t.Any]]:
        for peer in self.peers(host):
            side = self.side(host, peer)
            for address in side.far.addresses:
                yield self._into(side, str(address.own))
        yield from super().routes(host)

    @functools.cached_property
    def _owners(self) -> t.Mapping[str, str]:
        """The addresses of the members, with the members."""
        return {str(address.own): name for name, end in self._ends.items() for address in end.pairs}

    @property
    def destinations(self) -> t.Iterable[str]:
        return itertools.chain(self._owners, super().destinations)

    def leads_to(self, host: str, destination: str) -> bool:
        return self.has_tunnel(host, self._owners.get(destination, host)) or super().leads_to(host, destination)

    def _route(self, host: str, hop: str, network: Network) -> dict[str, t.Any]:
        return self._into(self.side(host, hop), str(network))

    def _into(self, side: Side, destination: str) -> dict[str, t.Any]:
        """Return a route into one of the tunnels."""
        tunnel, near, far = side
        options = tunnel.options
        route = {"dst": destination, "dev": near.device, "encap": self._encap(options, near, far)}
        if options["mtu"] < self._largest(self.members[near.host]):
            route["mtu"] = options["mtu"]
        return route if self.netns is None else {**route, "netns": self.netns}

    def _encap(self, options: t.Mapping[str, t.Any], near: End, far: End) -> dict[str, t.Any]:
        encap = {
            "type": "ip6" if MODES[self.mode].outer == 6 else "ip",
            "dst": far.local,
            "src": near.local,
            "ttl": options.get("ttl", _TTL),
            "tos": options.get("tos", 0),
        }
        if options.get("key", "none") != "none":
            encap.update(id=options["key"], key=True)
        return {**encap, "seq": True} if options.get("seq") else encap
