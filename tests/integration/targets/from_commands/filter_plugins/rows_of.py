# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of docs/from-commands.md, as tasks that can be run."""

import re

import yaml

CODE = re.compile(r"`([^`]+)`")
ADDRESS = re.compile(r"\b192\.168\.0\.(?:8|58)\b")
TASK = re.compile(r"[a-z_]+\.[a-z_]+\.[a-z0-9_]+: ")


def rows_of(text, near, far):
    """Return for each row what is done by hand, first command first, and the task.

    :arg near: the address of the host that the tasks run on, which the page calls 192.168.0.8. :arg far: the other's.
    """
    hosts = {"192.168.0.8": near, "192.168.0.58": far}
    rows = []
    for line in text.splitlines():
        cells = line.strip("|").split(" | ")
        if not line.startswith("|") or len(cells) != 2 or not CODE.search(line):
            continue
        by_hand, state = (CODE.findall(cell) for cell in cells)
        codes = [ADDRESS.sub(lambda found: hosts[found[0]], code) for code in state]
        task = yaml.safe_load(next(code for code in codes if TASK.match(code)))
        more = {}
        for code in codes:
            if not TASK.match(code) and ": " in code:
                more.update(yaml.safe_load(code))
        if "become" in more:
            task["become"] = more.pop("become")
        rows.append({"by_hand": by_hand[0], "task": {"name": by_hand[0], **task, "vars": more}})
    return rows


def inside(task, namespace):
    """Return the task as one that runs in a namespace."""
    way = {"ansible_become_method": "warren.tunnels.netns", "ansible_netns": namespace}
    return {**task, "become": True, "vars": {**task["vars"], **way}}


class FilterModule:
    def filters(self):
        return {"rows_of": rows_of, "inside": inside}
