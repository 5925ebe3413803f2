# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: steps about sysctls."""

import typing as t

from ..._steps._namespace import SetSysctl
from ..._steps._sysctl import PutSysctl
from .. import _namespaces, _sysctl
from ._writer import Outcome, Writer, one_by_one


def _perform(_writer: Writer, steps: t.Sequence[t.Any]) -> t.List[Outcome]:
    return one_by_one(_put, steps)


def _put(step: t.Any) -> None:
    with _namespaces.inside(step.netns):
        _sysctl.write(step.key, step.value)


PERFORM = {SetSysctl: _perform, PutSysctl: _perform}
