# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: a plan while it grows, a list for each phase."""

import typing as t

from .._kinds import _catalog, _underlay
from .._resources import Link, LinkId, Loss
from .._steps._address import DeleteAddress
from .._steps._link import AddLink, DeleteLink, SetLink
from .._steps._member import AddMember, DeleteMember
from .._steps._port import SetPort
from .._steps._step import Step

Steps = t.List[Step]

_LATER: t.Dict[t.Any, int] = {SetPort: 1, DeleteMember: 2, AddMember: 3}
"""Steps of the settings that come after the others, in this order: ports are there before one refers to another, and a name is
free before another link takes it.
"""


class Draft:
    """The phases in the order of their lists; each room of the planner fills its own."""

    def __init__(self) -> None:
        self.unmet: t.List[str] = []
        self.losses: t.List[Loss] = []
        self.namespaces: Steps = []
        self.common: Steps = []
        """Sysctls that are no device's own: a new device begins with what some of them say."""
        self.early: Steps = []
        """What stands without links, such as ports for tunnels."""
        self.departures: Steps = []
        """The end of routes."""
        self.partings: Steps = []
        """The end of what routes lead by, where that would go with a link."""
        self.deletions: Steps = []
        self.moves: Steps = []
        self.creations: t.List[AddLink] = []
        self.far_ends: t.Set[LinkId] = set()
        """The ends of pairs that are created together with the other one."""
        self.sysctls: Steps = []
        self.settings: Steps = []
        self.addresses: Steps = []
        self.waypoints: Steps = []
        """What routes lead by."""
        self.routes: Steps = []
        self.late: Steps = []
        """What may need links with their addresses and routes."""
        self.last: Steps = []
        """The end of that."""
        self.endings: Steps = []
        self.gone: t.Set[t.Tuple[str, t.Any]] = set()
        """The fields and ids of things that others take along by these steps, and that the steps must make again."""
        self.inherited: t.Dict[LinkId, Link] = {}
        """New ends of pairs to the former ends whose properties they take over."""
        self.freed: t.Set[LinkId] = set()
        """The links that are deleted, if only to be made again."""
        self.bared: t.Set[LinkId] = set()
        """Those of them whose routes are not put back."""
        self.cycled: t.Dict[LinkId, Link] = {}
        """The links that a master takes down and up, as they are before. Their routes go, too."""

    def steps(self) -> t.Iterator[Step]:
        """Yield all steps in the order in which they are to be taken.

        Those that need nothing of one another are sorted by namespace, because each batch goes to one.
        """
        yield from self.namespaces
        for early in (self.common, self.early, self.departures, self.partings):
            yield from sorted(early, key=_place)
        yield from _uppers_first(self.deletions)
        yield from sorted(self.moves, key=_place)
        yield from _in_order_of_reference(self.creations)
        yield from sorted(self.sysctls, key=_place)
        yield from _in_order_of_settings(self.settings)
        yield from sorted(self.addresses, key=lambda step: (not isinstance(step, DeleteAddress), _place(step)))
        yield from sorted(self.waypoints, key=_place)
        yield from sorted(self.routes, key=_place)
        yield from sorted(self.late, key=_place)
        yield from sorted(self.last, key=_place)
        yield from self.endings


def _place(step: Step) -> str:
    return step.netns or ""


def stands(link: Link) -> bool:
    """Return whether a link goes with another one that it was made on."""
    return _catalog.KINDS.get(str(link.kind), _catalog.ANY).stands


def depths(links: t.Iterable[t.Sequence[Link]]) -> t.Dict[LinkId, int]:
    """Return how many of these links must be there before each.

    :arg links: those that come and go together, such as both ends of a pair, as one.
    """
    waiting = {end.id: ends for ends in links for end in ends}
    found: t.Dict[LinkId, int] = {}

    def depth(ends: t.Sequence[Link]) -> int:
        id_ = ends[0].id
        if id_ not in found:
            # Of links that refer to each other in a ring, one has to come first.
            found[id_] = 0
            ahead = [waiting.get(other) for end in ends for other, _option in _catalog.references(end)]
            found[id_] = 1 + max([depth(others) for others in ahead if others], default=0)
        return found[id_]

    return {id_: depth(ends) for id_, ends in waiting.items()}


def _in_order_of_reference(creations: t.List[AddLink]) -> t.List[AddLink]:
    """Return the steps so that a link comes after those that it refers to, and like ones stand together."""
    depth = depths([step.ends for step in creations])

    def key(step: AddLink) -> t.Tuple[int, str, bool]:
        return (depth[step.link.id], _place(step), _catalog.KINDS[str(step.link.kind)].created_by_ioctl)

    return sorted(creations, key=key)


def _in_order_of_settings(settings: Steps) -> Steps:
    """Return the steps so that a link comes up after one that it stands on in another namespace."""
    links = {step.link.id: step.link for step in settings if isinstance(step, SetLink)}
    depth = depths([link] for link in links.values()) if any(map(_underlay.is_elsewhere, links.values())) else {}

    def key(step: Step) -> t.Tuple[int, int, str]:
        height = depth.get(step.link.id, 0) if isinstance(step, SetLink) else 0
        return (_LATER.get(type(step), 0), height, _place(step))

    return sorted(settings, key=key)


def _uppers_first(deletions: Steps) -> Steps:
    """Return the steps so that a link goes before what it stands on, with which it would go by itself."""
    links = [step.link for step in deletions if isinstance(step, DeleteLink)]
    depth = depths([link] for link in links) if any(map(stands, links)) else {}

    def key(step: Step) -> t.Tuple[int, str]:
        return (-depth.get(step.link.id, 0) if isinstance(step, DeleteLink) else 0, _place(step))

    return sorted(deletions, key=key)
