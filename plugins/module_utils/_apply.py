# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: runs a plan, and undoes it when a step fails."""

import contextlib
import errno
import itertools
import typing as t

from . import _compare, _errors, _operations, _record, _render, _undo
from ._kernel import _host
from ._kinds import _catalog
from ._plan import _planner
from ._resources import Have, Link, Plan, Want

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
    intended = _record.intended(record, plan_.operations, want)
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
                former = _record.restored(record, have, _look_again(kernel, record, have))
                if former != intended:
                    kernel.remember(former)
        raise
    settled = _record.settled(record, plan_.operations, have, after, want)
    if settled != intended:
        with contextlib.suppress(OSError, _errors.TunnelsError):
            kernel.remember(settled)
    return after


def _look_again(kernel: _host.Kernel, record: _record.Record, have: Have) -> Have:
    """Return what the host has of the recorded links that were there before."""
    return kernel.read(Want(links={id_: Link(*id_, None) for id_ in record.links if id_ in have.links}))


def _perform(kernel: _host.Kernel, want: Want, before: Have, plan_: Plan) -> Have:
    done: t.List[_operations.Operation] = []

    def undo() -> t.List[str]:
        return _undo.undo(kernel, want, before, done)

    for batch in _batches(plan_.operations):
        try:
            outcomes = kernel.perform(batch)
        except Exception as error:
            # Each of them may have been taken.
            done += batch
            others = ", or another of the {0} steps with it".format(len(batch)) if len(batch) > 1 else ""
            hint = _errors.hint_for(getattr(error, "errno", None))
            raise _errors.StepFailed(_render.command(batch[0]) + others, error, hint, undo()) from error
        failed = [(step, outcome) for step, outcome in zip(batch, outcomes) if outcome is not None]
        done += [step for step, outcome in zip(batch, outcomes) if outcome is None]
        if failed:
            step, cause = failed[0]
            # A link's message may have had an effect before it failed; setting the old values again does no harm.
            done += [step for step, outcome in failed if isinstance(step, _operations.SetLink)]
            raise _errors.StepFailed(_render.command(step), cause, _hint(step, cause), undo()) from cause
    try:
        have = kernel.glance(want)
        remaining = () if _compare.is_met(want, have) else _planner.make(want, kernel.read(want)).operations
        if remaining:
            steps = "; ".join(_render.command(step) for step in remaining)
            raise _errors.TunnelsError("the kernel reported success, but it takes these steps again: " + steps)
    except Exception as error:
        hint = "The kernel took other values than those asked for; ask for what this kernel and device take"
        raise _errors.StepFailed("Reading the host again", error, hint, undo()) from error
    return have


def _batches(steps: t.Sequence[_operations.Operation]) -> t.Iterator[t.List[_operations.Operation]]:
    for _key, batch in itertools.groupby(steps, key=lambda step: (type(step), step.netns)):
        yield list(batch)


def _hint(step: _operations.Operation, cause: Exception) -> str:
    """Return what to do about an error, where the kernel's words leave that open."""
    number = getattr(cause, "errno", None)
    if isinstance(cause, _errors.NoLink):
        return ""
    if isinstance(step, _operations.SetSysctl):
        return "sysctl: the kernel does not take {0!r} for {1}; sysctl -a shows what it has".format(
            step.value, step.key
        )
    if isinstance(step, _operations.AddAddress) and number not in (errno.EPERM, errno.ENODEV):
        if ":" in step.address.address and number == errno.EACCES:
            return "addresses: IPv6 is off on {0}; set net.ipv6.conf.{0}.disable_ipv6 to 0".format(step.name)
        return "addresses: {0} can't be an address of {1}; give another".format(step.address.address, step.name)
    if isinstance(step, (_operations.AddLink, _operations.SetLink)):
        return _hint_for_link(step, number) or _errors.hint_for(number)
    return _errors.hint_for(number)


def _hint_for_link(step: t.Union[_operations.AddLink, _operations.SetLink], number: t.Optional[int]) -> str:
    kind = _catalog.KINDS.get(str(step.link.kind), _catalog.ANY)
    values = step.changes if isinstance(step, _operations.SetLink) else step.link.attributes
    if number == errno.EINVAL and values.get("encap", "none") != "none":
        return _errors.fou_missing(kind.encap_driver)
    if number in (errno.EINVAL, errno.ERANGE) and "mtu" in values:
        return "mtu: {0} may be out of this device's range, which ip -d link shows (minmtu, maxmtu)".format(
            values["mtu"]
        )
    if isinstance(step, _operations.SetLink):
        return ""
    if number in (errno.EOPNOTSUPP, errno.ENODEV, errno.ENOENT):
        role = "warren.tunnels.tun_module" if kind.module == "tun" else "warren.tunnels.tunnels"
        return "mode: the kernel module {0} is missing here; the role {1} loads it, if this kernel has it".format(
            kind.module, role
        )
    if number == errno.EEXIST and kind.identity:
        return "Another {0} tunnel of this namespace has the same endpoints, wherever it is now".format(kind.name)
    return ""
