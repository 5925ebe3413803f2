# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what meshes together, or with declared links, show as wrong.

Worked out from the meshes' members and pools, not from their tunnels: a mesh of 10,000 hosts has 50 million.
"""

from __future__ import annotations

import bisect
import collections
import ipaddress
import itertools
import typing as t

from ..module_utils.face import kinds
from . import _fleet_protection
from ._fleet_checks import same_endpoints, same_port, split_port
from ._fleet_faults import Faults
from ._fleet_mesh import Mesh
from ._fleet_one_device import OneDeviceMesh
from ._fleet_tunnels import IP, Network, Side, Tunnel, identity


def check(meshes: t.Sequence[Mesh], sides: t.Sequence[Side], faults: Faults) -> None:
    """Note what is wrong. :arg sides: of the declared links."""
    for one, other in itertools.combinations(meshes, 2):
        _check_pools(one, other, faults)
        _check_devices(one, other, faults)
        _check_endpoints(one, other, faults)
        _check_shared(one, other, faults)
        _check_ports(one, other, faults)
        _check_routes(one, other, faults)
        _fleet_protection.check_meshes(one, other, faults)
    if not meshes:
        return
    links = _Links(sides)
    for mesh in meshes:
        for _position, side in links.on(mesh):
            if mesh.netns == side.near.netns:
                _check_name(mesh, side, faults)
            if mesh.netns == side.near.home:
                _check_underlay(mesh, side, faults)
                _fleet_protection.check_link(mesh, side, faults)
        _check_addresses(mesh, links, faults)
    _check_loops(meshes, links, faults)


class _Links:
    """The sides of the declared links, to be found without a look at all of them."""

    def __init__(self, sides: t.Sequence[Side]) -> None:
        self.sides = sides
        self._by_host: dict[str, list[int]] = collections.defaultdict(list)
        for position, side in enumerate(sides):
            self._by_host[side.near.host].append(position)
        self._addresses = sorted(
            (_number(address.own.ip), position, address.own.address)
            for position, side in enumerate(sides)
            for address in side.near.addresses
        )

    def on(self, mesh: Mesh) -> t.Iterator[tuple[int, Side]]:
        """Yield those of the hosts of a mesh, with their positions."""
        for host in mesh.members:
            for position in self._by_host.get(host, ()):
                yield position, self.sides[position]

    def within(self, pool: Network) -> t.Iterator[tuple[Side, str]]:
        """Yield those that have an address in a network, and the address."""
        first, last = _range(pool)
        start = bisect.bisect_left(self._addresses, (first,))
        for number, position, address in itertools.islice(self._addresses, start, None):
            if number > last:
                return
            yield self.sides[position], address


def _check_pools(one: Mesh, other: Mesh, faults: Faults) -> None:
    if one.netns != other.netns:
        return
    for pool, second in itertools.product(one.pools, other.pools):
        if pool.version == second.version and pool.overlaps(second):
            faults.add(
                f"{one.place / 'pool'} and {other.place / 'pool'}",
                f"{pool} and {second} overlap, so that their tunnels would have the same addresses; give each its own",
            )


def _check_devices(one: Mesh, other: Mesh, faults: Faults) -> None:
    """Note the first host that would have two devices of one name."""
    if one.netns != other.netns:
        return
    for device in other.devices:
        host = next((host for host in one.having(device) if other.has_device(host, device)), None)
        if host is not None:
            faults.add(
                f"{one.place} and {other.place}",
                f"on {host} both would have a device {device}; give one another prefix or name",
            )
            return


def _check_shared(one: Mesh, other: Mesh, faults: Faults) -> None:
    """Note the first host that would have two devices that are external, of which a namespace has one of a kind."""
    if one.netns != other.netns or not (isinstance(one, OneDeviceMesh) and isinstance(other, OneDeviceMesh)):
        return
    host = next((host for host in one.members if host in other.members), None)
    if host is not None and kinds.KINDS[one.mode].kernel_name == kinds.KINDS[other.mode].kernel_name:
        faults.add(
            f"{one.place / 'devices'} and {other.place / 'devices'}",
            f"on {host} both would take in what comes for mode {one.mode}; make them one mesh, or take another mode or netns",
        )


def _check_ports(one: Mesh, other: Mesh, faults: Faults) -> None:
    """Note the first host that would have one UDP port for two protocols."""
    port = _contended_port(one, other)
    host = next((host for host in one.members if host in other.members), None)
    if port and one.netns == other.netns and host is not None:
        faults.add(f"{one.place} and {other.place}", f"on {host} {same_port(port)}")


def _check_routes(one: Mesh, other: Mesh, faults: Faults) -> None:
    """Note the first host that would have two routes to one destination."""
    if one.netns != other.netns:
        return
    both = [host for host in one.members if host in other.members]
    for destination in one.destinations:
        host = next(
            (host for host in both if one.leads_to(host, destination) and other.leads_to(host, destination)), None
        )
        if host is not None:
            faults.add(
                f"{one.place} and {other.place}",
                f"on {host} both would have a route to {destination}; leave routes out of one, or give one another netns",
            )
            return


def _contended_port(one: Mesh, other: Mesh | Tunnel) -> t.Any:
    """Return the UDP port that both come in by, if it could not take both."""
    (port, content), (second, other_content) = (split_port(it.mode, it.options) for it in (one, other))
    return port if port == second and content != other_content else None


def _check_endpoints(one: Mesh, other: Mesh, faults: Faults) -> None:
    """Note the first two hosts that would have two tunnels that their kernels can't tell apart."""
    if one.key_by_pair or other.key_by_pair or one.options.get("key") != other.options.get("key"):
        return
    for host in one.members:
        peer = next((peer for peer in one.peers(host) if other.has_tunnel(host, peer)), None)
        if peer is None:
            continue
        first, second = one.side(host, peer), other.side(host, peer)
        if identity(first) == identity(second):
            faults.add(f"{one.place} and {other.place}", f"on {host} and {peer} {same_endpoints(first)}")
        return


