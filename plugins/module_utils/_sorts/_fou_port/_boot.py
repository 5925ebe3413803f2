# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: ports that take tunnels inside UDP, in files for the next boot."""

import typing as t

from ..._boot._networkd import NO_FOU, Networkd
from ..._states import _registry
from ._state import FIELD, FouPort

REMOVAL = r"s/^fou add (port [0-9]+( -6)?) .*/fou del \1/p"
AGAIN = LOOK = COMPARED = ""


def check(_ports: t.Sequence[FouPort]) -> None:
    """All can be made at boot."""


def sort_in(networkd: Networkd) -> None:
    for port in _registry.wanted(FIELD, networkd.want).values():
        networkd.faults.append(f"FOU port {port.port}: {NO_FOU}")
