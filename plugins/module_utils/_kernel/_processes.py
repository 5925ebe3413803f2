# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: which processes use what we are about to take away (proc(5))."""

import os
import typing as t

from . import _namespaces


def living_in(name: str) -> t.List[str]:
    """Return who lives in the namespace, as ``pid (command)``."""
    there = os.stat(_namespaces.path(name))
    found = []
    for pid in _pids():
        try:
            lives = os.stat("/proc/{0}/ns/net".format(pid))
            if (lives.st_dev, lives.st_ino) == (there.st_dev, there.st_ino):
                found.append("{0} ({1})".format(pid, command(pid)))
        except OSError:
            continue
    return found


def command(pid: int) -> str:
    """Return the name of the program that a process runs."""
    with open("/proc/{0}/comm".format(pid), encoding="utf-8", errors="replace") as comm:
        return comm.read().strip()


def runs(program: str) -> bool:
    """Return whether a process of this program is there. :arg program: its name, or the end of its path."""
    for pid in _pids():
        try:
            with open("/proc/{0}/cmdline".format(pid), encoding="utf-8", errors="replace") as line:
                # Some say what they do behind a colon.
                if ("/" + line.read().split("\0")[0].split(":")[0]).endswith("/" + program):
                    return True
        except OSError:
            continue
    return False


def _pids() -> t.List[int]:
    return sorted(int(entry) for entry in os.listdir("/proc") if entry.isdigit())


def attached(device: str) -> t.List[t.Tuple[int, str]]:
    """Return the processes that hold a tun/tap device of that name open, with the names of their programs."""
    found = []
    for pid in _pids():
        try:
            if _holds(pid, device):
                found.append((pid, command(pid)))
        except OSError:
            continue
    return found


def holding(device: str) -> t.List[str]:
    """Return the same as ``pid (command)``."""
    return ["{0} ({1})".format(*process) for process in attached(device)]


def _holds(pid: int, device: str) -> bool:
    for fd in os.listdir("/proc/{0}/fd".format(pid)):
        if os.readlink("/proc/{0}/fd/{1}".format(pid, fd)) != "/dev/net/tun":
            continue
        with open("/proc/{0}/fdinfo/{1}".format(pid, fd), encoding="utf-8", errors="replace") as info:
            if any(line.split() == ["iff:", device] for line in info):
                return True
    return False
