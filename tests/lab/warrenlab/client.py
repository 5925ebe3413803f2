# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the commands talk to a running lab."""

from __future__ import annotations

import json
import socket
import struct
import sys
import time

from . import console
from .errors import LabError, NotRunning
from .folder import LabFolder
from .host import CRASHED, OFF, STOPPING, UP

_POLL = 0.1
_ANSWER_TIMEOUT = 20.0


def _connect(folder: LabFolder) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(_ANSWER_TIMEOUT)
    try:
        connection.connect(str(folder.control))
    except OSError:
        connection.close()
        raise NotRunning(f"no lab is up in {folder.path}: 'lab up {folder.path}' starts one") from None
    return connection


def supervisor_pid(folder: LabFolder) -> int:
    """Give the process id of the lab's supervisor, as the caller sees it; raise NotRunning."""
    with _connect(folder) as connection:
        credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    return struct.unpack("iII", credentials)[0]


def ask(folder: LabFolder, command: str, hosts: list[str] | None = None) -> dict[str, dict]:
    """Send a command to the supervisor; give the report of every host by name.

    Raises NotRunning, or LabError with the supervisor's words.
    """
    with _connect(folder) as connection:
        try:
            connection.sendall(json.dumps({"command": command, "hosts": hosts or []}).encode())
            with connection.makefile() as answer:
                reply = json.loads(answer.read() or "{}")
        except OSError as error:
            raise LabError(f"the lab in {folder.path} does not answer: {error}") from None
    if "hosts" not in reply:
        raise LabError(reply.get("error", f"the lab in {folder.path} ended while it was asked"))
    return reply["hosts"]


def wait_until_up(folder: LabFolder, names: list[str], timeout: float) -> dict[str, dict]:
    """Wait until SSH answers on the named hosts (all when none is named); give their reports.

    Raises LabError after `timeout` seconds, or as soon as a host cannot come up any more, and
    prints the end of the console of each host that is not up.
    """
    deadline = time.monotonic() + timeout
    while True:
        reports = _select(ask(folder, "status"), names)
        missing = {name: report for name, report in reports.items() if report["state"] != UP}
        if not missing:
            return reports
        hopeless = [name for name, report in missing.items() if report["state"] in (CRASHED, OFF)]
        if hopeless:
            _show_consoles(folder, {name: missing[name] for name in hopeless})
            raise LabError(", ".join(f"{name}: {missing[name]['state']}" for name in hopeless))
        if time.monotonic() > deadline:
            _show_consoles(folder, missing)
            raise LabError(f"{', '.join(missing)} not up after {timeout:.0f} s: --timeout gives more time")
        time.sleep(_POLL)


def wait_until_off(folder: LabFolder, names: list[str], timeout: float) -> None:
    """Wait until the named hosts have shut down; raise LabError after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while True:
        reports = _select(ask(folder, "status"), names)
        running = [name for name, report in reports.items() if report["state"] == STOPPING]
        if not running:
            return
        if time.monotonic() > deadline:
            raise LabError(
                f"{', '.join(running)} did not shut down in {timeout:.0f} s: 'lab power DIR kill HOST' cuts the power"
            )
        time.sleep(_POLL)


def require_host(folder: LabFolder, name: str) -> None:
    """Raise LabError unless a lab is up and has a host of that name."""
    _select(ask(folder, "status"), [name])


def _select(reports: dict[str, dict], names: list[str]) -> dict[str, dict]:
    unknown = [name for name in names if name not in reports]
    if unknown:
        raise LabError(f"no {', '.join(unknown)} in this lab: it has {', '.join(reports)}")
    return {name: reports[name] for name in names or reports}


def _show_consoles(folder: LabFolder, reports: dict[str, dict]) -> None:
    for name, report in reports.items():
        if report["state"] == OFF:
            continue
        print(
            f"--- {name}: {report['state']}, started {report['seconds']:.0f} s ago; the end of its console:",
            file=sys.stderr,
        )
        print(console.tail(console.since_start(folder.console(name))), file=sys.stderr)
