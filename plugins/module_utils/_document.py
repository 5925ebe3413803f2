# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: a host's state as one document, in the form that ``_want/_sections.py`` reads. Pure.

What a new link has anyway is left out, so that a person can read it.
"""

import fnmatch
import typing as t

from . import _errors
from ._kinds import _catalog, _port, _veth
from ._resources import Have, Link, LinkId, Want
from ._sorts._link import _state as _link
from ._states import _registry

Entry = t.Dict[str, t.Any]
Document = t.Dict[str, t.Any]


class Choice(t.NamedTuple):
    """What of a host is asked about; None is everything."""

    namespaces: t.Optional[t.Tuple[str, ...]] = None
    """Beside the one that we are in."""
    kinds: t.Optional[t.FrozenSet[str]] = None
    names: t.Optional[t.Tuple[str, ...]] = None
    """Patterns, as a shell has them (fnmatch)."""

    def includes(self, link: Link) -> bool:
        named = self.names is None or any(fnmatch.fnmatchcase(link.name, pattern) for pattern in self.names)
        return named and (self.kinds is None or link.kind in self.kinds)


def of_choice(choice: Choice, have: Have) -> Document:
    """Return what a host has of what is asked about, as ``warren.tunnels.network_info`` answers it."""
    missing = sorted(set(choice.namespaces or ()) - set(have.namespaces))
    if missing:
        raise _errors.Unmet(
            "netns: there is no namespace {0!r} on this host; leave it out to look into all there are".format(
                missing[0]
            )
        )
    document, others = of_host(have, choice.includes)
    return {"network": document, "others": others}


def of_wanted(want: Want, have: Have) -> Document:
    """Return what a host has of what is wanted, or not wanted any more; of links that are wanted, the options named."""
    document: Document = {}
    for field in _registry.FIELDS:
        asked = _registry.named(field, want)
        things = {id_: thing for id_, thing in _registry.there(field, have).items() if id_ in asked}
        if field == "links":
            things = {id_: _as_named(want.links.get(id_), link) for id_, link in things.items()}
        document[field] = _registry.entries(field, things, have)
    return document


def _as_named(want: t.Optional[Link], have: Link) -> Link:
    if want is None:
        return have
    return have._replace(attributes={name: value for name, value in have.attributes.items() if name in want.attributes})


def of_host(have: Have, chosen: t.Callable[[Link], bool]) -> t.Tuple[Document, Document]:
    """Return what a host has; of links, and what goes through them, what is chosen, and the other ends of its pairs.

    The first part is what ``network_state`` can make, the second what it can't, such as network cards.
    """
    links = {id_: link for id_, link in have.links.items() if chosen(link)}
    links.update((end.id, end) for end in map(have.links.get, map(_veth.peer_of, list(links.values()))) if end)
    made = {id_: link for id_, link in links.items() if _can_be_made(link) or id_[1] == "lo"}
    through = {field: _through(field, links, have) for field in _registry.THROUGH_LINKS}
    ours: t.Dict[str, t.Any] = {field: _through(field, made, have) for field in _registry.THROUGH_LINKS}
    own: t.Dict[str, t.Any] = {
        field: {
            id_: each
            for id_, each in _registry.there(field, have).items()
            if _registry.link(field, id_) in (None, *links)
        }
        for field in _registry.OF_LINKS
    }
    can_be_made = have._replace(links=made, **ours, **own)
    document = {
        field: _registry.entries(field, _registry.there(field, can_be_made), have) for field in _registry.FIELDS
    }
    other_links = [_other(links[id_]) for id_ in sorted(links, key=_link.order) if id_ not in made]
    others: Document = {"links": other_links}
    for field, things in through.items():
        beyond = {id_: thing for id_, thing in things.items() if id_ not in ours[field]}
        others[field] = _registry.entries(field, beyond, have)
    return document, others


def _through(field: str, links: t.Container[LinkId], have: Have) -> t.Dict[t.Any, t.Any]:
    """Return the things of a field that lead through none but these links."""
    things = _registry.there(field, have)
    return {
        id_: thing for id_, thing in things.items() if all(way in links for way in _registry.ways(field, thing, have))
    }


def _can_be_made(link: Link) -> bool:
    kind = _catalog.KINDS.get(str(link.kind))
    return kind is not None and not kind.implicit and link.name not in _catalog.FALLBACKS


def _other(link: Link) -> Entry:
    """Return a link that can't be made by us: hardware, of an unknown kind, or a driver's own."""
    entry = {name: value for name, value in _link.entry(link).items() if name in _OF_ANY}
    if link.kind is not None:
        entry["kind"] = link.kind
    entry["fallback"] = link.name in _catalog.FALLBACKS
    return _port.folded(entry)


_OF_ANY = frozenset(("name", "netns", "addresses", *(option.name for option in _catalog.ANY.common)))
