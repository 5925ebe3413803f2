# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: sysctls have no module, and in a document no list."""

import typing as t


def section() -> t.Dict[str, t.Any]:
    """Return what a document has of them."""
    return {"type": "dict"}
