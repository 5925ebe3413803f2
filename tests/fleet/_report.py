# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Print what make fleet counted: _report.py FILE."""

import json
import sys
from pathlib import Path

ROWS = (
    ("steps; the hosts are as hosts that were built anew", "steps", "wrong"),
    ("of these, host by host (`serial: 1`)", "serial", None),
    ("of these, killed at a random task first and run again", "killed", None),
    ("reboots of all hosts; the same, and a run after it changes nothing", "reboots", "reboots_wrong"),
    ("packets through tunnels that are no part of the change", "sent", "lost"),
)


def main() -> None:
    """Print a table."""
    counts = json.loads(Path(sys.argv[1]).read_text())
    print("| what | how many | gone wrong |\n|---|---:|---:|")
    for text, number, wrong in ROWS:
        print(f"| {text} | {counts[number]:,} | {counts[wrong] if wrong else ''} |")
    print(
        f"\nOf {counts['sent_changed']:,} packets through tunnels that are part of the change, {counts['lost_changed']:,} were lost."
    )


if __name__ == "__main__":
    main()
