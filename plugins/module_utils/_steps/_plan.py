# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what leads from what a host has to what is wanted.

Apart from the steps, because most runs have none to take.
"""

import typing as t

from .._resources import Loss

if t.TYPE_CHECKING:
    from ._step import Step


class Plan(t.NamedTuple):
    """The steps from what a host has to what is wanted, and what a person should know before they are taken."""

    operations: "t.Tuple[Step, ...]" = ()
    unmet: t.Tuple[str, ...] = ()
    """What the steps need and the host does not have."""
    losses: t.Tuple[Loss, ...] = ()
    """What is lost where a link is replaced or moved."""
