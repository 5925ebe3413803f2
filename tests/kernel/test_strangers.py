# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes that fail at a random step, on hosts where others have something on and beside all that is ours."""

import collections
import errno
import os
import random

from ansible_collections.warren.tunnels.plugins.module_utils import _apply, _argspec, _decide, _errors
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _host
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers
from ansible_collections.warren.tunnels.tests.kernel import _look, _strangers
from ansible_collections.warren.tunnels.tests.kernel._engine import POLICY, REFUSED, apply, filled
from ansible_collections.warren.tunnels.tests.kernel._hosts import count

FEW, MANY = 25, 2000
STATES = ("merged", "replaced", "overridden", "overridden", "deleted")
FIRST = 1000000
"""Seeds of make kernel begin here; make torture takes others each time."""


class Struck(_host.Kernel):
    """A kernel in which a step fails: it refuses it, or takes it and loses the answer."""

    def __init__(self, at=None, loses=False):
        super().__init__()
        self.at, self.loses, self.done, self.failed = at, loses, 0, False

    def perform(self, steps):
        left = None if self.at is None or self.failed else self.at - self.done
        self.done += len(steps)
        if left is None or left >= len(steps):
            return super().perform(steps)
        self.failed = True
        if self.loses:
            super().perform(steps[: left + 1])
            raise OSError(errno.ENOBUFS, os.strerror(errno.ENOBUFS))
        return (super().perform(steps[:left]) if left else []) + [_errors.KernelError(errno.EIO, REFUSED)]


def run(seed):
    """Return what came of a change, and in what the host then differs that was not told.

    "refused": before its first step. "undone": a step failed. None: the change was none, or was taken.
    """
    chance = random.Random(seed)
    with _strangers.Host(chance.random()) as host:
        first = _strangers.document(chance)
        try:
            apply(first, "overridden")
        except _errors.TunnelsError:
            return None, [], []
        strangers = host.invite(first)
        second = _strangers.changed(chance, first) if chance.random() < 0.6 else _strangers.document(chance)
        if chance.random() < 0.25:
            second["routes"] = [*second["routes"], _strangers.UNREACHABLE]
        elif chance.random() < 0.1:
            second["links"] = [*second["links"], _strangers.TOO_LARGE]
        state, force = chance.choice(STATES), chance.random() < 0.25
        params = {**filled(second, _argspec.document()), **POLICY, "state": state, "force": force}
        params["purge_addresses"] = chance.random() < 0.3
        params["take_over_routes"] = chance.random() < 0.3
        before = host.look()
        answer, losses, story = _change(chance, params, host)
        if answer is None or (not isinstance(answer, _errors.StepFailed) and story):
            return None, [], []
        # Twice, where the first differs: some things come to rest by and by.
        wrong = _look.differences(before, host.look()) and _look.differences(before, host.look())
        left = answer.left if isinstance(answer, _errors.StepFailed) else []
        if force and left and losses:
            # What was to be lost was told before, and that it is lost afterwards.
            wrong = []
        elif left and not wrong:
            wrong = ["nothing differs, but it is said"]
        outcome = "undone" if isinstance(answer, _errors.StepFailed) else "refused"
        details = [f"{netns or ''}: {text}" for netns, text in strangers]
        return (
            outcome,
            wrong,
            [
                f"{state} force={force} {params['purge_addresses']}",
                *details,
                f"first {first}",
                f"second {second}",
                *story,
                str(answer),
            ],
        )


def _change(chance, params, host):
    """Return what the change failed by, the losses that were announced, and the steps that were taken."""
    with Struck() as kernel, kernel.alone():
        try:
            want, have, plan = _decide.decide(kernel, _parsers.network_state(params))
        except _errors.TunnelsError as error:
            return error, [], []
        if plan.unmet:
            return _errors.Unmet(". ".join(plan.unmet)), [], []
        kernel.at, kernel.loses = chance.randint(0, max(0, len(plan.operations))), chance.random() < 0.2
        if not plan.operations:
            return None, [], []
        story = [step.command() for step in plan.operations]
        story.insert(kernel.at, "---- here")
        try:
            _apply.apply(kernel, want, have, plan)
        except _errors.TunnelsError as error:
            return error, plan.losses, story
        return None, plan.losses, story


def seeds():
    """Yield those of this run: one alone where WARREN_SEED says which."""
    if "WARREN_SEED" in os.environ:
        yield int(os.environ["WARREN_SEED"])
        return
    first = count(FIRST, random.SystemRandom().randrange(FIRST))
    yield from range(first, first + 100 * MANY)


def test_a_step_that_fails_among_strangers(figures):
    outcomes, wrong = collections.Counter(), []
    for seed in seeds():
        try:
            outcome, differences, story = run(seed)
        except Exception as error:
            error.add_note(f"WARREN_SEED={seed}")
            raise
        outcomes[outcome] += 1
        if differences:
            wrong.append(seed)
            print(f"WARREN_SEED={seed}", *story, *differences, sep="\n  ")
        if sum(outcomes.values()) - outcomes[None] >= count(FEW, MANY):
            break
    print(dict(outcomes), "wrong:", wrong)
    figures("among strangers", sum(outcomes.values()) - outcomes[None], len(wrong))
    assert not wrong
    assert outcomes["undone"] or "WARREN_SEED" in os.environ
