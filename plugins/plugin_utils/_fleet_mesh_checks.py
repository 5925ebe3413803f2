# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what meshes together, or with declared links, show as wrong.

Worked out from the meshes' members and pools, not from their tunnels: a mesh of 10,000 hosts has 50 million.
"""

from __future__ import annotations

import collections
import ipaddress
import itertools
import typing as t

from ..module_utils._kinds import _catalog
from ._fleet_checks import same_endpoints, same_port, split_port
from ._fleet_faults import Faults
from ._fleet_mesh import Mesh
from ._fleet_one_device import OneDeviceMesh
from ._fleet_tunnels import IP, Side, Tunnel, identity


def check(meshes: t.Sequence[Mesh], sides: t.Sequence[Side], faults: Faults) -> None:
    """Note what is wrong. :arg sides: of the declared links."""
    for one, other in itertools.combinations(meshes, 2):
        _check_pools(one, other, faults)
        _check_devices(one, other, faults)
        _check_endpoints(one, other, faults)
        _check_shared(one, other, faults)
        _check_ports(one, other, faults)
    for mesh in meshes:
        for side in sides:
            if mesh.netns == side.near.netns:
                _check_link(mesh, side, faults)
    _check_loops(meshes, sides, faults)


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
    if host is not None and _catalog.KINDS[one.mode].kernel_name == _catalog.KINDS[other.mode].kernel_name:
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


def _check_link(mesh: Mesh, side: Side, faults: Faults) -> None:
    near, far = side.near, side.far
    both = f"{side.tunnel.place} and {mesh.place}"
    if mesh.has_device(near.host, near.device):
        faults.add(
            both, f"on {near.host} they have one name, {near.device}; give the link another name, or the mesh a prefix"
        )
    port = _contended_port(mesh, side.tunnel)
    if port and near.host in mesh.members:
        faults.add(both, f"on {near.host} {same_port(port)}")
    for address in near.addresses:
        pool = next((pool for pool in mesh.pools if address.own.ip in pool), None)
        if pool is not None:
            faults.add(
                both, f"the address {address.own.address} of {near.host} is in the pool {pool}; give one that is not"
            )
    # Of its two sides, the first tells it all.
    is_first = near.host < far.host and mesh.has_tunnel(near.host, far.host)
    if is_first and identity(mesh.side(near.host, far.host)) == identity(side):
        faults.add(both, f"on {near.host} {same_endpoints(side)}")


class _Place(t.NamedTuple):
    """What the underlay of a mesh or link may be routed into, and what it is routed by."""

    name: str
    networks: tuple[t.Any, ...]
    remotes: frozenset[IP]


def _check_loops(meshes: t.Sequence[Mesh], sides: t.Sequence[Side], faults: Faults) -> None:
    """Note meshes whose outer packets would be routed into themselves, at once or by way of other meshes and links.

    A mesh is taken as a whole. What links do among themselves is seen by ``_fleet_checks``, host by host.
    """
    if not meshes:
        return
    places = [
        _Place(
            str(mesh.place),
            mesh.pools,
            frozenset(ipaddress.ip_address(member.local) for member in mesh.members.values()),
        )
        for mesh in meshes
    ]
    hosts = [frozenset(mesh.members) for mesh in meshes]
    for side in sides:
        networks = tuple(address.network for address in side.near.addresses)
        places.append(_Place(str(side.tunnel.place), networks, frozenset((ipaddress.ip_address(side.far.local),))))
        hosts.append(frozenset((side.near.host,)))
    following: dict[int, set[int]] = collections.defaultdict(set)
    for position, place in enumerate(places):
        for other, carrier in enumerate(places):
            # Links among themselves: see above.
            both_links = position >= len(meshes) and other >= len(meshes)
            if not both_links and hosts[position] & hosts[other] and _leads(place.remotes, carrier.networks):
                following[position].add(other)
    for position in range(len(meshes)):
        path = _way_back(following, position)
        if path is not None:
            by_way = "".join(f" by way of {places[step].name}" for step in path)
            faults.add(
                places[position].name,
                f"its outer packets would be routed into itself{by_way}, because underlay addresses are in its pool; give "
                "a pool that has nothing in common with the underlay",
            )


def _leads(remotes: t.Iterable[IP], networks: t.Sequence[t.Any]) -> bool:
    ranges = [(network.version, int(network.network_address), int(network.broadcast_address)) for network in networks]
    return any(
        version == remote.version and low <= int(remote) <= high for remote in remotes for version, low, high in ranges
    )


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
