# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what this collection created on a host, so that it can remove that and nothing else. Pure.

A thing is taken for ours only while it is the very one: a link by its index, or after a reboot, when indexes are given
anew, by its kind and what tells it from others of the kind.
"""

import typing as t

from . import _operations
from ._kinds import _catalog, _veth
from ._resources import FouPortId, Have, Link, LinkId, RouteId, Want

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


class Record(t.NamedTuple):
    """What was created and not deleted since."""

    links: t.Mapping[LinkId, Made] = {}
    namespaces: t.FrozenSet[str] = frozenset()
    routes: t.FrozenSet[RouteId] = frozenset()
    fou_ports: t.FrozenSet[FouPortId] = frozenset()
    addresses: t.FrozenSet[AddressId] = frozenset()
    """Given to links, whoever created those."""
    documents: t.Mapping[str, t.FrozenSet[t.Tuple[str, t.Any]]] = {}
    """Which of it was created under a name: the field above and the id of each, by that name."""


def of(record: Record, document: t.Optional[str]) -> Record:
    """Return the part of a record that was created under a name; all of it for None."""
    if document is None:
        return record
    ours = record.documents.get(document, frozenset())
    others: t.Dict[str, t.Any] = {name: frozenset(id_ for field, id_ in ours if field == name) for name in _OTHERS}
    return Record({id_: made for id_, made in record.links.items() if ("links", id_) in ours}, **others)


def intended(record: Record, operations: t.Iterable[_operations.Operation], want: Want) -> Record:
    """Return the record with all that these steps will create, and still with all that they will delete."""
    draft = _Draft(record, want.document)
    for step in operations:
        draft.make(step)
    for id_, made in draft.links.items():
        former = record.links.get(id_)
        draft.links[id_] = made._replace(chosen=_chosen(want, id_, made) | (former.chosen if former else frozenset()))
    return draft.record()


def settled(
    record: Record, operations: t.Iterable[_operations.Operation], before: Have, after: Have, want: Want
) -> Record:
    """Return the record when these steps for a want have led from one to the other."""
    ours = {id_ for id_, made in record.links.items() if _is(made, before.links.get(id_))}
    draft = _Draft(record, want.document)
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

    def __init__(self, record: Record, document: t.Optional[str]) -> None:
        self.document = document
        self.documents = {name: set(ids) for name, ids in record.documents.items()}
        self.links = dict(record.links)
        self.others: t.Dict[str, t.Set[t.Any]] = {name: set(getattr(record, name)) for name in _OTHERS}

    def record(self) -> Record:
        others = {name: frozenset(ids) for name, ids in self.others.items()}
        there = {(name, id_) for name, ids in dict(others, links=frozenset(self.links)).items() for id_ in ids}
        documents = {name: frozenset(ids & there) for name, ids in self.documents.items()}
        return Record(self.links, documents={name: ids for name, ids in documents.items() if ids}, **others)

    def make(self, step: _operations.Operation) -> None:
        if isinstance(step, _operations.AddLink):
            for end in (step.link, step.peer):
                if end:
                    self.links[end.id] = _made(end)
                    self.note("links", end.id)
        elif isinstance(step, _operations.MoveLink) and step.link.id in self.links:
            id_ = (step.to, step.link.name)
            self.links[id_] = _made(step.link)._replace(ifindex=0)
            self.note("links", id_)
        elif type(step) in _MAKERS and not getattr(step, "restored", False):
            name, id_of = _MAKERS[type(step)]
            id_ = id_of(step)
            self.others[name].add(id_)
            self.note(name, id_)

    def note(self, field: str, id_: t.Any) -> None:
        for ids in self.documents.values():
            ids.discard((field, id_))
        if self.document is not None:
            self.documents.setdefault(self.document, set()).add((field, id_))

    def end(self, step: _operations.Operation) -> None:
        if isinstance(step, _operations.DeleteLink):
            for id_ in (step.link.id, _veth.peer_of(step.link)):
                self.links.pop(id_, None)
        elif isinstance(step, _operations.DeleteNamespace):
            gone = step.namespace.name
            self.links = {id_: made for id_, made in self.links.items() if id_[0] != gone}
            self.others = {name: {id_ for id_ in ids if _place(id_) != gone} for name, ids in self.others.items()}
        elif type(step) in _ENDERS:
            name, id_of = _ENDERS[type(step)]
            self.others[name].discard(id_of(step))


def _made(link: Link) -> Made:
    kind = _catalog.KINDS[str(link.kind)]
    return Made(kind.name, kind.identify(link.attributes), link.ifindex)


def _address_id(step: t.Union[_operations.AddAddress, _operations.DeleteAddress]) -> AddressId:
    return ((step.netns, step.name), *step.address[:3])


def _place(id_: t.Any) -> t.Optional[str]:
    """Return the namespace that a thing is in, or that it is."""
    while isinstance(id_, tuple):
        id_ = id_[0]
    return t.cast(t.Optional[str], id_)


_OTHERS = ("namespaces", "routes", "fou_ports", "addresses")
_IdOf = t.Callable[[t.Any], t.Any]
_MAKERS: t.Dict[t.Any, t.Tuple[str, _IdOf]] = {
    _operations.AddNamespace: ("namespaces", lambda step: step.name),
    _operations.AddAddress: ("addresses", _address_id),
    _operations.AddRoute: ("routes", lambda step: step.route.id),
    _operations.AddFouPort: ("fou_ports", lambda step: step.port.id),
}
_ENDERS: t.Dict[t.Any, t.Tuple[str, _IdOf]] = {
    _operations.DeleteAddress: ("addresses", _address_id),
    _operations.DeleteRoute: ("routes", lambda step: step.route.id),
    _operations.DeleteFouPort: ("fou_ports", lambda step: step.port.id),
}


def claim(record: Record, want: Want) -> Want:
    """Return a want that also has the end of what was created and is not wanted, as far as the record tells."""
    if want.keep:
        # Any of it may be what they need.
        record = record._replace(namespaces=frozenset(), routes=frozenset(), fou_ports=frozenset())
    ended = tuple(sorted(record.namespaces.difference(want.namespaces, want.absent_namespaces)))
    gone = want.absent_namespaces + ended
    fetched = {(source, id_[1]) for id_, source in want.sources.items()}
    links = {
        id_: _catalog.KINDS[made.kind].family
        for id_, made in record.links.items()
        if id_ not in want.links and id_ not in want.keep and id_[0] not in gone and id_ not in fetched
    }
    return want._replace(
        absent_namespaces=gone,
        absent_links={**links, **want.absent_links},
        absent_routes=want.absent_routes + _unwanted(record.routes, {*want.routes, *want.absent_routes}, gone),
        absent_fou_ports=want.absent_fou_ports
        + _unwanted(record.fou_ports, {*want.fou_ports, *want.absent_fou_ports}, gone),
        links={**{id_: Link(*id_, None) for id_ in {address[0] for address in record.addresses}}, **want.links},
    )


def _unwanted(ids: t.Iterable[t.Any], named: t.Container[t.Any], gone: t.Container[t.Any]) -> t.Tuple[t.Any, ...]:
    return tuple(sorted((id_ for id_ in ids if id_ not in named and id_[0] not in gone), key=str))


def confirm(record: Record, want: Want, claimed: Want, have: Have) -> Want:
    """Return a claimed want without the end of what has become another's since.

    :arg want: what was asked for. :arg have: what the host has of what is claimed.
    """
    links = {
        id_: family
        for id_, family in claimed.absent_links.items()
        if id_ in want.absent_links or _is(record.links[id_], have.links.get(id_))
    }
    staying = {}
    for id_, given in _given(record).items():
        found, made = have.links.get(id_), record.links.get(id_)
        if found is None or id_ in want.keep or id_ in want.purged or id_ in links:
            continue
        wanted = want.links.get(id_, Link(*id_, None))
        ended = given.difference(address[:3] for address in wanted.addresses)
        if not ended or (made is not None and not _is(made, found)):
            continue
        named = {address[:3] for address in wanted.addresses}
        others = (address for address in found.addresses if not address.automatic and address[:3] not in ended | named)
        staying[id_] = wanted._replace(addresses=(*wanted.addresses, *others))
    return claimed._replace(
        absent_links=links,
        links={**want.links, **staying},
        purged=want.purged.union(staying),
        created=frozenset(record.links),
    )


def _given(record: Record) -> t.Dict[LinkId, t.Set[t.Tuple[t.Any, ...]]]:
    """Return the addresses that were given to each link."""
    given: t.Dict[LinkId, t.Set[t.Tuple[t.Any, ...]]] = {}
    for id_, *address in record.addresses:
        given.setdefault(id_, set()).add(tuple(address))
    return given


def renew(record: Record, want: Want, have: Have) -> Want:
    """Return a want with the links to be replaced, because a former want named an option that this one leaves out."""
    renewed = {}
    for id_ in want.exact.intersection(record.links, have.links):
        made, found = record.links[id_], have.links[id_]
        names = made.chosen.difference(want.links[id_].attributes) if _is(made, found) else ()
        if names:
            renewed[id_] = (found.ifindex, tuple(sorted(names)))
    return want._replace(renewed=renewed)


def _is(made: Made, link: t.Optional[Link]) -> bool:
    """Return whether a link is the one that was created."""
    if link is None or link.kind != made.kind:
        return False
    return made.ifindex == link.ifindex if made.ifindex else made.identity == _made(link).identity
