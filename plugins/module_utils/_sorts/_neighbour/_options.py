# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the options of neighbours, as an argument spec."""

import typing as t

from ... import _argspec


def spec() -> _argspec.Spec:
    return {
        "to": {"type": "str", "required": True},
        "dev": {"type": "str", "required": True},
        "netns": {"type": "str"},
        "lladdr": {"type": "str"},
        "proxy": {"type": "bool", "default": False},
        "router": {"type": "bool"},
        "protocol": {"type": "str"},
    }


def section() -> t.Dict[str, t.Any]:
    """Return what a document has of them."""
    return _argspec.listed(spec())
