# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine as network_state runs it, without Ansible, so that it runs on lab hosts too."""

import os
import signal

from ansible_collections.warren.tunnels.plugins.module_utils import _apply, _argspec, _decide, _errors
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _host
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers

REFUSED = "refused by the test"
POLICY = {"recreate": "if_needed", "purge_addresses": False}


def filled(options, spec):
    """Return the options with None for those that are not given, as AnsibleModule does."""
    values = dict.fromkeys(spec)
    values.update({name: details["default"] for name, details in spec.items() if "default" in details})
    for name, value in options.items():
        nested = spec[name].get("options")
        if nested and isinstance(value, list):
            value = [filled(element, nested) for element in value]
        elif nested:
            value = filled(value, nested)
        values[name] = value
    return values


def decided(kernel, document, state="overridden", *, force=False):
    """Return what is wanted, what the host has of it, and the plan."""
    params = {**filled(document, _argspec.document()), **POLICY, "state": state, "force": force}
    return _decide.decide(kernel, _parsers.network_state(params))


def apply(document, state="overridden", *, force=False, kernel=_host.Kernel, **options):
    """Do as the module does; return the operations. :arg kernel: the class to do it with. :arg options: for _apply."""
    with kernel() as opened, opened.alone():
        want, have, plan = decided(opened, document, state, force=force)
        assert not plan.unmet, plan.unmet
        if plan.operations:
            _apply.apply(opened, want, have, plan, **options)
    return plan.operations


class Failing(_host.Kernel):
    """A kernel that refuses one step; the way back is free."""

    at = 0
    """The steps before it."""

    def __init__(self):
        super().__init__()
        self.done, self.failed = 0, False

    def perform(self, steps):
        if self.failed or self.done + len(steps) <= self.at:
            self.done += len(steps)
            return super().perform(steps)
        self.failed = True
        first = steps[: self.at - self.done]
        return (super().perform(first) if first else []) + [_errors.KernelError(5, REFUSED)]


def refusals(document, state="overridden", *, force=False):
    """Have each step refused in turn, until a run needs no more steps; yield what each run said."""
    Failing.at = 0
    while True:
        try:
            apply(document, state, force=force, kernel=Failing)
        except _errors.StepFailed as error:
            if REFUSED not in str(error):
                raise
            refused = error
        else:
            return
        yield refused
        Failing.at += 1


class Fatal(_host.Kernel):
    """A kernel in which we are killed before one step, or before the record is written."""

    at = 0
    """The steps, and writings of the record, before that."""

    def __init__(self):
        super().__init__()
        self.done = 0

    def perform(self, steps):
        first = steps[: max(0, self.at - self.done)]
        outcomes = super().perform(first) if first else []
        self.done += len(first)
        if len(first) < len(steps):
            os.kill(os.getpid(), signal.SIGKILL)
        return outcomes

    def remember(self, record):
        if self.done >= self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.done += 1
        super().remember(record)
