# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: network managers that run, which devices they configure, and how they let go of some.

dhcpcd is none of these: told to read its file again, it takes the addresses of all other devices away for seconds.
"""

import glob
import os
import re
import time
import typing as t

from .. import _errors, _managers
from . import _processes, _programs

_SETTLED = 10.0
"""Seconds that a manager has to let go of devices. It takes some tenths."""

_OURS = _managers.NETWORKD_FILES.format("").rstrip(".")


def present() -> t.List[_managers.Manager]:
    """Return those that the host has."""
    return [manager for manager in _managers.ALL if any(os.path.exists(path) for path in manager.programs)]


def runs(manager: _managers.Manager) -> bool:
    """Return whether it runs."""
    return _processes.runs(manager.name)


def can_read_again(manager: _managers.Manager) -> bool:
    """Return whether it runs and can read its files again, with no other device noticing."""
    return manager.name in _REREAD and runs(manager)


def must_start_again(manager: _managers.Manager) -> bool:
    """Return whether it runs and reads its files only when it starts."""
    return manager.name not in _REREAD and runs(manager)


def held(manager: _managers.Manager, devices: t.Sequence[str]) -> t.Dict[str, str]:
    """Return which of the devices a running manager configures by files of others, each with the reason and the remedy."""
    return _HELD[manager.name](devices)


def release(manager: _managers.Manager, devices: t.Sequence[str]) -> None:
    """Have a running manager read its files and let go of the devices; raise Conflict if it keeps any."""
    _run(manager.name, *_REREAD[manager.name])
    deadline = time.monotonic() + _SETTLED
    kept = held(manager, devices)
    while kept and time.monotonic() < deadline:
        time.sleep(0.2)
        kept = held(manager, devices)
    if kept:
        raise _errors.Conflict(_kept(manager.name, "still configures", kept))


def check_claims(devices: t.Sequence[str]) -> None:
    """Raise Conflict where one of the devices is also somebody else's to make or to configure, and no file of ours can say otherwise."""
    made = _made_by_networkd() if devices else {}
    doubled = {device: _DOUBLED.format(made[device]) for device in devices if device in made}
    if doubled and runs(_managers.NETWORKD):
        raise _errors.Conflict(_kept(_managers.NETWORKD.name, "makes", doubled))
    claimed: t.Set[str] = set()
    for lines in _LINES if devices else ():
        # Other programs of that name know no such options, and no patterns.
        code, output, _words = _programs.outcome(["ifquery", *lines])
        claimed.update(output.split() if code == 0 else ())
    kept = {device: _CLAIMED.format(device) for device in devices if device in claimed}
    if kept:
        raise _errors.Conflict(_kept("ifupdown", "configures", kept))


_LINES = (["--list"], ["--allow", "hotplug", "--list"])
"""How its program is asked for the devices of the lines ``auto`` and ``allow-hotplug``, with patterns replaced by devices that
are there.
"""

_CLAIMED = "by a line auto or allow-hotplug of /etc/network/interfaces, or of a file it names; let none match {0}"


_NETDEVS = (
    "/etc/systemd/network",
    "/run/systemd/network",
    "/usr/local/lib/systemd/network",
    "/usr/lib/systemd/network",
)
"""Where networkd looks for devices that it makes. A file hides those of its name in later folders; netplan writes to the second."""

_DOUBLED = "by {0}; take it out of there, or of what wrote that, such as netplan, or choose another name"


def _made_by_networkd() -> t.Dict[str, str]:
    """Return the devices that systemd-networkd makes by files of others, each with the file."""
    files: t.Dict[str, str] = {}
    for folder in _NETDEVS:
        for path in glob.glob(folder + "/*.netdev"):
            files.setdefault(os.path.basename(path), path)
    found = {}
    for path in sorted(files.values()):
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                names = [] if path.startswith(_OURS) else re.findall(r"^Name=(\S+)\s*$", file.read(), re.MULTILINE)
        except OSError:
            continue
        found.update(dict.fromkeys(names[:1], path))
    return found


def _kept(manager: str, does: str, kept: t.Mapping[str, str]) -> str:
    device, reason = sorted(kept.items())[0]
    others = " and {0} more".format(len(kept) - 1) if len(kept) > 1 else ""
    return "{0} {1} {2}{3}, {4}.".format(manager, does, device, others, reason)


def _held_by_networkd(devices: t.Sequence[str]) -> t.Dict[str, str]:
    found = {}
    for device in devices:
        state = _networkd_state(device)
        file = state.get("NETWORK_FILE", "")
        if file and state.get("ADMIN_STATE") != "unmanaged" and not file.startswith(_OURS):
            remedy = "by {0}; let its [Match] leave {1} out, or let its name come after 05 in the alphabet"
            found[device] = remedy.format(file, device)
    return found


def _networkd_state(device: str) -> t.Dict[str, str]:
    try:
        with open("/sys/class/net/{0}/ifindex".format(device), encoding="ascii") as file:
            index = file.read().strip()
        with open("/run/systemd/netif/links/" + index, encoding="utf-8", errors="replace") as file:
            return dict(line.rstrip("\n").split("=", 1) for line in file if "=" in line)
    except OSError:
        return {}


def _held_by_network_manager(devices: t.Sequence[str]) -> t.Dict[str, str]:
    table = _run(_managers.NETWORK_MANAGER.name, ["nmcli", "-t", "-f", "DEVICE,STATE", "device"])
    # A colon in the name of somebody else's device does not matter.
    states = dict(line.split(":", 1) for line in table.splitlines() if ":" in line)
    remedy = "whatever {0} says; look for a later unmanaged-devices in what NetworkManager --print-config shows"
    reason = remedy.format(_managers.NETWORK_MANAGER.path.format("*"))
    return {device: reason for device in devices if states.get(device, "unmanaged") != "unmanaged"}


_HELD = {
    _managers.NETWORKD.name: _held_by_networkd,
    _managers.NETWORK_MANAGER.name: _held_by_network_manager,
}
_REREAD = {
    _managers.NETWORKD.name: (["networkctl", "reload"],),
    # The second for releases before 1.22. It has the others' connections as they are, too.
    _managers.NETWORK_MANAGER.name: (
        ["nmcli", "general", "reload", "conf"],
        ["systemctl", "reload", "NetworkManager.service"],
    ),
}


def _run(name: str, *commands: t.List[str]) -> str:
    """Return what the first command prints that does not fail; raise Conflict with what each says if all do."""
    words = []
    for command in commands:
        code, output, errors = _programs.outcome(command)
        if code == 0:
            return output
        words.append("{0}: {1}".format(" ".join(command), errors.strip()))
    text = "{0} runs, but can't be told to read its files again. Restart it, and run this again. ({1})"
    raise _errors.Conflict(text.format(name, "; ".join(words)))
