# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what a module does that has a state made: want, have, plan, apply."""

import contextlib
import functools
import typing as t

from ansible.module_utils.basic import AnsibleModule

from .. import _argspec, _errors
from .._resources import Have, Want
from .._sorts._list import load
from .._steps._plan import Plan
from .._want import _parsers
from . import _module, _views

View = t.Callable[[Want, Have], t.Dict[str, t.Any]]
"""How a module shows a host's state: what ``before`` and ``after`` hold."""


def run(
    spec: t.Dict[str, t.Any],
    parse: t.Callable[[t.Mapping[str, t.Any]], Want],
    view: View,
    whole: bool = False,
    **constraints: t.Any,
) -> None:
    """Be the module: take its parameters, do what they ask for and leave by exit_json or fail_json.

    :arg spec: the argument spec. :arg parse: parameters to a want (see _want._parsers).
    :arg whole: the module is about the whole host; its result says what becomes of each thing there, which checkpoints are
        armed, and who protects tunnels.
    :arg constraints: what else AnsibleModule takes, such as required_if.
    """
    module = _module.start(spec, **constraints)
    with _module.told(module, "Nothing was changed."):
        result = _result(parse(module.params), view, module, whole)
    module.exit_json(invocation=_module.invocation(module), **result)


def of_one(field: str) -> None:
    """Be the module of one thing of a field, beside links."""
    spec = dict(_argspec.state(), **load(field, "_options").spec(), **_argspec.force())
    run(spec, functools.partial(_parsers.beside_links, field), _views.beside_links(field))


def _result(want: Want, view: View, module: AnsibleModule, whole: bool) -> t.Dict[str, t.Any]:
    # Late, so that bad parameters are told of before anything is imported that may be missing. Late too what most runs,
    # which change nothing, do without: Ansible sends modules as source, to be compiled each time.
    from .. import _decide
    from .._kernel import _host

    with _host.Kernel() as kernel, contextlib.ExitStack() as stack:
        if not module.check_mode:
            stack.enter_context(kernel.alone())
        want, have, plan = _decide.decide(kernel, want)
        foreseen = after = have
        for loss in plan.losses:
            module.warn(loss.msg)
        if plan.unmet and not module.check_mode:
            raise _errors.Unmet(". ".join(plan.unmet) + ".")
        for unmet in plan.unmet:
            module.warn(unmet)
        if plan.operations and (module.check_mode or module._diff):
            from .. import _foresee

            foreseen = after = _foresee.foresee(have, plan.operations)
        if plan.operations and not module.check_mode:
            from .. import _apply

            after = _apply.apply(kernel, want, have, plan, module.warn)
    result = {"changed": bool(plan.operations), **_account(have, plan, whole)}
    if plan.operations or not module.params.get("brief"):
        result.update(before=view(want, have), after=view(want, after))
        if module._diff:
            result["diff"] = {"before": result["before"], "after": view(want, foreseen)}
    if whole:
        result.update(
            checkpoints=kernel.checkpoints(), protections=kernel.protections(), encryptions=kernel.encryptions()
        )
    return result


def _account(have: Have, plan: Plan, whole: bool) -> t.Dict[str, t.Any]:
    """Return what the steps are, and what becomes of each thing by them."""
    account: t.Dict[str, t.Any] = {"operations": [], "changes": []} if whole else {"operations": []}
    if plan.operations:
        account["operations"] = [step.command() for step in plan.operations]
    if plan.operations and whole:
        from .. import _changes

        account["changes"] = _changes.of_plan(have, plan)
    return account
