# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: sysctls in files for the next boot, which all backends have in common (``_boot/_backends.py``)."""

import typing as t

from ..._boot._networkd import Networkd
from ..._resources import Sysctl

REMOVAL = AGAIN = LOOK = COMPARED = ""


def check(_sysctls: t.Sequence[Sysctl]) -> None:
    """All can be set at boot."""


def sort_in(_networkd: Networkd) -> None:
    """systemd sets them by itself."""
