# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: steps about sysctls."""

import typing as t

from ..._kernel import _namespaces
from ..._kernel._writing._writer import Outcome, Writer, one_by_one
from . import _reading as _sysctl
from ._steps import PutSysctl, SetSysctl


def _perform(_writer: Writer, steps: t.Sequence[t.Any]) -> t.List[Outcome]:
    try:
        with _namespaces.inside(steps[0].netns):
            return one_by_one(lambda step: _sysctl.write(step.key, step.value), steps)
    except OSError as error:
        return [error]


PERFORM = {SetSysctl: _perform, PutSysctl: _perform}
