# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: a plan while it grows, a list for each phase."""

import typing as t

from .._kinds import _catalog
from .._resources import Link, LinkId, Loss
from .._steps._address import AddAddress
from .._steps._link import AddLink
from .._steps._step import Step

Steps = t.List[Step]


class Draft:
    """The phases in the order of their lists; each room of the planner fills its own."""

    def __init__(self) -> None:
        self.unmet: t.List[str] = []
        self.losses: t.List[Loss] = []
        self.namespaces: Steps = []
        self.ports: Steps = []
        self.departures: Steps = []
        """The end of routes."""
        self.deletions: Steps = []
        self.moves: Steps = []
        self.creations: t.List[AddLink] = []
        self.far_ends: t.Set[LinkId] = set()
        """The ends of pairs that are created together with the other one."""
        self.sysctls: Steps = []
        self.settings: Steps = []
        self.addresses: Steps = []
        self.routes: Steps = []
        self.endings: Steps = []
        self.inherited: t.Dict[LinkId, Link] = {}
        """New ends of pairs to the former ends whose properties they take over."""
        self.freed: t.Set[LinkId] = set()
        """The links that are deleted, if only to be made again."""
        self.bared: t.Set[LinkId] = set()
        """Those of them whose routes are not put back."""

    def steps(self) -> t.Iterator[Step]:
        """Yield all steps in the order in which they are to be taken.

        Those that need nothing of one another are sorted by namespace, because each batch goes to one.
        """
        yield from self.namespaces
        for early in (self.ports, self.departures, self.deletions, self.moves):
            yield from sorted(early, key=_place)
        yield from _in_order_of_reference(self.creations)
        yield from sorted(self.sysctls, key=_place)
        yield from sorted(self.settings, key=_place)
        yield from sorted(self.addresses, key=lambda step: (isinstance(step, AddAddress), _place(step)))
        yield from sorted(self.routes, key=_place)
        yield from self.endings


def _place(step: Step) -> str:
    return step.netns or ""


def _in_order_of_reference(creations: t.List[AddLink]) -> t.List[AddLink]:
    """Return the steps so that a link comes after those that it refers to, and like ones stand together."""
    waiting = {end.id: step for step in creations for end in step.ends}
    depths: t.Dict[LinkId, int] = {}

    def depth(step: AddLink) -> int:
        if step.link.id not in depths:
            # Of links that refer to each other in a ring, one has to come first.
            depths[step.link.id] = 0
            ahead = [waiting.get(id_) for end in step.ends for id_, _option in _catalog.references(end)]
            depths[step.link.id] = 1 + max([depth(other) for other in ahead if other], default=0)
        return depths[step.link.id]

    def key(step: AddLink) -> t.Tuple[int, str, bool]:
        return (depth(step), _place(step), _catalog.KINDS[str(step.link.kind)].created_by_ioctl)

    return sorted(creations, key=key)
