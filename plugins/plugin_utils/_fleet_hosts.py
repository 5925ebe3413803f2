# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what the inventory says of the hosts.

A variable is evaluated when it is asked for. A template that fails is a fault of this one variable of this one host.
"""

from __future__ import annotations

import re
import typing as t

from ansible.errors import AnsibleError, AnsibleTemplateError
from jinja2 import TemplateError, Undefined

Raw = t.Mapping[str, t.Any]
Evaluate = t.Callable[[str], t.Any]
"""Takes the name of a variable."""

_FACT = re.compile(r"\bansible_(?!host\b|port\b|user\b|connection\b|play)")
_MARKS = ("{{", "{%", "{#")
_LONGEST = 80
_PREAMBLE = "A captured exception marker was tripped: "
"""What ansible-core 2.19 puts before an error of a plugin that a template uses."""
_NO_HOSTVARS = "'hostvars' is undefined"


class Unreadable(t.NamedTuple):
    """The value of a variable that can't be evaluated."""

    problem: str
    """What is wrong, and after a semicolon the remedy."""


class Variables(t.Mapping[str, t.Any]):
    """The variables of a host, with ``Unreadable`` for what can't be evaluated."""

    def __init__(self, raw: Raw, evaluate: Evaluate, plain: _Plain | None = None) -> None:
        """:arg raw: not evaluated. :arg plain: shared by the hosts of an inventory, which have most values in common."""
        self._raw, self._evaluate = raw, evaluate
        self._plain = plain or _Plain()
        self._found: dict[str, t.Any] = {}

    def __getitem__(self, name: str) -> t.Any:
        raw = self._raw[name]
        if self._plain.has(raw):
            return raw
        if name not in self._found:
            self._found[name] = evaluated(lambda: self._evaluate(name), raw)
        return self._found[name]

    def __iter__(self) -> t.Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)

    def __contains__(self, name: object) -> bool:
        return name in self._raw


class _Plain:
    """Which values need no evaluation. Remembers it of lists and dictionaries, which many hosts may share."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[t.Any, bool]] = {}

    def has(self, value: t.Any) -> bool:
        if isinstance(value, str):
            return "{" not in value
        if value is None or isinstance(value, (bool, int, float)):
            return True
        if not isinstance(value, (dict, list)):
            return False
        # With the value itself, so that no other one gets its place in memory.
        if id(value) not in self._known:
            parts = value.values() if isinstance(value, dict) else value
            self._known[id(value)] = value, all(self.has(part) for part in parts)
        return self._known[id(value)][1]


def of_inventory(
    hosts: t.Mapping[str, t.Any], names: t.Iterable[str], is_wanted: t.Callable[[str], bool]
) -> dict[str, Variables]:
    """Return the variables of each host whose names are wanted. :arg hosts: ``hostvars``. :arg names: of the hosts."""
    plain, found = _Plain(), {}
    for host in names:
        # Not evaluated, and so in a fraction of the time.
        raw = hosts.raw_get(host) if hasattr(hosts, "raw_get") else hosts[host]
        wanted = {name: raw[name] for name in raw if is_wanted(name)}
        found[str(host)] = Variables(wanted, _evaluation(hosts, host), plain)
    return found


def _evaluation(hosts: t.Mapping[str, t.Any], host: str) -> Evaluate:
    return lambda name: hosts[host][name]


def evaluated(read: t.Callable[[], t.Any], raw: t.Any = None) -> t.Any:
    """Return the value that ``read`` returns, in types of Python's own; Unreadable where that fails. :arg raw: its template."""
    template = str(raw) if isinstance(raw, str) else ""
    try:
        value = read()
        return value if isinstance(value, Unreadable) else _without_templates(value)
    except (AnsibleError, TemplateError) as error:
        return Unreadable(_problem(template, _reason(error)))


def _reason(error: BaseException) -> str:
    """Return why a template failed, without the words of what only passes that on."""
    while isinstance(error, (AnsibleTemplateError, TemplateError)) and error.__cause__ is not None:
        error = error.__cause__
    text = " ".join(str(getattr(error, "message", None) or error).split()).removeprefix(_PREAMBLE)
    # Ansible says some things twice.
    return ". ".join(dict.fromkeys(text.split(". "))).removesuffix(".")


def _problem(template: str, reason: str) -> str:
    what = f"{_short(template)} can't be evaluated" if template else "it can't be evaluated"
    because = f" ({_short(reason)})" if reason and reason != template else ""
    if _NO_HOSTVARS in reason:
        remedy = "what other hosts read of a host can't use hostvars; name the variable alone, or give the value itself"
        return f"{what}{because}, and {remedy}"
    if _FACT.search(template or reason):
        remedy = "facts are not gathered here; give the value itself, or keep the facts in a cache (fact_caching)"
        return f"{what}{because}, and {remedy}"
    return f"{what}{because}; mend the template, or give the value itself"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _without_templates(value: t.Any) -> t.Any:
    """Return a value that is evaluated to its depths; raise the error of a part that can't be."""
    if isinstance(value, str):
        # Before ansible-core 2.19, hostvars leave a template as it is where it fails.
        if "{" in value and any(mark in value for mark in _MARKS) and not hasattr(value, "__UNSAFE__"):
            raise TemplateError(str(value))
        return value
    if isinstance(value, (list, tuple)):
        return [_without_templates(part) for part in value]
    if isinstance(value, Undefined):
        # Ansible's own kinds of it raise what they stand for.
        str(value)
    if isinstance(value, dict):
        return {key: _without_templates(value[key]) for key in value}
    return value
