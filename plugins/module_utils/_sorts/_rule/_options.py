# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the options of rules of policy routing, as an argument spec."""

import typing as t

from ... import _argspec


def spec() -> _argspec.Spec:
    texts = ("from", "to", "tos", "fwmark", "iif", "oif", "uidrange", "ipproto", "sport", "dport", "tun_id", "table")
    return {
        "priority": {"type": "str"},
        "netns": {"type": "str"},
        "family": {"type": "str", "choices": ["inet", "inet6"]},
        "not": {"type": "bool", "default": False},
        **{name: {"type": "str"} for name in texts},
        "l3mdev": {"type": "bool", "default": False},
        "type": {"type": "str", "choices": ["lookup", "blackhole", "unreachable", "prohibit"], "default": "lookup"},
        "goto": {"type": "str"},
        "suppress_prefixlength": {"type": "str"},
        "suppress_ifgroup": {"type": "str"},
        "protocol": {"type": "str", "default": "static"},
    }


def section() -> t.Dict[str, t.Any]:
    """Return what a document has of them."""
    return _argspec.listed(spec())
