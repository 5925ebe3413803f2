# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what is done to the members of options that are lists (``_kinds/_members``)."""

import errno
import typing as t

from .. import _errors
from .._kinds import _catalog, _members
from .._resources import Have, Link
from ._lines import line
from ._step import Step, Touched
from ._world import World


class _Member(t.NamedTuple):
    link: Link
    option: str
    member: t.Any


class _MemberStep(_Member):
    @property
    def value(self) -> _members.MemberValue:
        kind = _catalog.KINDS.get(str(self.link.kind), _catalog.ANY)
        return kind.lists[self.option]

    @property
    def netns(self) -> t.Optional[str]:
        return self.link.netns

    def touches(self, have: Have) -> t.Iterator[Touched]:
        yield "links", self.link.id

    def _put(self, world: World, change: t.Callable[[t.Any, t.Any], t.Any]) -> None:
        link = world.links[self.link.id]
        changed = change(link.attributes.get(self.option, []), self.member)
        world.links[link.id] = link._replace(attributes={**link.attributes, self.option: changed})


class AddMember(_MemberStep, Step):
    def command(self) -> str:
        return line(self.netns, *self.value.coming(self.link.name, self.member))

    def inverse(self) -> t.List[Step]:
        return [DeleteMember(*self)]

    def take_effect(self, world: World) -> None:
        self._put(world, self.value.joined)

    def remedy(self, cause: Exception, number: t.Optional[int]) -> str:
        if number == errno.EEXIST:
            return "{0}: {1} is the name of another link; choose another".format(self.option, self.member)
        if number == errno.EOPNOTSUPP:
            return "{0}: this kernel has none of them; leave them out".format(self.option)
        return _errors.hint_for(number)


class DeleteMember(_MemberStep, Step):
    """Deleting what went by itself does no harm."""

    def command(self) -> str:
        return line(self.netns, *self.value.going(self.link.name, self.member))

    def inverse(self) -> t.List[Step]:
        return [AddMember(*self)]

    def take_effect(self, world: World) -> None:
        self._put(world, self.value.parted)


def steps(
    link: Link, option: str, value: _members.MemberValue, old: _members.Members, new: _members.Members
) -> t.Iterator[Step]:
    """Yield the steps that lead from one list to another."""
    going, coming = value.difference(old, new)
    for member in going:
        yield DeleteMember(link, option, member)
    for member in coming:
        yield AddMember(link, option, member)
