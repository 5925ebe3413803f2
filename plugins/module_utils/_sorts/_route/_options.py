# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the options of routes, as an argument spec."""

import typing as t

from ... import _argspec


def spec() -> _argspec.Spec:
    hop = {"via": {"type": "str"}, "dev": {"type": "str"}, "weight": {"type": "int", "default": 1}}
    encap: _argspec.Spec = {
        "type": {"type": "str", "choices": ["none", "ip", "ip6"], "required": True},
        "id": {"type": "int"},
        "dst": {"type": "str"},
        "src": {"type": "str"},
        "ttl": {"type": "int"},
        "tos": {"type": "int"},
        "key": {"type": "bool", "no_log": False},
        "csum": {"type": "bool"},
        "seq": {"type": "bool"},
    }
    return {
        "dst": {"type": "str", "required": True},
        "netns": {"type": "str"},
        "family": {"type": "str", "choices": ["inet", "inet6"]},
        "via": {"type": "str"},
        "dev": {"type": "str"},
        "nhid": {"type": "int"},
        "src": {"type": "str"},
        "metric": {"type": "str"},
        "tos": {"type": "str"},
        "table": {"type": "str", "default": "main"},
        "type": {"type": "str", "choices": ["unicast", "local", "blackhole", "unreachable", "prohibit", "throw"]},
        "scope": {"type": "str", "choices": ["global", "site", "link", "host"]},
        "protocol": {"type": "str", "default": "static"},
        "mtu": {"type": "int"},
        "onlink": {"type": "bool"},
        "nexthops": {"type": "list", "elements": "dict", "options": hop},
        "encap": {"type": "dict", "options": encap},
    }


def section() -> t.Dict[str, t.Any]:
    """Return what a document has of them."""
    return _argspec.listed({**spec(), **_argspec.state_of_entry(), "take_over": {"type": "bool"}})
