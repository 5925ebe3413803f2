# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what the hosts of a run do next, from what each of them has noted so far. Pure.

Both ends of a tunnel that is changed keep the change, or both go back. So the hosts take each step together, and none
decides by what it sees alone.
"""

from __future__ import annotations

import collections
import typing as t

from . import _fleet_answers, _fleet_ends, _fleet_noted, _fleet_removal, _fleet_sightings
from ._fleet_ends import End
from ._fleet_noted import Device, Noted

CHECKPOINT = "tunnels"
"""The name of the role's checkpoints."""

NOTES = (
    *("terms", "outlook", "rearmed", "asked"),
    *("before", "armed", "changed", "after", "confirmed"),
)
"""What a host notes: what its variables allow, and then what each task of a change returned."""
PREFIX = "__tunnels_"

Reasons = dict[str, str]
"""Why hosts go back."""


class Again(t.NamedTuple):
    """A probe that must be answered after a change."""

    position: int
    """Among the probes of the host's share."""
    held: bool
    """Whether all that was expected of it held before, and must hold after."""


def read(hosts: t.Mapping[str, t.Mapping[str, t.Any]], names: t.Iterable[str]) -> dict[str, Noted]:
    """Return what these hosts have noted. :arg hosts: the variables of all hosts."""
    return {name: _noted(_fleet_sightings.raw(hosts, name), name) for name in names}


def _noted(variables: t.Mapping[str, t.Any], host: str) -> Noted:
    notes = {note: variables.get(PREFIX + note) or {} for note in NOTES}
    return _fleet_sightings.Seen(notes, variables, host)


def course(noted: t.Mapping[str, Noted], lost: t.Iterable[str] = ()) -> dict[str, t.Any]:
    """Return what the hosts do next.

    :arg noted: what each host of the batch has noted. :arg lost: hosts of the run that have failed or can't be reached.
    """
    noted = _fleet_answers.with_former(noted)
    able = {host: seen for host, seen in noted.items() if _is_able(seen)}
    unsettled = [host for host in able if CHECKPOINT in (able[host]["outlook"].get("checkpoints") or ())]
    busy = [host for host in able if host in unsettled or able[host]["outlook"]["operations"]]
    ends = _fleet_ends.of(able, busy)
    gone = {*lost, *(host for host in noted if host not in able)}
    kept = _fleet_ends.kept(ends, gone)
    together = _fleet_ends.pairs(ends, busy, changed=True, kept=kept)
    apart = [end for end in ends if end.cuts and end.answered and end.far not in noted and end.far not in gone]
    return {
        "excess": list(_fleet_removal.excess(able)),
        "unsettled": unsettled,
        "alone": [line for host in unsettled for line in _alone(host, able)],
        "idle": len(able) == len(noted) and not busy,
        "busy": busy,
        "cut": [_cut(end) for end in apart if not able[end.host]["terms"]["allow_cuts"]],
        "down": [f"{end.device[1]} of {end.host} is down until {end.far} is built" for end in apart],
        "keep": {host: [_place(device) for device in devices] for host, devices in kept.items()},
        "kept": [
            f"{device[1]} of {host} stays as it is, because {blame} could not be changed along; build again when it can"
            for host, devices in kept.items()
            for device, blame in devices.items()
        ],
        "down_first": {host: down for host in busy if (down := _down_first(able[host], kept.get(host, {})))},
        "former": {host: [probe for _tunnel, probe in found] for host in busy if (found := able[host].get("former"))},
        "again": {host: [again.position for again in _again(able[host], noted)] for host in busy},
        "settle": _spread(_fleet_ends.pairs(ends, unsettled), _unfit(unsettled, able)),
        "back": _spread(together, _failed_steps(busy, noted), _cut_off(busy, noted)),
        "adrift": [_adrift(end) for end in together if _failed(noted[end.far], "confirmed")],
    }


def _is_able(seen: Noted) -> bool:
    """Return whether a host can take part: it could be looked at, and has a way back where it was to have one."""
    return "operations" in seen.get("outlook", {}) and not _failed(seen, "armed")


def _failed(seen: Noted, note: str) -> bool:
    result = seen.get(note, {})
    return bool(result.get("failed") or result.get("unreachable"))


def _down_first(seen: Noted, kept: t.Container[Device]) -> list[dict[str, str]]:
    return [_place(device) for device in _fleet_ends.numbering(seen) if device not in kept]


def _place(device: Device) -> dict[str, str]:
    netns, name = device
    return {"name": name} if netns is None else {"name": name, "netns": netns}


# Before anything is done


def _cut(end: End) -> str:
    options = ", ".join(end.options) or end.change
    return (
        f"{end.host}: {end.device[1]} answers, and would be cut by this change ({options}) until {end.far} is built too; run both "
        "in one batch, without --limit or serial between them, or say tunnels_allow_cuts: true"
    )


# After the change


