# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: command lines of ``ip``, and of ``bridge``, which comes with it."""

import shlex
import typing as t


def line(netns: t.Optional[str], *words: str, program: str = "ip") -> str:
    """Return the command line that has these words, for a namespace."""
    where = [program, "-n", netns] if netns else [program]
    return " ".join(shlex.quote(word) for word in where + list(words))
