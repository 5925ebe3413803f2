# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: command lines of ``ip``."""

import shlex
import typing as t


def line(netns: t.Optional[str], *words: str) -> str:
    """Return the command line that has these words, for a namespace."""
    where = ["ip", "-n", netns] if netns else ["ip"]
    return " ".join(shlex.quote(word) for word in where + list(words))
