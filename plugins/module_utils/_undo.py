# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: takes steps back, and looks at the host for what is left of them."""

import typing as t

from . import _errors, _remains
from ._kernel import _host
from ._kinds import _veth
from ._plan import _planner
from ._resources import Have, Want
from ._steps._plan import Plan
from ._steps._step import Step


def undo(kernel: _host.Kernel, want: Want, before: Have, plan: Plan, done: t.Sequence[Step]) -> t.List[str]:
    """Take steps of a plan back, the last first; return as text what is left of them, nothing where the host is as it was.

    Steps that were not taken may be among them: taking those back fails, or changes nothing. So the host has the last word.

    :arg before: what the host had of what is wanted, with all that the plan would take along.
    """
    inverses = [inverse for step in reversed(done) for inverse in step.inverse()]
    # Twice, as one may need another: a port its bridge, which went before it.
    failures = _take(kernel, [inverse for inverse, _error in _take(kernel, inverses)])
    try:
        left = _remains.differences(want, before, _mended(kernel, want, before, plan))
    except Exception as error:
        left = ["it could not be read again ({0})".format(_errors.told(error))]
    said = ["{0}: {1}".format(step.command(), _errors.told(error)) for step, error in failures]
    return left + said if left else []


def _mended(kernel: _host.Kernel, want: Want, before: Have, plan: Plan) -> Have:
    """Return what the host has after an undo, when what the kernel did besides is taken back too."""
    after = _look(kernel, want, before, plan)
    for mend in _remains.MENDS:
        steps = mend(before, after)
        if steps:
            _take(kernel, steps)
            after = _look(kernel, want, before, plan)
    missing = _remains.missing(before, after)
    for link, attached in missing:
        kernel.put_back(link, attached)
    return _look(kernel, want, before, plan) if missing else after


def _look(kernel: _host.Kernel, want: Want, before: Have, plan: Plan) -> Have:
    """Return what the host has of what was read before the plan."""
    leaving = {end for id_ in _planner.leaving(plan) if id_ in before.links for end in _veth.ends(before.links[id_])}
    after = kernel.read(want)
    masters, disturbed = _planner.masters(plan, before), _planner.disturbed(plan)
    after = kernel.read_links(after, (masters | disturbed).difference(after.links))
    after = kernel.read_along(after, _planner.along(plan, before))
    after = kernel.read_dependents(after, leaving | _planner.stood_on(plan))
    after = kernel.read_routes(after, leaving | disturbed)
    return kernel.read_attached(after, leaving | masters | _planner.shaken(plan))


def _take(kernel: _host.Kernel, steps: t.Iterable[Step]) -> t.List[t.Tuple[Step, Exception]]:
    """Do the steps one by one, and return those that fail."""
    failures = []
    for step in steps:
        try:
            error = next(iter(kernel.perform([step])), None)
        except Exception as exception:
            error = exception
        if error is not None:
            failures.append((step, error))
    return failures
