# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what was found on each host of a fleet that would hinder tunnels, put together. Pure."""

from __future__ import annotations

import itertools
import typing as t

from ..module_utils.face.findings import HARMS, LEVELS, NOTE, STOPS, sentence, some

VERSION = 1
"""Of the form in which it is written."""

CLEAR, PARTLY, UNREACHABLE, FAILED = "clear", "partly", "unreachable", "failed"
"""What a host comes to beside the levels of findings: nothing is found, or in what could be looked at, it can't be reached, or the
look at it failed."""
FINDINGS, INCOMPLETE = "findings", "incomplete"
"""What a fleet comes to where something hinders tunnels, and where a host is not known about."""

_LEVELS = tuple(LEVELS)
_ALIKE = 3
"""So many findings of a kind are told of a host in the table. The others are in the data."""

Diagnosis = dict[str, t.Any]


def diagnosis(answers: t.Mapping[str, t.Mapping[str, t.Any]]) -> Diagnosis:
    """Return what was found, with a table of it.

    :arg answers: of each host what ``warren.tunnels.host_diagnosis`` returned, with ``unreachable`` or ``failed`` where it returned
        nothing.
    """
    hosts = [_host(name, answer) for name, answer in answers.items()]
    states = {host["state"] for host in hosts}
    outcome = CLEAR
    if states & {STOPS, HARMS}:
        outcome = FINDINGS
    elif states & {UNREACHABLE, FAILED} or any(host["unseen"] for host in hosts):
        outcome = INCOMPLETE
    elif NOTE in states:
        outcome = NOTE
    return {"version": VERSION, "outcome": outcome, "hosts": hosts, "table": list(_lines(hosts))}


def _host(name: str, answer: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    findings = list(answer.get("findings") or ())
    levels = {finding["level"] for finding in findings}
    unseen = list(answer.get("unseen") or ())
    state = next((level for level in _LEVELS if level in levels), PARTLY if unseen else CLEAR)
    if "findings" not in answer:
        state = UNREACHABLE if answer.get("unreachable") else FAILED
    return {
        "host": name,
        "state": state,
        "msg": str(answer.get("msg", "")) if state in (UNREACHABLE, FAILED) else "",
        "findings": findings,
        "unseen": unseen,
    }


def _lines(hosts: t.Sequence[t.Mapping[str, t.Any]]) -> t.Iterator[str]:
    """Yield what a person reads: the weightiest first, once for all hosts that have it, each with what mends it."""
    for host in hosts:
        if host["state"] in (UNREACHABLE, FAILED):
            yield f"{host['host']}: {host['state']}: {sentence(host['msg'] or 'it said nothing')}"
    found = sorted((told, host["host"]) for host in hosts for told in _told(host["findings"]))
    for (*_weight, text), group in itertools.groupby(found, key=lambda one: one[0]):
        yield f"{some(name for _text, name in group)}: {text}"
    unseen = sorted(
        (f"{one['what']}: {sentence(one['reason'])}", host["host"]) for host in hosts for one in host["unseen"]
    )
    for text, alike in itertools.groupby(unseen, key=lambda one: one[0]):
        yield f"{some(name for _text, name in alike)}: not looked at: {text}"
    yield _short(hosts)


def _told(findings: t.Sequence[t.Mapping[str, t.Any]]) -> t.Iterator[tuple[int, bool, str]]:
    """Yield what is told of one host: the weight, whether it is only how many more there are, the text."""
    for (weight, level, id_), alike in itertools.groupby(
        findings, key=lambda one: (one["weight"], one["level"], one["id"])
    ):
        told = list(alike)
        for one in told[:_ALIKE]:
            yield weight, False, f"{level}: {one['msg']} {one['remedy']} [{id_}]"
        if len(told) > _ALIKE:
            yield weight, True, f"{level}: {len(told) - _ALIKE} more such, which the data has. [{id_}]"


def _short(hosts: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    levels = [finding["level"] for host in hosts for finding in host["findings"]]
    stop, harm, notes = (levels.count(level) for level in _LEVELS)
    clear = sum(host["state"] == CLEAR for host in hosts)
    lost = sum(host["state"] in (UNREACHABLE, FAILED) or bool(host["unseen"]) for host in hosts)
    told = f"{len(hosts)} host{'' if len(hosts) == 1 else 's'}, {clear} clear, {lost} not known in full."
    return f"{told} Findings that stop tunnels: {stop}, that harm them: {harm}, notes: {notes}."
