# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what must be done so that the host has what is wanted. Pure: no kernel, no side effects.

A plan is made in phases, so that everything is there before something needs it: namespaces before links, links before
those that refer to them, addresses and routes after their links; what goes makes room first, namespaces go last.
"""

import typing as t

from .. import _values
from .._kinds import _catalog, _underlay, _veth
from .._resources import Have, Link, LinkId, Want
from .._sorts._list import BESIDE_LINKS, load
from .._states import _registry
from .._steps._link import AddLink, DeleteLink, MoveLink, SetLink
from .._steps._plan import Plan
from . import _dependents, _identities, _links, _names, _namespaces
from ._draft import Draft
from ._making import is_one_way

_SHAKING = frozenset(("arp", "mac", "master", "mtu", "up"))
"""Options whose change makes the kernel forget neighbours, or what a link had as a port."""


def make(want: Want, have: Have) -> Plan:
    """Return the plan that leads from ``have`` to ``want``; raise Conflict where something may not be touched."""
    draft = Draft()
    _namespaces.plan_present(want, have, draft)
    _namespaces.check_underlays(want, have, draft)
    want = want._replace(links=_underlay.settled(want.links, have.links))
    _links.plan_absent(want, have, draft)
    _names.check_absent(want, have, draft)
    _links.plan_present(want, have, draft)
    _dependents.check(want, have, draft)
    _identities.check(want, have, draft)
    for field in BESIDE_LINKS:
        for id_ in getattr(want, field):
            _namespaces.check(id_[0], want, have, draft)
        along = field in _registry.ALONG and _registry.there(field, have)
        if draft.cycled or along or _registry.named(field, want):
            load(field, "_plan").plan(want, have, draft)
    _namespaces.plan_absent(want, have, draft)
    return Plan(tuple(draft.steps()), tuple(draft.unmet), tuple(draft.losses))


def leaving(plan: Plan) -> t.FrozenSet[LinkId]:
    """Return the links that a plan deletes, if only to make them again, or moves, or that its undo makes again."""
    return one_way(plan).union(id_ for step in plan.operations for id_ in step.takes())


def stood_on(plan: Plan) -> t.FrozenSet[LinkId]:
    """Return the links of which a plan takes away or changes what others made on them: an MTU is none's above."""
    lowered = (step.link.id for step in _changes(plan) if step.changes.get("mtu", 0) < step.old.get("mtu", 0))
    return leaving(plan).union(lowered)


def one_way(plan: Plan) -> t.FrozenSet[LinkId]:
    """Return the links that a plan changes so that only new ones are as they were."""
    return frozenset(step.link.id for step in _changes(plan) if is_one_way(step))


def disturbed(plan: Plan) -> t.FrozenSet[LinkId]:
    """Return the links that lose their routes by a plan."""
    going = [step.link for step in plan.operations if isinstance(step, DeleteLink)]
    lost = {step.disturbs for step in plan.operations if step.disturbs is not None}
    return one_way(plan) | lost | freed(going)


def freed(masters: t.Iterable[Link]) -> t.FrozenSet[LinkId]:
    """Return the ports that these links take down and up when they go."""
    return frozenset(port.id for master in masters if master.kind in _catalog.CYCLING for port in master.ports)


def shaken(plan: Plan) -> t.FrozenSet[LinkId]:
    """Return the links that may lose what people attached to them by a plan, but for the other ends of pairs."""
    changed = {step.link.id for step in _changes(plan) if not _SHAKING.isdisjoint(step.changes)}
    return leaving(plan) | disturbed(plan) | changed


def along(plan: Plan, have: Have) -> t.FrozenSet[t.Optional[str]]:
    """Return the namespaces in which something of ``ALONG`` may go by a plan that it does not name."""
    places = {step.netns for step in plan.operations if step.field in _registry.CARRYING}
    for id_ in shaken(plan):
        # The other end of a pair loses its carrier.
        places.update(end[0] for end in (_veth.ends(have.links[id_]) if id_ in have.links else [id_]))
    return frozenset(places)


def masters(plan: Plan, have: Have) -> t.FrozenSet[LinkId]:
    """Return the links that get or lose a port by a plan, whose address may follow those of their ports."""
    found: t.Set[LinkId] = set()
    for step in plan.operations:
        ports = step.ends if isinstance(step, AddLink) else ()
        if isinstance(step, SetLink):
            ports = (step.link, step.link._replace(attributes=step.changes))
        elif isinstance(step, (DeleteLink, MoveLink)):
            ports = tuple(have.links[id_] for id_ in _veth.ends(step.link) if id_ in have.links)
        found.update((port.netns, port.attributes["master"]) for port in ports if port.attributes.get("master"))
    return frozenset(id_ for id_ in found if id_[1] != _values.NONE)


def _changes(plan: Plan) -> t.List[SetLink]:
    return [step for step in plan.operations if isinstance(step, SetLink)]
