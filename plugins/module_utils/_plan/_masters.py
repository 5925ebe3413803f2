# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what it takes to be a port of another link, and what it costs to become one. Pure."""

import typing as t

from .. import _errors, _values
from .._kinds import _catalog, _kind
from .._resources import Have, Link, LinkId, Want
from ._draft import Draft, stands


def check(kind: _kind.Kind, want: Link, whole: Want, have: Have) -> None:
    """Raise Conflict if a link without an Ethernet address is to be a port of one that needs it."""
    master = want.attributes.get("master", _values.NONE)
    for above in () if kind.ethernet or master == _values.NONE else _with_id((want.netns, master), whole, have):
        if above.kind in _catalog.KINDS and not _catalog.KINDS[above.kind].any_port:
            raise _errors.Conflict(
                "{0}master: a {1} has no Ethernet address, and {2} is a {3}, which takes links that have one. Leave it out.".format(
                    want.prefix, kind.name, master, above.kind
                )
            )


def has_order(link: Link) -> bool:
    """Return whether others go with a link, or lose what they have by it."""
    return stands(link) or link.kind in _catalog.CYCLING


def changes(want: Link, have: Link, draft: Draft) -> t.Dict[str, t.Any]:
    """Return the options that are to be changed, a master that is made again among them."""
    again = want.attributes.get("master") if (want.netns, want.attributes.get("master")) in draft.freed else None
    return {
        name: value
        for name, value in want.attributes.items()
        if have.attributes.get(name) != value or (name == "master" and value == again)
    }


def cycle(link: Link, changes: t.Mapping[str, t.Any], want: Want, have: Have, draft: Draft) -> bool:
    """Return whether a change takes a link down and up, and note that."""
    masters = [values["master"] for values in (link.attributes, changes) if "master" in values and "master" in changes]
    above = [each for name in masters for each in _with_id((link.netns, name), want, have)]
    if not any(each.kind in _catalog.CYCLING for each in above):
        return False
    draft.cycled[link.id] = link
    return True


def _with_id(id_: LinkId, want: Want, have: Have) -> t.List[Link]:
    """Return the link of that place, as it is wanted and as it is there, as far as that is known."""
    return [links[id_] for links in (want.links, have.links) if id_ in links]
