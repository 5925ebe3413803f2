# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what a want means in view of what was created before. Pure."""

import typing as t

from . import _record, _values
from ._kinds import _catalog, _port
from ._record import Record
from ._resources import Have, Link, LinkId, Want
from ._states import _registry


def claim(record: Record, want: Want) -> Want:
    """Return a want that also has the end of what was created and is not wanted, as far as the record tells."""
    if want.keep:
        # Any of it may be what they need.
        nothing = Record()
        record = record._replace(**{field: getattr(nothing, field) for field in _registry.FIELDS if field != "links"})
    ended = tuple(sorted(record.namespaces.difference(want.namespaces, want.absent_namespaces)))
    gone = want.absent_namespaces + ended
    fetched = _fetched(want)
    links = {
        id_: _catalog.KINDS[made.kind].family
        for id_, made in record.links.items()
        if id_ not in want.links and id_ not in want.keep and id_[0] not in gone and id_ not in fetched
    }
    return want._replace(
        absent_namespaces=gone,
        absent_links={**links, **want.absent_links},
        links={**{id_: Link(*id_, None) for id_ in _looked_at(record)}, **want.links},
        **dict(_unwanted(field, record, want, gone) for field in _registry.BESIDE_LINKS),
    )


def _fetched(want: Want) -> t.Set[LinkId]:
    """Return the places that wanted links may be fetched from."""
    return {(source, id_[1]) for id_, source in want.sources.items()}


def _looked_at(record: Record) -> t.Set[LinkId]:
    """Return the links that tell what becomes of addresses and of routes whose place was taken."""
    links = {address[0] for address in record.addresses}
    for made in record.routes.values():
        links.update(made.former.ways if made.former else ())
    return links


def _unwanted(field: str, record: Record, want: Want, gone: t.Container[t.Any]) -> t.Tuple[str, t.Any]:
    """Return the field of what shall not be there, and what has to be in it."""
    named, absent = _registry.named(field, want), _registry.absent(field)
    ended = (id_ for id_ in getattr(record, field) if id_ not in named and id_[0] not in gone)
    return absent, (*getattr(want, absent), *sorted(ended, key=str))


def confirm(record: Record, want: Want, claimed: Want, have: Have) -> Want:
    """Return a claimed want without the end of what has become another's since.

    :arg want: what was asked for. :arg have: what the host has of what is claimed.
    """
    links = {
        id_: family
        for id_, family in claimed.absent_links.items()
        if id_ in want.absent_links or _record.is_link(record.links[id_], have.links.get(id_))
    }
    fetched, staying = _fetched(want), {}
    for id_, given in _given(record).items():
        found, made = have.links.get(id_), record.links.get(id_)
        if found is None or id_ in want.keep or id_ in want.purged:
            continue
        if id_ in links or id_ in fetched or id_[0] in claimed.absent_namespaces:
            # They go with it.
            continue
        wanted = want.links.get(id_, Link(*id_, None))
        ended = given.difference(address[:3] for address in wanted.addresses)
        if not ended or (made is not None and not _record.is_link(made, found)):
            continue
        named = {address[:3] for address in wanted.addresses}
        others = (address for address in found.addresses if not address.automatic and address[:3] not in ended | named)
        staying[id_] = wanted._replace(addresses=(*wanted.addresses, *others))
    return claimed._replace(
        absent_links=links,
        links={**want.links, **staying},
        purged=want.purged.union(staying),
        created=frozenset(
            id_ for id_, made in record.links.items() if id_ not in have.links or _record.is_link(made, have.links[id_])
        ),
    )


def _given(record: Record) -> t.Dict[LinkId, t.Set[t.Tuple[t.Any, ...]]]:
    """Return the addresses that were given to each link."""
    given: t.Dict[LinkId, t.Set[t.Tuple[t.Any, ...]]] = {}
    for id_, *address in record.addresses:
        given.setdefault(id_, set()).add(tuple(address))
    return given


def renew(record: Record, want: Want, have: Have) -> Want:
    """Return a want with the links to be reset or replaced, because a former want named an option that this one leaves out."""
    renewed = {}
    links = dict(want.links)
    for id_ in want.exact.intersection(record.links, have.links):
        made, found = record.links[id_], have.links[id_]
        stays = _record.is_link(made, found) and want.links[id_].kind in (None, made.kind)
        names = made.chosen.difference(want.links[id_].attributes) if stays else frozenset()
        if want.links[id_].attributes.get("master") != found.attributes.get("master"):
            # What it had as a port goes with that.
            names -= _port.NAMES
        resets = _catalog.KINDS[made.kind].resets
        if not names.isdisjoint(resets) and not _is_too_small(links[id_]):
            reset = {name: resets[name] for name in names.intersection(resets, found.attributes)}
            links[id_] = links[id_]._replace(attributes={**reset, **links[id_].attributes})
        if names.difference(resets):
            renewed[id_] = (found.ifindex, tuple(sorted(names.difference(resets))))
    return want._replace(links=links, renewed=renewed)


def _is_too_small(link: Link) -> bool:
    """Return whether IPv6 will have nothing to do with a link."""
    return bool(link.attributes.get("mtu", _values.IPV6_MIN_MTU) < _values.IPV6_MIN_MTU)
