# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: namespaces as they are, wanted or shown. Pure."""

import typing as t

from ..._resources import Have, Link, Namespace, Sysctl, SysctlId, Want
from .._sysctl import _state as _sysctl

Entry = t.Dict[str, t.Any]


def is_met(want: Namespace, have: t.Optional[Namespace], _whole: Want, _host: Have) -> bool:
    return have is not None and not have.stale


def state(namespace: t.Optional[Namespace], loopback: t.Optional[Link], sysctls: t.Mapping[SysctlId, Sysctl]) -> Entry:
    """Return a namespace as the user reads it."""
    if namespace is None or namespace.stale:
        return {"state": "absent"}
    told: Entry = {"state": "present", "name": namespace.name}
    told["sysctl"] = _sysctl.of_namespace(namespace.name, sysctls)
    if loopback is not None:
        told["loopback"] = bool(loopback.attributes.get("up", False))
    return told


def entries(namespaces: t.Mapping[str, Namespace], have: Have) -> t.List[Entry]:
    return [_entry(name, have.links.get((name, "lo")), have.sysctls) for name in sorted(namespaces)]


def _entry(name: str, loopback: t.Optional[Link], sysctls: t.Mapping[SysctlId, Sysctl]) -> Entry:
    told: Entry = {"name": name, "loopback": bool(loopback is None or loopback.attributes.get("up"))}
    sysctl = _sysctl.of_namespace(name, sysctls)
    return dict(told, sysctl=sysctl) if sysctl else told


def label(name: str) -> Entry:
    return {"namespace": name, "netns": None}


def options(_namespace: Namespace) -> Entry:
    return {}
