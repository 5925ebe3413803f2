# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: programs of the host that are run for what only they know or do."""

import os
import subprocess
import typing as t

_PATIENCE = 60
"""Seconds that a program may take."""


def outcome(command: t.Sequence[str]) -> t.Tuple[int, str, str]:
    """Return the exit status of a program and what it printed; a negative status where it could not be run to its end."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(os.environ, LC_ALL="C"),
        )
    except OSError as error:
        return -1, "", str(error)
    try:
        output, errors = process.communicate(timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return -1, "", "no answer in {0} seconds".format(_PATIENCE)
    return process.returncode, output.decode("utf-8", "replace"), errors.decode("utf-8", "replace")
