# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host wrote to its console."""

from __future__ import annotations

import pathlib
import re
import time

_START_MARK = "=== lab: start "
_TERMINAL_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r|\x0f")


def mark_start(file) -> None:
    """Note in the binary file `file` that a host starts here."""
    file.write(f"\n{_START_MARK}{time.strftime('%Y-%m-%d %H:%M:%S')}\n".encode())


def since_start(path: pathlib.Path) -> str:
    """Give what a host wrote since its last start, without terminal codes."""
    try:
        text = path.read_text(errors="replace")
    except FileNotFoundError:
        return ""
    return _TERMINAL_CODES.sub("", text.rpartition(_START_MARK)[2].partition("\n")[2])


def tail(text: str, lines: int = 20) -> str:
    """Give the last lines of a console, leaving out the call trace after a kernel panic."""
    kept = [line for line in text.splitlines() if line.strip()]
    for number, line in enumerate(kept):
        if "Kernel panic" in line:
            kept = kept[: number + 1]
            break
    return "\n".join(kept[-lines:])


def says_restart(text: str) -> bool:
    return "reboot: Restarting system" in text


def says_power_off(text: str) -> bool:
    return "reboot: Power down" in text or "reboot: System halted" in text
