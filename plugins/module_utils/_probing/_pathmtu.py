# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the search of the path MTU. Pure.

It asks by sending (RFC 4821), and takes what routers say (RFC 1191, RFC 8201) as a hint only: those that drop silently
are found too, and nobody can talk it into a wrong result.
"""

import typing as t

AT_A_TIME = 8
"""Sizes in one round of the search. With each round the range shrinks to a ninth."""


class Round(t.NamedTuple):
    """What came of packets of some sizes."""

    passed: t.Collection[int]
    """The sizes that were answered."""
    told: t.Optional[int] = None
    """The least that a router said it takes."""


def search(known: int, limit: int) -> t.Generator[t.List[int], Round, int]:
    """Yield sizes to send, smallest first, and be sent what came of them; return the largest size that passes.

    :arg known: a size that passes. :arg limit: the largest that the link itself takes.
    """
    sizes = [limit]
    while known < limit:
        outcome = yield sizes
        known = max([known, *outcome.passed])
        limit = min([limit, *(size - 1 for size in sizes if size > known)])
        if outcome.told is not None and known < outcome.told < limit:
            sizes = [outcome.told, outcome.told + 1]
        else:
            sizes = _spread(known, limit)
    return known


def _spread(known: int, limit: int) -> t.List[int]:
    """Return sizes above ``known`` up to ``limit``, at even distances."""
    gap = limit - known
    return sorted({known + -(-gap * step // AT_A_TIME) for step in range(1, AT_A_TIME + 1)}) if gap > 0 else []
