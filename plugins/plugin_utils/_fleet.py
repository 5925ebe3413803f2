# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the declared tunnels of the whole fleet, to one host's share of them.

A pure function of the inventory: whatever part of the fleet a play runs on, a host gets the same share.
"""

from __future__ import annotations

import collections
import itertools
import typing as t

from . import (
    _fleet_checks,
    _fleet_mesh_checks,
    _fleet_mesh_reader,
    _fleet_protection,
    _fleet_reader,
    _fleet_share,
    _fleet_tunnels,
    _fleet_values,
)
from ._fleet_faults import Faults, FleetError, Place
from ._fleet_mesh_reader import Groups
from ._fleet_parsing import Hosts
from ._fleet_share import Share
from ._fleet_tunnels import Side

__all__ = ("Fleet", "FleetError", "Share", "read", "share")


class Fleet:
    """The declaration, read and checked once for all hosts."""

    def __init__(
        self, links: t.Any, meshes: t.Any, hosts: Hosts, groups: Groups, faults: Faults, protect: t.Any = None
    ) -> None:
        """:arg faults: gets all that is wrong with the whole declaration; then this is about the rest.

        :arg protect: what those have for ``protect`` that do not say it.
        """
        level = _level(protect, faults)
        self.tunnels = _fleet_reader.read(links, hosts, faults, level)
        self.meshes = _fleet_mesh_reader.read(meshes, hosts, groups, faults, level)
        of_links = [side for tunnel in self.tunnels for side in _fleet_tunnels.sides(tunnel)]
        _fleet_checks.check(self.tunnels, of_links, faults)
        _fleet_mesh_checks.check(self.meshes, of_links, faults)
        self._links: dict[str, list[Side]] = collections.defaultdict(list)
        for side in of_links:
            self._links[side.near.host].append(side)

    @property
    def hosts(self) -> set[str]:
        """The hosts that have tunnels."""
        return {*self._links, *(name for mesh in self.meshes for name in mesh.members)}

    @property
    def is_encrypted(self) -> bool:
        """Whether some of them are, by IPsec that is declared along."""
        return any(one.is_encrypted for one in self.tunnels) or any(mesh.is_encrypted for mesh in self.meshes)

    @property
    def count(self) -> int:
        """How many tunnels there are."""
        return len(self.tunnels) + sum(mesh.count for mesh in self.meshes)

    def share(self, host: str) -> Share:
        """Return what falls to a host: of the links, then of the meshes."""
        sides, links = self._ends(host)
        routes = itertools.chain.from_iterable(mesh.routes(host) for mesh in self.meshes)
        forwarded = {version for mesh in self.meshes for version in mesh.forwarded(host)}
        return _fleet_share.of(sides, links, list(routes), forwarded, *_fleet_protection.of(sides))

    def links(self, host: str) -> list[dict[str, t.Any]]:
        """Return the links of a host's share."""
        return self._ends(host)[1]

    def _ends(self, host: str) -> tuple[list[Side], list[dict[str, t.Any]]]:
        sides = list(self._links.get(host, ()))
        links = [_fleet_share.link(side) for side in sides]
        for mesh in self.meshes:
            of_mesh = [mesh.side(host, peer) for peer in mesh.peers(host)]
            links += mesh.links(host, of_mesh)
            sides += of_mesh
        return sides, links

    # What a host's own document must leave to them

    def place_of_device(self, host: str, netns: str | None, name: str) -> Place | None:
        """Return the link or mesh that makes a device of this name on a host."""
        for side in self._links.get(host, ()):
            if (side.near.netns, side.near.device) == (netns, name):
                return side.tunnel.place
        return next((mesh.place for mesh in self.meshes if mesh.netns == netns and mesh.has_device(host, name)), None)

    def place_of_route(self, host: str, netns: str | None, dst: str) -> Place | None:
        """Return the mesh that makes a route to a network on a host."""
        return next((mesh.place for mesh in self.meshes if mesh.netns == netns and mesh.leads_to(host, dst)), None)

    def place_of_port(self, host: str, netns: str | None, family: str, number: int) -> Place | None:
        """Return the link or mesh that makes a UDP port on a host. :arg family: as ``warren.tunnels.fou`` has it."""
        for side in self._links.get(host, ()):
            if side.near.home == netns and _fleet_checks.split_port(side.tunnel.mode, side.tunnel.options)[0] == (
                number,
                family,
            ):
                return side.tunnel.place
        for mesh in self.meshes:
            port = _fleet_checks.split_port(mesh.mode, mesh.options)[0]
            if mesh.netns == netns and host in mesh.members and port == (number, family):
                return mesh.place
        return None


def _level(raw: t.Any, faults: Faults) -> str:
    try:
        return _fleet_tunnels.UNPROTECTED if raw is None else _fleet_values.protection(raw)
    except ValueError as error:
        faults.add(_fleet_values.PROTECT_ALL, str(error))
        return _fleet_tunnels.UNPROTECTED


def read(links: t.Any, meshes: t.Any, hosts: Hosts, groups: Groups, protect: t.Any = None) -> Fleet:
    """Return the declaration; raise FleetError with all that is wrong with the whole of it."""
    faults = Faults()
    fleet = Fleet(links, meshes, hosts, groups, faults, protect)
    faults.raise_if_any()
    return fleet


def share(
    links: t.Any,
    hosts: Hosts,
    host: str,
    meshes: t.Any = (),
    groups: Groups | None = None,
    protect: t.Any = None,
) -> Share:
    """Return what falls to ``host``; raise FleetError with all that is wrong with the whole declaration."""
    return read(links, meshes, hosts, groups or {}, protect).share(host)
