# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what a host would have after some steps. Pure; the preview in check mode and diff mode."""

import typing as t

from ._resources import Have
from ._steps._step import Step
from ._steps._world import World


def foresee(have: Have, operations: t.Iterable[Step]) -> Have:
    """Return what the host would have after these steps, as far as that can be told."""
    world = World(have)
    for step in operations:
        step.take_effect(world)
    return have._replace(**t.cast("t.Dict[str, t.Any]", world.things))
