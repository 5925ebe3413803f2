# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: sysctls as people type them."""

import functools
import typing as t

from ... import _errors, _sysctls
from ..._resources import Sysctl, SysctlId
from ..._want._checks import Params, check


def parse(params: Params) -> t.List[Sysctl]:
    """Return what a whole host's state has of the sysctls of its own namespace."""
    return list(of_namespace(None, params["sysctls"], "sysctls").values())


def of_namespace(netns: t.Optional[str], given: t.Optional[Params], option: str) -> t.Dict[SysctlId, Sysctl]:
    wanted: t.Dict[SysctlId, Sysctl] = {}
    for raw, value in (given or {}).items():
        key = check(option, _sysctls.parse, raw)
        if (netns, key) in wanted:
            raise _errors.BadOption(option, "{0} is there twice, in two ways to write it; leave one out".format(key))
        wanted[netns, key] = Sysctl(netns, key, check(option, functools.partial(_sysctls.parse_value, raw), value))
    return wanted
