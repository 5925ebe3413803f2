# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: from what is wanted to what is to be done, with a look at the host. Changes nothing."""

import typing as t

from ._kernel import _host
from ._kinds import _veth
from ._resources import Have, LinkId, Want
from ._states import _registry
from ._steps._plan import Plan

if t.TYPE_CHECKING:
    from ._steps._step import Step


def look(kernel: _host.Kernel, want: Want) -> t.Tuple[Want, Have]:
    """Return what is wanted in view of what was created before, and what the host has, which may be no more than a glance."""
    want, have = _look(kernel, _decided(kernel, want))
    if want.keep:
        from ._want import _keep

        want = _keep.beside(want, have)
    return want, have


def _decided(kernel: _host.Kernel, want: Want) -> Want:
    """Return a want with the whole id of each thing, where the task left a part to us."""
    for field in _registry.OPEN:
        room = _registry.room(field) if _registry.named(field, want) else None
        places = {place[0] for place in room.undecided(want)} if room else ()
        want = room.decided(want, kernel.things(field, places)) if room and places else want
    return want


def _look(kernel: _host.Kernel, want: Want) -> t.Tuple[Want, Have]:
    if not want.override and not want.exact and not want.take_over and not want.absent_sysctls:
        return want, kernel.glance(want)
    from . import _claim, _record

    record = kernel.recall()
    if want.override:
        asked, known = want, _record.of(record, want.document)
        claimed = _claim.claim(known, asked)
        have = kernel.read(claimed)
        want = _claim.confirm(known, asked, claimed, have)
    else:
        asked, have = want, kernel.glance(want)
    named = want.routes or (want.override and want.absent_routes)
    if named or any(_registry.named(field, want) for field in _registry.FORMED):
        from . import _displace

        want = _displace.tell(record, want, have)
        want = _displace.give_back(record, asked, want, have) if want.override else want
    if want.absent_sysctls:
        from . import _returns

        want = _returns.give_back(record, want, have)
    return _claim.renew(record, want, have), have


def decide(kernel: _host.Kernel, want: Want) -> t.Tuple[Want, Have, Plan]:
    """Return what is wanted in view of what was created before, what the host has, and the plan that leads there."""
    want, have = look(kernel, want)
    if _registry.is_met(want, have):
        return want, have, Plan()
    if not want.override:
        have = kernel.read(want)
    have, plan_ = _plan_for(kernel, want, have)
    return want, have, plan_


def _plan_for(kernel: _host.Kernel, want: Want, have: Have) -> t.Tuple[Have, Plan]:
    """Return the plan, and what the host has with all that the plan would take along."""
    # Late, because most runs have nothing to plan (see _main/_resource).
    from ._plan import _planner

    plan_ = _planner.make(want, have)
    unread = _planner.masters(plan_, have).difference(have.links, want.links)
    if unread:
        # What becomes of a port depends on the kind of its master.
        have = kernel.read_links(have, unread)
        plan_ = _planner.make(want, have)
    leaving, disturbed, shaken = _planner.leaving(plan_), _planner.disturbed(plan_), _planner.shaken(plan_)
    if _planner.stood_on(plan_):
        have = _with_dependents(kernel, have, _planner.stood_on(plan_))
        going = [have.links[id_] for id_ in leaving if id_ in have.links]
        freed, ends = _planner.freed(going), {end for link in going for end in _veth.ends(link)}
        have = kernel.read_links(have, freed.difference(have.links))
        disturbed, shaken = disturbed | ends | freed, shaken | ends | freed
    places = _planner.along(plan_, have)
    have = kernel.read_along(have, places)
    if shaken:
        have = kernel.read_routes(have, disturbed) if disturbed else have
        have = kernel.read_attached(have, shaken)
    if shaken or places:
        plan_ = _planner.make(want, have)
    masters = _planner.masters(plan_, have)
    if masters:
        # The kernel forgets neighbours of a bridge whose address follows another port.
        have = kernel.read_attached(kernel.read_links(have, masters.difference(have.links)), masters)
    if plan_.operations and not want.force:
        _check(kernel, plan_.operations, have)
    return have, plan_


def _with_dependents(kernel: _host.Kernel, have: Have, leaving: t.Iterable[LinkId]) -> Have:
    have = kernel.read_dependents(have, leaving)
    ports = {port.id for link in have.links.values() for port in link.ports}
    if not ports:
        return have
    from . import _record

    made = {id_: one for id_, one in kernel.recall().links.items() if id_ in ports}
    there = kernel.read_links(Have(), made).links if made else {}
    own = frozenset(id_ for id_, one in made.items() if _record.is_link(one, there.get(id_)))
    return have._replace(own_ports=own)


def _check(kernel: _host.Kernel, operations: "t.Sequence[Step]", have: Have) -> None:
    """Raise Conflict where the steps would cut off whoever asks for them, or lead a tunnel into itself."""
    from . import _courses, _guard

    ways_out = _guard.ways_out(operations, have)
    have = kernel.read_links(have, ways_out) if ways_out else have
    asked = _guard.questions(operations, have)
    ways = kernel.ways(set(asked.values())) if asked else {}
    lifeline = kernel.lifeline()
    _guard.check(operations, have, lifeline, asked, ways)
    places = _courses.places(operations, lifeline)
    if places:
        rules = {place: kernel.rules(*place) for place in places}
        routes = {table: kernel.table(*table) for table in _courses.tables(operations, rules)}
        _guard.check_rules(_courses.cut(operations, lifeline, rules, routes), lifeline)
