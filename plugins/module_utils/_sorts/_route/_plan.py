# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: plans for routes."""

import typing as t

from ... import _errors
from ..._plan import _names, _words
from ..._plan._draft import Draft
from ..._resources import Have, Loss, Route, Want
from .._list import load
from . import _state as _route
from ._steps import AddRoute, DeleteRoute, SetRoute
from ._steps import text as route_text


def plan(want: Want, have: Have, draft: Draft) -> None:
    """Plan the routes that are wanted, and the end of those that are not."""
    for route_id in want.absent_routes:
        if route_id in have.routes:
            # Before the links that they lead through, with which they would go.
            draft.departures.append(DeleteRoute(have.routes[route_id]))
    for route in want.routes.values():
        for id_ in route.ways:
            _names.check_reference("dev", id_, want, have, draft)
        for field, id_ in _route.references(route):
            route = load(field, "_plan").lead(route, id_, want, have, draft)
        found = have.routes.get(route.id)
        if found is not None and route.id in want.displaced - want.take_over:
            raise _refusal(found)
        gone = (_route.FIELD, route.id) in draft.gone
        if found is None or gone or not draft.bared.union(draft.cycled).isdisjoint(found.ways):
            draft.routes.append(AddRoute(_named(route)))
        elif not _route.is_like(want.routes[route.id], found):
            draft.routes.append(SetRoute(_named(_changed(route, found, want)), found))
    draft.losses += [*want.lost, *_lost(want, draft)]


def _lost(want: Want, draft: Draft) -> t.Iterator[Loss]:
    """Yield what links lose that a master takes down and up: the routes that nobody wants."""
    for link in draft.cycled.values():
        lost = [
            route.dst for route in link.routes if route.id not in want.routes and route.id not in want.absent_routes
        ]
        if lost:
            said = "{0} gets another master, and loses what the task does not name: its routes to {1}"
            what = tuple("its route to " + dst for dst in lost)
            yield Loss(link.id, what, said.format(_words.where(link), _words.enumerate_(lost)))


def _changed(route: Route, found: Route, want: Want) -> Route:
    """Return a wanted route with what it keeps of the present one, unless that is of others or it is one that comes back."""
    if route.message or route.id in want.displaced:
        return route
    return route._replace(attributes={**_compatible(found, route), **route.attributes})


def _named(route: Route) -> Route:
    """Return the route without the options that it shall not have."""
    return route._replace(attributes={name: value for name, value in route.attributes.items() if value is not None})


def _refusal(found: Route) -> _errors.Conflict:
    place = " in namespace " + found.netns if found.netns else ""
    return _errors.Conflict(
        "routes: {0}{1} is there already and is not of this collection: by protocol {2}, {3}. Give yours another metric or "
        "table, remove that one, or say take_over_routes=true; it comes back when yours goes.".format(
            found.dst, place, found.attributes.get("protocol"), route_text(found)
        )
    )


def _compatible(found: Route, want: Route) -> t.Dict[str, t.Any]:
    """Return what a changed route keeps; of the ways, only what goes with the one that is asked for."""
    named = {name for name, value in want.attributes.items() if value is not None}
    if "nhid" in named or "nhid" in found.attributes:
        return {name: value for name, value in found.attributes.items() if name in _route.OWN and name != "nhid"}
    dropped = {"scope"}
    if named & {"via", "dev", "nexthops"}:
        dropped |= {"type", "nexthops"}
    if want.attributes.get("via", found.attributes.get("via")) != found.attributes.get("via"):
        dropped |= {"encap"}
    if want.attributes.get("dev", found.attributes.get("dev")) != found.attributes.get("dev"):
        dropped |= {"via", "onlink", "encap"}
    if "via" in named:
        dropped |= {"dev", "onlink"}
    if "nexthops" in named or want.attributes.get("type", "unicast") not in ("unicast", "local"):
        dropped |= {"via", "dev", "onlink", "encap"} | ({"nexthops", "src"} if "type" in named else set())
    return {name: value for name, value in found.attributes.items() if name not in dropped}
