# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: plans for ports that take tunnels inside UDP."""

from .._resources import Have, Want
from .._sorts._fou_port._steps import AddFouPort, DeleteFouPort
from . import _namespaces
from ._draft import Draft


def plan(want: Want, have: Have, draft: Draft) -> None:
    """Plan the ports that are wanted, and the end of those that are not; the kernel changes none in place."""
    for port_id in want.absent_fou_ports:
        if port_id in have.fou_ports:
            draft.ports.append(DeleteFouPort(have.fou_ports[port_id]))
    for port in want.fou_ports.values():
        _namespaces.check(port.netns, want, have, draft)
        found = have.fou_ports.get(port.id)
        if found == port:
            continue
        if found is not None:
            draft.ports.append(DeleteFouPort(found))
        draft.ports.append(AddFouPort(port))
