# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  force:
    description:
      - Whether to go on where the task would cut the SSH connection that it came by, would lead the outer packets of a
        tunnel into the tunnel itself, or would take away a link with what others made on it. That is a link such as a
        VLAN, macvlan or VXLAN, a port of a bridge, or what no undo could put back, such as a queueing discipline with
        classes or filters. Nexthops are told too that lead through it and can't come back, with their groups and routes.
      - Without it such a task fails before anything is changed, and names the step, or what would be lost. Its connection
        needs the link, the address and the route that it came by, and where that is a tunnel, what carries the tunnel.
      - With it, arm M(warren.tunnels.checkpoint) first, so that the host comes back by itself.
      - A connection is recognised by the processes that the task descends from, so not in a task with C(async), nor in
        one that runs in another namespace.
    type: bool
    default: false
"""
