# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: plans for neighbours."""

from ..._plan import _names, _planner
from ..._plan._draft import Draft
from ..._resources import Have, Want
from ..._states import _registry
from ..._steps._plan import Plan
from ._state import FIELD, is_like, link
from ._steps import AddNeighbour, DeleteNeighbour, SetNeighbour


def plan(want: Want, have: Have, draft: Draft) -> None:
    """Plan the neighbours that are wanted, and before links go the end of those that are not."""
    there = _registry.there(FIELD, have)
    # On a link that goes, it would be gone already.
    draft.departures += [DeleteNeighbour(there[id_]) for id_ in _registry.ended(FIELD, want) if id_ in there]
    # The kernel forgets neighbours with a change of their link, or of its address, which may be that of a port.
    so_far = Plan(tuple(draft.steps()))
    emptied = _planner.shaken(so_far) | _planner.masters(so_far, have)
    for neighbour in _registry.wanted(FIELD, want).values():
        _names.check_reference("dev", link(neighbour.id), want, have, draft)
        found = there.get(neighbour.id)
        if found is None:
            draft.late.append(AddNeighbour(neighbour))
            continue
        whole = neighbour._replace(
            router=found.router if neighbour.router is None else neighbour.router,
            protocol=neighbour.protocol or found.protocol,
        )
        if not is_like(neighbour, found):
            draft.late.append(SetNeighbour(whole, found))
        elif link(neighbour.id) in emptied:
            # To say it again does no harm where it is still there.
            draft.late.append(SetNeighbour(whole, whole))
