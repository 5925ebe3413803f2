# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what a link shall have as a port of a bridge, which it is not, or not yet, or of another one."""

import typing as t

from .. import _errors, _values
from .._kinds import _port
from .._resources import Have, Link, Want
from .._sorts._link import _state as _link
from . import _words


def check(want: Link, have: t.Optional[Link], whole: Want, host: Have) -> None:
    """Raise Conflict if options of a port are wanted of a link that will be none."""
    named = _port.NAMES.intersection(want.attributes)
    if not named or (have is None and want.kind is None):
        return
    now = have.attributes if have else {}
    master = want.attributes.get("master", now.get("master", _values.NONE))
    if master == _values.NONE:
        raise _refused(want, "{0} is no port of a bridge; name that by master, or leave this out")
    place = (want.netns, master)
    # One that is there may be in the way of the one that is wanted.
    kinds = [link.kind for link in (whole.links.get(place), host.links.get(place)) if link and link.kind][:1]
    stays = have is not None and master == now.get("master")
    if any(kind != "bridge" for kind in kinds) or (stays and _port.NAMES.isdisjoint(now)):
        raise _refused(want, "{1}, the master of {0}, is no bridge; leave this out", master)


def _refused(want: Link, words: str, master: str = "") -> _errors.Conflict:
    return _errors.Conflict("{0}{1}: {2}.".format(want.prefix, _port.GROUP, words.format(_words.where(want), master)))


def on_its_way(want: Link, have: Link, whole: Want) -> t.Tuple[Link, Link]:
    """Return all that a link that is there shall have, and what it has as a port once it has the master that is wanted."""
    want = want._replace(attributes=_link.wanted(want, have, whole))
    former = have.attributes.get("master", _values.NONE)
    master = want.attributes.get("master", former)
    return want, have if master == former else have._replace(attributes=_port.under(have.attributes, master))
