# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what a link takes over from one that it replaces. Pure."""

import typing as t

from .. import _values
from .._kinds import _catalog, _kind, _port, _veth
from .._resources import Link, Route, Want

_STAYING = frozenset(("up", "mac"))
"""What a link keeps of a former one that it replaces, where it shall otherwise be as a new one."""
_BY_MASTER = _port.NAMES | {"master"}
"""What a link has by its master."""


def succeed(kind: _kind.Kind, want: Link, former: Link, whole: Want) -> Link:
    """Return a wanted link with the properties of a former one that it can have and that are not asked for otherwise."""
    if want.id in whole.exact:
        stay = _STAYING.difference(whole.renewed.get(want.id, (0, ()))[1])
        values = {name: value for name, value in former.attributes.items() if name in stay}
        former = former._replace(attributes=values, data=b"")
    if want.attributes.get("master", former.attributes.get("master")) != former.attributes.get("master"):
        former = former._replace(attributes=_port.under(former.attributes, _values.NONE))
    chosen = {name: value for name, value in former.attributes.items() if kind.resets.get(name) != value}
    kept = {name: value for name, value in chosen.items() if _fits(kind, former, name)}
    data = former.data if former.kind == kind.name else b""
    return want._replace(attributes={**kept, **want.attributes}, data=data)


def placed(route: Route, former: Link, want: Link) -> Route:
    """Return a route through a former link as one through the link in its place."""
    hops = tuple(
        hop._replace(dev=want.name) if hop.dev == former.name else hop for hop in route.attributes.get("nexthops", ())
    )
    way: t.Dict[str, t.Any] = {"nexthops": hops} if hops else {"dev": want.name}
    return route._replace(netns=want.netns, attributes={**route.attributes, **way})


def is_lost(kind: _kind.Kind, former: Link, name: str) -> bool:
    return name != "persist" and _is_chosen(former, name) and not _fits(kind, former, name)


def _fits(kind: _kind.Kind, former: Link, name: str) -> bool:
    """Return whether a link of the kind can have what a former one has."""
    option = kind.option(name)
    if option is None or name in (_veth.PEER, "persist"):
        return False
    if name in _BY_MASTER and not kind.ethernet and _catalog.KINDS.get(str(former.kind), kind).ethernet:
        # It may be a bridge, which takes no others.
        return False
    if former.kind == kind.name:
        return True
    try:
        option.value.parse(former.attributes[name])
    except ValueError:
        return False
    return _is_chosen(former, name) or (name not in kind.initial and name not in kind.usual)


def _is_chosen(former: Link, name: str) -> bool:
    """Return whether a link has another value than it had when it was new."""
    kind = _catalog.KINDS.get(str(former.kind), _catalog.ANY)
    as_new = {**kind.as_new(former.attributes), **_port.DEFAULTS}
    return bool(former.attributes[name] != as_new.get(name))
