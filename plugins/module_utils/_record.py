# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what this collection created on a host, so that it can remove that and nothing else. Pure.

A thing is taken for ours only while it is the very one: a link by its index, or after a reboot, when indexes are given
anew, by its kind and what tells it from others of the kind.
"""

import typing as t

from . import _operations
from ._kinds import _catalog, _veth
from ._resources import FouPortId, Have, Link, LinkId, Route, RouteId, Want

AddressId = t.Tuple[LinkId, str, int, t.Optional[str]]
"""The link, the address, its prefix length and its peer."""


class Made(t.NamedTuple):
    """A link as it was when it was created or last changed."""

    kind: str
    identity: t.Tuple[t.Any, ...] = ()
    """The values of ``Kind.identity``."""
    ifindex: int = 0
    """0: not known, because it is about to be created, or the host was rebooted since."""
    chosen: t.FrozenSet[str] = frozenset()
    """The options named for it of which only a new link tells what a new link has (``Kind.renewed``)."""


RouteForm = t.Tuple[str, str, t.Tuple[t.Tuple[t.Optional[str], t.Optional[str]], ...]]
"""What tells whose a route is: its type, its protocol, and via and dev of each next hop, None being any dev."""


class MadeRoute(t.NamedTuple):
    """A route as it was when it was created or last changed."""

    forms: t.Tuple[RouteForm, ...]
    """Several while it is about to be changed."""
    former: t.Optional[Route] = None
    """The route of others whose place it has."""


class Record(t.NamedTuple):
    """What was created and not deleted since."""

    links: t.Mapping[LinkId, Made] = {}
    namespaces: t.FrozenSet[str] = frozenset()
    routes: t.Mapping[RouteId, MadeRoute] = {}
    fou_ports: t.FrozenSet[FouPortId] = frozenset()
    addresses: t.FrozenSet[AddressId] = frozenset()
    """Given to links, whoever created those."""
    documents: t.Mapping[str, t.FrozenSet[t.Tuple[str, t.Any]]] = {}
    """Which of it was created under a name: the field above and the id of each, by that name."""


def places(record: Record) -> t.Set[str]:
    """Return the names of the namespaces that it tells of, or of something in them."""
    ids = (*record.links, *record.namespaces, *record.routes, *record.fou_ports, *record.addresses)
    return {place for place in map(_place, ids) if place is not None}


def without(record: Record, gone: t.Iterable[str]) -> Record:
    """Return the record without these namespaces and all that was in them."""
    draft = _Draft(record, Want())
    for name in gone:
        draft.forget(name)
    return draft.record()


def of(record: Record, document: t.Optional[str]) -> Record:
    """Return the part of a record that was created under a name; all of it for None."""
    if document is None:
        return record
    ours = record.documents.get(document, frozenset())
    others: t.Dict[str, t.Any] = {name: frozenset(id_ for field, id_ in ours if field == name) for name in _OTHERS}
    links = {id_: made for id_, made in record.links.items() if ("links", id_) in ours}
    routes = {id_: made for id_, made in record.routes.items() if ("routes", id_) in ours}
    return Record(links, routes=routes, **others)


def intended(record: Record, operations: t.Iterable[_operations.Operation], want: Want) -> Record:
    """Return the record with all that these steps will create, and still with all that they will delete."""
    draft = _Draft(record, want)
    for step in operations:
        draft.make(step)
    for route_id, route in draft.routes.items():
        if route_id in record.routes:
            forms = dict.fromkeys((*record.routes[route_id].forms, *route.forms))
            draft.routes[route_id] = route._replace(forms=tuple(forms))
    for id_, made in draft.links.items():
        former = record.links.get(id_)
        draft.links[id_] = made._replace(chosen=_chosen(want, id_, made) | (former.chosen if former else frozenset()))
    return draft.record()


def settled(
    record: Record, operations: t.Iterable[_operations.Operation], before: Have, after: Have, want: Want
) -> Record:
    """Return the record when these steps for a want have led from one to the other."""
    ours = {id_ for id_, made in record.links.items() if is_link(made, before.links.get(id_))}
    draft = _Draft(record, want)
    for step in operations:
        draft.end(step)
        draft.make(step)
    for id_, made in draft.links.items():
        found = after.links.get(id_)
        if found is not None and (id_ in ours or made is not record.links.get(id_)):
            draft.links[id_] = _made(found)._replace(chosen=_chosen(want, id_, made))
    gone = set(_gone(operations)).difference(after.links)
    there = {(id_, *address[:3]) for id_, link in after.links.items() for address in link.addresses}
    draft.others["addresses"] = {
        id_ for id_ in draft.others["addresses"] if id_ in there or (id_[0] not in after.links and id_[0] not in gone)
    }
    return draft.record()


def restored(record: Record, before: Have, after: Have) -> Record:
    """Return the record when an undo has led back to ``before``: links that it made again have other indexes."""
    links = dict(record.links)
    for id_, made in record.links.items():
        found = after.links.get(id_)
        if found is not None and found.kind == made.kind and is_link(made, before.links.get(id_)):
            links[id_] = made._replace(ifindex=found.ifindex)
    return record._replace(links=links)


def _gone(operations: t.Iterable[_operations.Operation]) -> t.Iterator[LinkId]:
    """Yield the places of links that these steps delete or move."""
    for step in operations:
        if isinstance(step, (_operations.DeleteLink, _operations.MoveLink)):
            yield step.link.id
            yield _veth.peer_of(step.link)


def _chosen(want: Want, id_: LinkId, made: Made) -> t.FrozenSet[str]:
    """Return the options that a link has by choice once it is as wanted."""
    if id_ not in want.links:
        return made.chosen
    named = _catalog.KINDS[made.kind].renewed.intersection(want.links[id_].attributes)
    return named if id_ in want.exact else named | made.chosen


class _Draft:
    """A record while steps are entered into it."""

    def __init__(self, record: Record, want: Want) -> None:
        self.document, self.displaced = want.document, want.displaced
        self.documents = {name: set(ids) for name, ids in record.documents.items()}
        self.links, self.routes = dict(record.links), dict(record.routes)
        self.others: t.Dict[str, t.Set[t.Any]] = {name: set(getattr(record, name)) for name in _OTHERS}

    def record(self) -> Record:
        others = {name: frozenset(ids) for name, ids in self.others.items()}
        there = {(name, id_) for name, ids in dict(others, links=self.links, routes=self.routes).items() for id_ in ids}
        documents = {name: frozenset(ids & there) for name, ids in self.documents.items()}
        documents = {name: ids for name, ids in documents.items() if ids}
        return Record(self.links, routes=self.routes, documents=documents, **others)

    def make(self, step: _operations.Operation) -> None:
        if isinstance(step, _operations.AddLink):
            for end in step.ends:
                self.links[end.id] = _made(end)
                self.note("links", end.id)
        elif isinstance(step, _operations.MoveLink) and step.link.id in self.links:
            id_ = (step.to, step.link.name)
            self.links[id_] = _made(step.link)._replace(ifindex=0)
            self.note("links", id_)
        elif isinstance(step, (_operations.AddRoute, _operations.SetRoute)):
            self.make_route(step)
        elif type(step) in _MAKERS and not getattr(step, "restored", False):
            name, id_of = _MAKERS[type(step)]
            id_ = id_of(step)
            self.others[name].add(id_)
            self.note(name, id_)

    def make_route(self, step: t.Union[_operations.AddRoute, _operations.SetRoute]) -> None:
        id_ = step.route.id
        if step.route.message:
            # One of others comes back.
            return
        if isinstance(step, _operations.AddRoute):
            self.routes[id_] = MadeRoute((_form(step.route),))
            self.note("routes", id_)
        elif id_ in self.displaced:
            self.routes[id_] = MadeRoute((_form(step.route),), step.old)
            self.note("routes", id_)
        elif id_ in self.routes:
            self.routes[id_] = self.routes[id_]._replace(forms=(_form(step.route),))

    def note(self, field: str, id_: t.Any) -> None:
        for ids in self.documents.values():
            ids.discard((field, id_))
        if self.document is not None:
            self.documents.setdefault(self.document, set()).add((field, id_))

    def forget(self, gone: str) -> None:
        """Leave out a namespace with all that is in it."""
        self.links = {id_: made for id_, made in self.links.items() if id_[0] != gone}
        self.routes = {id_: made for id_, made in self.routes.items() if id_[0] != gone}
        self.others = {name: {id_ for id_ in ids if _place(id_) != gone} for name, ids in self.others.items()}

    def end(self, step: _operations.Operation) -> None:
        if isinstance(step, _operations.DeleteLink):
            for id_ in (step.link.id, _veth.peer_of(step.link)):
                self.links.pop(id_, None)
        elif isinstance(step, _operations.DeleteNamespace):
            self.forget(step.namespace.name)
        elif isinstance(step, _operations.DeleteRoute) or (
            isinstance(step, (_operations.AddRoute, _operations.SetRoute)) and step.route.message
        ):
            if not getattr(step, "restored", False):
                self.routes.pop(step.route.id, None)
        elif type(step) in _ENDERS:
            name, id_of = _ENDERS[type(step)]
            self.others[name].discard(id_of(step))


def _made(link: Link) -> Made:
    kind = _catalog.KINDS[str(link.kind)]
    return Made(kind.name, kind.identify(link.attributes), link.ifindex)


def _form(route: Route) -> RouteForm:
    values = route.attributes
    hops = tuple((hop.via, hop.dev) for hop in values.get("nexthops", ()))
    return (
        values.get("type", "unicast"),
        values.get("protocol", "static"),
        hops or ((values.get("via"), values.get("dev")),),
    )


def is_route(made: t.Optional[MadeRoute], route: t.Optional[Route]) -> bool:
    """Return whether a route is the one that was created."""
    if made is None or route is None:
        return False
    type_, protocol, hops = _form(route)
    return any(
        form[:2] == (type_, protocol)
        and len(form[2]) == len(hops)
        and all(via == hop[0] and dev in (None, hop[1]) for (via, dev), hop in zip(form[2], hops))
        for form in made.forms
    )


def is_of_protocol(made: MadeRoute, route: Route) -> bool:
    """Return whether a route is of the protocol of the one that was created, though it may lead elsewhere."""
    return _form(route)[1] in [form[1] for form in made.forms]


def _address_id(step: t.Union[_operations.AddAddress, _operations.DeleteAddress]) -> AddressId:
    return ((step.netns, step.name), *step.address[:3])


def _place(id_: t.Any) -> t.Optional[str]:
    """Return the namespace that a thing is in, or that it is."""
    while isinstance(id_, tuple):
        id_ = id_[0]
    return t.cast(t.Optional[str], id_)


_OTHERS = ("namespaces", "fou_ports", "addresses")
_IdOf = t.Callable[[t.Any], t.Any]
_MAKERS: t.Dict[t.Any, t.Tuple[str, _IdOf]] = {
    _operations.AddNamespace: ("namespaces", lambda step: step.name),
    _operations.AddAddress: ("addresses", _address_id),
    _operations.AddFouPort: ("fou_ports", lambda step: step.port.id),
}
_ENDERS: t.Dict[t.Any, t.Tuple[str, _IdOf]] = {
    _operations.DeleteAddress: ("addresses", _address_id),
    _operations.DeleteFouPort: ("fou_ports", lambda step: step.port.id),
}


def is_link(made: Made, link: t.Optional[Link]) -> bool:
    """Return whether a link is the one that was created."""
    if link is None or link.kind != made.kind:
        return False
    return made.ifindex == link.ifindex if made.ifindex else made.identity == _made(link).identity
