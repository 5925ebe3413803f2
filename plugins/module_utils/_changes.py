# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what a plan does to each link, route, port and namespace. Pure."""

import typing as t

from . import _foresee, _values
from ._kinds import _catalog, _kind
from ._resources import Address, Have, Link
from ._sorts._link import _state as _link
from ._states import _registry
from ._steps._link import AddLink, MoveLink
from ._steps._plan import Plan

Entry = t.Dict[str, t.Any]
Options = t.Dict[str, Entry]

CREATED, CHANGED, REPLACED, REMOVED = "created", "changed", "replaced", "removed"


def of_plan(have: Have, plan: Plan) -> t.List[Entry]:
    """Return an entry for each thing that the plan makes, changes, replaces or removes."""
    after = _foresee.foresee(have, plan.operations)
    return [entry for field in _registry.FIELDS for entry in _of_field(field, have, after, plan)]


def _of_field(field: str, have: Have, after: Have, plan: Plan) -> t.Iterator[Entry]:
    if field == "links":
        yield from _links(have, after, plan)
        return
    room = _registry.room(field)
    for id_ in _ids(_touched(field, have, plan)):
        old, new = (_registry.there(field, host).get(id_) for host in (have, after))
        options = _compare(*(room.options(thing) if thing else {} for thing in (old, new)))
        yield {**room.label(id_), "change": _change(old, new), "options": options}


def _links(have: Have, after: Have, plan: Plan) -> t.Iterator[Entry]:
    origins = {step.place: step.link.id for step in plan.operations if isinstance(step, MoveLink)}
    made = {end.id for step in plan.operations if isinstance(step, AddLink) for end in step.ends}
    for id_ in _ids(_touched("links", have, plan) - set(origins.values())):
        old, new = have.links.get(origins.get(id_, id_)), after.links.get(id_)
        if old is None and _kind_of(new).implicit:
            continue
        identity = ("name",) if old and new else ("name", "netns")
        options = {name: values for name, values in _options(old, new).items() if name not in identity}
        entry = {"netns": id_[0], "change": REPLACED if old and new and id_ in made else _change(old, new)}
        loses = [what for loss in plan.losses if loss.link == id_ for what in loss.what]
        yield {"link": id_[1], **entry, "options": options, "loses": loses, "cuts": _cuts(old, new, id_ in made)}


def _touched(field: str, have: Have, plan: Plan) -> t.Set[t.Any]:
    """Return the ids of the things of a field that the plan makes other ones, or does away with."""
    return {id_ for step in plan.operations for name, id_ in step.touches(have) if name == field}


def _ids(ids: t.Set[t.Any]) -> t.List[t.Any]:
    """Return them in order, the module's own namespace (None) first."""
    return sorted(ids, key=lambda id_: tuple("" if part is None else part for part in id_))


def _change(old: t.Any, new: t.Any) -> str:
    return CHANGED if old and new else CREATED if new else REMOVED


def _compare(old: Entry, new: Entry, *, defaults: t.Sequence[t.Mapping[str, t.Any]] = ({}, {})) -> Options:
    """Return the options that differ, each with the value before and after; None where there is nothing or that is unknown.

    :arg defaults: what is meant by an option that is not told, before and after.
    """
    options: Options = {}
    for name in sorted({*old, *new}):
        pairs = zip((old, new), defaults)
        before, after = (side.get(name, default.get(name) if side else None) for side, default in pairs)
        if before != after:
            options[name] = {"before": before, "after": after}
    return options


def _options(old: t.Optional[Link], new: t.Optional[Link]) -> Options:
    entries = [_link.entry(link) if link else {} for link in (old, new)]
    first, second = _kind_of(old).untold, _kind_of(new).untold
    # What one kind does not have is as it would be by default with the other.
    defaults = {**second, **first, "addresses": []}, {**first, **second, "addresses": []}
    options = _compare(entries[0], entries[1], defaults=defaults)
    # Of what only the kernel can choose, such as the mtu of a new link, nothing can be said.
    unknown = [name for name in options if name not in entries[1] and name not in ("kind", "netns", *defaults[1])]
    return {name: values for name, values in options.items() if name not in unknown}


def _kind_of(link: t.Optional[Link]) -> _kind.Kind:
    return _catalog.KINDS.get(str(link.kind if link else None), _catalog.ANY)


def _cuts(old: t.Optional[Link], new: t.Optional[Link], anew: bool) -> bool:
    """Return whether the far end of a link can't talk to it any more, or not until that end is changed likewise."""
    if old is None or new is None:
        return new is None
    kind = _kind_of(new)
    if old.kind != new.kind and kind.identity:
        return True
    for option in (*kind.common, *kind.options):
        values = [link.attributes.get(option.name, option.default) for link in (old, new)]
        if None not in values and values[0] != values[1] and option.cuts(*values):
            return True
        if anew and option.numbers and all(values):
            return True
    return not all(_stays(address, new) for address in old.addresses if not address.automatic)


def _stays(address: Address, new: Link) -> bool:
    """Return whether a link still has the address, with at least the network that it had."""
    family = _values.IPV6 if ":" in address.address else _values.IPV4
    return any(
        other.address == address.address
        and other.prefixlen <= address.prefixlen
        and _values.network(family, other.peer or other.address, other.prefixlen)
        == _values.network(family, address.peer or address.address, other.prefixlen)
        for other in new.addresses
    )
