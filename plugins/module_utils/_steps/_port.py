# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what is done to links as ports of bridges (``_kinds/_port``)."""

import errno
import typing as t

from .. import _errors, _values
from .._kinds import _port
from .._resources import Have, Link
from .._ways import Lifeline
from ._lines import line
from ._step import Step, Touched
from ._world import World

_BREAKS = {"isolated": True, "locked": True, "guard": True, "flood": False, "bcast_flood": False, "mcast_flood": False}
"""Options to the values by which a port may stop to forward what others need."""


class _Change(t.NamedTuple):
    link: Link
    """As it is before the step."""
    changes: t.Mapping[str, t.Any]
    old: t.Mapping[str, t.Any]
    """The former values of what changes; without those that are not known because the same plan makes the port."""


class SetPort(_Change, Step):
    @property
    def netns(self) -> t.Optional[str]:
        return self.link.netns

    def command(self) -> str:
        told = [option for option in _port.OPTIONS if option.name in self.changes]
        words = [word for option in told for word in option.words(self.changes[option.name])]
        return line(self.netns, "link", "set", "dev", self.link.name, "type", _port.GROUP, *words)

    def inverse(self) -> t.List[Step]:
        return [SetPort(self.link, self.old, self.changes)] if self.old else []

    def take_effect(self, world: World) -> None:
        link = world.links.get(self.link.id, self.link)
        world.links[link.id] = link._replace(attributes={**link.attributes, **self.changes})

    def touches(self, have: Have) -> t.Iterator[Touched]:
        yield "links", self.link.id

    def cuts(self, lifeline: Lifeline, have: Have) -> str:
        breaks = any(self.changes.get(_port.full(name)) is value for name, value in _BREAKS.items())
        return lifeline.links.get(self.link.id, "") if breaks else ""

    def remedy(self, cause: Exception, number: t.Optional[int]) -> str:
        backup = self.changes.get(_port.BACKUP, _values.NONE)
        if number in (errno.ENOENT, errno.EINVAL) and backup != _values.NONE:
            return "{0}: {1} may be no other port of the bridge of {2}; name one that is".format(
                _port.BACKUP, backup, self.link.name
            )
        if number == errno.EOPNOTSUPP:
            return "{0}: this kernel lacks one of {1}; leave that out".format(
                _port.GROUP, ", ".join(sorted(_port.folded(self.changes)[_port.GROUP]))
            )
        return _errors.hint_for(number)
