# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what steps enter into the record, before they are taken and after. Pure."""

import typing as t

from ._kinds import _catalog
from ._record import Draft, Made, MadeSysctl, Record, is_link, is_sysctl, made_of
from ._resources import Have, LinkId, SysctlId, Want
from ._states import _registry
from ._steps._step import Step


def intended(record: Record, operations: t.Iterable[Step], want: Want) -> Record:
    """Return the record with all that these steps will create, and still with all that they will delete."""
    draft = Draft(record, want)
    for step in operations:
        step.enter(draft)
    for route_id, route in draft.routes.items():
        if route_id in record.routes:
            forms = dict.fromkeys((*record.routes[route_id].forms, *route.forms))
            draft.routes[route_id] = route._replace(forms=tuple(forms))
    for field, things in draft.formed.items():
        former = getattr(record, field)
        things.update((id_, tuple(dict.fromkeys((*former[id_], *things[id_])))) for id_ in things if id_ in former)
    for sysctl_id, made in draft.sysctls.items():
        if sysctl_id in record.sysctls:
            values = dict.fromkeys((*record.sysctls[sysctl_id].values, *made.values))
            draft.sysctls[sysctl_id] = made._replace(values=tuple(values))
    for id_, link in draft.links.items():
        before = record.links.get(id_)
        draft.links[id_] = link._replace(chosen=_chosen(want, id_, link) | (before.chosen if before else frozenset()))
    return draft.record()


def settled(record: Record, operations: t.Iterable[Step], before: Have, after: Have, want: Want) -> Record:
    """Return the record when these steps for a want have led from one to the other."""
    ours = {id_ for id_, made in record.links.items() if is_link(made, before.links.get(id_))}
    draft = Draft(record, want)
    for step in operations:
        step.strike(draft)
        step.enter(draft)
    for id_, made in draft.links.items():
        found = after.links.get(id_)
        if found is not None and (id_ in ours or made is not record.links.get(id_)):
            draft.links[id_] = made_of(found)._replace(chosen=_chosen(want, id_, made))
    gone = {id_ for step in operations for id_ in step.takes()}.difference(after.links)
    there = {(id_, *address[:3]) for id_, link in after.links.items() for address in link.addresses}
    draft.others["addresses"] = {
        id_ for id_ in draft.others["addresses"] if id_ in there or (id_[0] not in after.links and id_[0] not in gone)
    }
    for field in draft.others.keys() & set(_registry.OF_LINKS):
        draft.others[field] = {id_ for id_ in draft.others[field] if _registry.link(field, id_) not in gone}
    draft.sysctls = {
        id_: sysctl
        for id_, sysctl in draft.sysctls.items()
        if _registry.link("sysctls", id_) not in gone and not _is_anothers(id_, sysctl, record, before)
    }
    return draft.record()


def _is_anothers(id_: SysctlId, made: MadeSysctl, record: Record, before: Have) -> bool:
    """Return whether somebody else had set a sysctl since, and no step has."""
    found = before.sysctls.get(id_)
    return found is not None and made is record.sysctls.get(id_) and not is_sysctl(made, found.value)


def restored(record: Record, before: Have, after: Have) -> Record:
    """Return the record when an undo has led back to ``before``: links that it made again have other indexes."""
    links = dict(record.links)
    for id_, made in record.links.items():
        found = after.links.get(id_)
        if found is not None and found.kind == made.kind and is_link(made, before.links.get(id_)):
            links[id_] = made._replace(ifindex=found.ifindex)
    return record._replace(links=links)


def _chosen(want: Want, id_: LinkId, made: Made) -> t.FrozenSet[str]:
    """Return the options that a link has by choice once it is as wanted."""
    if id_ not in want.links:
        return made.chosen
    named = _catalog.KINDS[made.kind].renewed.intersection(want.links[id_].attributes)
    return named if id_ in want.exact else named | made.chosen
