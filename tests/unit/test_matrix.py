# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the matrix runs, and the tables that README.md has of its last run."""

import importlib.util
import json
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
MATRIX = ROOT / "tests/matrix"
VERSIONS = yaml.safe_load((MATRIX / "versions.yml").read_text())


@pytest.fixture(scope="module")
def cells():
    found = importlib.util.spec_from_file_location("cells", MATRIX / "cells.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_the_readme_has_the_tables_of_the_last_run(cells):
    results = json.loads((MATRIX / "results.json").read_text())
    tables = cells.tables(cells.cells(VERSIONS), results)
    assert (
        f"<!-- matrix: written by make matrix -->\n\n{tables}\n\n<!-- /matrix -->" in (ROOT / "README.md").read_text()
    )


def test_every_module_is_in_the_matrix():
    played = "\n".join(path.read_text() for path in (MATRIX / "tasks").glob("*.yml"))
    modules = {path.stem for path in (ROOT / "plugins/modules").glob("[!_]*.py")}
    assert set(re.findall(r"warren\.tunnels\.(\w+):", played)) | set(VERSIONS["on_lab_hosts"]) == modules


def test_each_python_of_a_host_has_a_controller(cells):
    assert [python for python in VERSIONS["pythons"] if not cells.core_for(VERSIONS, python)] == []
    assert cells.core_for(VERSIONS, "3.6") == "2.16"
    assert cells.core_for(VERSIONS, "3.13") == "2.18"


def test_what_can_not_be_says_why(cells):
    reasons = {(cell.row, cell.column): cell.why_not for cell in cells.cells(VERSIONS) if cell.table == "targets"}
    assert reasons[("3.8", "0.8.1")] == ""
    assert "can't be imported" in reasons[("3.8", "0.9.2")]


def test_a_table_shows_what_came_of_each(cells):
    some = [
        cells.Cell("targets", "3.6", "0.7.2"),
        cells.Cell("targets", "3.6", "0.9.2", "it is too new"),
        cells.Cell("targets", "3.7", "0.7.2"),
        cells.Cell("targets", "3.7", "0.9.2"),
        cells.Cell("targets", "3.8", "0.7.2"),
        cells.Cell("targets", "3.8", "0.9.2"),
    ]
    results = {"targets 3.6 0.7.2": cells.WORKS, "targets 3.7 0.7.2": cells.FAILS}
    results.update({"targets 3.8 0.7.2": cells.MISSING, "targets 3.8 0.9.2": cells.MISSING})
    lines = cells.tables(some, results).splitlines()
    assert "| Python on the host | 0.7.2 | 0.9.2 |" in lines
    assert "| 3.6 | ✓ | n/a |" in lines
    assert "| 3.7 | **fails** | not run |" in lines
    assert not [line for line in lines if line.startswith("| 3.8")]
    assert "n/a: it is too new (0.9.2 with 3.6)." in lines
