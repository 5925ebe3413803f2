# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the table of all that a diagnosis may find into the guide to troubleshooting. Between two marks, the rest is yours.

With --check, only tell whether it is as it should be.
"""

from __future__ import annotations

import importlib.util
import re
import sys
import typing as t
from pathlib import Path

GUIDE = "docs/guides/troubleshooting.md"
TABLE = "plugins/module_utils/_diagnosis/_table.py"
BEGIN, END = "<!-- findings: from _diagnosis/_table.py, by make docs -->", "<!-- /findings -->"
HEAD = "| what `doctor` says | what mends it | word |\n|---|---|---|\n"


class Words(dict[str, str]):
    """Capitals for what differs from host to host."""

    def __missing__(self, name: str) -> str:
        return name.upper()


def entries(root: Path) -> t.Any:
    """Return the module that has the table."""
    found = importlib.util.spec_from_file_location("_table", root / TABLE)
    if found is None or found.loader is None:
        raise SystemExit(f"{TABLE} is no module")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def shown(module: t.Any, text: str) -> str:
    return str(module.sentence(text.format_map(Words()))).replace("|", "\\|")


def tables(root: Path) -> str:
    """Return a table for each level."""
    module, parts = entries(root), []
    for level, meaning in module.LEVELS.items():
        rows = [
            f"| {shown(module, entry.sentence)} | {shown(module, entry.remedy)} | `{entry.id}` |\n"
            for entry in module.TABLE
            if entry.level == level
        ]
        parts.append(f"`{level}`: {meaning}.\n\n{HEAD}{''.join(rows)}")
    return "\n".join(parts)


def wanted(root: Path) -> str:
    """Return the guide as it should be."""
    text = (root / GUIDE).read_text()
    part = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.DOTALL)
    if not part.search(text):
        raise SystemExit(f"there is no line {BEGIN} in {GUIDE}")
    return part.sub(lambda match: f"{BEGIN}\n\n{tables(root)}\n{END}", text)


def main() -> int:
    root = Path(__file__).parents[1]
    text = wanted(root)
    is_stale = text != (root / GUIDE).read_text()
    if is_stale:
        print(GUIDE)
        if "--check" not in sys.argv:
            (root / GUIDE).write_text(text)
    return "--check" in sys.argv and is_stale


if __name__ == "__main__":
    sys.exit(main())
