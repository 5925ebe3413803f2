# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: a made-up host that steps are tried out on."""

import typing as t

from .._resources import FouPort, FouPortId, Have, Link, LinkId, Namespace, Route, RouteId


class World:
    """What a host has, to be changed."""

    def __init__(self, have: Have) -> None:
        self.namespaces: t.Dict[str, Namespace] = dict(have.namespaces)
        self.links: t.Dict[LinkId, Link] = dict(have.links)
        self.routes: t.Dict[RouteId, Route] = dict(have.routes)
        self.fou_ports: t.Dict[FouPortId, FouPort] = dict(have.fou_ports)
        self.arrived: t.Set[LinkId] = set()
        """Links that came from another namespace, to which their underlay stays bound."""
