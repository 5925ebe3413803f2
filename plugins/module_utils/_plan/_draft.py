# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: a plan while it grows, a list for each phase."""

import typing as t

from .. import _operations
from .._resources import Link, LinkId

Steps = t.List[_operations.Operation]


class Draft:
    """The phases in the order of their lists; each room of the planner fills its own."""

    def __init__(self) -> None:
        self.unmet: t.List[str] = []
        self.losses: t.List[str] = []
        self.namespaces: Steps = []
        self.ports: Steps = []
        self.departures: Steps = []
        """The end of routes."""
        self.deletions: Steps = []
        self.moves: Steps = []
        self.creations: t.List[_operations.AddLink] = []
        self.settings: Steps = []
        self.addresses: Steps = []
        self.routes: Steps = []
        self.endings: Steps = []
        self.inherited: t.Dict[LinkId, Link] = {}
        """New ends of pairs to the former ends whose properties they take over."""
        self.freed: t.Set[LinkId] = set()
        """The links that are deleted, if only to be made again."""

    def steps(self) -> t.Iterator[_operations.Operation]:
        """Yield all steps in the order in which they are to be taken."""
        for early in (self.namespaces, self.ports, self.departures, self.deletions, self.moves):
            yield from early
        yield from _in_order_of_reference(self.creations)
        for late in (self.settings, self.addresses, self.routes, self.endings):
            yield from late


def _in_order_of_reference(creations: t.List[_operations.AddLink]) -> t.Iterator[_operations.AddLink]:
    """Yield the steps so that a link comes after those that it refers to."""
    waiting = {step.link.id: step for step in creations}

    def visit(step: _operations.AddLink) -> t.Iterator[_operations.AddLink]:
        for end in (step.link, step.peer) if step.peer else (step.link,):
            for name in ("dev", "master"):
                referred = waiting.pop((end.netns, end.attributes.get(name, "")), None)
                if referred is not None:
                    yield from visit(referred)
        yield step

    for step in creations:
        if waiting.pop(step.link.id, None) is not None:
            yield from visit(step)
