# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: a mesh, whose tunnels are worked out one by one when they are asked for.

Name, key and addresses of a tunnel come from its two hosts and nothing else, so that they stay when others join or leave:
names and keys from the hosts' names, addresses from their numbers. Only a ring or chain, where a joining host comes
between two others, has other tunnels then.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import math
import typing as t

from . import _fleet_mtu, _fleet_share
from ._fleet_faults import Place
from ._fleet_tunnels import ENCRYPTED, MODES, UNPROTECTED, Address, End, Network, Side, Tunnel, interface

TOPOLOGIES = ("full", "hub", "ring", "chain")
MAX_HUBS = 7
_ROW = MAX_HUBS + 1
"""Networks that a spoke has: one for each hub. The last one of the first rows is for two hubs."""


class Member(t.NamedTuple):
    """A host of a mesh."""

    name: str
    number: int
    """Of a hub, its place in ``hubs``."""
    local: str
    """The underlay address."""
    underlay_mtu: int
    device: str
    """What the others call the device that leads to it alone, if it has one."""
    networks: tuple[Network, ...]
    """Behind it, which the others reach through the mesh."""


def capacity(topology: str, pools: t.Iterable[Network]) -> int:
    """Return how many numbers there is room for: from 0 to one less."""
    networks = min((pool.num_addresses // 2 for pool in pools), default=1 << 63)
    if topology == "hub":
        return networks // _ROW
    if topology == "full":
        # The largest n with n * (n - 1) / 2 networks.
        return (1 + math.isqrt(1 + 8 * networks)) // 2
    return networks


def number_of_pair(one: int, other: int) -> int:
    """Return a number that no other two have, whatever their order, and that is as small as can be."""
    return one * (one - 1) // 2 + other if one > other else other * (other - 1) // 2 + one


def taken_by_hubs(places: t.Sequence[int]) -> int:
    """Return how many addresses of a pool the hubs need for the tunnels among them. :arg places: theirs, in order."""
    return 2 * _ROW * (number_of_pair(*places[-2:]) + 1) if len(places) > 1 else 0


@dataclasses.dataclass(frozen=True)
class Mesh:
    """A declared mesh."""

    name: str
    mode: str
    topology: str
    members: t.Mapping[str, Member]
    """By their names, in their order."""
    hubs: tuple[str, ...]
    pools: tuple[Network, ...]
    options: t.Mapping[str, t.Any]
    """As of a tunnel. ``mtu`` may be None: to be worked out."""
    key_by_pair: bool
    netns: str | None
    has_routes: bool
    place: Place
    protect: str = UNPROTECTED

    @property
    def is_protected(self) -> bool:
        """The packets of its tunnels leave and enter encrypted, or not at all."""
        return self.protect != UNPROTECTED

    @property
    def is_encrypted(self) -> bool:
        """The IPsec is declared here too."""
        return self.protect == ENCRYPTED

    @functools.cached_property
    def order(self) -> t.Mapping[str, int]:
        return {name: position for position, name in enumerate(self.members)}

    @functools.cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(self.members)

    @functools.cached_property
    def overhead(self) -> int:
        """How many bytes a tunnel puts around each packet."""
        return _fleet_mtu.overhead(
            self.mode, {**self.options, "key": self.options.get("key", self.key_by_pair or None)}
        )

    @functools.cached_property
    def _bases(self) -> tuple[tuple[int, int], ...]:
        return tuple((pool.version, int(pool.network_address)) for pool in self.pools)

    # Who has a tunnel with whom

    def peers(self, host: str) -> tuple[str, ...]:
        """Return the hosts that this one has a tunnel with, in their order."""
        if host not in self.members:
            return ()
        if self.topology == "full":
            at = self.order[host]
            return self._names[:at] + self._names[at + 1 :]
        if self.topology == "hub":
            near = self._names if host in self.hubs else self.hubs
            return tuple(name for name in near if name != host)
        last, at = len(self._names) - 1, self.order[host]
        around = {at - 1, at + 1}
        if self.topology == "ring" and last > 1:
            around = {position % (last + 1) for position in around}
        return tuple(self._names[position] for position in sorted(around) if 0 <= position <= last)

    def has_tunnel(self, one: str, other: str) -> bool:
        """Whether two hosts have one with each other."""
        if one not in self.members or other not in self.members or one == other:
            return False
        if self.topology == "full":
            return True
        return one in self.hubs or other in self.hubs if self.topology == "hub" else other in self.peers(one)

    def next_hop(self, host: str, destination: str) -> str:
        """Return the peer by whom a packet for another member goes: by the shortest way, or the first hub."""
        if self.has_tunnel(host, destination):
            return destination
        if self.topology == "hub":
            return self.hubs[0]
        at, count = self.order[host], len(self._names)
        ahead = self.order[destination] - at
        if self.topology == "ring":
            ahead = ahead % count if (ahead % count) * 2 <= count else -1
        return self._names[(at + (1 if ahead > 0 else -1)) % count]

    @property
    def count(self) -> int:
        """How many tunnels it has."""
        hosts, hubs = len(self.members), len(self.hubs)
        if self.topology == "full":
            return hosts * (hosts - 1) // 2
        if self.topology == "hub":
            return hubs * (hubs - 1) // 2 + hubs * (hosts - hubs)
        return hosts if self.topology == "ring" and hosts > 2 else max(hosts - 1, 0)

    # What the devices are called

    @functools.cached_property
    def _leading(self) -> t.Mapping[str, str]:
        return {member.device: name for name, member in self.members.items()}

    @property
    def devices(self) -> t.Iterable[str]:
        return self._leading

    def having(self, device: str) -> tuple[str, ...]:
        """Return the hosts that have a device of this name."""
        return self.peers(self._leading[device]) if device in self._leading else ()

    def has_device(self, host: str, device: str) -> bool:
        return device in self._leading and self.has_tunnel(host, self._leading[device])

    # What a tunnel is like

    def side(self, host: str, peer: str) -> Side:
        """Return the tunnel between two hosts as the first of them sees it."""
        near, far = self.members[host], self.members[peer]
        number, is_first = self._position(near, far)
        ends = (
            End(host, far.device, near.local, None, self.netns, self._addresses(number, not is_first), (), self.place),
            End(peer, near.device, far.local, None, self.netns, self._addresses(number, is_first), (), self.place),
        )
        return Side(Tunnel(self.mode, self._options(near, far), ends, self.place, self.protect), *ends)

    def _position(self, near: Member, far: Member) -> tuple[int, bool]:
        """Return the number of the tunnel's networks in the pools, and whether the first address is the near end's."""
        if self.topology == "full":
            return number_of_pair(near.number, far.number), near.number < far.number
        if self.topology == "hub":
            if near.name in self.hubs and far.name in self.hubs:
                row = number_of_pair(near.number, far.number)
                return row * _ROW + MAX_HUBS, near.number < far.number
            hub, spoke = (near, far) if near.name in self.hubs else (far, near)
            return spoke.number * _ROW + hub.number, hub is near
        ahead = self.order[far.name] - self.order[near.name]
        is_first = ahead == 1 or (ahead < -1 and self.topology == "ring")
        return (near if is_first else far).number, is_first

    def _addresses(self, number: int, is_second: bool) -> tuple[Address, ...]:
        place = 2 * number + is_second
        return tuple([Address(interface(version, base + place, 1)) for version, base in self._bases])

    def _options(self, near: Member, far: Member) -> t.Mapping[str, t.Any]:
        options = {**self.options, "mtu": self.options["mtu"] or self.mtu(near, far)}
        if self.key_by_pair:
            options["key"] = self.key(near.name, far.name)
        return options

    def mtu(self, near: Member, far: Member) -> int:
        """Return the largest packet that gets from one to the other in one piece, in bytes."""
        underlay = min(near.underlay_mtu, far.underlay_mtu)
        return _fleet_mtu.room(underlay, self.mode, self.is_encrypted) - self.overhead

    def key(self, one: str, other: str) -> int:
        words = f"{self.name}\0{one}\0{other}" if one < other else f"{self.name}\0{other}\0{one}"
        return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=4).digest(), "big")

    def links(self, host: str, sides: t.Sequence[Side]) -> list[dict[str, t.Any]]:
        """Return the devices of a host, as options of ``warren.tunnels.ip_tunnel``. :arg sides: all of its tunnels."""
        return [_fleet_share.link(side) for side in sides]

    # What it leads to

    def routes(self, host: str) -> t.Iterator[dict[str, t.Any]]:
        """Yield the routes to what is behind the other members, as options of ``warren.tunnels.route``."""
        if not self.has_routes or host not in self.members:
            return
        for member in self.members.values():
            if not member.networks or member.name == host:
                continue
            hop = self.next_hop(host, member.name)
            for network in member.networks:
                yield self._route(host, hop, network)

    @functools.cached_property
    def _behind(self) -> t.Mapping[str, str]:
        """The networks of the members that routes lead to, with the members."""
        members = self.members.values() if self.has_routes else ()
        return {str(network): member.name for member in members for network in member.networks}

    @property
    def destinations(self) -> t.Iterable[str]:
        """What its members have routes to."""
        return self._behind

    def leads_to(self, host: str, destination: str) -> bool:
        """Whether a host gets a route to just this network."""
        return host in self.members and self._behind.get(destination, host) != host

    def forwarded(self, host: str) -> set[int]:
        """Return the versions of IP that a host forwards: to what is behind it, and between others.

        Where the tunnels are in a namespace, that forwards and not the host.
        """
        if not self.has_routes or self.netns is not None or host not in self.members:
            return set()
        return {
            network.version
            for member in self.members.values()
            if member.name == host or (member.networks and self._is_between(host, member.name))
            for network in member.networks
        }

    def _is_between(self, host: str, destination: str) -> bool:
        """Whether what some member sends to what is behind another one goes by this host."""
        if self.topology == "full" or (self.topology == "hub" and host != self.hubs[0]):
            return False
        return any(self.next_hop(peer, destination) == host for peer in self.peers(host) if peer != destination)

    def _route(self, host: str, hop: str, network: Network) -> dict[str, t.Any]:
        route = {"dst": str(network), "dev": self.members[hop].device}
        if MODES[self.mode].is_ethernet:
            far = self.side(host, hop).far
            route["via"] = next(pair.own.address for pair in far.pairs if pair.own.version == network.version)
        return route if self.netns is None else {**route, "netns": self.netns}
