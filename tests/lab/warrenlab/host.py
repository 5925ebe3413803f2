# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One host of the lab: the process that runs it, and what is known about it."""

from __future__ import annotations

import contextlib
import os
import signal
import time

from . import console, machine
from .addressing import HostAddress
from .folder import Description, LabFolder
from .probe import Probe

OFF, BOOTING, UP, STOPPING, CRASHED = "off", "booting", "up", "stopping", "crashed"

_PROBE_INTERVAL = 0.1


class Host:
    """Starts, watches and stops one host. Lives in the supervisor."""

    def __init__(self, folder: LabFolder, description: Description, address: HostAddress):
        self.address = address
        self.state = OFF
        self.pid: int | None = None
        self.boot_seconds: float | None = None
        self._folder = folder
        self._description = description
        self._machine = machine.named(description.machine)
        self._started = 0.0
        self._probe: Probe | None = None
        self._next_probe = 0.0

    def start(self) -> None:
        """Boot the host, unless it runs."""
        if self.pid is not None:
            return
        log = self._folder.console(self.address.name)
        log.parent.mkdir(parents=True, exist_ok=True)
        with open(log, "ab", buffering=0) as output:
            console.mark_start(output)
            self.pid = self._spawn(output.fileno())
        self.state, self._started, self.boot_seconds = BOOTING, time.monotonic(), None

    def _spawn(self, output: int) -> int:
        self._machine.prepare(self._folder, self.address)
        command = self._machine.command(self._folder, self._description, self.address)
        with open(os.devnull) as nothing:
            pid = os.posix_spawnp(
                command[0],
                command,
                os.environ,
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, nothing.fileno(), 0),
                    (os.POSIX_SPAWN_DUP2, output, 1),
                    (os.POSIX_SPAWN_DUP2, output, 2),
                ],
                setsid=True,
                setsigdef=[signal.SIGPIPE],
            )
        if self._machine.ONE_PROCESSOR:
            cpus = sorted(os.sched_getaffinity(0))
            os.sched_setaffinity(pid, {cpus[self.address.index % len(cpus)]})
        return pid

    def press_power_button(self) -> None:
        """Ask the guest to shut down; it is off when its process ends."""
        if self.pid is not None:
            self._machine.press_power_button(self._folder, self.address)
            self.state = STOPPING

    def kill(self) -> None:
        """Cut the power."""
        if self.pid is not None:
            self._kill_group()
            os.waitpid(self.pid, 0)
            self._ended(OFF)

    def wipe(self) -> None:
        """Give the host a fresh disk; a host that runs is cut off and started again."""
        running = self.pid is not None
        self.kill()
        self._folder.disk(self.address.name).unlink(missing_ok=True)
        if running:
            self.start()

    def exited(self) -> None:
        """Take note that the process has ended: restart the host when that is what it asked for."""
        last_words = console.since_start(self._folder.console(self.address.name))
        self._kill_group()
        if self.state == STOPPING or console.says_power_off(last_words):
            self._ended(OFF)
        elif console.says_restart(last_words):
            self._ended(OFF)
            self.start()
        else:
            self._ended(CRASHED)

    def check(self) -> None:
        """See whether a booting host has come up."""
        if self.state != BOOTING:
            return
        if self._probe is None:
            if time.monotonic() >= self._next_probe:
                self._probe = Probe(self.address.ip)
            return
        answer = self._probe.poll()
        if answer is not None:
            self._probe = None
            self._next_probe = time.monotonic() + _PROBE_INTERVAL
        if answer:
            self.state = UP
            self.boot_seconds = round(time.monotonic() - self._started, 1)

    def report(self) -> dict:
        """Describe the host as `lab status` shows it; `seconds` is the time since its start."""
        return {
            "address": self.address.ip,
            "state": self.state,
            "boot_seconds": self.boot_seconds,
            "seconds": round(time.monotonic() - self._started, 1),
        }

    def _ended(self, state: str) -> None:
        self.pid, self.state = None, state
        if self._probe is not None:
            self._probe.close()
            self._probe = None

    def _kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
