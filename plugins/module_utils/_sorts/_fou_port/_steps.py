# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what is done to ports that take tunnels inside UDP."""

import typing as t

from ... import _values
from ..._record import Draft
from ..._resources import Have
from ..._steps._lines import line
from ..._steps._step import Step, Touched
from ..._steps._world import World
from ..._ways import Lifeline
from ._state import FIELD, FouPort

WORD = "FOU port"


class _OfPort(t.NamedTuple):
    port: FouPort


class AddFouPort(_OfPort, Step):
    field = FIELD

    @property
    def netns(self) -> t.Optional[str]:
        return self.port.netns

    def command(self) -> str:
        return line(self.netns, "fou", "add", "port", *_words(self.port), *_encap_words(self.port))

    def inverse(self) -> t.List[Step]:
        return [DeleteFouPort(self.port)]

    def take_effect(self, world: World) -> None:
        world.things[FIELD][self.port.id] = self.port

    def touches(self, have: Have) -> t.Iterator[Touched]:
        yield FIELD, self.port.id

    def enter(self, draft: Draft) -> None:
        draft.add(FIELD, self.port.id)


class DeleteFouPort(_OfPort, Step):
    field = FIELD

    @property
    def netns(self) -> t.Optional[str]:
        return self.port.netns

    def command(self) -> str:
        return line(self.netns, "fou", "del", "port", *_words(self.port))

    def inverse(self) -> t.List[Step]:
        return [AddFouPort(self.port)]

    def take_effect(self, world: World) -> None:
        del world.things[FIELD][self.port.id]

    def touches(self, have: Have) -> t.Iterator[Touched]:
        yield FIELD, self.port.id

    def cuts(self, lifeline: Lifeline, have: Have) -> str:
        carries = self.netns is None and self.port.port in lifeline.ports
        return "the packets of the tunnel that carries it come in there" if carries else ""

    def strike(self, draft: Draft) -> None:
        draft.discard(FIELD, self.port.id)


def text(port: FouPort) -> str:
    """Return a FOU port as ``ip`` takes it."""
    return " ".join([*_words(port), *_encap_words(port)])


def _words(port: FouPort) -> t.List[str]:
    return [str(port.port)] + (["-6"] if port.family == _values.IPV6 else [])


def _encap_words(port: FouPort) -> t.List[str]:
    return ["gue"] if port.encap == "gue" else ["ipproto", str(port.ipproto)]
