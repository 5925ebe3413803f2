# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of Ansible, to their end or killed in the middle."""

from __future__ import annotations

import os
import pathlib
import re
import signal
import subprocess
import time
import typing as t

from ._lab import Lab
from ._story import Kill

_RECAP = re.compile(r"^(\S+)\s+: ok=\d+\s+changed=(\d+)\s", re.MULTILINE)
TIMEOUT = 900.0


class Result(t.NamedTuple):
    """What came of a run."""

    status: int
    """As a process ends: 0 is success, a negative number a signal."""
    changed: dict[str, int]
    """How many tasks changed something, by host."""
    failures: str
    """The tasks that failed, and what they said."""
    changes: str
    """Likewise those that changed something."""


class Runner:
    """Runs playbooks on a lab with a declaration beside it, and keeps what they say."""

    def __init__(self, logs: pathlib.Path, variables: t.Sequence[str] = ()) -> None:
        """:arg variables: extra ones, as ``--extra-vars`` takes them."""
        self._logs = logs
        self._variables = [word for variable in variables for word in ("--extra-vars", variable)]

    def run(self, lab: Lab, name: str, playbook: str, declaration: pathlib.Path, kill: Kill | None = None) -> Result:
        """:arg name: of the log. :arg kill: when the run is killed, if it gets so far."""
        log = self._logs / f"{name}.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [
                    "ansible-playbook",
                    "--verbose",
                    f"--inventory={lab.inventory}",
                    f"--inventory={declaration}",
                    *self._variables,
                    playbook,
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
                env={**os.environ, "ANSIBLE_PIPELINING": "true", "ANSIBLE_FORKS": "8", "PYTHONUNBUFFERED": "1"},
            )
            _follow(process, output, kill)
        text = log.read_text()
        return Result(
            process.returncode,
            {host: int(number) for host, number in _RECAP.findall(text)},
            _told(text, ("fatal: ", "failed: ", "ERROR", "[ERROR]")),
            _told(text, ("changed: ",)),
        )


def _follow(process: subprocess.Popen[str], output: t.TextIO, kill: Kill | None) -> None:
    assert process.stdout is not None
    in_play, tasks = False, 0
    for line in process.stdout:
        output.write(line)
        output.flush()
        if kill is None:
            continue
        if line.startswith("PLAY ["):
            in_play = line.startswith(f"PLAY [{kill.play}")
        elif in_play and line.startswith("TASK ["):
            tasks += 1
            if tasks == kill.tasks:
                time.sleep(kill.seconds)
                os.killpg(process.pid, signal.SIGKILL)
                kill = None
    process.wait(TIMEOUT)


def _told(text: str, beginnings: tuple[str, ...]) -> str:
    """Return the tasks with results that begin so, and the beginning of what they said: the whole may be long."""
    found, task = [], ""
    for line in text.splitlines():
        if line.startswith("TASK "):
            task = line.rstrip("* ")
        elif line.startswith(beginnings):
            found.append(f"{task}\n{line[:1500]}")
    return "\n".join(found)
