# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the host's nftables, which hold the table that drops what would go in clear, and what loads it at boot."""

import json
import typing as t

from .. import _errors
from .._boot import _files
from .._protection import _boot, _table
from . import _init, _place, _programs

_NO_PROGRAM = "This host has no program nft, by which packets in clear are dropped; install the package nftables."
_REFUSED = "nft refuses the table {0}: {1}. It takes nftables 0.9.5 and Linux 5.7, or newer. Nothing was changed."
_NO_SYSTEMD = (
    "at_boot: systemd does not run this host, and nothing else loads the table before the network comes up; with at_boot=false, "
    "nothing is protected from a reboot until this runs again"
)
_NOT_STARTED = "The table is there, but systemd can't start {0}, so that nothing is protected after a reboot: {1}. See what it says."

Listing = t.List[t.Dict[str, t.Any]]


def look(name: str) -> Listing:
    """Return a table as nft lists it; nothing where it is not there, be it because the host can have none."""
    program = _programs.find("nft")
    if program is None:
        return []
    code, said, words = _programs.outcome([program, "--json", "--numeric", "list", "table", _table.FAMILY, name])
    if code < 0:
        raise _errors.Conflict(_REFUSED.format(name, _programs.in_a_line(words)))
    return list(json.loads(said)["nftables"]) if code == 0 else []


def program() -> str:
    """Return where nft is; raise Unmet if it is nowhere."""
    path = _programs.find("nft")
    if path is None:
        raise _errors.Unmet(_NO_PROGRAM)
    return path


def need_systemd() -> None:
    """Raise Unmet where nothing loads a table at boot."""
    if not _init.is_systemd():
        raise _errors.Unmet(_NO_SYSTEMD)


def tell(name: str, text: str, trial: bool) -> None:
    """Have nft do what a text says, all or nothing. :arg trial: only ask whether it would."""
    code, _said, words = _programs.outcome([program(), *["--check"] * trial, "-f", "-"], text)
    if code:
        raise _errors.Conflict(_REFUSED.format(name, _programs.in_a_line(words)))


def note(owner: str) -> None:
    """Keep in mind that there may be a table of an owner."""
    _place.note(_place.protected(owner))


def forget(owner: str) -> None:
    """Take it that there is no table of an owner any more."""
    _place.forget(_place.protected(owner))


def write(owner: str, steps: t.Sequence[_files.Step]) -> None:
    """Write the files, and have systemd take note of a new unit; it does nothing to the table that is there."""
    _files.perform(steps, owner)
    if not _files.concern_systemd(steps):
        return
    _init.reload()
    if any(step.new for step in steps):
        code, said, words = _programs.outcome(["systemctl", "start", _boot.unit(owner)])
        if code:
            raise _errors.Conflict(_NOT_STARTED.format(_boot.unit(owner), _programs.in_a_line(words or said)))
