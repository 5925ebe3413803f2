# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: plans for rules of policy routing."""

from .._resources import Have, Want
from .._sorts._rule._steps import AddRule, DeleteRule
from . import _namespaces
from ._draft import Draft


def plan(want: Want, have: Have, draft: Draft) -> None:
    """Plan the rules that are wanted, and then the end of those that are not: one may have the place of another."""
    for rule in want.rules.values():
        _namespaces.check(rule.netns, want, have, draft)
        if rule.id not in have.rules:
            draft.rules.append(AddRule(rule))
    for id_ in want.absent_rules:
        if id_ in have.rules:
            draft.rules.append(DeleteRule(have.rules[id_]))
