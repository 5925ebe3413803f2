# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the declared tunnels of the whole fleet, to one host's share of them.

A pure function of the inventory: whatever part of the fleet a play runs on, a host gets the same share.
"""

from __future__ import annotations

import typing as t

from . import _fleet_checks, _fleet_reader
from ._fleet_faults import Faults, FleetError
from ._fleet_reader import Hosts
from ._fleet_tunnels import MODES, End, Tunnel

__all__ = ("FleetError", "Share", "share")


class Share(t.TypedDict):
    """What one host has to do with the declared tunnels."""

    links: list[dict[str, t.Any]]
    """Options of ``warren.tunnels.ip_tunnel``, for each tunnel."""
    probes: list[dict[str, t.Any]]
    """For each pair of addresses: the link, its namespace, the far host, the near and the far address."""
    crossings: list[dict[str, t.Any]]
    """Which far address must not answer through which other tunnel."""
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
    probes = [probe for side in sides for probe in _probes(*side)]
    return {
        "links": [_link(*side) for side in sides],
        "probes": probes,
        "crossings": list(_crossings(probes)),
        "kernel_modules": sorted({tunnel.kind.module for tunnel, _near, _far in sides}),
        "accept": [{"source": source, "protocol": protocol} for source, protocol in accepted],
    }


def _link(tunnel: Tunnel, near: End, far: End) -> dict[str, t.Any]:
    link = {"name": tunnel.name, "mode": tunnel.mode, "local": near.local, "remote": far.local, **tunnel.options}
    link.update({key: value for key, value in (("dev", near.dev), ("netns", near.netns)) if value is not None})
    link["addresses"] = [address.as_option() for address in near.addresses]
    return link


def _probes(tunnel: Tunnel, near: End, far: End) -> list[dict[str, t.Any]]:
    return [
        {
            "link": tunnel.name,
            "netns": near.netns,
            "host": far.host,
            "near": str(own.own.ip),
            "far": str(other.own.ip),
        }
        for own, other in zip(near.pairs, far.pairs, strict=True)
    ]


def _crossings(probes: list[dict[str, t.Any]]) -> t.Iterator[dict[str, t.Any]]:
    """Yield each probe with one other tunnel, so that their number grows with the tunnels and not with their pairs."""
    for position, probe in enumerate(probes):
        for other in probes[position + 1 :] + probes[:position]:
            if other["link"] != probe["link"] and other["netns"] == probe["netns"] and other["far"] != probe["far"]:
                yield {**probe, "through": other["link"]}
                break
