# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: wanted routes whose place a route of others has, or had. Pure."""

import typing as t

from . import _record
from ._record import MadeRoute, Record
from ._resources import Have, Loss, Route, Want
from ._sorts._route import _state as _route
from ._states import _registry


def tell(record: Record, want: Want, have: Have) -> Want:
    """Return a want with the routes, and the like, of others that stand in its way.

    :arg record: all that was created, under whatever name.
    """
    displaced = [
        id_
        for id_, route in want.routes.items()
        if (want.document is not None or id_ in want.take_over)
        and id_ in have.routes
        and not _route.is_like(route, have.routes[id_])
        and not (id_ in record.routes and _record.is_of_protocol(record.routes[id_], have.routes[id_]))
    ]
    return want._replace(displaced=frozenset(displaced), foreign=frozenset(_foreign(record, want, have)))


def _foreign(record: Record, want: Want, have: Have) -> t.Iterator[t.Tuple[str, t.Any]]:
    """Yield what of a document with a name is there already, is otherwise, and of others."""
    for field in _registry.FORMED if want.document is not None else ():
        made, there = getattr(record, field), _registry.there(field, have)
        for id_, thing in _registry.wanted(field, want).items():
            found = there.get(id_)
            if found is None or _registry.room(field).is_met(thing, found, want, have):
                continue
            if id_ not in made or not _record.is_form_of_protocol(made[id_], _registry.form(field, found)):
                yield field, id_


def give_back(record: Record, asked: Want, want: Want, have: Have) -> Want:
    """Return a want that ends only routes and the like of ours, and has those come back whose place they took.

    :arg asked: what was asked for, which in a document without a name may be the end of any route.
    """
    absent = []
    back: t.Dict[t.Any, Route] = {}
    lost = []
    for id_ in want.absent_routes:
        made, found = record.routes.get(id_), have.routes.get(id_)
        if asked.document is None and id_ in asked.absent_routes:
            absent.append(id_)
        elif found is not None and not _record.is_route(made, found):
            # Somebody put another in its place, or made it before us.
            continue
        elif made is None or made.former is None:
            absent.append(id_)
        elif _can_come_back(made.former, want, have):
            back[id_] = made.former
        else:
            absent.append(id_)
            lost.append(_loss(made, made.former))
    ended: t.Dict[str, t.Any] = {
        _registry.absent(field): tuple(_ours(field, record, asked, want, have)) for field in _registry.FORMED
    }
    return want._replace(absent_routes=tuple(absent), routes={**want.routes, **back}, lost=tuple(lost), **ended)


def _ours(field: str, record: Record, asked: Want, want: Want, have: Have) -> t.Iterator[t.Any]:
    """Yield the ids of what is to end but for those that somebody gave to another thing since, or before us."""
    made, there = getattr(record, field), _registry.there(field, have)
    named = _registry.ended(field, asked) if asked.document is None else ()
    for id_ in _registry.ended(field, want):
        known = id_ in made and id_ in there and _record.is_formed(made[id_], _registry.form(field, there[id_]))
        if id_ in named or id_ not in there or known:
            yield id_


def _can_come_back(former: Route, want: Want, have: Have) -> bool:
    """Return whether the devices of a route are there and lead to its next hops."""
    from ._plan import _addresses

    links = {id_: have.links[id_] for id_ in former.ways if id_ in have.links and id_ not in want.absent_links}
    hops = [(hop.dev, hop.via) for hop in former.attributes.get("nexthops", ())]
    for dev, via in hops or [(former.attributes.get("dev"), former.attributes.get("via"))]:
        link = links.get((former.netns, str(dev)))
        if dev is not None and (link is None or not link.attributes.get("up")):
            return False
        if link is not None and not _addresses.lead_to(former, via, link.addresses):
            return False
    return True


def _loss(made: MadeRoute, former: Route) -> Loss:

    from ._sorts._route._steps import text as route_text

    text = route_text(former)
    said = (
        "the route that was there before this collection's can't come back, because its device or its next hop is not "
        "there any more: {0}".format(text)
    )
    _type, _protocol, hops = made.forms[-1]
    return Loss((former.netns, str(hops[0][1])), ("the route that was there before: " + text,), said)
