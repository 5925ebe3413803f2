# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the host's nftables, which hold the table that drops what would go in clear."""

import json
import typing as t

from .. import _errors
from .._protection import _table
from . import _programs

_NO_PROGRAM = "This host has no program nft, by which packets in clear are dropped; install the package nftables."
_REFUSED = "nft refuses the table {0}: {1}. It takes nftables 0.9.5 and Linux 5.7, or newer. Nothing was changed."

Listing = t.List[t.Dict[str, t.Any]]


def look(name: str) -> Listing:
    """Return a table as nft lists it; nothing where it is not there, be it because the host can have none."""
    program = _programs.find("nft")
    if program is None:
        return []
    code, said, words = _programs.outcome([program, "--json", "--numeric", "list", "table", _table.FAMILY, name])
    if code < 0:
        raise _errors.Conflict(_REFUSED.format(name, _line(words)))
    return list(json.loads(said)["nftables"]) if code == 0 else []


def tell(name: str, text: str, trial: bool) -> None:
    """Have nft do what a text says, all or nothing. :arg trial: only ask whether it would."""
    program = _programs.find("nft")
    if program is None:
        raise _errors.Unmet(_NO_PROGRAM)
    code, _said, words = _programs.outcome([program, *["--check"] * trial, "-f", "-"], text)
    if code:
        raise _errors.Conflict(_REFUSED.format(name, _line(words)))


def _line(words: str) -> str:
    return " ".join(words.split())[:500] or "it said nothing"