def _check_name(mesh: Mesh, side: Side, faults: Faults) -> None:
    near = side.near
    if mesh.has_device(near.host, near.device):
        faults.add(
            f"{side.tunnel.place} and {mesh.place}",
            f"on {near.host} they have one name, {near.device}; give the link another name, or the mesh a prefix",
        )


def _check_underlay(mesh: Mesh, side: Side, faults: Faults) -> None:
    near, far = side.near, side.far
    both = f"{side.tunnel.place} and {mesh.place}"
    port = _contended_port(mesh, side.tunnel)
    if port and near.host in mesh.members:
        faults.add(both, f"on {near.host} {same_port(port)}")
    # Of its two sides, the first tells it all.
    is_first = near.host < far.host and mesh.has_tunnel(near.host, far.host)
    if is_first and identity(mesh.side(near.host, far.host)) == identity(side):
        faults.add(both, f"on {near.host} {same_endpoints(side)}")


def _check_addresses(mesh: Mesh, links: _Links, faults: Faults) -> None:
    """Note addresses of links, on whatever host, that are those of a mesh."""
    for pool in mesh.pools:
        for side, address in links.within(pool):
            if mesh.netns == side.near.netns:
                faults.add(
                    f"{side.tunnel.place} and {mesh.place}",
                    f"the address {address} of {side.near.host} is in the pool {pool}; give one that is not",
                )


_Number = tuple[int, int]
"""An address as its version and what it is as a number."""


class _Place(t.NamedTuple):
    """What the underlay of a mesh or link may be routed into, and what it is routed by."""

    name: str
    ranges: tuple[tuple[_Number, _Number], ...]
    """The first and the last address of each network that is routed into it."""
    remotes: list[_Number]
    """Where its outer packets go, in order."""


def _check_loops(meshes: t.Sequence[Mesh], links: _Links, faults: Faults) -> None:
    """Note meshes whose outer packets would be routed into themselves, at once or by way of other meshes and links.

    A mesh is taken as a whole. What links do among themselves is seen by ``_fleet_checks``, host by host.
    """
    places = [_place_of_mesh(mesh) for mesh in meshes]
    places += [_place_of_link(side) for side in links.sides]
    following: dict[int, set[int]] = collections.defaultdict(set)
    for position, mesh in enumerate(meshes):
        others = [other for other, one in enumerate(meshes) if not mesh.members.keys().isdisjoint(one.members)]
        of_links = [len(meshes) + other for other, _side in links.on(mesh)]
        following[position].update(other for other in others + of_links if _leads(places[position], places[other]))
        for other in of_links:
            if _leads(places[other], places[position]):
                following[other].add(position)
    for position in range(len(meshes)):
        path = _way_back(following, position)
        if path is not None:
            by_way = "".join(f" by way of {places[step].name}" for step in path)
            faults.add(
                places[position].name,
                f"its outer packets would be routed into itself{by_way}, because underlay addresses are in its pool; give "
                "a pool that has nothing in common with the underlay",
            )


def _place_of_mesh(mesh: Mesh) -> _Place:
    remotes = {_number(ipaddress.ip_address(member.local)) for member in mesh.members.values()}
    return _Place(str(mesh.place), tuple(map(_range, mesh.pools)), sorted(remotes))


def _place_of_link(side: Side) -> _Place:
    # What is routed into a device in one namespace is no way of packets that leave by another.
    addresses = side.near.addresses if side.near.link_netns is None else ()
    ranges = tuple(_range(address.network) for address in addresses)
    return _Place(str(side.tunnel.place), ranges, [_number(ipaddress.ip_address(side.far.local))])


def _number(address: IP) -> _Number:
    return address.version, int(address)


def _range(network: Network) -> tuple[_Number, _Number]:
    return _number(network.network_address), _number(network.broadcast_address)


def _leads(place: _Place, carrier: _Place) -> bool:
    for first, last in carrier.ranges:
        at = bisect.bisect_left(place.remotes, first)
        if at < len(place.remotes) and place.remotes[at] <= last:
            return True
    return False


def _way_back(following: t.Mapping[int, t.Iterable[int]], start: int) -> list[int] | None:
    """Return the shortest way from there to itself, without its ends."""
    ways: collections.deque[list[int]] = collections.deque([[]])
    seen: set[int] = set()
    while ways:
        way = ways.popleft()
        for step in sorted(following.get(way[-1] if way else start, ())):
            if step == start:
                return way
            if step not in seen:
                seen.add(step)
                ways.append([*way, step])
    return None
