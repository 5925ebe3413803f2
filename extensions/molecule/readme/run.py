# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Do what a page shows, README.md or a guide, in a folder of its own, and compare the output with what it shows.

A file is a code block under its name. A command is a line of a console block that begins with "$ ";
the lines under it must all be among its output. Hosts answer in any order, so the order of the lines is not compared.

What is installed is cut down to the folders that Ansible itself needs, so that nothing of it can need the others.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import typing as t
from pathlib import Path

FILE = re.compile(r"^`(?P<name>\S+)`\n```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
NEEDED = {"meta", "plugins", "roles", "playbooks"}
CONSOLE = re.compile(r"^```console\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def words(line: str) -> str:
    return " ".join(line.split())


def run(command: str, shown: list[str], folder: Path) -> bool:
    """Whether the command succeeds and says all that is shown."""
    print(f"$ {command}", flush=True)
    process = subprocess.run(
        shlex.split(command), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    print(process.stdout, flush=True)
    said = {words(line) for line in process.stdout.splitlines()}
    missing = [line for line in shown if words(line) not in said and words(line) != "…"]
    for line in missing:
        print(f"The page shows a line that was not said: {line}")
    if process.returncode:
        print(f"It failed with {process.returncode}.")
    return not missing and not process.returncode


def commands(text: str) -> t.Iterator[tuple[str, list[str]]]:
    """Yield the commands of a block, each with the lines under it."""
    for part in text.removeprefix("$ ").split("\n$ "):
        command, *shown = part.splitlines()
        yield command, shown


def cut_down(collection: Path) -> None:
    for path in collection.iterdir() if collection.exists() else ():
        if path.is_dir() and path.name not in NEEDED:
            shutil.rmtree(path)
        elif path.is_file():
            path.unlink()


def main() -> int:
    page, folder = Path(sys.argv[1]), Path(sys.argv[2])
    clone = next(parent for parent in page.parents if (parent / "galaxy.yml").exists())
    installed = Path(os.environ["ANSIBLE_COLLECTIONS_PATH"]) / "ansible_collections/warren/tunnels"
    text = page.read_text()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ansible.cfg").touch()
    for match in FILE.finditer(text):
        (folder / match["name"]).write_text(match["text"])
    good = True
    for match in CONSOLE.finditer(text):
        for command, shown in commands(match["text"]):
            good &= run(command, shown, clone if command.endswith(" .") else folder)
            cut_down(installed)
    return not good


if __name__ == "__main__":
    os.environ.update(ANSIBLE_FORCE_COLOR="false", ANSIBLE_NOCOLOR="true")
    sys.exit(main())
