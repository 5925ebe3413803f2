# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what this collection created on a host, so that it can remove that and nothing else. Pure.

A thing is taken for ours only while it is the very one: a link by its index, or after a reboot, when indexes are given
anew, by its kind and what tells it from others of the kind.
"""

import typing as t

from ._kinds import _catalog
from ._resources import Link, LinkId, Route, RouteId, Sysctl, SysctlId, Want
from ._sorts._list import BESIDE_LINKS, FORMED, with_fields

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


MAPPINGS = ("links", "routes", "sysctls", *FORMED)
"""The fields of a record that tell more of each thing than its id."""
OTHERS = ("namespaces", "addresses", *(field for field in BESIDE_LINKS if field not in MAPPINGS))
"""Those that are no more than ids."""

Forms = t.Tuple[t.Any, ...]
"""What tells whose a thing of ``FORMED`` is, which its state knows; several while it is about to be changed."""

RouteForm = t.Tuple[str, str, t.Tuple[t.Tuple[t.Optional[str], t.Optional[str]], ...]]
"""What tells whose a route is: its type, its protocol, and via and dev of each next hop, None being any dev. A nexthop object
is called by its number in the place of via."""


class MadeRoute(t.NamedTuple):
    """A route as it was when it was created or last changed."""

    forms: t.Tuple[RouteForm, ...]
    """Several while it is about to be changed."""
    former: t.Optional[Route] = None
    """The route of others whose place it has."""


class MadeSysctl(t.NamedTuple):
    """A sysctl as it was set."""

    values: t.Tuple[str, ...]
    """Several while it is about to be changed."""
    former: str = ""
    """What it was before; empty where that is not known."""


class Record(t.NamedTuple):
    """What was created and not deleted since."""

    links: t.Mapping[LinkId, Made] = {}
    namespaces: t.FrozenSet[str] = frozenset()
    routes: t.Mapping[RouteId, MadeRoute] = {}
    addresses: t.FrozenSet[AddressId] = frozenset()
    """Given to links, whoever created those."""
    documents: t.Mapping[str, t.FrozenSet[t.Tuple[str, t.Any]]] = {}
    """Which of it was created under a name: the field above or below and the id of each, by that name."""
    sysctls: t.Mapping[SysctlId, MadeSysctl] = {}


if not t.TYPE_CHECKING:
    Record = with_fields(Record, {**dict.fromkeys(OTHERS, frozenset()), **{field: {} for field in FORMED}})


def places(record: Record) -> t.Set[str]:
    """Return the names of the namespaces that it tells of, or of something in them."""
    ids = (id_ for field in (*MAPPINGS, *OTHERS) for id_ in getattr(record, field))
    return {place for place in map(_place, ids) if place is not None}


def without(record: Record, gone: t.Iterable[str]) -> Record:
    """Return the record without these namespaces and all that was in them."""
    draft = Draft(record, Want())
    for name in gone:
        draft.forget(name)
    return draft.record()


def of(record: Record, document: t.Optional[str]) -> Record:
    """Return the part of a record that was created under a name; all of it for None."""
    if document is None:
        return record
    ours = record.documents.get(document, frozenset())
    others: t.Dict[str, t.Any] = {name: frozenset(id_ for field, id_ in ours if field == name) for name in OTHERS}
    for name in MAPPINGS:
        others[name] = {id_: made for id_, made in getattr(record, name).items() if (name, id_) in ours}
    return Record(**others)


class Draft:
    """A record while steps are entered into it."""

    def __init__(self, record: Record, want: Want) -> None:
        self.document, self.displaced = want.document, want.displaced
        self.documents = {name: set(ids) for name, ids in record.documents.items()}
        self.links, self.routes, self.sysctls = dict(record.links), dict(record.routes), dict(record.sysctls)
        self.others: t.Dict[str, t.Set[t.Any]] = {name: set(getattr(record, name)) for name in OTHERS}
        self.formed: t.Dict[str, t.Dict[t.Any, Forms]] = {name: dict(getattr(record, name)) for name in FORMED}

    def record(self) -> Record:
        fields = {**{name: frozenset(ids) for name, ids in self.others.items()}, **self._mappings()}
        there = {(name, id_) for name, ids in fields.items() for id_ in ids}
        documents = {name: frozenset(ids & there) for name, ids in self.documents.items()}
        documents = {name: ids for name, ids in documents.items() if ids}
        return Record(documents=documents, **fields)

    def _mappings(self) -> t.Dict[str, t.Any]:
        return {"links": self.links, "routes": self.routes, "sysctls": self.sysctls, **self.formed}

    def add(self, field: str, id_: t.Any) -> None:
        """Enter a thing of which no more is known than its id."""
        self.others[field].add(id_)
        self.note(field, id_)

    def discard(self, field: str, id_: t.Any) -> None:
        self.others[field].discard(id_)

    def add_form(self, field: str, id_: t.Any, form: t.Any) -> None:
        """Enter a thing that others may make one like."""
        self.formed[field][id_] = (form,)
        self.note(field, id_)

    def change_form(self, field: str, id_: t.Any, form: t.Any) -> None:
        """Enter what becomes of a thing, which is of others unless it is recorded."""
        if id_ in self.formed[field]:
            self.formed[field][id_] = (form,)

    def discard_form(self, field: str, id_: t.Any) -> None:
        self.formed[field].pop(id_, None)

    def add_link(self, id_: LinkId, link: Link) -> None:
        self.links[id_] = made_of(link)
        self.note("links", id_)

    def add_route(self, route: Route) -> None:
        self.routes[route.id] = MadeRoute((_form(route),))
        self.note("routes", route.id)

    def change_route(self, route: Route, old: Route) -> None:
        """Enter a route that has the place of another, which is of others unless it is recorded."""
        if route.id in self.displaced:
            self.routes[route.id] = MadeRoute((_form(route),), old)
            self.note("routes", route.id)
        elif route.id in self.routes:
            self.routes[route.id] = self.routes[route.id]._replace(forms=(_form(route),))

    def add_sysctl(self, sysctl: Sysctl, old: str) -> None:
        """:arg old: what it was, be it by us or by others."""
        made = self.sysctls.get(sysctl.id)
        former = made.former if made and is_sysctl(made, old) else old
        self.sysctls[sysctl.id] = MadeSysctl((sysctl.value,), former)
        self.note("sysctls", sysctl.id)

    def note(self, field: str, id_: t.Any) -> None:
        for ids in self.documents.values():
            ids.discard((field, id_))
        if self.document is not None:
            self.documents.setdefault(self.document, set()).add((field, id_))

    def forget(self, gone: str) -> None:
        """Leave out a namespace with all that is in it."""
        for ids in self._mappings().values():
            for id_ in [id_ for id_ in ids if id_[0] == gone]:
                del ids[id_]
        self.others = {name: {id_ for id_ in ids if _place(id_) != gone} for name, ids in self.others.items()}


def made_of(link: Link) -> Made:
    kind = _catalog.KINDS[str(link.kind)]
    return Made(kind.name, kind.identify(link.attributes), link.ifindex)


def _form(route: Route) -> RouteForm:
    values = route.attributes
    hops = tuple((hop.via, hop.dev) for hop in values.get("nexthops", ()))
    if values.get("nhid"):
        return ("unicast", values.get("protocol", "static"), (("nexthop {0}".format(values["nhid"]), None),))
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


def is_formed(forms: Forms, form: t.Any) -> bool:
    """Return whether a thing of this form is the one that was created."""
    return form in forms


def is_form_of_protocol(forms: Forms, form: t.Any) -> bool:
    """Return whether it is of the protocol of the one that was created, though it may be another one."""
    return form[0] in [other[0] for other in forms]


def is_sysctl(made: MadeSysctl, value: str) -> bool:
    """Return whether a sysctl has the value that it was given."""
    return value in made.values


def is_of_protocol(made: MadeRoute, route: Route) -> bool:
    """Return whether a route is of the protocol of the one that was created, though it may lead elsewhere."""
    return _form(route)[1] in [form[1] for form in made.forms]


def _place(id_: t.Any) -> t.Optional[str]:
    """Return the namespace that a thing is in, or that it is."""
    while isinstance(id_, tuple):
        id_ = id_[0]
    return t.cast(t.Optional[str], id_)


def is_link(made: Made, link: t.Optional[Link]) -> bool:
    """Return whether a link is the one that was created."""
    if link is None or link.kind != made.kind:
        return False
    return made.ifindex == link.ifindex if made.ifindex else made.identity == made_of(link).identity
