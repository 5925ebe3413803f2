# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what was found on each host of a fleet that would hinder tunnels, put together. Pure."""

from __future__ import annotations

import typing as t

from ..module_utils._diagnosis import _table

VERSION = 1
"""Of the form in which it is written."""

CLEAR, UNREACHABLE, FAILED = "clear", "unreachable", "failed"
"""What a host comes to beside the levels of findings: nothing is found, it can't be reached, or the look at it failed."""
FINDINGS, INCOMPLETE = "findings", "incomplete"
"""What a fleet comes to where something hinders tunnels, and where a host is not known about."""

_LEVELS = tuple(_table.LEVELS)
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
    if states & {_table.STOPS, _table.HARMS}:
        outcome = FINDINGS
    elif states & {UNREACHABLE, FAILED} or any(host["unseen"] for host in hosts):
        outcome = INCOMPLETE
    elif _table.NOTE in states:
        outcome = _table.NOTE
    return {"version": VERSION, "outcome": outcome, "hosts": hosts, "table": list(_lines(hosts))}


def _host(name: str, answer: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    findings = list(answer.get("findings") or ())
    levels = {finding["level"] for finding in findings}
    state = next((level for level in _LEVELS if level in levels), CLEAR)
    if "findings" not in answer:
        state = UNREACHABLE if answer.get("unreachable") else FAILED
    return {
        "host": name,
        "state": state,
        "msg": str(answer.get("msg", "")) if state in (UNREACHABLE, FAILED) else "",
        "findings": findings,
        "unseen": list(answer.get("unseen") or ()),
    }


def _lines(hosts: t.Sequence[t.Mapping[str, t.Any]]) -> t.Iterator[str]:
    """Yield what a person reads: the weightiest first, whichever host it is on, each with what mends it."""
    found = [(finding["weight"], host["host"], finding) for host in hosts for finding in host["findings"]]
    groups: dict[tuple[str, str], list[dict[str, t.Any]]] = {}
    for _weight, host, finding in sorted(found, key=lambda one: one[0]):
        groups.setdefault((finding["id"], host), []).append(finding)
    for host in hosts:
        if host["state"] in (UNREACHABLE, FAILED):
            yield f"{host['host']}: {host['state']}: {_table.sentence(host['msg'] or 'it said nothing')}"
    for (id_, host), findings in groups.items():
        for finding in findings[:_ALIKE]:
            yield f"{host}: {finding['level']}: {finding['msg']} {finding['remedy']} [{id_}]"
        if len(findings) > _ALIKE:
            yield f"{host}: {findings[0]['level']}: {len(findings) - _ALIKE} more such. [{id_}]"
    for host in hosts:
        for one in host["unseen"]:
            yield f"{host['host']}: not looked at: {one['what']}: {_table.sentence(one['reason'])}"
    yield _short(hosts)


def _short(hosts: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    levels = [finding["level"] for host in hosts for finding in host["findings"]]
    stop, harm, notes = (levels.count(level) for level in _LEVELS)
    clear = sum(host["state"] == CLEAR for host in hosts)
    lost = sum(host["state"] in (UNREACHABLE, FAILED) for host in hosts)
    told = f"{len(hosts)} hosts, {clear} clear, {lost} not known."
    return f"{told} Findings that stop tunnels: {stop}, that harm them: {harm}, notes: {notes}."
