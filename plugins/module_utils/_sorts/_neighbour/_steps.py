# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what is done to neighbours."""

import errno
import typing as t

from ..._record import Draft
from ..._resources import Have
from ..._steps._lines import line
from ..._steps._step import Step, Touched
from ..._steps._world import World
from ..._ways import Lifeline, hops
from ._state import FIELD, Neighbour

WORD = "neighbour"


class _OfNeighbour(t.NamedTuple):
    neighbour: Neighbour
    old: t.Optional[Neighbour] = None
    """What it is changed from."""

    @property
    def netns(self) -> t.Optional[str]:
        return self.neighbour.netns

    def touches(self, have: Have) -> t.Iterator[Touched]:
        yield FIELD, self.neighbour.id

    def cuts(self, lifeline: Lifeline, have: Have) -> str:
        """Frames to it go elsewhere, or nowhere on a link that asks nobody."""
        _netns, dev, to, proxy = self.neighbour.id
        if proxy or (self.old is not None and self.old.lladdr == self.neighbour.lladdr):
            return ""
        for way in lifeline.ways:
            if way.netns == self.netns and (dev, to) in [
                (hop[0], hop[1] or way.destination) for hop in hops(way.route)
            ]:
                return "packets to {0} go to that neighbour".format(way.destination)
        return ""

    def remedy(self, cause: Exception, number: t.Optional[int]) -> str:
        if number == errno.EINVAL:
            return "lladdr: ip -d link show dev {0} shows of which form such addresses are there".format(
                self.neighbour.dev
            )
        return Step().remedy(cause, number)


class AddNeighbour(_OfNeighbour, Step):
    field = FIELD

    def command(self) -> str:
        return _replacement(self.neighbour)

    def inverse(self) -> t.List[Step]:
        return [DeleteNeighbour(self.neighbour)]

    def take_effect(self, world: World) -> None:
        world.things[FIELD][self.neighbour.id] = self.neighbour

    def enter(self, draft: Draft) -> None:
        draft.add(FIELD, self.neighbour.id)


class SetNeighbour(_OfNeighbour, Step):
    field = FIELD

    def command(self) -> str:
        return _replacement(self.neighbour)

    def inverse(self) -> t.List[Step]:
        return [SetNeighbour(self.old, self.neighbour)] if self.old else []

    def take_effect(self, world: World) -> None:
        world.things[FIELD][self.neighbour.id] = self.neighbour


class DeleteNeighbour(_OfNeighbour, Step):
    field = FIELD

    def command(self) -> str:
        return line(self.netns, "neighbour", "delete", *_id_words(self.neighbour), "dev", self.neighbour.dev)

    def inverse(self) -> t.List[Step]:
        return [AddNeighbour(self.neighbour)]

    def take_effect(self, world: World) -> None:
        world.things[FIELD].pop(self.neighbour.id, None)

    def strike(self, draft: Draft) -> None:
        draft.discard(FIELD, self.neighbour.id)


def _replacement(neighbour: Neighbour) -> str:
    return line(neighbour.netns, "neighbour", "replace", *_words(neighbour))


def text(neighbour: Neighbour) -> str:
    """Return what tells a neighbour from others, as ``ip`` takes it."""
    return " ".join([*_id_words(neighbour), "dev", neighbour.dev])


def facts(neighbour: Neighbour) -> t.Dict[str, str]:
    return {
        "lladdr": neighbour.lladdr,
        "router": str(bool(neighbour.router)).lower(),
        "protocol": str(neighbour.protocol or "unspec"),
    }


def _id_words(neighbour: Neighbour) -> t.List[str]:
    return [*(["proxy"] if neighbour.proxy else []), neighbour.to]


def _words(neighbour: Neighbour) -> t.List[str]:
    words = _id_words(neighbour)
    words += ["lladdr", neighbour.lladdr] if neighbour.lladdr else []
    words += ["dev", neighbour.dev] + ([] if neighbour.proxy else ["nud", "permanent"])
    words += ["router"] if neighbour.router else []
    return words + (["protocol", neighbour.protocol] if neighbour.protocol else [])
