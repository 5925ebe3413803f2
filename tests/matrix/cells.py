# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the matrix consists of, and the tables that show it. Pure functions."""

from __future__ import annotations

import typing as t

Versions = t.Mapping[str, t.Any]
"""What versions.yml says."""


class Cell(t.NamedTuple):
    """One combination. Those with a reason are not run."""

    table: str
    row: str
    column: str
    why_not: str = ""


WORKS, FAILS, IMPOSSIBLE, MISSING, UNKNOWN = "✓", "**fails**", "n/a", "not here", "not run"

TOO_FAR = "ansible-core is not made for that Python"

ROWS = {
    "targets": "Python on the host",
    "controllers": "ansible-core",
    "hosts": "ansible-core",
    "libraries": "pyroute2",
    "kernels": "Linux",
}
TITLES = {
    "targets": "Every module that needs no driver of its own, by Python on the host and pyroute2:",
    "controllers": "The same, by ansible-core and Python on the controller:",
    "hosts": "The main job from the built artefact, on hosts of a Debian release, by ansible-core:",
    "libraries": "Its tunnels, GRE and IPIP, by pyroute2 on the hosts:",
    "kernels": "These tunnels, and every module of the first table, with newer kernels than the 6.1 of the hosts above:",
}


def number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def between(version: str, bounds: t.Sequence[str] | None) -> bool:
    return bounds is None or number(bounds[0]) <= number(version) <= number(bounds[1])


def core_for(versions: Versions, python: str) -> str | None:
    """Return the oldest ansible-core whose hosts may have that Python."""
    return next((core["version"] for core in versions["cores"] if between(python, core["hosts"])), None)


def cells(versions: Versions) -> list[Cell]:
    makers = (_targets, _controllers, _hosts, _libraries, _kernels)
    return [cell for maker in makers for cell in maker(versions)]


def _targets(versions: Versions) -> t.Iterator[Cell]:
    for python in versions["pythons"]:
        for library in versions["pyroute2"]:
            allowed = between(python, library.get("pythons"))
            yield Cell("targets", python, library["version"], "" if allowed else library["why"])


def _controllers(versions: Versions) -> t.Iterator[Cell]:
    columns = [python for python in versions["pythons"] if between(python, ["3.11", "3.99"])]
    for core in versions["cores"]:
        for python in columns:
            allowed = between(python, core["controllers"])
            yield Cell("controllers", core["version"], python, "" if allowed else TOO_FAR)


def _hosts(versions: Versions) -> t.Iterator[Cell]:
    for core in versions["cores"]:
        for suite in versions["suites"]:
            allowed = between(suite["python"], core["hosts"])
            yield Cell("hosts", core["version"], suite["name"], "" if allowed else TOO_FAR)


def _libraries(versions: Versions) -> t.Iterator[Cell]:
    for library in versions["pyroute2"]:
        for suite in versions["suites"]:
            allowed = between(suite["python"], library.get("pythons"))
            yield Cell("libraries", library["version"], suite["name"], "" if allowed else library["why"])


def _kernels(versions: Versions) -> t.Iterator[Cell]:
    for kernel in versions["kernels"]:
        for suite in versions["suites"]:
            yield Cell("kernels", kernel["version"], suite["name"])


def tables(all_cells: t.Iterable[Cell], results: t.Mapping[str, str]) -> str:
    """Return Markdown. :arg results: what came of a cell, by its key."""
    return "\n\n".join(_table(name, [cell for cell in all_cells if cell.table == name], results) for name in TITLES)


def key(cell: Cell) -> str:
    return f"{cell.table} {cell.row} {cell.column}"


def _table(name: str, of_it: list[Cell], results: t.Mapping[str, str]) -> str:
    columns = list(dict.fromkeys(cell.column for cell in of_it))
    lines = [TITLES[name], "", _line([ROWS[name], *columns]), "|---" * (len(columns) + 1) + "|"]
    for row in dict.fromkeys(cell.row for cell in of_it):
        shown = {cell.column: _shown(cell, results) for cell in of_it if cell.row == row}
        if set(shown.values()) != {MISSING}:
            lines.append(_line([row, *(shown[column] for column in columns)]))
    return "\n".join([*lines, *_reasons(of_it)])


def _reasons(of_it: list[Cell]) -> t.Iterator[str]:
    """Yield why some are not run, in one line for each reason."""
    reasons: dict[str, dict[str, list[str]]] = {}
    for cell in of_it:
        if cell.why_not:
            reasons.setdefault(cell.why_not, {}).setdefault(cell.column, []).append(cell.row)
    for why, columns in reasons.items():
        places = (f"{column} with {', '.join(rows)}" for column, rows in columns.items())
        yield f"\n{IMPOSSIBLE}: {why} ({'; '.join(places)})."


def _shown(cell: Cell, results: t.Mapping[str, str]) -> str:
    return IMPOSSIBLE if cell.why_not else results.get(key(cell), UNKNOWN)


def _line(words: t.Iterable[str]) -> str:
    return "| " + " | ".join(words) + " |"
