# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the options of nexthop objects, as an argument spec."""

import typing as t

from ... import _argspec
from .._route import _options as _routes


def spec() -> _argspec.Spec:
    member: _argspec.Spec = {"id": {"type": "int", "required": True}, "weight": {"type": "int", "default": 1}}
    return {
        "id": {"type": "int", "required": True},
        "netns": {"type": "str"},
        "family": {"type": "str", "choices": ["inet", "inet6"]},
        "via": {"type": "str"},
        "dev": {"type": "str"},
        "onlink": {"type": "bool", "default": False},
        "blackhole": {"type": "bool", "default": False},
        "fdb": {"type": "bool", "default": False},
        "encap": _routes.spec()["encap"],
        "group": {"type": "list", "elements": "dict", "options": member},
        "type": {"type": "str", "choices": ["mpath", "resilient"]},
        "buckets": {"type": "int"},
        "idle_timer": {"type": "int"},
        "unbalanced_timer": {"type": "int"},
        "protocol": {"type": "str", "default": "static"},
    }


def section() -> t.Dict[str, t.Any]:
    """Return what a document has of them."""
    return _argspec.listed(spec())
