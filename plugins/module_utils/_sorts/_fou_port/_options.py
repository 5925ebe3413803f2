# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the options of ports that take tunnels inside UDP, as an argument spec."""

import typing as t

from ... import _argspec


def spec() -> _argspec.Spec:
    return {
        "port": {"type": "int", "required": True},
        "netns": {"type": "str"},
        "family": {"type": "str", "choices": ["inet", "inet6"], "default": "inet"},
        "encap": {"type": "str", "choices": ["fou", "gue"], "default": "fou"},
        "ipproto": {"type": "str"},
    }


def section() -> t.Dict[str, t.Any]:
    """Return what a document has of them."""
    return _argspec.listed(spec())