def _again(seen: Noted, batch: t.Container[str]) -> t.Iterator[Again]:
    """Yield the probes that must be answered after a change: those of tunnels that answered before.

    A tunnel that the change cuts counts only where its far end is changed in
    the same batch.
    """
    peers = seen["share"]["peers"]
    outside = {
        _fleet_noted.tunnel_of(peer)
        for peer, end in zip(peers, _fleet_ends.of({"": seen}, [""]), strict=True)
        if end.cuts and peer["host"] not in batch
    }
    former = _fleet_answers.former_answered(seen)
    for position, (probe, result) in enumerate(_fleet_answers.probed(seen)):
        way = _fleet_answers.way(probe)
        if way not in outside and (result["reachable"] or way in former):
            yield Again(position, result["holds"])


def _failed_steps(busy: list[str], noted: t.Mapping[str, Noted]) -> Reasons:
    """Return the hosts on which a step of the change failed, with the reason."""
    found = {}
    for host in busy:
        seen = noted[host]
        unheard = _trouble(seen, "after", "probes") if any(_again(seen, noted)) else ""
        trouble = _trouble(seen, "changed") or unheard or _rearming(seen)
        if trouble:
            found[host] = trouble
    return found


def _cut_off(busy: list[str], noted: t.Mapping[str, Noted]) -> Reasons:
    """Return the hosts that don't reach what they reached before, with what that is."""
    found = {host: _silent(list(_again(noted[host], noted)), noted[host].get("after", {})) for host in busy}
    return {host: silent for host, silent in found.items() if silent}


def _silent(again: list[Again], after: t.Mapping[str, t.Any]) -> str:
    """Return what answers no more, or not as before."""
    results = zip(again, after.get("probes", ()), strict=False)
    return ". ".join(result["msg"] for one, result in results if not result["holds" if one.held else "reachable"])


def _trouble(seen: Noted, note: str, key: str | None = None) -> str:
    """Return why a task of a host did not end well, or an empty string. :arg key: what its result has if it did."""
    result = seen.get(note, {})
    if not result:
        return "it dropped out of the run"
    if result.get("unreachable"):
        return f"it can't be reached any more: {result.get('msg', '')}"
    if result.get("failed") or (key is not None and key not in result and not result.get("skipped")):
        return str(result.get("msg") or "a task failed without a word")
    return ""


def _rearming(seen: Noted) -> str:
    """Return why a host has its checkpoint not armed any more, or an empty string."""
    trouble = _trouble(seen, "rearmed")
    if not trouble and not seen["rearmed"].get("skipped") and not seen["rearmed"]["diff"]["before"]["armed"]:
        trouble = "The time of its checkpoint ran out meanwhile."
    return trouble


def _adrift(end: End) -> str:
    return (
        f"{end.far} could not confirm the change and goes back by itself, so that {end.device[1]} of {end.host} differs from its "
        f"other end; build the tunnels again when {end.far} can be reached"
    )


# What an earlier run left


def _unfit(unsettled: list[str], noted: t.Mapping[str, Noted]) -> Reasons:
    """Return the hosts whose state is not to be kept, with what is wrong with it."""
    found = {}
    for host in unsettled:
        seen = noted[host]
        trouble = _rearming(seen)
        if not trouble and seen["outlook"]["operations"]:
            trouble = "What that run made is not what is declared."
        if not trouble and seen["share"]["probes"]:
            results = seen.get("asked", {}).get("probes", ())
            trouble = _trouble(seen, "asked", "probes") or ". ".join(one["msg"] for one in results if not one["holds"])
        if trouble:
            found[host] = trouble
    return found


def _alone(host: str, able: t.Mapping[str, Noted]) -> t.Iterator[str]:
    """Yield why an earlier run can't be settled on a host: the other end of a tunnel may go back, and can't be asked."""
    peer = next((peer for peer in able[host]["share"]["peers"] if peer["host"] not in able), None)
    if peer is not None:
        yield (
            f"{host}: an earlier run was cut off and left its checkpoint armed. {peer['host']}, at the other end of {peer['name']}, "
            "does not take part in this run and may go back by itself. Run both in one batch, or wait until the "
            "tunnels_checkpoint_timeout of that run is over"
        )


def _spread(ends: list[End], *stages: Reasons) -> Reasons:
    """Return the hosts that go back with their reasons: those that failed, and those that share a tunnel with one that does.

    :arg stages: hosts that failed; those of a later stage may only have felt what went wrong on those of an earlier one.
    """
    neighbours: dict[str, list[tuple[str, Device]]] = collections.defaultdict(list)
    for end in ends:
        neighbours[end.host].append((end.far, end.device))
        neighbours[end.far].append((end.host, end.far_device or end.device))
    found: Reasons = {}
    for failures in stages:
        waiting = collections.deque((host, host) for host in failures if host not in found)
        found.update({host: failures[host] for host, _root in waiting})
        while waiting:
            host, root = waiting.popleft()
            for other, device in neighbours[host]:
                if other not in found:
                    because = "" if host == root else f" because of {root}"
                    found[other] = (
                        f"{host} goes back{because}, and {device[1]} would differ between the two. {root}: {failures[root]}"
                    )
                    waiting.append((other, root))
    return found
