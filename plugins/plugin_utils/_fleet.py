# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the declared tunnels of the whole fleet, to one host's share of them.

A pure function of the inventory: whatever part of the fleet a play runs on, a host gets the same share.
"""

from __future__ import annotations

import collections
import itertools
import typing as t

from . import _fleet_checks, _fleet_mesh_checks, _fleet_mesh_reader, _fleet_reader, _fleet_share, _fleet_tunnels
from ._fleet_faults import Faults, FleetError
from ._fleet_mesh_reader import Groups
from ._fleet_parsing import Hosts
from ._fleet_share import Share
from ._fleet_tunnels import Side

__all__ = ("Fleet", "FleetError", "Share", "share")


class Fleet:
    """The declaration, read and checked once for all hosts."""

    def __init__(self, links: t.Any, meshes: t.Any, hosts: Hosts, groups: Groups) -> None:
        """Raise FleetError with all that is wrong with the whole declaration."""
        faults = Faults()
        tunnels = _fleet_reader.read(links, hosts, faults)
        self.meshes = _fleet_mesh_reader.read(meshes, hosts, groups, faults)
        of_links = [side for tunnel in tunnels for side in _fleet_tunnels.sides(tunnel)]
        _fleet_checks.check(tunnels, of_links, faults)
        _fleet_mesh_checks.check(self.meshes, of_links, faults)
        faults.raise_if_any()
        self._links: dict[str, list[Side]] = collections.defaultdict(list)
        for side in of_links:
            self._links[side.near.host].append(side)

    def share(self, host: str) -> Share:
        """Return what falls to a host: of the links, then of the meshes."""
        sides = list(self._links.get(host, ()))
        links = [_fleet_share.link(side) for side in sides]
        for mesh in self.meshes:
            of_mesh = [mesh.side(host, peer) for peer in mesh.peers(host)]
            links += mesh.links(host, of_mesh)
            sides += of_mesh
        routes = itertools.chain.from_iterable(mesh.routes(host) for mesh in self.meshes)
        return _fleet_share.of(sides, links, list(routes))


def share(links: t.Any, hosts: Hosts, host: str, meshes: t.Any = (), groups: Groups | None = None) -> Share:
    """Return what falls to ``host``; raise FleetError with all that is wrong with the whole declaration."""
    return Fleet(links, meshes, hosts, groups or {}).share(host)
