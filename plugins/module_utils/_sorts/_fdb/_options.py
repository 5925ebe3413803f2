# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the options of forwarding entries, as an argument spec."""

import typing as t

from ... import _argspec


def spec() -> _argspec.Spec:
    return {
        "lladdr": {"type": "str", "required": True},
        "dev": {"type": "str", "required": True},
        "netns": {"type": "str"},
        "master": {"type": "bool", "default": False},
        "vlan": {"type": "int"},
        "dst": {"type": "str"},
        "port": {"type": "int"},
        "vni": {"type": "int"},
        "src_vni": {"type": "int"},
        "via": {"type": "str"},
        "type": {"type": "str", "choices": ["permanent", "static"]},
        "sticky": {"type": "bool"},
        "extern_learn": {"type": "bool"},
    }


def section() -> t.Dict[str, t.Any]:
    """Return what a document has of them."""
    return _argspec.listed(spec())
