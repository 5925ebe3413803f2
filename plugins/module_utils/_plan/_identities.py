# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: no two tunnels of a kind may have the same endpoints.

The kernel would say no more than "File exists", which sounds as if it were about the name.
"""

import typing as t

from .. import _errors
from .._kinds import _catalog, _kind, _underlay
from .._resources import Have, Link, Want
from . import _words
from ._draft import Draft

Identity = t.Tuple[t.Any, ...]


def check(want: Want, have: Have, draft: Draft) -> None:
    """Raise Conflict if a wanted tunnel would have the endpoints of another one."""
    taken: t.Dict[Identity, Link] = {}
    for link in have.rivals:
        if link.id not in want.links and link.id not in draft.freed:
            taken[_identity(link, link.attributes)] = link
    for link in want.links.values():
        kind = _catalog.KINDS.get(str(link.kind))
        if kind is None or not kind.identity:
            continue
        identity = _identity(link, _as_wanted(link, have).attributes)
        other = taken.setdefault(identity, link)
        if other is not link:
            raise _errors.Conflict(_complaint(kind, link, other, identity[2:]))


def barring(link: Link, changes: t.Mapping[str, t.Any], want: Want, have: Have) -> t.Optional[Link]:
    """Return the tunnel of another kind, there or wanted, that keeps a link from being changed in place."""
    kind = _catalog.KINDS[str(link.kind)]
    wanted = (_as_wanted(other, have) for other in want.links.values())
    others = (other for other in (*have.rivals, *wanted) if other.kind == kind.barred_by)
    identity = (_underlay.home(link), kind.barred_by, *kind.identify({**link.attributes, **changes}))
    return next((other for other in others if _identity(other, other.attributes) == identity), None)


def _as_wanted(link: Link, have: Have) -> Link:
    former = have.links.get(link.id)
    return link._replace(attributes={**(former.attributes if former else {}), **link.attributes})


def _identity(link: Link, attributes: t.Mapping[str, t.Any]) -> Identity:
    kind = _catalog.KINDS[str(link.kind)]
    # Drivers keep their tunnels by the namespace of the underlay, wherever the devices are.
    home = _underlay.home(link._replace(attributes=attributes))
    return (home, kind.kernel_name, *kind.identify(attributes))


def _complaint(kind: _kind.Kind, link: Link, other: Link, identity: Identity) -> str:
    if identity == ("external",):
        return "external: {0} is the external {1} tunnel of its namespace already, and the kernel allows one.".format(
            _words.where(other), kind.name
        )
    named = ", ".join("{0} {1}".format(name, value) for name, value in zip(kind.identity, identity))
    if "local" not in kind.identity:
        return (
            "{0}: {1} is a {2} with {3} already, and the kernel allows one with all of these. Give {4} another {0}, or "
            "remove {1} first.".format(kind.identity[0], _words.where(other), kind.name, named, link.name)
        )
    own = other.name in kind.fallbacks
    return (
        "local and remote: {0}{1} has the endpoints of {2} already ({3}), and the kernel allows one {4} tunnel with them. "
        "Give {2} another {5}{6}.".format(
            _words.where(other),
            " (the driver's own device)" if own else "",
            link.name,
            named,
            kind.name,
            "key, local or remote" if "ikey" in kind.identity else "local or remote",
            "" if own else ", or remove {0} first".format(other.name),
        )
    )
