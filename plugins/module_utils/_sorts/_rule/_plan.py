# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: plans for rules of policy routing."""

from ..._plan._draft import Draft
from ..._resources import Have, Want
from ..._states import _registry
from ._state import FIELD
from ._steps import AddRule, DeleteRule


def plan(want: Want, have: Have, draft: Draft) -> None:
    """Plan the rules that are wanted, and then the end of those that are not: one may have the place of another."""
    there = _registry.there(FIELD, have)
    draft.late += [AddRule(rule) for rule in _registry.wanted(FIELD, want).values() if rule.id not in there]
    draft.last += [DeleteRule(there[id_]) for id_ in _registry.ended(FIELD, want) if id_ in there]
