# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: plans for ports that take tunnels inside UDP."""

from ..._plan._draft import Draft
from ..._resources import Have, Want
from ..._states import _registry
from ._state import FIELD
from ._steps import AddFouPort, DeleteFouPort


def plan(want: Want, have: Have, draft: Draft) -> None:
    """Plan the ports that are wanted, and the end of those that are not; the kernel changes none in place."""
    there = _registry.there(FIELD, have)
    for port_id in _registry.ended(FIELD, want):
        if port_id in there:
            draft.early.append(DeleteFouPort(there[port_id]))
    for port in _registry.wanted(FIELD, want).values():
        found = there.get(port.id)
        if found == port:
            continue
        if found is not None:
            draft.early.append(DeleteFouPort(found))
        draft.early.append(AddFouPort(port))
