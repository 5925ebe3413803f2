# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: arms checkpoints, lets go of them, and brings them back."""

import sys
import time
import typing as t

from . import _apply, _decide, _document, _errors, _way_back
from ._kernel import _checkpoints, _host
from ._resources import Have, Want
from ._steps._step import Step
from ._way_back import Checkpoint, Outcome, Wish

Result = t.Dict[str, t.Any]
Steps = t.List[Step]

PATIENCE = float("inf")
"""An alarm waits for a run that is changing the host for as long as that takes."""
PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds between two looks of an alarm at a host that it can't see all of, at first and at last."""


def commit(wish: Wish, check_mode: bool) -> Result:
    """Do what is asked for; return the module's result."""
    _checkpoints.check_place()
    with _host.Kernel() as kernel:
        if check_mode:
            return _STATES[wish.state](kernel, wish, check_mode)
        with kernel.alone():
            return _STATES[wish.state](kernel, wish, check_mode)


def _arm(kernel: _host.Kernel, wish: Wish, check_mode: bool) -> Result:
    former, late = _checkpoints.load(wish.name), ""
    steps: t.Sequence[Step] = ()
    if former is not None and former.deadline <= time.monotonic():
        # Nobody confirmed what was changed since: it must not become what the new one brings back.
        steps = _go_back(kernel, former, check_mode).steps
        former, late = None, "The time of the former one was over, so its state was brought back first. "
    if former is None:
        checkpoint = _checkpoints.new(wish.name, wish.timeout, have=state_of_now(kernel), record=kernel.recall())
        said = late + "The state of now comes back in {0} s, unless that is confirmed."
    else:
        checkpoint = _checkpoints.new(wish.name, wish.timeout, have=former.have, record=former.record)
        said = "It was armed already: the state of then comes back in {0} s, unless that is confirmed."
    if not check_mode:
        _checkpoints.arm(checkpoint)
        kept = _checkpoints.load(wish.name)
        if kept is None or kept.token != checkpoint.token:
            _checkpoints.disarm(checkpoint)
            raise _errors.TunnelsError(
                "The checkpoint {0} can't be read again, so that there is no way back. Report it; until that is mended, make "
                "the change without one, where you reach the host by other means too. Nothing else was changed.".format(
                    wish.name
                )
            )
    operations = [step.command() for step in steps]
    return dict(_result(former is not None, True, said.format(wish.timeout), operations), changed=True)


def _confirm(_kernel_: _host.Kernel, wish: Wish, check_mode: bool) -> Result:
    found = _checkpoints.load(wish.name)
    if found is not None:
        if not check_mode:
            _checkpoints.disarm(found)
        return _result(True, False, "What was changed since stays.")
    became = _checkpoints.outcome(wish.name)
    if became is not None:
        raise _errors.Conflict(
            "state: the checkpoint {0} can't be confirmed, it was rolled back at {1}, because nobody had confirmed it for "
            "{2} s. {3}Arm it again and make the change once more.".format(
                wish.name, became.when, became.timeout, _left(became)
            )
        )
    return _result(False, False, "No checkpoint of that name is armed.")


def _left(became: Outcome) -> str:
    return "These steps of the way back failed: {0}. ".format("; ".join(became.failures)) if became.failures else ""


def _roll_back(kernel: _host.Kernel, wish: Wish, check_mode: bool) -> Result:
    found = _checkpoints.load(wish.name)
    if found is None:
        became = _checkpoints.outcome(wish.name)
        said = "It was rolled back at {0}.".format(became.when) if became else "No checkpoint of that name is armed."
        return _result(False, False, said)
    done = _go_back(kernel, found, check_mode)
    result = _result(True, False, "The state of then is back.", [step.command() for step in done.steps])
    for name, state in (("before", done.before), ("after", done.after)):
        result["diff"][name].update(_document.of_wanted(done.want, state))
    return result


def _result(before: bool, after: bool, said: str, operations: t.Sequence[str] = ()) -> Result:
    return {
        "changed": before != after,
        "armed": after,
        "msg": said,
        "operations": list(operations),
        "diff": {"before": {"armed": before}, "after": {"armed": after}},
    }


_STATES = {"armed": _arm, "confirmed": _confirm, "rolled_back": _roll_back}


def state_of_now(kernel: _host.Kernel) -> Have:
    """Return all that a checkpoint keeps of a host."""
    have = kernel.survey()
    return kernel.read_sysctls(have, have.links)


# The way back


class Return(t.NamedTuple):
    """What was done to have a former state back, or would be."""

    want: Want
    before: Have
    after: Have
    steps: Steps


