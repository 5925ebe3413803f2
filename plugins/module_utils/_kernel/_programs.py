# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: programs of the host that are run for what only they know or do."""

import os
import shutil
import subprocess
import typing as t

_PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))
_PATIENCE = 60
"""Seconds that a program may take, where nothing else is said."""


def find(program: str) -> t.Optional[str]:
    """Return where a program is, in the places of root's too, which who becomes root may not have in their PATH."""
    return shutil.which(program, path=_PATH)


def outcome(command: t.Sequence[str], text: str = "", patience: int = _PATIENCE) -> t.Tuple[int, str, str]:
    """Return the exit status of a program and what it printed; a negative status where it could not be run to its end.

    :arg text: what it reads. :arg patience: seconds that it may take.
    """
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if text else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(os.environ, LC_ALL="C"),
        )
    except OSError as error:
        return -1, "", str(error)
    try:
        output, errors = process.communicate(text.encode() if text else None, timeout=patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return -1, "", "no answer in {0} seconds".format(patience)
    return process.returncode, output.decode("utf-8", "replace"), errors.decode("utf-8", "replace")


def in_a_line(words: str) -> str:
    """Return what a program said as a part of a sentence."""
    return " ".join(words.split())[:500] or "it said nothing"
