# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: rules of policy routing as they are, wanted or shown. Pure."""

import typing as t

from ... import _errors, _values
from ..._resources import Have, Rule, RuleId, Want
from ..._states import _registry

FIELD = "rules"

Entry = t.Dict[str, t.Any]
Place = t.Tuple[t.Optional[str], int]
"""A namespace and an address family, which have a list of rules of their own."""

_LAST = 32766
"""The priority of the kernel's own rule for the table main, before which new rules go."""

_UNKNOWN = "attribute"
"""What the names of values begin with that this collection has no word for."""


def is_met(_want: Rule, have: t.Optional[Rule], _whole: Want, _host: Have) -> bool:
    # Its id says all of it.
    return have is not None


def state(rule: t.Optional[Rule]) -> Entry:
    """Return a rule as the user reads it; only the state where there is none."""
    if rule is None:
        return {"state": "absent"}
    return {"state": "present", "family": _family_word(rule.family), **_told(rule)}


def _told(rule: Rule) -> Entry:
    return {**({"netns": rule.netns} if rule.netns else {}), "priority": rule.priority, **rule.values}


def _family_word(family: int) -> str:
    return "inet6" if family == _values.IPV6 else "inet"


def entries(rules: t.Mapping[RuleId, Rule], _have: Have) -> t.List[Entry]:
    """Return those that can be said in a document."""
    known = (rule for rule in rules.values() if not any(name.startswith(_UNKNOWN) for name, _value in rule.terms))
    return [entry(rule) for rule in sorted(known, key=lambda rule: (rule.netns or "", rule.family, rule.priority or 0))]


def entry(rule: Rule) -> Entry:
    told = {name: value for name, value in _told(rule).items() if (name, value) != ("protocol", "static")}
    if rule.family == _values.IPV6 and not {"from", "to"} & set(told):
        told["family"] = "inet6"
    return told


def unknown(number: int) -> str:
    """Return the name of a value that the kernel tells by an attribute of that number."""
    return "{0} {1}".format(_UNKNOWN, number)


def label(id_: RuleId) -> Entry:
    netns, family, priority, _terms = id_
    return {"rule": priority, "family": _family_word(family), "netns": netns}


def options(rule: Rule) -> Entry:
    return {name: value for name, value in entry(rule).items() if name not in ("priority", "family", "netns")}


# What the kernel takes for a rule that it is asked for

_NEVER_ASKED = frozenset(("not", "goto"))
"""What does not count there (``rule_find``, ``rule_exists``)."""


def is_taken_for(rule: Rule, other: Rule) -> bool:
    """Return whether a request for a rule would take another one: what is not said of it may be anything."""
    values = other.values
    said = {name: value for name, value in rule.values.items() if name not in _NEVER_ASKED and value != "unspec"}
    alike = rule.id[:3] == other.id[:3] and _action(rule) == _action(other)
    return alike and rule.id != other.id and all(values.get(name) == value for name, value in said.items())


def _action(rule: Rule) -> str:
    return str(rule.values.get("type", "goto" if "goto" in rule.values else "lookup"))


# Priorities that nobody named


def undecided(want: Want) -> t.Set[Place]:
    """Return where a want has rules, or the end of rules, of any priority."""
    return {id_[:2] for id_ in _registry.named(FIELD, want) if id_[2] is None}


def decided(want: Want, there: t.Sequence[Rule]) -> Want:
    """Return a want in which they have those of the rules that are there, and new ones the next before all others.

    :arg there: in the places that are undecided.
    """
    found: t.Dict[t.Any, t.List[int]] = {}
    taken: t.Dict[Place, t.List[int]] = {}
    for rule in (*there, *_registry.wanted(FIELD, want).values()):
        if rule.priority is not None:
            taken.setdefault(rule.id[:2], [_LAST]).append(rule.priority)
    for rule in there:
        found.setdefault(_beside_priority(rule.id), []).append(int(rule.priority or 0))
    rules: t.Dict[RuleId, Rule] = {}
    for rule in _registry.wanted(FIELD, want).values():
        if rule.priority is None:
            same = found.get(_beside_priority(rule.id)) or [_next(taken.setdefault(rule.id[:2], [_LAST]))]
            rule = rule._replace(priority=min(same))
        rules[rule.id] = rule
    absent: t.Dict[RuleId, None] = {}
    for id_ in _registry.ended(FIELD, want):
        ended: t.List[t.Optional[int]] = [*(found.get(_beside_priority(id_), ()) if id_[2] is None else ())]
        absent.update(((*id_[:2], priority, id_[3]), None) for priority in ended or [id_[2]])
    fields: t.Dict[str, t.Any] = {FIELD: rules, _registry.absent(FIELD): tuple(absent)}
    return want._replace(**fields)


def _beside_priority(id_: RuleId) -> t.Tuple[t.Any, ...]:
    return (*id_[:2], id_[3])


def _next(taken: t.List[int]) -> int:
    priority = min(number for number in taken if number) - 1
    if priority < 1:
        raise _errors.Conflict("priority: no number is left before the rules that are there; give one")
    taken.append(priority)
    return priority
