# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: a want that leaves some links as they are, with what they need. Pure."""

import typing as t

from .. import _errors
from .._kinds import _veth
from .._resources import Have, LinkId, Want
from .._states import _registry
from ._checks import Params, link_id


def parse(entries: t.Optional[t.Sequence[Params]]) -> t.FrozenSet[LinkId]:
    """Return the links of the option ``keep``."""
    kept = set()
    for position, entry in enumerate(entries or ()):
        try:
            kept.add(link_id(entry))
        except _errors.BadOption as error:
            raise error.inside("keep[{0}]".format(position)) from None
    return frozenset(kept)


def without(want: Want, kept: t.FrozenSet[LinkId]) -> Want:
    """Return a want that says nothing of the links that are kept, nor of pairs with an end among them.

    Nothing that an earlier want may have made for them ends.
    """
    if not kept:
        return want
    kept = kept.union(*(_pair(id_, want) for id_ in kept))
    nothing_ends: t.Dict[str, t.Any] = {_registry.absent(field): () for field in _registry.FIELDS if field != "links"}
    others: t.Dict[str, t.Any] = {
        field: {
            id_: thing for id_, thing in _registry.wanted(field, want).items() if _registry.link(field, id_) not in kept
        }
        for field in _registry.OF_LINKS
    }
    others.update(
        (field, _beyond(kept, field, _registry.wanted(field, want), Have())) for field in _registry.THROUGH_LINKS
    )
    return want._replace(
        keep=kept,
        links={id_: link for id_, link in want.links.items() if id_ not in kept},
        absent_links={id_: family for id_, family in want.absent_links.items() if id_ not in kept},
        sources={id_: source for id_, source in want.sources.items() if id_ not in kept},
        purged=want.purged - kept,
        exact=want.exact - kept,
        **others,
        **nothing_ends,
    )


def _beyond(kept: t.FrozenSet[LinkId], field: str, things: t.Mapping[t.Any, t.Any], have: Have) -> t.Dict[t.Any, t.Any]:
    """Return those of the things that lead through none of the links that are kept."""
    return {id_: thing for id_, thing in things.items() if kept.isdisjoint(_registry.ways(field, thing, have))}


def _pair(id_: LinkId, want: Want) -> t.FrozenSet[LinkId]:
    link = want.links.get(id_)
    return frozenset([id_] if link is None or link.kind != "veth" else [id_, _veth.peer_of(link)])


def beside(want: Want, have: Have) -> Want:
    """Return a want that also leaves the routes and the like through kept links, and ports that are used in another way."""
    if not want.keep:
        return want
    fields: t.Dict[str, t.Any] = {}
    for field in _registry.THROUGH_LINKS:
        there, wanted = _registry.there(field, have), _registry.wanted(field, want)
        left = {id_ for id_ in wanted if id_ in there}.difference(_beyond(want.keep, field, there, have))
        fields[field] = {id_: thing for id_, thing in wanted.items() if id_ not in left}
    there = _registry.there("fou_ports", have)
    wanted = _registry.wanted("fou_ports", want)
    fields["fou_ports"] = {id_: port for id_, port in wanted.items() if there.get(id_, port) == port}
    return want._replace(**fields)
