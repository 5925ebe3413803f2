# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: sysctls as they are, wanted or shown. Pure."""

import typing as t

from ... import _sysctls
from ..._resources import Have, LinkId, Sysctl, SysctlId, Want

FIELD = "sysctls"

Entry = t.Dict[str, t.Any]


def link(id_: SysctlId) -> t.Optional[LinkId]:
    return _sysctls.link(*id_)


def is_met(want: Sysctl, have: t.Optional[Sysctl], _whole: Want, _host: Have) -> bool:
    return have is not None and have.value == want.value


def entries(sysctls: t.Mapping[SysctlId, Sysctl], _have: Have) -> t.Dict[str, str]:
    """Return those of our own namespace; a namespace with a name tells of its own."""
    return of_namespace(None, sysctls)


def of_namespace(netns: t.Optional[str], sysctls: t.Mapping[SysctlId, Sysctl]) -> t.Dict[str, str]:
    return {key: sysctls[place, key].value for place, key in sorted(sysctls, key=str) if place == netns}


def label(id_: SysctlId) -> Entry:
    netns, key = id_
    return {"sysctl": key, "netns": netns}


def options(sysctl: Sysctl) -> Entry:
    return {"value": sysctl.value}
