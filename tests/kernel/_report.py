# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Print what make torture counted: _report.py FOLDER."""

import json
import platform
import sys
from pathlib import Path

ROWS = {
    "transitions": "random transitions from one state of a host to another; converged, second run empty",
    "faults": "a step fails, each in its turn; the host is as it was before",
    "among strangers": "a random step of a random change fails, or the change is refused, where others have something on and "
    "beside all that is ours; all that `ip -d -j`, `bridge` and `tc` tell of every namespace, those without a name included, "
    "is as it was before",
    "kills": "the run is killed (`kill -9`) before each step; the next run converges, nothing is stuck",
    "ways back": "random states brought back by a checkpoint, after a change to any other",
    "looks under churn": "looks at a host on which others' namespaces and links come and go; all that stays is told",
    "cut off": "changes that cut off the manager, with a checkpoint armed; reachable again after the timeout, in the former state",
    "inputs": "made-up tasks; success or one clear error, and then the kernel unchanged",
    "messages": "malformed netlink messages; decoded or refused",
    "two at once": "two runs at once on one host; in one of the two states",
}
ON_LAB = {name: ROWS[name] + "; on a lab host, with tunnels and FOU ports" for name in ("faults", "kills")}


def main():
    folder = Path(sys.argv[1])
    kernel = json.loads((folder / "kernel.json").read_text())
    lab = json.loads((folder / "lab.json").read_text().splitlines()[-1])
    if lab["missing"] or not lab["foreign"]:
        sys.exit(f"on the lab host: {lab}")
    counted = [(text, *kernel[name]) for name, text in ROWS.items()]
    counted += [(text, *lab[name]) for name, text in ON_LAB.items()]
    rows = "".join(f"| {text} | {number:,} | {wrong} |\n" for text, number, wrong in counted)
    print(f"| what | how many | gone wrong |\n|---|---:|---:|\n{rows}\nOn Linux {platform.release().split('-')[0]}.")
    sys.exit(any(wrong for _text, _number, wrong in counted))


if __name__ == "__main__":
    main()
