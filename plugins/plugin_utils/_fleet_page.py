# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what was found of the fleet's tunnels, as the report's page has it. Pure."""

from __future__ import annotations

import typing as t

from ._fleet_findings import STATES


def page(found: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the findings as the report's page has them: short, because a fleet may have a quarter of a million ends."""
    at = {host["name"]: position for position, host in enumerate(found["hosts"])}
    # A peer that the play was not about.
    for tunnel in found["tunnels"]:
        for name in tunnel["hosts"]:
            at.setdefault(name, len(at))
    asked = {host["name"] for host in found["hosts"] if host["asked"]}
    modes = sorted({tunnel["mode"] for tunnel in found["tunnels"]})
    return {
        "hosts": [[name, name in asked] for name in at],
        "states": list(STATES),
        "modes": modes,
        "tunnels": [
            [
                *(at[name] for name in tunnel["hosts"]),
                STATES.index(tunnel["state"]),
                modes.index(tunnel["mode"]),
                tunnel["faults"],
                [_short(end, at) for end in tunnel["ends"]],
            ]
            for tunnel in found["tunnels"]
        ],
        "stray": [[entry["host"], entry["msg"]] for entry in [*found["stray"], *found["alarms"]]],
    }


def _short(end: t.Mapping[str, t.Any], at: t.Mapping[str, int]) -> list[t.Any]:
    figures = [end[name] for name in ("device", "loss", "rtt", "path_mtu", "mtu", "outer", "protection")]
    return [at[end["host"]], *figures, [_deviation(entry) for entry in end["drift"]]]


def _deviation(entry: t.Mapping[str, t.Any]) -> str:
    return (
        f"{entry['option']}: {entry['declared']} declared, {'none' if entry['found'] is None else entry['found']} found"
    )
