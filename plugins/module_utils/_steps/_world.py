# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: a made-up host that steps are tried out on."""

import typing as t

from .._kinds import _underlay
from .._resources import Have, Link, LinkId, Namespace
from .._states import _registry


class World:
    """What a host has, to be changed."""

    def __init__(self, have: Have) -> None:
        self.things: t.Dict[str, t.Dict[t.Any, t.Any]] = {
            field: dict(_registry.there(field, have)) for field in _registry.FIELDS
        }

    @property
    def namespaces(self) -> t.Dict[str, Namespace]:
        return self.things["namespaces"]

    @property
    def links(self) -> t.Dict[LinkId, Link]:
        return self.things["links"]

    def empty(self, netns: str) -> None:
        """Leave out all that is in a namespace, and the links elsewhere that have their underlay in it."""
        self.things["links"] = {id_: link for id_, link in self.links.items() if _underlay.home(link) != netns}
        for field in ("links", *_registry.BESIDE_LINKS):
            self.things[field] = {id_: thing for id_, thing in self.things[field].items() if id_[0] != netns}

    def forget(self, gone: LinkId) -> None:
        """Forget what a link had of its own."""
        for field in filter(self.things.get, _registry.OF_LINKS):
            link, things = _registry.room(field).link, self.things[field]
            self.things[field] = {id_: each for id_, each in things.items() if link(id_) != gone}
