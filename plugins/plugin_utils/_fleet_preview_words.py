# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: how a plan of a fleet is told to a person. Pure."""

from __future__ import annotations

import collections
import itertools
import typing as t

from ._fleet_preview_steps import CHANGED, CREATED, REMOVED, REPLACED, UNKNOWN, Change

STATES = {
    "nothing": "nothing to do",
    "changes": "something to do",
    "unreachable": "it can't be reached",
    "refused": "it would be refused",
}
"""What a host comes to."""

_COLUMNS = ("host", "what", "change", "details")
_USUAL: dict[str, tuple[t.Any, ...]] = {"table": (254,), "metric": (0, 1024), "tos": (0,), "family": ("inet",)}
"""What tells routes, and ports, apart where they have the same name, with the values that go without saying."""
_FIRST = ("kind", "local", "remote")
"""The options that say most of a link come first."""


def table(plan: t.Mapping[str, t.Any]) -> list[str]:
    """Return lines of text: what is done to each host, which tunnels are down meanwhile, and all of it in short."""
    rows = [(host["host"], *row) for host in plan["hosts"] for row in _rows(host["changes"])]
    lines = []
    if rows:
        columns = list(zip(_COLUMNS, *rows, strict=True))
        widths = [max(map(len, column)) for column in columns]
        lines = [
            "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip()
            for row in (_COLUMNS, *rows)
        ]
    lines += [f"{' - '.join(tunnel['hosts'])}: {_outage(tunnel)}" for tunnel in plan["tunnels"]]
    lines += [
        f"{host['host']}: {STATES[host['state']]}" + (f": {host['msg']}" if host["msg"] else "")
        for host in plan["hosts"]
        if host["state"] in ("unreachable", "refused")
    ]
    return [*lines, summary(plan)]


def _outage(tunnel: t.Mapping[str, t.Any]) -> str:
    how = tunnel["down"]
    return f"{tunnel['device']} {how}" if how.startswith("carries") else f"{tunnel['device']} is down {how}"


def summary(plan: t.Mapping[str, t.Any]) -> str:
    """Return how much there is to do, as one line."""
    kinds = collections.Counter(change["change"] for host in plan["hosts"] for change in host["changes"])
    counts = [f"{kinds[kind]} {kind}" for kind in (CREATED, CHANGED, REPLACED, REMOVED, UNKNOWN) if kinds[kind]]
    states = collections.Counter(host["state"] for host in plan["hosts"])
    hosts = _number(len(plan["hosts"]), "host")
    said = f"{', '.join(counts)} on {states['changes']} of {hosts}" if counts else f"Nothing to do on {hosts}"
    if states["unreachable"]:
        said += f"; {states['unreachable']} can't be reached"
    if states["refused"]:
        said += f"; {states['refused']} would be refused"
    return said + "."


def _number(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _rows(changes: t.Iterable[Change]) -> t.Iterator[tuple[str, str, str]]:
    """Yield what the table says of a host's changes; of many files, a person wants to know one."""
    for (what, change), group in itertools.groupby(changes, key=lambda change: (change["what"], change["change"])):
        same = list(group)
        if what == "file" and len(same) > 1:
            yield subject(same[0]), change, f"and {len(same) - 1} more"
        else:
            yield from ((subject(one), change, details(one)) for one in same)


def subject(change: Change) -> str:
    """Return what a change is about, which no other change of the host is about."""
    told = [change["what"], change["name"]]
    told += [f"{name} {change[name]}" for name, usual in _USUAL.items() if change.get(name, usual[0]) not in usual]
    told += [f"in namespace {change['netns']}"] if change.get("netns") else []
    return " ".join(filter(None, told))


def details(change: Change) -> str:
    """Return what a change does, in short."""
    if "options" not in change:
        return str(change["details"])
    options = change["options"]
    names = [name for name in _FIRST if name in options] + [name for name in options if name not in _FIRST]
    said = [_option(name, options[name], change["change"]) for name in names]
    return ", ".join(said + [f"loses {what}" for what in change.get("loses", ())])


def _option(name: str, values: t.Mapping[str, t.Any], change: str) -> str:
    if change not in (CREATED, REMOVED):
        return f"{name} {_text(values['before'])} to {_text(values['after'])}"
    value = values["after" if change == CREATED else "before"]
    if value is True:
        return name
    return _text(value) if name in ("kind", "addresses") else f"{name} {_text(value)}"


def _text(value: t.Any) -> str:
    if isinstance(value, list):
        return " ".join(map(_text, value)) or "none"
    if isinstance(value, dict):
        return " ".join(_text(item) if name == "address" else f"{name} {_text(item)}" for name, item in value.items())
    if value is None:
        return "none"
    return str(value).lower() if isinstance(value, bool) else str(value)
