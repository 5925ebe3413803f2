# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what a run of the main job would do to the hosts and tunnels of a fleet, and how that differs
from a plan that was kept. Pure.
"""

from __future__ import annotations

import json
import typing as t

from . import _fleet_ends, _fleet_preview_steps, _fleet_preview_words
from ._fleet_ends import End
from ._fleet_preview_steps import CREATED, REPLACED, Change

VERSION = 1
"""Of the form in which a plan is kept."""

NOTHING, CHANGES, UNREACHABLE, REFUSED = "nothing", "changes", "unreachable", "refused"
"""What a host comes to: there is nothing to do, there is; it can't be reached, or something is in the way."""
INCOMPLETE = "incomplete"
"""What a fleet comes to where a host is not known about."""

TOGETHER = "until both ends are built, in one run a second or two"
MOMENT = "for a moment, while {host} makes its end anew"
DIFFERS = "until {host} is built, and now, because its ends differ"
ALONE = "until {far} is built"
EMPTY = "carries nothing until {far} is built"

Plan = dict[str, t.Any]


class Unreadable(Exception):
    """It is no plan; ``str()`` of it says why."""


def preview(noted: t.Mapping[str, t.Mapping[str, t.Any]]) -> Plan:
    """Return what would be done, with a table of it.

    :arg noted: of each host of the run the ``share`` (see ``_fleet_share``), whether it could be ``reached``, whether an earlier run left
        it ``unsettled``, the ``results`` of its tasks (see ``_fleet_preview_steps``), and as ``obstacle`` the result of the task that failed, if one did.
    """
    hosts = [_host(name, seen) for name, seen in noted.items()]
    tunnels = _tunnels(noted, {host["host"]: host for host in hosts})
    states = {host["state"] for host in hosts}
    outcome = INCOMPLETE if states & {UNREACHABLE, REFUSED} else CHANGES if CHANGES in states else NOTHING
    plan: Plan = {"version": VERSION, "outcome": outcome, "hosts": hosts, "tunnels": tunnels}
    return {**plan, "table": _fleet_preview_words.table(plan)}


def _host(name: str, seen: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    changes = [_fleet_preview_steps.SETTLED] if seen["unsettled"] else []
    changes += _fleet_preview_steps.changes(seen["results"]) if seen["reached"] else []
    state = CHANGES if changes else NOTHING
    if seen["obstacle"]:
        state = REFUSED
    if not seen["reached"]:
        state = UNREACHABLE
    return {
        "host": name,
        "state": state,
        "msg": _reason(seen["obstacle"]).removeprefix(f"{name}: "),
        "changes": changes,
    }


def _reason(result: t.Mapping[str, t.Any]) -> str:
    """Return why a task failed; of one with a loop, what its first failed item says."""
    failed = next((item for item in result.get("results", ()) if item.get("failed")), result)
    said = failed.get("msg", "")
    return " ".join(map(str, said)) if isinstance(said, (list, tuple)) else str(said)


# Tunnels that are down meanwhile


def _tunnels(
    noted: t.Mapping[str, t.Mapping[str, t.Any]], hosts: t.Mapping[str, t.Mapping[str, t.Any]]
) -> list[dict[str, t.Any]]:
    """Return the tunnels that are down meanwhile, each with how long."""
    built = {
        name: {"share": noted[name]["share"], "outlook": noted[name]["results"].get("__tunnels_changed", {})}
        for name, host in hosts.items()
        if host["state"] in (NOTHING, CHANGES)
    }
    tunnels: dict[t.Any, list[End]] = {}
    for end in _fleet_ends.of(built, built):
        tunnels.setdefault(frozenset([(end.host, end.device), (end.far, end.far_device)]), []).append(end)
    found = []
    for ends in tunnels.values():
        near, down = min(ends), _down(sorted(ends), built)
        if down is not None:
            found.append({"device": near.device[1], "hosts": [near.host, near.far], "down": down})
    return sorted(found, key=lambda tunnel: (tunnel["hosts"], tunnel["device"]))


def _down(ends: list[End], built: t.Container[str]) -> str | None:
    """Return how long a tunnel is down, or None. :arg ends: of hosts that are built, so that one or both are there."""
    both = [end for end in ends if end.change]
    near = next((end for end in both if end.change != CREATED), None)
    if near is None:
        new = next((end for end in both if end.far not in built), None)
        return EMPTY.format(far=new.far) if new else None
    if not any(end.cuts for end in both):
        return MOMENT.format(host=near.host) if near.change == REPLACED else None
    if near.far not in built:
        return ALONE.format(far=near.far)
    return TOGETHER if len(both) > 1 else DIFFERS.format(host=near.host)


# A plan that was kept


def kept(text: str) -> Plan:
    """Return a plan from its text; raise Unreadable where it is none."""
    try:
        plan = json.loads(text)
    except ValueError as error:
        raise Unreadable(f"it is no JSON ({error}); give the file that the playbook plan wrote") from None
    if not isinstance(plan, dict) or not isinstance(plan.get("hosts"), list):
        raise Unreadable("it is no plan; give the file that the playbook plan wrote")
    if plan.get("version") != VERSION:
        raise Unreadable(f"it has version {plan.get('version')}, and this collection's is {VERSION}; make it anew")
    for number, host in enumerate(plan["hosts"]):
        if not _is_host(host):
            raise Unreadable(_STRANGE.format(f"hosts[{number}]", "host"))
        for position, change in enumerate(host["changes"]):
            if not _is_change(change):
                raise Unreadable(_STRANGE.format(f"hosts[{number}].changes[{position}]", "change"))
    return plan


_STRANGE = "{0} is no {1} of a plan; give the file that the playbook plan wrote, as it is"


def _is_host(value: t.Any) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("host"), str)
        and value.get("state") in _fleet_preview_words.STATES
        and isinstance(value.get("changes"), list)
    )


