# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: steps about rules as requests to the kernel.

The kernel finds a rule that is to go by what is said of it, and takes the first of that priority that has all of it, which
may be one with more conditions. Nor does it tell a new rule from such a one, or from one that differs in ``not`` alone. So
what it has is looked at first.
"""

import errno
import typing as t

from ..._kernel._netlink import Request
from ..._kernel._rtnetlink import NLM_F_CREATE, NLM_F_EXCL, RTM_DELRULE, RTM_NEWRULE
from ..._kernel._writing._writer import Outcome, Writer, one_by_one
from ..._resources import Rule
from . import _reading as _rules
from ._state import is_taken_for
from ._steps import AddRule, DeleteRule

_Beside = t.Dict[t.Tuple[t.Any, ...], t.List[Rule]]
"""The rules of each family and priority, in the order in which the kernel looks."""


def _add(writer: Writer, steps: t.Sequence[AddRule]) -> t.List[Outcome]:
    beside = _look(writer, steps)

    def request(step: AddRule) -> Request:
        others = beside.setdefault(step.rule.id[:3], [])
        is_there = any(other.id == step.rule.id for other in others)
        is_mistaken = not is_there and any(is_taken_for(step.rule, other) for other in others)
        others.append(step.rule)
        return _addition(step.rule, NLM_F_CREATE if is_mistaken else NLM_F_CREATE | NLM_F_EXCL)

    # One that is put back may be there again.
    return writer.pipelined(steps, request, lambda step: errno.EEXIST if step.rule.message else 0)


def _delete(writer: Writer, steps: t.Sequence[DeleteRule]) -> t.List[Outcome]:
    beside = _look(writer, steps)
    if not any(_ahead(step.rule, beside) for step in steps):
        return writer.pipelined(steps, lambda step: _deletion(step.rule), lambda _step: errno.ENOENT)

    def take_out(step: DeleteRule) -> None:
        """Take out the rule with those that the kernel takes before it, and put these back."""
        others = _ahead(step.rule, beside)
        there = beside[step.rule.id[:3]]
        if step.rule.id not in [other.id for other in there]:
            return
        requests = [_deletion(step.rule)] * (len(others) + 1)
        requests += [_addition(other, NLM_F_CREATE) for other in others]
        for error in writer.open(step.netns).change(requests):
            if error is not None:
                raise error
        gone = {step.rule.id, *(other.id for other in others)}
        there[:] = [*(other for other in there if other.id not in gone), *others]

    return one_by_one(take_out, steps)


def _look(writer: Writer, steps: t.Sequence[t.Any]) -> _Beside:
    beside: _Beside = {}
    for netns, family in {step.rule.id[:2] for step in steps}:
        for rule in _rules.read(writer.open(netns), netns, family):
            beside.setdefault(rule.id[:3], []).append(rule)
    return beside


def _ahead(rule: Rule, beside: _Beside) -> t.List[Rule]:
    """Return the rules that the kernel would take for the one that is to go, before that."""
    others: t.List[Rule] = []
    for other in beside.get(rule.id[:3], ()):
        if other.id == rule.id:
            break
        others += [other] if is_taken_for(rule, other) else []
    return others


def _addition(rule: Rule, flags: int) -> Request:
    return Request(RTM_NEWRULE, flags, _rules.encode(rule))


def _deletion(rule: Rule) -> Request:
    return Request(RTM_DELRULE, 0, _rules.encode(rule))


PERFORM = {AddRule: _add, DeleteRule: _delete}
