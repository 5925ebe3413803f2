# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: plans for nexthop objects, with all that the kernel takes along with one.

A nexthop goes with its link, and when that goes down; then it goes out of its groups, a group goes with its last member, and with
both go the routes that lead by them.
"""

import typing as t

from ... import _errors, _foresee
from ..._kinds import _veth
from ..._plan import _addresses, _names, _words
from ..._plan._draft import Draft
from ..._resources import Have, LinkId, Loss, Route, Want
from ..._states import _registry
from ..._steps._link import SetLink
from .._route._steps import AddRoute
from ._state import FIELD, Nexthop, NexthopId, complete, is_like, is_replaceable, led
from ._steps import AddNexthop, DeleteNexthop, SetNexthop

_ROUTES = "routes"

Nexthops = t.Dict[NexthopId, Nexthop]


def plan(want: Want, have: Have, draft: Draft) -> None:
    """Plan the nexthops that are wanted, the end of those that are not, and what goes along with others and comes back."""
    # With a namespace goes all that is in it.
    staying = (item for item in _registry.there(FIELD, have).items() if item[0][0] not in want.absent_namespaces)
    there = dict(staying)
    wanted = {id_: _whole(each, there.get(id_)) for id_, each in _registry.wanted(FIELD, want).items()}
    ended = {id_ for id_ in _registry.ended(FIELD, want) if id_ in there}
    _check(want, have, wanted, ended, draft)
    _Course(want, have, draft, there, wanted, ended).plan()


def _whole(want: Nexthop, found: t.Optional[Nexthop]) -> Nexthop:
    return complete(want, found) if found else want


def _check(want: Want, have: Have, wanted: Nexthops, ended: t.Container[NexthopId], draft: Draft) -> None:
    there = _registry.there(FIELD, have)
    for nexthop in wanted.values():
        if nexthop.way:
            _names.check_reference("dev", nexthop.way, want, have, draft)
        for member in nexthop.members:
            if member not in wanted and (member not in there or member in ended):
                draft.unmet.append("group: " + missing(member))
        if (FIELD, nexthop.id) in want.foreign:
            raise _refusal(there[nexthop.id])


def lead(route: Route, id_: NexthopId, want: Want, have: Have, draft: Draft) -> Route:
    """Return a route with where it leads by a nexthop; note it where there is no such nexthop."""
    there = {
        each: thing for each, thing in _registry.there(FIELD, have).items() if each not in _registry.ended(FIELD, want)
    }
    nexthops = {**there, **_registry.wanted(FIELD, want)}
    if id_ not in nexthops:
        draft.unmet.append("nhid: " + missing(id_))
    return led(route, nexthops)


def missing(id_: NexthopId) -> str:
    """Return what there is to say of a nexthop that something refers to and that is not there."""
    place = "in namespace " + id_[0] if id_[0] else "on this host"
    return "there is no nexthop {0} {1}; make it first, with warren.tunnels.nexthop, or name one that is there".format(
        id_[1], place
    )


def _refusal(found: Nexthop) -> _errors.Conflict:
    place = " in namespace " + found.netns if found.netns else ""
    said = AddNexthop(found._replace(netns=None)).command()
    return _errors.Conflict(
        "nexthops: {0}{1} is there already and is not of this collection: {2}. Give yours another id, or remove that one.".format(
            found.number, place, said[len("ip nexthop add ") :]
        )
    )


class _Course:
    """What becomes of the nexthops of a host by a plan, and of what leads by them."""

    def __init__(
        self, want: Want, have: Have, draft: Draft, there: Nexthops, wanted: Nexthops, ended: t.Set[NexthopId]
    ) -> None:
        self.want, self.have, self.draft = want, have, draft
        self.there, self.wanted, self.ended = there, wanted, ended
        self.by = _routes_by(have, want)
        self.rebuilt = {id_ for id_, each in wanted.items() if id_ in there and not is_replaceable(there[id_], each)}
        cut = _cut(draft) if there else set()
        flushed = {id_ for id_, each in there.items() if each.way in cut}
        self.gone = self._with_groups(flushed | self.rebuilt)
        """Those that go before others are made."""
        then = _foresee.foresee(have, tuple(draft.steps())).links if flushed else {}
        lost = {id_ for id_ in flushed if id_ not in ended and id_ not in wanted and not _is_able(there[id_], then)}
        self.lost = self._with_groups(lost) - ended - wanted.keys()

    def _with_groups(self, gone: t.Set[NexthopId]) -> t.Set[NexthopId]:
        return gone | {id_ for id_, each in self.there.items() if each.group and gone.issuperset(each.members)}

    def plan(self) -> None:
        for reason, what in self._losses():
            self._lose(reason, what)
        leaving = sorted(self.ended, key=lambda id_: (not self.there[id_].group, str(id_)))
        self.draft.partings += [DeleteNexthop(self.there[id_]) for id_ in leaving if id_ in self.gone]
        self.draft.last += [DeleteNexthop(self.there[id_]) for id_ in leaving if id_ not in self.gone]
        targets = {**self.there, **self.wanted}
        # A group comes after its members.
        for id_ in sorted(targets, key=lambda id_: (bool(targets[id_].group), id_ in self.there, id_[1])):
            if id_ in self.wanted or (id_ not in self.ended and id_ not in self.lost):
                self._lead(targets[id_], targets)
        for route in self._routes_of(self.gone - self.ended - self.lost):
            self.draft.gone.add((_ROUTES, route.id))
            if route.id not in self.want.routes:
                self.draft.routes.append(AddRoute(led(route, targets), restored=True))

    def _lead(self, target: Nexthop, targets: Nexthops) -> None:
        """Plan one that shall be there in the end."""
        found = self.there.get(target.id)
        if found is None:
            self.draft.waypoints.append(AddNexthop(target))
        elif not is_like(target, found):
            if target.id in self.rebuilt:
                self.draft.waypoints.append(DeleteNexthop(found, makes_room=True))
            using = {target.id, *(id_ for id_, each in targets.items() if target.id in each.members)}
            leading = tuple(led(route, targets) for route in self._routes_of(using))
            self.draft.waypoints.append(SetNexthop(target, found, leading))
        elif target.id in self.gone or not self.gone.isdisjoint(found.members):
            away = self.lost | (self.ended & self.gone)
            stay = tuple(part for part, id_ in zip(found.group, found.members) if id_ not in away)
            again = found._replace(group=stay)
            self.draft.waypoints.append(SetNexthop(again, again))

    def _routes_of(self, ids: t.Container[NexthopId]) -> t.List[Route]:
        """Return the routes that lead by those nexthops, and shall not end or lead elsewhere."""
        return [route for id_, routes in self.by.items() if id_ in ids for route in routes]

    def _losses(self) -> t.Iterator[t.Tuple[str, t.List[str]]]:
        """Yield what would be lost, by what."""
        ids = [id_ for id_ in sorted(self.lost, key=str) if not self.there[id_].group]
        links = dict.fromkeys(_place(way) for way in (self.there[id_].way for id_ in ids) if way)
        if ids:
            yield "{0} can't go, or go down,".format(_words.enumerate_(list(links))), self._with(ids, ids)
        ended = sorted(self.ended, key=str)
        lost = self._with(ended, [])
        if lost:
            gone = [id_ for id_ in ended if self._with([id_], [])]
            told = _words.enumerate_([_place(id_) for id_ in gone or ended])
            yield "nexthop {0} can't be deleted".format(told), lost

    def _with(self, gone: t.Sequence[NexthopId], told: t.Sequence[NexthopId]) -> t.List[str]:
        """Return what goes, or is less, with nexthops, in words."""
        targets = {**self.there, **self.wanted}
        groups = [
            id_
            for id_ in sorted(targets, key=str)
            if id_ not in self.ended and not set(gone).isdisjoint(targets[id_].members) and id_ not in self.wanted
        ]
        emptied = [id_ for id_ in groups if self._with_groups(set(gone)).issuperset([id_])]
        routes = self._routes_of({*gone, *emptied})
        return [
            *("nexthop {0}".format(id_[1]) for id_ in told),
            *("group {0}".format(id_[1]) for id_ in groups),
            *("the route to {0} by nexthop {1}".format(route.dst, route.attributes["nhid"]) for route in routes),
        ]

    def _lose(self, reason: str, what: t.List[str]) -> None:
        if not self.want.force:
            raise _errors.Conflict(
                "force: {0} without what leads by it: {1}. Remove that first, or say force=true to lose it. Nothing was "
                "changed.".format(reason, _words.enumerate_(what))
            )
        said = "what leads by {0} is lost with it: {1}".format(reason.partition(" can't")[0], _words.enumerate_(what))
        self.draft.losses.append(Loss(None, tuple(what), said))


def _routes_by(have: Have, want: Want) -> t.Dict[NexthopId, t.List[Route]]:
    """Return the routes that lead by each nexthop and are to stay so."""
    found: t.Dict[NexthopId, t.List[Route]] = {}
    for route in have.routes.values():
        number = route.attributes.get("nhid")
        wanted = want.routes.get(route.id, route)
        if number and route.id not in want.absent_routes and wanted.attributes.get("nhid") == number:
            found.setdefault((route.netns, number), []).append(route)
    return found


def _cut(draft: Draft) -> t.Set[LinkId]:
    """Return the links that lose their nexthops by the steps so far: they go, or go down, or their other ends do."""
    cut: t.Set[LinkId] = set()
    for step in draft.steps():
        cut.update(step.takes())
        if isinstance(step, SetLink) and (step.cycles or (step.changes.get("up") is False and step.old.get("up"))):
            cut.update(_veth.ends(step.link))
    return cut


def _is_able(nexthop: Nexthop, links: t.Mapping[LinkId, t.Any]) -> bool:
    """Return whether it can be on its link as that is then."""
    link = links.get(nexthop.way) if nexthop.way else None
    route = Route(nexthop.netns, nexthop.family, "default", 0, 0, {"onlink": nexthop.onlink})
    if link is None or not _addresses.lead_to(route, nexthop.via, link.addresses):
        return False
    # An end of a pair has its carrier from the other one.
    return all(links[end].attributes.get("up") for end in _veth.ends(link) if end in links)


def _place(id_: t.Tuple[t.Optional[str], t.Any]) -> str:
    return "{0} in namespace {1}".format(id_[1], id_[0]) if id_[0] else str(id_[1])
