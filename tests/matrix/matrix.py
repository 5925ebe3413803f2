# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the collection with every version of what it runs on, and write the outcome to README.md.

Arguments choose what is run: "targets", "controllers", "hosts", "libraries" or "kernels", each perhaps with a row
("targets 3.6") and a column ("hosts 2.20 trixie"). Without any, all is run; "none" only writes. What was not run keeps the
outcome of the last time.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import cells
import yaml
from places import Places

HERE = Path(__file__).parent
BEGIN, END = "<!-- matrix: written by make matrix -->", "<!-- /matrix -->"


def chosen(arguments: list[str]) -> list[cells.Cell]:
    versions = yaml.safe_load((HERE / "versions.yml").read_text())
    return [
        cell
        for cell in cells.cells(versions)
        if all(word == is_ for word, is_ in zip(arguments, (cell.table, cell.row, cell.column), strict=False))
    ]


def outcome(places: Places, cell: cells.Cell) -> str:
    """Run one combination, and tell what came of it."""
    if cell.why_not:
        return cells.IMPOSSIBLE
    missing = places.missing(cell)
    if missing:
        print(f"  {missing}")
        return cells.MISSING
    log = places.log(cell)
    with log.open("w") as output:
        try:
            for command, environment in places.commands(cell):
                print("$", *command, file=output, flush=True)
                streams = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output}
                subprocess.run(command, env={**os.environ, **environment}, check=True, **streams)
        except subprocess.CalledProcessError as failed:
            print(f"  {failed}; {log} ends with:", *log.read_text().splitlines()[-25:], sep="\n    ")
            return cells.FAILS
    return cells.WORKS


def write(readme: Path, results: dict[str, str]) -> None:
    versions = yaml.safe_load((HERE / "versions.yml").read_text())
    table = cells.tables(cells.cells(versions), results)
    text = readme.read_text()
    part = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.DOTALL)
    readme.write_text(part.sub(f"{BEGIN}\n\n{table}\n\n{END}", text))


def remember(past: Path, results: dict[str, str]) -> dict[str, str]:
    """Return all outcomes that are known, these too, and keep them."""
    known: dict[str, str] = {**(json.loads(past.read_text()) if past.exists() else {}), **results}
    past.write_text(json.dumps(known, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
    return known


def main() -> int:
    clone = Path(os.environ["WARREN_CLONE"])
    places = Places(clone)
    mine = chosen(sys.argv[1:])
    results = {}
    try:
        for cell in mine:
            start = time.monotonic()
            results[cells.key(cell)] = result = outcome(places, cell)
            print(f"{cells.key(cell):<40}{result:<10} {time.monotonic() - start:5.0f} s {cell.why_not}", flush=True)
    finally:
        places.close()
        write(clone / "README.md", remember(clone / "tests/matrix/results.json", results))
    return cells.FAILS in [results[cells.key(cell)] for cell in mine]


if __name__ == "__main__":
    sys.exit(main())
