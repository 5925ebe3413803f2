# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what is done to nexthop objects."""

import errno
import typing as t

from ... import _errors, _values
from ..._record import Draft
from ..._resources import Have, Route
from ..._states import _registry
from ..._steps._lines import line
from ..._steps._step import Step, Touched
from ..._steps._world import World
from ..._ways import Claim, Lifeline, hops
from .._route._steps import claims, encap_words
from ._state import FIELD, RESILIENT, Nexthop, form, is_replaceable

WORD = "nexthop"


class _OfNexthop(t.NamedTuple):
    nexthop: Nexthop
    old: t.Optional[Nexthop] = None
    """What it has the place of, or is to have once more."""
    led: t.Tuple[Route, ...] = ()
    """The routes that lead by it, as they do afterwards."""

    @property
    def netns(self) -> t.Optional[str]:
        return self.nexthop.netns

    def claims(self) -> t.Iterator[Claim]:
        for route in self.led:
            yield from claims(route, replaces=True)

    def remedy(self, cause: Exception, number: t.Optional[int]) -> str:
        nexthop, said = self.nexthop, str(cause)
        if number == errno.EOPNOTSUPP:
            return "nexthops: this kernel has no nexthop objects, which Linux 5.3 brought; give the routes their ways themselves"
        if number == errno.ENETDOWN:
            return "dev: {0} has to be up, with a carrier, before it can be a way; say up=true, and plug in its other end".format(
                nexthop.dev or "lo"
            )
        if nexthop.via and (number in (errno.ENETUNREACH, errno.EHOSTUNREACH) or "gateway" in said):
            return "via: no address of {0} leads to {1}; give it one, or say onlink=true".format(
                nexthop.dev, nexthop.via
            )
        if number == errno.EINVAL and nexthop.type == RESILIENT and "group type" in said:
            return "type: this kernel has no resilient groups, which Linux 5.13 brought; leave it out"
        if number == errno.EINVAL and nexthop.fdb and "fdb" not in said.lower():
            return "fdb: Linux 5.8 brought it; leave it out"
        if number == errno.EEXIST:
            return "id: somebody has made a nexthop of that number meanwhile; give yours another"
        return _errors.hint_for(number)


class AddNexthop(_OfNexthop, Step):
    field = FIELD

    def command(self) -> str:
        return _line(self.nexthop, "add")

    def inverse(self) -> t.List[Step]:
        return [DeleteNexthop(self.nexthop)]

    def again(self) -> Step:
        return SetNexthop(self.nexthop)

    def take_effect(self, world: World) -> None:
        world.things[FIELD][self.nexthop.id] = self.nexthop

    def touches(self, have: Have) -> t.Iterator[Touched]:
        yield FIELD, self.nexthop.id

    def enter(self, draft: Draft) -> None:
        draft.add_form(FIELD, self.nexthop.id, form(self.nexthop))


class SetNexthop(_OfNexthop, Step):
    """Puts a nexthop in the place of another, or makes it again where that has gone; then it says the same once more."""

    field = FIELD

    def command(self) -> str:
        return _line(self.nexthop, "replace")

    def inverse(self) -> t.List[Step]:
        if self.old is None or self.old == self.nexthop:
            return []
        back = SetNexthop(self.old, self.nexthop)
        return (
            [back] if is_replaceable(self.nexthop, self.old) else [DeleteNexthop(self.nexthop, makes_room=True), back]
        )

    def take_effect(self, world: World) -> None:
        world.things[FIELD][self.nexthop.id] = self.nexthop

    def touches(self, have: Have) -> t.Iterator[Touched]:
        if self.old != self.nexthop:
            yield FIELD, self.nexthop.id

    def cuts(self, lifeline: Lifeline, have: Have) -> str:
        after = {route.id: hops(route) for route in self.led}
        for way in lifeline.ways:
            if way.route.id in after and after[way.route.id] != hops(way.route):
                return "packets to {0} go by that nexthop".format(way.destination)
        return ""

    def enter(self, draft: Draft) -> None:
        draft.change_form(FIELD, self.nexthop.id, form(self.nexthop))


class _Deletion(t.NamedTuple):
    nexthop: Nexthop
    makes_room: bool = False
    """Another one takes its place at once."""


class DeleteNexthop(_Deletion, Step):
    field = FIELD

    @property
    def netns(self) -> t.Optional[str]:
        return self.nexthop.netns

    def command(self) -> str:
        return line(self.netns, "nexthop", "delete", "id", str(self.nexthop.number))

    def inverse(self) -> t.List[Step]:
        # Whatever took its place is away again, or was never there.
        return [SetNexthop(self.nexthop)]

    def take_effect(self, world: World) -> None:
        world.things[FIELD].pop(self.nexthop.id, None)

    def touches(self, have: Have) -> t.Iterator[Touched]:
        yield FIELD, self.nexthop.id

    def cuts(self, lifeline: Lifeline, have: Have) -> str:
        """A group that it is of leads elsewhere without it."""
        there = _registry.there(FIELD, have)
        leading = {self.nexthop.id, *(id_ for id_, each in there.items() if self.nexthop.id in each.members)}
        for way in lifeline.ways:
            if (way.netns, way.route.attributes.get("nhid")) in leading:
                return "packets to {0} go by that nexthop".format(way.destination)
        return ""

    def strike(self, draft: Draft) -> None:
        if not self.makes_room:
            draft.discard_form(FIELD, self.nexthop.id)


def _line(nexthop: Nexthop, verb: str) -> str:
    return line(nexthop.netns, *_family(nexthop), "nexthop", verb, *_words(nexthop))


def text(nexthop: Nexthop) -> str:
    """Return what tells a nexthop from others, as ``ip`` takes it."""
    return "id {0}".format(nexthop.number)


def facts(nexthop: Nexthop) -> t.Dict[str, str]:
    return {"way": " ".join([*_family(nexthop), *_words(nexthop)[2:]])}


def says_family(nexthop: Nexthop) -> bool:
    """Return whether ``ip`` has to be told the family, because no address tells it."""
    return nexthop.family == _values.IPV6 and not nexthop.via


def _family(nexthop: Nexthop) -> t.List[str]:
    return ["-6"] if says_family(nexthop) else []


def _words(nexthop: Nexthop) -> t.List[str]:
    words = ["id", str(nexthop.number), *(["blackhole"] if nexthop.blackhole else [])]
    words += encap_words(nexthop.encap) if nexthop.encap else []
    for word in ("via", "dev"):
        words += [word, getattr(nexthop, word)] if getattr(nexthop, word) else []
    words += ["onlink"] if nexthop.onlink else []
    if nexthop.group:
        words += ["group", "/".join(_member(*member) for member in nexthop.group)]
    words += ["fdb"] if nexthop.fdb else []
    if nexthop.type == RESILIENT:
        words += ["type", RESILIENT]
        for name in ("buckets", "idle_timer", "unbalanced_timer"):
            value = getattr(nexthop, name)
            words += [name, str(value)] if value is not None else []
    return [*words, "protocol", nexthop.protocol]


def _member(number: int, weight: int) -> str:
    return str(number) if weight == 1 else "{0},{1}".format(number, weight)