def _is_change(value: t.Any) -> bool:
    if not isinstance(value, dict) or not all(isinstance(value.get(name), str) for name in ("what", "name", "change")):
        return False
    options = value.get("options")
    if options is None:
        return "details" in value
    sides = options.values() if isinstance(options, dict) else [None]
    return all(isinstance(one, dict) and one.keys() >= {"before", "after"} for one in sides)


def network_differences(plan: t.Mapping[str, t.Any], now: t.Mapping[str, t.Any]) -> list[str]:
    """Return how what becomes of the network of the hosts that are reached now differs from a plan, a sentence each.

    Where the plan could not tell, since something comes first whose outcome nobody knew, nothing differs.
    """
    planned = {host["host"]: host["changes"] for host in plan["hosts"] if not any(map(_is_open, host["changes"]))}
    return [
        f"{host['host']}: {difference}"
        for host in now["hosts"]
        if host["state"] != UNREACHABLE and host["host"] in planned
        for difference in _differences(
            *(list(filter(_is_network, one)) for one in (planned[host["host"]], host["changes"]))
        )
    ]


def _is_open(change: Change) -> bool:
    is_settled = change["what"] == _fleet_preview_steps.SETTLED["what"]
    return bool(is_settled or change["change"] == _fleet_preview_steps.UNKNOWN)


def _is_network(change: Change) -> bool:
    return change["what"] in _fleet_preview_steps.NETWORK


def differences(plan: t.Mapping[str, t.Any], now: t.Mapping[str, t.Any]) -> list[str]:
    """Return how what would be done now differs from a plan, a sentence each; none if it does not.

    What is said of a host as a whole comes first.
    """
    then_hosts, now_hosts = ({host["host"]: host for host in one["hosts"]} for one in (plan, now))
    whole, single = [], []
    for name in [*then_hosts, *(name for name in now_hosts if name not in then_hosts)]:
        then, today = then_hosts.get(name), now_hosts.get(name)
        if then is None or today is None:
            whole.append(f"{name}: it is in {'this run' if then is None else 'the plan'} only")
        elif then["state"] != today["state"] and {then["state"], today["state"]} & {UNREACHABLE, REFUSED}:
            states = (_fleet_preview_words.STATES[host["state"]] for host in (today, then))
            whole.append(f"{name}: {' now, and '.join(states)} in the plan")
        else:
            single += [f"{name}: {difference}" for difference in _differences(then["changes"], today["changes"])]
    return whole + single


def _differences(then: list[Change], now: list[Change]) -> t.Iterator[str]:
    planned, found = ({_fleet_preview_words.subject(change): change for change in changes} for changes in (then, now))
    for subject in [*planned, *(subject for subject in found if subject not in planned)]:
        old, new = planned.get(subject), found.get(subject)
        if old == new:
            continue
        if _what(old) == _what(new):
            yield f"{subject}: {_what(new)}, but not as in the plan"
        else:
            yield f"{subject}: {_what(new)} now, and {_what(old)} in the plan"


def _what(change: Change | None) -> str:
    if change is None:
        return "nothing to do"
    details = _fleet_preview_words.details(change)
    return f"{change['change']} ({details})" if details else str(change["change"])