def _go_back(kernel: _host.Kernel, found: Checkpoint, check_mode: bool) -> Return:
    """Bring a checkpoint back and let go of it; raise TunnelsError where not all of it came back."""
    if not check_mode:
        have_a_record(kernel, found)
    want, before = way_back(kernel, found)
    if check_mode:
        from . import _foresee

        want, before, plan = _decide.decide(kernel, want)
        return Return(want, before, _foresee.foresee(before, plan.operations), list(plan.operations))
    steps, failures = bring_back(kernel, found, want)
    after = kernel.read(want)
    _checkpoints.disarm(found)
    if failures:
        raise _errors.TunnelsError(
            "Not all of the former state could be brought back; these steps failed: {0}.".format("; ".join(failures))
        )
    return Return(want, before, after, steps)


def have_a_record(kernel: _host.Kernel, checkpoint: Checkpoint) -> None:
    """Put the record of then in the place of one that can't be read; what was created since is left alone then."""
    try:
        kernel.recall()
    except _errors.Unreadable:
        kernel.remember(checkpoint.record)


def way_back(kernel: _host.Kernel, checkpoint: Checkpoint) -> t.Tuple[Want, Have]:
    """Return what brings the former state back, and what the host has of it."""
    now, record = kernel.survey(), kernel.recall()
    new = tuple(record.namespaces.difference(checkpoint.have.namespaces))
    inhabited = kernel.read(Want(absent_namespaces=new)).namespaces
    now = now._replace(namespaces={**now.namespaces, **inhabited})
    return _decide.look(kernel, _way_back.restore(checkpoint, now, record))


def bring_back(kernel: _host.Kernel, checkpoint: Checkpoint, want: Want) -> t.Tuple[Steps, t.List[str]]:
    """Do it, as a whole or else as far as it can be done; return the steps that were done, and what failed."""
    want = want._replace(override=False)
    steps: Steps = []
    failures: t.List[str] = []
    # Whatever goes wrong with a part, a fault of ours too: it must keep no other from coming back.
    try:
        steps += _do(kernel, want)
    except Exception:
        # One after the other, and twice, as one may need another.
        for _round in range(2):
            failures = []
            for part in _way_back.parts(want):
                try:
                    steps += _do(kernel, part)
                except Exception as error:
                    failures.append(_errors.told(error))
    try:
        steps += _put_sysctls(kernel, checkpoint, want, steps)
    except Exception as error:
        failures.append(_errors.told(error))
    try:
        kernel.remember(_way_back.record_after(checkpoint, kernel.recall()))
    except OSError as error:
        failures.append(_errors.told(error))
    return steps, failures


def _put_sysctls(kernel: _host.Kernel, checkpoint: Checkpoint, want: Want, done: Steps) -> Steps:
    """Give links the sysctls that they had, and lost meanwhile or by the steps that are done; return the steps."""
    ids = [id_ for id_, link in checkpoint.have.links.items() if link.sysctls]
    now = kernel.read_sysctls(kernel.read_links(Have(), ids), ids)
    steps = _way_back.lost_sysctls(checkpoint, now, want.sources, done)
    for step in steps:
        for error in kernel.perform([step]):
            if error is not None:
                raise error
    return steps


def _do(kernel: _host.Kernel, want: Want) -> t.Sequence[Step]:
    want, have, plan = _decide.decide(kernel, want)
    if plan.unmet:
        raise _errors.Unmet("; ".join(plan.unmet))
    if plan.operations:
        _apply.apply(kernel, want, have, plan)
    return plan.operations


def alarm() -> None:
    """Be the process that an alarm starts: bring a checkpoint back, unless it is let go of."""
    name, token = sys.argv[1:]
    pause = PAUSE
    while _checkpoints.wait(name, token) is not None and not _went_off(name, token):
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def _went_off(name: str, token: str) -> bool:
    """Bring a checkpoint back; return whether that is over, be it because somebody else let go of the checkpoint."""
    with _host.Kernel() as kernel, kernel.alone(PATIENCE):
        found = _checkpoints.load(name)
        if found is None or found.token != token:
            return True
        try:
            have_a_record(kernel, found)
            want = way_back(kernel, found)[0]
        except Exception as error:
            # The journal keeps it, as it does what follows.
            sys.stdout.write("can't look at the host: {0}\n".format(_errors.told(error)))
            return False
        steps, failures = bring_back(kernel, found, want)
        operations = [step.command() for step in steps]
        became = Outcome(time.strftime("%Y-%m-%d %H:%M:%S %z"), found.timeout, operations, failures)
        _checkpoints.disarm(found, became)
    sys.stdout.write("\n".join([*operations, *("failed: " + failure for failure in failures), ""]))
    return True
