# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the tables of variables in the READMEs of roles, from their argument specs. Between two marks, the rest is yours.

With --check, only tell which are not as they should be.
"""

from __future__ import annotations

import re
import sys
import typing as t
from pathlib import Path

import yaml

BEGIN, END = "<!-- variables: from meta/argument_specs.yml, by make docs -->", "<!-- /variables -->"
HEAD = "| variable | default | what |\n|---|---|---|\n"
CODE = re.compile(r"\b[CVOEM]\(([^)]*)\)")
PLUGIN = re.compile(r"\bP\(([\w.]+)#\w+\)")


def plain(text: str) -> str:
    """Return Markdown for the markup of Ansible's documentation, as far as a table can hold it."""
    text = PLUGIN.sub(r"`\1`", CODE.sub(r"`\1`", text))
    return " ".join(text.split()).replace("|", "\\|")


def shown(value: t.Any) -> str:
    """Return a value as one would write it in YAML."""
    return yaml.safe_dump(value, default_flow_style=True, width=1000).removesuffix("\n...\n").strip()


def row(name: str, option: dict[str, t.Any]) -> str:
    told = option["description"]
    text = plain(" ".join(told) if isinstance(told, list) else told)
    if "choices" in option and not all(f"`{choice}`" in text for choice in option["choices"]):
        text += " One of {0}.".format(", ".join(f"`{choice}`" for choice in option["choices"]))
    default = (
        "required" if option.get("required") else f"`{shown(option['default'])}`" if "default" in option else "unset"
    )
    return f"| `{name}` | {default} | {text} |\n"


def readme(text: str, specs: dict[str, t.Any]) -> str:
    """Return the README with the table that belongs there."""
    table = HEAD + "".join(row(*pair) for pair in specs["argument_specs"]["main"]["options"].items())
    part = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.DOTALL)
    if not part.search(text):
        raise SystemExit(f"there is no line {BEGIN} in it")
    return part.sub(lambda match: f"{BEGIN}\n\n{table}\n{END}", text)


def stale(root: Path) -> t.Iterator[tuple[Path, str]]:
    """Yield the READMEs that are not as they should be, and how they should be."""
    for specs in sorted(root.glob("roles/*/meta/argument_specs.yml")):
        path = specs.parents[1] / "README.md"
        wanted = readme(path.read_text(), yaml.safe_load(specs.read_text()))
        if wanted != path.read_text():
            yield path, wanted


def main() -> int:
    found = list(stale(Path(__file__).parents[1]))
    for path, wanted in found:
        print(path)
        if "--check" not in sys.argv:
            path.write_text(wanted)
    return "--check" in sys.argv and bool(found)


if __name__ == "__main__":
    sys.exit(main())
