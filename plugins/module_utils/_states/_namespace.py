# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: namespaces as they are, wanted or shown. Pure."""

import typing as t

from .._resources import Have, Link, Namespace, Want

Entry = t.Dict[str, t.Any]


def is_met(want: Namespace, have: t.Optional[Namespace], _whole: Want, _host: Have) -> bool:
    return (
        have is not None
        and not have.stale
        and all(value is None or have.sysctl.get(key) == value for key, value in want.sysctl.items())
    )


def state(namespace: t.Optional[Namespace], loopback: t.Optional[Link]) -> Entry:
    """Return a namespace as the user reads it."""
    if namespace is None or namespace.stale:
        return {"state": "absent"}
    told: Entry = {"state": "present", "name": namespace.name, "sysctl": dict(namespace.sysctl)}
    if loopback is not None:
        told["loopback"] = bool(loopback.attributes.get("up", False))
    return told


def entries(namespaces: t.Mapping[str, Namespace], have: Have) -> t.List[Entry]:
    return [_entry(namespaces[name], have.links.get((name, "lo"))) for name in sorted(namespaces)]


def _entry(namespace: Namespace, loopback: t.Optional[Link]) -> Entry:
    told: Entry = {"name": namespace.name, "loopback": bool(loopback is None or loopback.attributes.get("up"))}
    sysctl = {key: value for key, value in namespace.sysctl.items() if value is not None}
    return dict(told, sysctl=sysctl) if sysctl else told


def label(name: str) -> Entry:
    return {"namespace": name, "netns": None}


def options(namespace: Namespace) -> Entry:
    return dict(namespace.sysctl)
