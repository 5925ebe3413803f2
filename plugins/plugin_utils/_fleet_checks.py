# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what only several tunnels together show as wrong."""

from __future__ import annotations

import collections
import ipaddress
import typing as t

from . import _fleet_protection, _fleet_share
from ._fleet_faults import Faults
from ._fleet_tunnels import Address, End, Network, Side, Tunnel, identity


def check(tunnels: t.Sequence[Tunnel], sides: t.Iterable[Side], faults: Faults) -> None:
    """Note what is wrong between declared links. :arg sides: all of theirs."""
    places: dict[tuple[str, str | None], list[Side]] = collections.defaultdict(list)
    underlays: dict[tuple[str, str | None], list[Side]] = collections.defaultdict(list)
    for side in sides:
        places[side.near.host, side.near.netns].append(side)
        underlays[side.near.host, side.near.home].append(side)
    for (host, _netns), here in places.items():
        _check_names(host, here, faults)
        # Outer packets that are routed in another namespace than the device is in can't be led into it.
        _check_loops(host, [side for side in here if side.near.link_netns is None], faults)
    for (host, _netns), here in underlays.items():
        _check_endpoints(host, here, faults)
        _check_ports(host, here, faults)
    _check_addresses(tunnels, faults)
    _fleet_protection.check_links(tunnels, faults)


def _check_names(host: str, sides: list[Side], faults: Faults) -> None:
    for same in _alike(sides, lambda side: side.near.device):
        faults.add(_places(same), f"on {host} they have one name, {same[0].near.device}; give each its own")


def _check_endpoints(host: str, sides: list[Side], faults: Faults) -> None:
    for same in _alike(sides, identity):
        faults.add(_places(same), f"on {host} {same_endpoints(same[0])}")


def _check_ports(host: str, sides: list[Side], faults: Faults) -> None:
    ports: dict[t.Any, dict[t.Any, Side]] = collections.defaultdict(dict)
    for side in sides:
        port, content = split_port(side.tunnel.mode, side.tunnel.options)
        if port:
            ports[port].setdefault(content, side)
    for port, takers in ports.items():
        if len(takers) > 1:
            faults.add(_places(list(takers.values())), f"on {host} {same_port(port)}")


def split_port(mode: str, options: t.Mapping[str, t.Any]) -> tuple[t.Any, t.Any]:
    """Return the UDP port that such tunnels come in by, and what it takes; None for both where they are not in UDP."""
    port = _fleet_share.fou_port(mode, options)
    return ((port["port"], port["family"]), (port["encap"], port.get("ipproto"))) if port else (None, None)


def same_port(port: tuple[int, str]) -> str:
    """Return what is wrong with two tunnels that need one port for different things, and the remedy."""
    return f"they come in by one UDP port, {port[0]}, which takes one protocol; give one another encap_dport"


def same_endpoints(side: Side) -> str:
    """Return what is wrong with two tunnels that are both like this one, and the remedy."""
    tunnel, near, far = side
    remedy = "give each its own key" if "ikey" in tunnel.kind.identity else "leave one out, or take gre with keys"
    return (
        f"they have the same endpoints, {tunnel.mode} from {near.local} to {far.local} with the same key or none, which the "
        f"kernel can't tell apart; {remedy}"
    )


def _check_addresses(tunnels: t.Sequence[Tunnel], faults: Faults) -> None:
    """Note addresses that two hosts have, or that a host has twice in a way that routing can't tell apart.

    A host may have one address on several point-to-point tunnels, if their peers differ.
    """
    owners: dict[tuple[str | None, t.Any], list[tuple[End, Address]]] = collections.defaultdict(list)
    for tunnel in tunnels:
        for end in tunnel.ends:
            for address in end.addresses:
                if address.own.version == 6 and address.own.ip.is_link_local:
                    continue
                owners[end.netns, address.own.address].append((end, address))
    for (_netns, ip), found in owners.items():
        on_several_hosts = len({end.host for end, _address in found}) > 1
        peers = [address.peer and address.peer.address for _end, address in found]
        is_ambiguous = len(found) > 1 and (None in peers or len(set(peers)) < len(peers))
        if on_several_hosts or is_ambiguous:
            places = " and ".join(str(end.place) for end, _address in found)
            faults.add(places, f"they have one address, {ip}; give each its own")


def _check_loops(host: str, sides: list[Side], faults: Faults) -> None:
    """Note tunnels whose outer packets would be routed into themselves, at once or by way of other tunnels."""
    routes: dict[Network, int] = {}
    for position, (_tunnel, near, _far) in enumerate(sides):
        for address in near.addresses:
            routes.setdefault(address.network, position)
    lengths = sorted({network.prefixlen for network in routes}, reverse=True)
    devices = {near.device: position for position, (_tunnel, near, _far) in enumerate(sides)}
    following = [
        _route(routes, lengths, far.local) if near.dev is None else devices.get(near.dev)
        for _tunnel, near, far in sides
    ]
    for position, (tunnel, near, far) in enumerate(sides):
        path: list[int] = []
        step: int | None = position
        while step is not None and step not in path:
            path.append(step)
            step = following[step]
        if step == position:
            by_way = "".join(f" by way of {sides[other].near.device}" for other in path[1:])
            cause = (
                "addresses; give addresses that have nothing in common with the underlay"
                if near.dev is None
                else f"dev, {near.dev}; give a device of the underlay"
            )
            faults.add(
                f"{tunnel.place}, {host}",
                f"the remote {far.local} would be routed into the tunnel itself{by_way}, because of its {cause}",
            )


def _route(routes: t.Mapping[Network, int], lengths: t.Sequence[int], destination: str) -> int | None:
    """Return the position of the tunnel that packets to this address go into."""
    for length in lengths:
        address = ipaddress.ip_address(destination)
        if length <= address.max_prefixlen:
            network = ipaddress.ip_network((address, length), strict=False)
            if network in routes:
                return routes[network]
    return None


def _alike(sides: list[Side], key: t.Callable[[Side], t.Hashable]) -> list[list[Side]]:
    groups: dict[t.Hashable, list[Side]] = collections.defaultdict(list)
    for side in sides:
        groups[key(side)].append(side)
    return [group for group in groups.values() if len(group) > 1]


def _places(sides: list[Side]) -> str:
    return " and ".join(str(tunnel.place) for tunnel, _near, _far in sides)
