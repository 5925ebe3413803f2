# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the declared tunnels of the whole fleet, to one host's share of them.

A pure function of the inventory: whatever part of the fleet a play runs on, a host gets the same share.
"""

from __future__ import annotations

import ipaddress
import typing as t

from . import _fleet_checks, _fleet_reader
from ._fleet_checks import Side
from ._fleet_faults import Faults, FleetError
from ._fleet_reader import Hosts
from ._fleet_tunnels import MODES, End, Tunnel

IP = ipaddress.IPv4Address | ipaddress.IPv6Address

__all__ = ("FleetError", "Share", "share")


class Share(t.TypedDict):
    """What one host has to do with the declared tunnels."""

    links: list[dict[str, t.Any]]
    """Options of ``warren.tunnels.ip_tunnel``, for each tunnel."""
    probes: list[dict[str, t.Any]]
    """Options of a probe of ``warren.tunnels.tunnel_probe``, for each pair of addresses."""
    crossings: list[dict[str, t.Any]]
    """The same, for far addresses that must not answer through another tunnel."""
    kernel_modules: list[str]
    accept: list[dict[str, t.Any]]
    """Which IP protocols come from which peers."""


def share(links: t.Any, hosts: Hosts, host: str) -> Share:
    """Return what falls to ``host``; raise FleetError with all that is wrong with the whole declaration."""
    faults = Faults()
    tunnels = _fleet_reader.read(links, hosts, faults)
    _fleet_checks.check(tunnels, faults)
    faults.raise_if_any()
    sides = [(tunnel, near, far) for tunnel in tunnels for near, far in tunnel.sides() if near.host == host]
    accepted = sorted({(far.local, MODES[tunnel.mode].protocol) for tunnel, _near, far in sides})
    return {
        "links": [_link(*side) for side in sides],
        "probes": [_probe(side, other) for side in sides for _own, other in _pairs(side)],
        "crossings": list(_crossings(sides)),
        "kernel_modules": sorted({tunnel.kind.module for tunnel, _near, _far in sides}),
        "accept": [{"source": source, "protocol": protocol} for source, protocol in accepted],
    }


def _link(tunnel: Tunnel, near: End, far: End) -> dict[str, t.Any]:
    link = {"name": tunnel.name, "mode": tunnel.mode, "local": near.local, "remote": far.local, **tunnel.options}
    link.update({key: value for key, value in (("dev", near.dev), ("netns", near.netns)) if value is not None})
    link["addresses"] = [address.as_option() for address in near.addresses]
    return link


def _pairs(side: Side) -> t.Iterator[tuple[IP, IP]]:
    """Yield the addresses of the near and the far end that correspond to each other."""
    _tunnel, near, far = side
    for own, other in zip(near.pairs, far.pairs, strict=True):
        yield own.own.ip, other.own.ip


def _probe(side: Side, other: IP) -> dict[str, t.Any]:
    tunnel, _near, far = side
    probe = {**_sending(side), "destination": str(other), "label": f"{other} on {far.host}", "outer": _outer(side)}
    if "mtu" in tunnel.options:
        probe["min_path_mtu"] = tunnel.options["mtu"]
    return probe


def _sending(side: Side) -> dict[str, t.Any]:
    tunnel, near, _far = side
    return {"name": tunnel.name, "netns": near.netns}


def _outer(side: Side) -> dict[str, t.Any]:
    tunnel, near, far = side
    return {"protocol": str(MODES[tunnel.mode].protocol), "local": near.local, "remote": far.local}


def _crossings(sides: list[Side]) -> t.Iterator[dict[str, t.Any]]:
    """Yield each far address with one other tunnel, so that their number grows with the tunnels and not with their pairs.

    The kernel sends IPv6 through a link only where a route leads, so only IPv4 can be asked through a wrong one.
    """
    for position, side in enumerate(sides):
        for own, other in _pairs(side):
            others = sides[position + 1 :] + sides[:position]
            through = next((wrong for wrong in others if _can_cross(side, other, wrong)), None)
            if through is None:
                continue
            crossing = {
                **_sending(through),
                "destination": str(other),
                "source": str(own),
                "label": f"{other} of {side[0].name}",
                "expect": "silence",
            }
            # Silence proves more where the question has left. Through Ethernet, it may end with ARP.
            if not MODES[through[0].mode].is_ethernet:
                crossing["outer"] = _outer(through)
            yield crossing


def _can_cross(side: Side, address: IP, wrong: Side) -> bool:
    """Whether a far address can be asked for through a tunnel, and must not answer."""
    tunnel, near, _far = wrong
    is_its_own = any(address == other for _own, other in _pairs(wrong))
    return address.version == 4 and 4 in MODES[tunnel.mode].carries and near.netns == side[1].netns and not is_its_own
