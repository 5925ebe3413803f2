# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: progress
type: aggregate
short_description: Says how far a long task is
version_added: 0.1.0
author:
  - warren.tunnels contributors (@warren-tunnels)
description:
  - Says after each hundred hosts how many have done a task.
  - While nothing comes from any host for a while, says which task runs, for which hosts it waits and since when. So it is seen
    which host is slow, or that many tunnels are probed.
  - It adds lines to what another callback shows. It serves any playbook, and needs the strategy P(ansible.builtin.linear#strategy),
    which does one task after the other.
requirements:
  - It is enabled in C(ansible.cfg) or by E(ANSIBLE_CALLBACKS_ENABLED), see the example.
options:
  interval:
    description: After how many seconds without a result it says what it waits for, and how often.
    type: int
    default: 10
    env:
      - name: WARREN_PROGRESS_INTERVAL
    ini:
      - section: callback_progress
        key: interval
  every:
    description: After how many hosts it says how many have done a task.
    type: int
    default: 100
    env:
      - name: WARREN_PROGRESS_EVERY
    ini:
      - section: callback_progress
        key: every
"""

EXAMPLES = r"""
enable: |
  # ansible.cfg
  [defaults]
  callbacks_enabled = warren.tunnels.progress
"""

import threading
import time
import typing as t

from ansible.plugins.callback import CallbackBase

_NAMED = 3
"""How many of the hosts that are waited for are named."""


class Progress:
    """How far a task is."""

    def __init__(self, now: t.Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self.begin("")

    def begin(self, task: str) -> None:
        with self._lock:
            self._task = task
            self._waiting: dict[str, float] = {}
            self._done = 0
            self._told = self._now()

    def start(self, host: str) -> None:
        with self._lock:
            self._waiting.setdefault(host, self._now())

    def end(self, host: str, every: int) -> str | None:
        """Note a result. Return what is to be said."""
        with self._lock:
            # Of a task with a loop, each item has a result.
            if self._waiting.pop(host, None) is None:
                return None
            self._done += 1
            self._told = self._now()
            return f"{_hosts(self._done)} done" if self._done % every == 0 else None

    def wait(self, interval: float) -> str | None:
        """Return what is to be said where nothing has been for so long."""
        with self._lock:
            now = self._now()
            if not self._waiting or now - self._told < interval:
                return None
            self._told = now
            since = now - min(self._waiting.values())
            return f"{self._task}: {_names(list(self._waiting))} for {since:.0f} s, {_hosts(self._done)} done"


def _names(hosts: list[str]) -> str:
    more = len(hosts) - _NAMED
    return f"waiting for {', '.join(hosts[:_NAMED])}" + (f" and {more} more" if more > 0 else "")


def _hosts(number: int) -> str:
    return f"{number} host{'' if number == 1 else 's'}"


class CallbackModule(CallbackBase):
    """The callback."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "warren.tunnels.progress"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._progress = Progress(time.monotonic)
        self._ended = threading.Event()

    def v2_playbook_on_start(self, playbook: t.Any) -> None:
        # Ansible starts no process while a line is being written, so that none is copied in the midst of that.
        threading.Thread(target=self._watch, daemon=True).start()

    def v2_playbook_on_task_start(self, task: t.Any, is_conditional: bool) -> None:
        self._progress.begin(task.get_name())

    def v2_playbook_on_handler_task_start(self, task: t.Any) -> None:
        self._progress.begin(task.get_name())

    def v2_runner_on_start(self, host: t.Any, task: t.Any) -> None:
        self._progress.start(host.get_name())

    def v2_runner_on_ok(self, result: t.Any) -> None:
        self._end(result)

    def v2_runner_on_skipped(self, result: t.Any) -> None:
        self._end(result)

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        self._end(result)

    def v2_runner_on_unreachable(self, result: t.Any) -> None:
        self._end(result)

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        self._ended.set()

    def _end(self, result: t.Any) -> None:
        # Before ansible-core 2.19, results have it as a private name.
        host = getattr(result, "host", None) or result._host
        self._say(self._progress.end(host.get_name(), self.get_option("every")))

    def _watch(self) -> None:
        interval = self.get_option("interval")
        while not self._ended.wait(interval / 4):
            self._say(self._progress.wait(interval))

    def _say(self, text: str | None) -> None:
        if text:
            self._display.display(f"… {text}")
