# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the shares of hosts, from a declaration that is read once.

Ansible does each task of each host in a process that is copied from one. What that one has read, all of them have. So a share is
worked out where it is needed, which takes a fraction of what it takes Ansible to hand it on as a variable.
"""

from __future__ import annotations

import functools
import hashlib
import typing as t

from . import _fleet
from ._fleet_share import Share

Declared = t.Mapping[str, t.Any]
"""What ``fleet_declaration`` returns."""
DECLARED = ("links", "meshes", "protect", "groups", "hosts")
"""What of it the planner reads."""

_fleets: dict[str, _fleet.Fleet] = {}


def mark(declared: Declared) -> str:
    """Return what tells a declaration from others."""
    content = repr([declared[part] for part in DECLARED])
    return hashlib.blake2b(content.encode(errors="surrogatepass"), digest_size=16).hexdigest()


def of(declared: Declared, host: str) -> Share:
    """Return what falls to a host; raise FleetError with all that is wrong with the whole declaration."""
    known = declared["mark"]
    if known not in _fleets:
        links, meshes, protect, groups, hosts = (declared[part] for part in DECLARED)
        _fleets[known] = _fleet.read(links, meshes, hosts, groups, protect)
    return _last(known, host)


# The expressions of a task ask for the same one again and again.
@functools.lru_cache(maxsize=1)
def _last(known: str, host: str) -> Share:
    return _fleets[known].share(host)
