# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: runs a plan, and undoes it when a step fails."""

import contextlib
import errno
import itertools
import typing as t

from . import _errors, _record, _recording, _remains, _undo
from ._kernel import _host
from ._plan import _planner, _words
from ._resources import Have, Link, Want
from ._states import _registry
from ._steps._link import DeleteLink, SetLink
from ._steps._plan import Plan
from ._steps._port import SetPort
from ._steps._step import Step

_UNRECORDED = (
    "{0}. So it is not recorded that this collection made what this task makes, and no later run with state=overridden will "
    "remove it; make that folder one that can be written"
)


def apply(
    kernel: _host.Kernel, want: Want, have: Have, plan_: Plan, warn: t.Callable[[str], t.Any] = lambda _words: None
) -> Have:
    """Do the plan and return what the host then has; raise StepFailed, with all undone, where that is not what was wanted.

    :arg warn: takes what the user should know of a change that is made all the same.
    """
    record = kernel.recall()
    intended = _recording.intended(record, plan_.operations, want)
    if intended != record:
        # Before the first step, so that what is created is known for ours even if this run is killed. Who may not write
        # there may not change links either, and hears that from the kernel.
        try:
            kernel.remember(intended)
        except PermissionError:
            pass
        except OSError as error:
            if error.errno != errno.EROFS:
                raise
            warn(_UNRECORDED.format(error))
    try:
        after = _perform(kernel, want, have, plan_)
    except _errors.StepFailed as error:
        if not error.left:
            with contextlib.suppress(OSError, _errors.TunnelsError):
                former = _recording.restored(record, have, _look_again(kernel, record, have))
                if former != intended:
                    kernel.remember(former)
        raise
    settled = _recording.settled(record, plan_.operations, have, after, want)
    if settled != intended:
        with contextlib.suppress(OSError, _errors.TunnelsError):
            kernel.remember(settled)
    return after


def _look_again(kernel: _host.Kernel, record: _record.Record, have: Have) -> Have:
    """Return what the host has of the recorded links that were there before."""
    return kernel.read(Want(links={id_: Link(*id_, None) for id_ in record.links if id_ in have.links}))


def _perform(kernel: _host.Kernel, want: Want, before: Have, plan_: Plan) -> Have:
    done: t.List[Step] = []

    def failed_at(step: str, cause: Exception, hint: str) -> _errors.StepFailed:
        left = _undo.undo(kernel, want, before, plan_, done)
        return _errors.StepFailed(step, cause, hint, left, _lost(done))

    for batch in _batches(plan_.operations):
        try:
            outcomes = kernel.perform(batch)
        except Exception as error:
            # Each of them may have been taken.
            done += batch
            others = ", or another of the {0} steps with it".format(len(batch)) if len(batch) > 1 else ""
            hint = _errors.hint_for(getattr(error, "errno", None))
            raise failed_at(batch[0].command() + others, error, hint) from error
        failed = [(step, outcome) for step, outcome in zip(batch, outcomes) if outcome is not None]
        done += [step for step, outcome in zip(batch, outcomes) if outcome is None]
        if failed:
            step, cause = failed[0]
            # A link's message may have had an effect before it failed; setting the old values again does no harm.
            done += [step for step, outcome in failed if isinstance(step, (SetLink, SetPort))]
            raise failed_at(step.command(), cause, step.hint(cause)) from cause
    try:
        have = kernel.glance(want)
        remaining = () if _registry.is_met(want, have) else _planner.make(want, kernel.read(want)).operations
        if remaining:
            steps = "; ".join(step.command() for step in remaining)
            raise _errors.TunnelsError("the kernel reported success, but it takes these steps again: " + steps)
    except Exception as error:
        hint = "The kernel took other values than those asked for; ask for what this kernel and device take"
        raise failed_at("Reading the host again", error, hint) from error
    taken = [] if want.force else _taken_along(kernel, before, plan_)
    if taken:
        cause = _errors.TunnelsError("what others made goes with it: " + _words.enumerate_(taken))
        raise failed_at("The change", cause, "Remove that first, or say force=true to lose it")
    return have


def _taken_along(kernel: _host.Kernel, before: Have, plan_: Plan) -> t.List[str]:
    """Return as text what has gone with something else, though the plan did not say so."""
    places = _planner.along(plan_, before)
    if not places or not any(_registry.there(field, before) for field in _registry.CARRYING):
        return []
    return _remains.taken_along(before, kernel.read_along(Have(), places), plan_.operations, places)


def _lost(done: t.Iterable[Step]) -> str:
    """Return what an undo of these steps does not bring back, and does not look for."""
    again = [_words.where(step.link) for step in done if isinstance(step, DeleteLink)]
    return (
        "what was made again has lost its {0}: {1}".format(_words.BEYOND_UNDO, _words.enumerate_(again))
        if again
        else ""
    )


def _batches(steps: t.Sequence[Step]) -> t.Iterator[t.List[Step]]:
    for _key, batch in itertools.groupby(steps, key=lambda step: (type(step), step.netns)):
        yield list(batch)
