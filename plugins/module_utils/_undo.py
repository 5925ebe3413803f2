# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: takes steps back, and looks at the host for what is left of them."""

import typing as t

from . import _errors, _operations, _remains, _render
from ._kernel import _host
from ._plan import _planner
from ._resources import Have, Plan, Want


def undo(kernel: _host.Kernel, want: Want, before: Have, done: t.Sequence[_operations.Operation]) -> t.List[str]:
    """Take the steps back, the last first; return as text what is left of them, nothing where the host is as it was.

    Steps that were not taken may be among them: taking those back fails, or changes nothing. So the host has the last word.

    :arg before: what the host had of what is wanted.
    """
    failures = _take_back(kernel, done)
    try:
        after = kernel.read_routes(kernel.read(want), _planner.disturbed(Plan(tuple(done))))
        left = _remains.differences(want, before, after)
    except Exception as error:
        return [*failures, "it could not be read again ({0})".format(_errors.told(error))]
    return left + failures if left else []


def _take_back(kernel: _host.Kernel, done: t.Sequence[_operations.Operation]) -> t.List[str]:
    failures = []
    for step in reversed(done):
        for inverse in step.inverse():
            for outcome in _outcomes(kernel, inverse):
                if outcome is not None:
                    failures.append("{0}: {1}".format(_render.command(inverse), _errors.told(outcome)))
    return failures


def _outcomes(kernel: _host.Kernel, step: _operations.Operation) -> t.Sequence[t.Optional[Exception]]:
    try:
        return kernel.perform([step])
    except Exception as error:
        return [error]
