# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: a host's state, as ``network_state`` takes it, for the controller's side.

A document is parsed to a want, and that is planned, and written as files, for a host that has nothing of it. Pure.
"""

import typing as t

from .._boot import _ip_batch, _networkd
from .._boot._networkd import OLDEST as OLDEST_NETWORKD
from .._boot._state import SPEC, Accounts, Unfit, devices, fit, parse, plan, steps, with_numbers
from .._errors import BadOption
from .._files import check_name
from .._resources import Address, Link, LinkId, Want
from .._states._registry import FIELDS as SECTIONS
from .._states._registry import wanted
from .._sysctls import link as link_of_sysctl
from .._way_back import parse as _parse_checkpoint

__all__ = [
    "OLDEST_NETWORKD",
    "SECTIONS",
    "SPEC",
    "Accounts",
    "Address",
    "BadOption",
    "Link",
    "LinkId",
    "Unfit",
    "Want",
    "check_name",
    "check_timeout",
    "devices",
    "fit",
    "ip_batch",
    "link_of_sysctl",
    "networkd",
    "parse",
    "plan",
    "wanted",
    "with_numbers",
]


def ip_batch(want: Want) -> t.Dict[str, str]:
    """Return the contents of files for ``ip -batch``, by their names; raise Unfit if nothing can make such a state."""
    return _ip_batch.files(want, steps(want))


def networkd(want: Want, release: int) -> t.Tuple[t.Dict[str, str], t.List[str]]:
    """Return the contents of files for systemd-networkd, by their names, and what it can't have.

    Raise Unfit if nothing can make such a state.
    """
    steps(want)
    return _networkd.files(want, release)


def check_timeout(seconds: int) -> int:
    """Return for how long a checkpoint may wait to be confirmed; raise BadOption where that can't be."""
    return _parse_checkpoint({"name": "any", "state": "armed", "timeout": seconds}).timeout
