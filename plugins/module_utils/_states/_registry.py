# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what a host and a want have of each sort of things, and whether that is the same. Pure.

What is told of a sort's things is in ``_sorts/``: the ``_state`` of each tells whether a thing ``is_met``, that is as wanted,
where what is not named is not compared; its ``state`` as its module shows it, where it has one; the ``entries`` of all in a
document; and its ``label`` and ``options`` in an account of changes, where links have more to say (``_changes``).
"""

import typing as t

from .._resources import Have, LinkId, Want
from .._sorts._list import (
    ALONG,
    BESIDE_LINKS,
    CARRYING,
    FIELDS,
    FORMED,
    OF_LINKS,
    REFERRING,
    SORTS,
    THROUGH_LINKS,
    absent,
    load,
)

__all__ = (
    "ALONG",
    "BESIDE_LINKS",
    "CARRYING",
    "FIELDS",
    "FORMED",
    "MODULES",
    "OF_LINKS",
    "OPEN",
    "THROUGH_LINKS",
    "absent",
    "ended",
    "entries",
    "form",
    "is_met",
    "link",
    "load",
    "named",
    "references",
    "referred",
    "room",
    "there",
    "wanted",
    "ways",
)

OPEN = tuple(field for field, sort in SORTS.items() if sort.has_open_ids)

MODULES = {field: sort.module for field, sort in SORTS.items()}


def named(field: str, want: Want) -> t.Set[t.Any]:
    """Return the ids of all things of a field that a want names."""
    return {*wanted(field, want), *ended(field, want)}


def room(field: str) -> t.Any:
    """Return what tells of the things in a field."""
    return load(field, "_state")


def there(field: str, have: Have) -> t.Mapping[t.Any, t.Any]:
    """Return the things of a field that are there."""
    return t.cast("t.Mapping[t.Any, t.Any]", getattr(have, field))


def wanted(field: str, want: Want) -> t.Mapping[t.Any, t.Any]:
    """Return the things of a field that shall be there."""
    return t.cast("t.Mapping[t.Any, t.Any]", getattr(want, field))


def ended(field: str, want: Want) -> t.Iterable[t.Any]:
    """Return the ids of the things of a field that shall not be there."""
    return t.cast("t.Iterable[t.Any]", getattr(want, absent(field)))


def entries(field: str, things: t.Mapping[t.Any, t.Any], have: Have) -> t.Any:
    """Return things of a field as a document has them. :arg have: what the host has beside them."""
    if not things:
        return {} if SORTS[field].is_mapping else []
    return room(field).entries(things, have)


def link(field: str, id_: t.Any) -> t.Optional[LinkId]:
    """Return the place of the link whose own a thing of ``OF_LINKS`` is; None where it is none's."""
    return t.cast("t.Optional[LinkId]", room(field).link(id_))


def ways(field: str, thing: t.Any, have: Have) -> t.List[LinkId]:
    """Return the places of the links that a thing of ``THROUGH_LINKS`` leads through."""
    return t.cast("t.List[LinkId]", room(field).ways(thing, have))


def references(want: Want) -> t.Set[t.Tuple[str, t.Any]]:
    """Return the field and the id of each thing that the wanted things need."""
    return {
        reference
        for field in REFERRING
        for thing in wanted(field, want).values()
        for reference in room(field).references(thing)
    }


def form(field: str, thing: t.Any) -> t.Any:
    """Return what tells a thing of ``FORMED`` from those that others make with its id; it begins with the protocol."""
    return room(field).form(thing)


def referred(want: Want) -> t.Set[LinkId]:
    """Return the places of other links that wanted things of ``OF_LINKS`` refer to."""
    found: t.Set[LinkId] = set()
    for field in OF_LINKS:
        things = wanted(field, want).values()
        refers = getattr(room(field), "refers", None) if things else None
        found.update(id_ for thing in things for id_ in (refers(thing) if refers else ()))
    return found


def is_met(want: Want, have: Have) -> bool:
    """Return whether nothing is to be done; that is when a plan would have no steps."""
    return have.names.keys().isdisjoint(want.absent_links) and all(_is_met(field, want, have) for field in FIELDS)


def _is_met(field: str, want: Want, have: Have) -> bool:
    found, things = there(field, have), wanted(field, want)
    if not found.keys().isdisjoint(ended(field, want)):
        return False
    sort: t.Any = room(field) if things else None
    return all(sort.is_met(things[id_], found.get(id_), want, have) for id_ in things)
