# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what a run of the main job came to on each host, as a table for a person. Pure."""

from __future__ import annotations

import typing as t

Seen = t.Mapping[str, t.Any]
"""Of a host: whether it ``stayed`` in the run to its end, whether it ``changed``, its ``share`` where that is known, and what it
``observed`` of its tunnels (see ``_fleet_findings``), nothing where it was not asked."""

COLUMNS = ("host", "tunnels up", "changed", "at fault")
_FEW = 20
"""So many hosts are listed whatever became of them."""
_LEFT = "it left the run; its error is above"


class _Row(t.NamedTuple):
    host: str
    up: int
    tunnels: int
    asked: bool
    changed: bool
    fault: str

    @property
    def words(self) -> tuple[str, str, str, str]:
        up = f"{self.up} of {self.tunnels}" if self.asked else "not asked"
        return self.host, up, "yes" if self.changed else "no", self.fault


def table(hosts: t.Mapping[str, Seen]) -> list[str]:
    """Return lines of text: the hosts, of many those alone that changed or have a fault, and all of them in short."""
    rows = [_row(name, seen) for name, seen in hosts.items()]
    told = rows if len(rows) <= _FEW else [row for row in rows if row.changed or row.fault]
    lines = []
    if told:
        cells = [COLUMNS, *(row.words for row in told)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
        ]
    return [*lines, _short(rows)]


def _row(name: str, seen: Seen) -> _Row:
    observed = seen["observed"]
    asked = "links" in observed
    ends = _ends(seen["share"], observed.get("probes", ()))
    down = sorted(end for end, holds in ends.items() if not holds)
    fault = "" if seen["stayed"] else _LEFT
    if asked and not fault:
        fault = ", ".join(down[:3]) + (f" and {len(down) - 3} more" if down[3:] else "")
    return _Row(name, len(ends) - len(down), len(ends), asked, seen["changed"], fault)


def _ends(share: t.Mapping[str, t.Any], probes: t.Sequence[t.Mapping[str, t.Any]]) -> dict[str, bool]:
    """Return the tunnels that can be asked through, by device and far host, each with whether all is as expected there."""
    if not share:
        return {}
    far = {
        (peer["netns"], peer["name"], peer["remote"]): f"{peer['name']} to {peer['host']}" for peer in share["peers"]
    }
    found: dict[str, bool] = {}
    for number, planned in enumerate(share["probes"]):
        name = far[planned["netns"], planned["name"], planned["outer"]["remote"]]
        found[name] = found.get(name, True) and number < len(probes) and bool(probes[number]["holds"])
    return found


def _short(rows: t.Sequence[_Row]) -> str:
    number = len(rows)
    parts = [f"{number} host{'s' * (number != 1)}"]
    if any(row.asked for row in rows):
        parts.append(f"{sum(row.up for row in rows)} of {sum(row.tunnels for row in rows)} ends of tunnels up")
    parts.append(f"{sum(row.changed for row in rows)} changed")
    parts.append(f"{sum(bool(row.fault) for row in rows)} at fault")
    return ", ".join(parts) + "."
