# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what is wrong with the shape of a value, by an argument spec, in words for a person.

Ansible's own validation says it too, but stops at the first, and in a role prints the whole of the spec.
"""

from __future__ import annotations

import typing as t

from ansible.module_utils.parsing.convert_bool import boolean

from ._fleet_values import kind_of, listed, meant

Spec = t.Mapping[str, t.Any]
"""Of one option, as an argument spec has it."""
Wrong = tuple[str, str]
"""The path of a part, such as ``links[0].ttl``, and what is wrong with it, after a semicolon the remedy."""

_MANY = 12
"""More options than these are not listed."""


def wrong(spec: Spec, value: t.Any, path: str) -> t.Iterator[Wrong]:
    """Yield what is wrong with a value; null is none for a list and a dictionary, and wrong for anything else."""
    type_ = spec.get("type", "str")
    if type_ == "list":
        yield from _in_list(spec, value, path)
    elif type_ == "dict":
        yield from _in_dictionary(spec, value, path)
    elif type_ != "raw":
        problem = _problem(spec, type_, value)
        if problem:
            yield path, problem


def _of_module(spec: Spec, value: t.Any, path: str) -> t.Iterator[Wrong]:
    """Yield what is wrong with an option of a module, for which Ansible makes a list of text."""
    is_text = spec.get("elements", "raw") in ("raw", "str") and isinstance(value, (str, int, float))
    if not (spec.get("type") == "list" and is_text):
        yield from wrong(spec, value, path)


def _in_list(spec: Spec, value: t.Any, path: str) -> t.Iterator[Wrong]:
    if value is None:
        return
    if not isinstance(value, (list, tuple)):
        yield path, f"it is {kind_of(value)}; give a list"
        return
    element = {**spec, "type": spec.get("elements", "raw")}
    for position, part in enumerate(value):
        where = f"{path}[{position}]"
        if part is None:
            yield where, "it is empty (null); leave it out"
        else:
            yield from wrong(element, part, where)


def _in_dictionary(spec: Spec, value: t.Any, path: str) -> t.Iterator[Wrong]:
    if value is None:
        return
    if not isinstance(value, dict):
        yield path, f"it is {kind_of(value)}; give a dictionary"
        return
    options = spec.get("options")
    if options is None:
        return
    aliases = {alias: option for option in options.values() for alias in option.get("aliases", ())}
    known = [*options, *aliases]
    for name, part in value.items():
        if name not in known:
            advice = meant(name, known) or (f" known are {listed(known)}" if len(known) <= _MANY else "")
            yield path, f"there is no {name!r} here;{advice or ' leave it out'}"
            continue
        if part is not None:
            yield from _of_module(options.get(name) or aliases[name], part, f"{path}.{name}")
    for name, option in options.items():
        if option.get("required") and value.get(name) is None:
            yield path, f"it has no {name}; give one"


def _problem(spec: Spec, type_: str, value: t.Any) -> str | None:
    if isinstance(value, (dict, list, tuple)) or value is None:
        return f"it is {kind_of(value)}; {_WANTED.get(type_, 'give text')}"
    if type_ == "bool":
        return None if _is_yes_or_no(value) else f"{kind_of(value)} is neither true nor false; say true or false"
    if type_ == "int":
        return None if _is_whole(value) else f"{kind_of(value)} is not a whole number; give one"
    choices = spec.get("choices")
    # Ansible itself takes them for the words.
    word = str(value).lower() if str(value) in ("True", "False") else value
    if choices and word not in choices:
        if isinstance(value, bool):
            return f"it is {str(value).lower()}, which YAML makes of on, off, yes and no; write the word in quotes"
        return f"{kind_of(value)} is none of {listed(map(str, choices))}; give one of them"
    return None


_WANTED = {"bool": "say true or false", "int": "give a whole number"}


def _is_yes_or_no(value: t.Any) -> bool:
    try:
        boolean(value)
    except TypeError:
        return False
    return True


def _is_whole(value: t.Any) -> bool:
    if isinstance(value, bool):
        return False
    try:
        return float(int(value)) == float(value)
    except (OverflowError, TypeError, ValueError):
        return False
