# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what is done to namespaces."""

import typing as t

from .._kinds import _underlay
from .._record import Draft
from .._resources import Have, Namespace
from .._ways import Lifeline
from ._lines import line
from ._step import Step, Touched
from ._world import World


class _Addition(t.NamedTuple):
    name: str
    restored: bool = False
    """It was deleted by the same run, which held on to it, and comes back with what is in it."""


class AddNamespace(_Addition, Step):
    def command(self) -> str:
        return line(None, "netns", "add", self.name)

    def inverse(self) -> t.List[Step]:
        return [DeleteNamespace(Namespace(self.name))]

    def take_effect(self, world: World) -> None:
        world.namespaces[self.name] = Namespace(self.name)

    def touches(self, have: Have) -> t.Iterator[Touched]:
        yield "namespaces", self.name

    def enter(self, draft: Draft) -> None:
        if not self.restored:
            draft.add("namespaces", self.name)


class _Deletion(t.NamedTuple):
    namespace: Namespace


class DeleteNamespace(_Deletion, Step):
    """Its content goes with it when the run ends, and does not come back, so it is the last step of a plan."""

    def command(self) -> str:
        return line(None, "netns", "delete", self.namespace.name)

    def inverse(self) -> t.List[Step]:
        return [AddNamespace(self.namespace.name, restored=True)]

    def take_effect(self, world: World) -> None:
        del world.namespaces[self.namespace.name]
        world.empty(self.namespace.name)

    def touches(self, have: Have) -> t.Iterator[Touched]:
        yield "namespaces", self.namespace.name
        for id_, link in have.links.items():
            if self.namespace.name in (link.netns, _underlay.home(link)) and link.name != "lo":
                yield "links", id_

    def cuts(self, lifeline: Lifeline, have: Have) -> str:
        return next((role for id_, role in lifeline.links.items() if id_[0] == self.namespace.name), "")

    def strike(self, draft: Draft) -> None:
        draft.forget(self.namespace.name)
