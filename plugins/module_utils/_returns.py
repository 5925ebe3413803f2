# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: sysctls that become what they were before this collection set them. Pure."""

import typing as t

from . import _record, _sysctls
from ._record import Record
from ._resources import Have, LinkId, Sysctl, SysctlId, Want


def give_back(record: Record, want: Want, have: Have) -> Want:
    """Return a want with former values in place of sysctls that are not to be as this collection set them.

    What somebody else has set since is left alone, and so is what goes with its device.

    :arg record: all that was created, under whatever name.
    """
    back: t.Dict[SysctlId, Sysctl] = {}
    for id_ in want.absent_sysctls:
        made, found = record.sysctls.get(id_), have.sysctls.get(id_)
        if made is None or found is None or not made.former or not _record.is_sysctl(made, found.value):
            continue
        link = _sysctls.link(*id_)
        if link is None or _stays(link, record, want, have):
            back[id_] = found._replace(value=made.former)
    return want._replace(absent_sysctls=(), sysctls={**want.sysctls, **back}, returned=frozenset(back))


def _stays(id_: LinkId, record: Record, want: Want, have: Have) -> bool:
    """Return whether a link is the one whose sysctl was set, and remains where it is."""
    made = record.links.get(id_)
    is_same = made is None or _record.is_link(made, have.links.get(id_))
    return is_same and id_ not in want.absent_links and id_ not in {(old, id_[1]) for old in want.sources.values()}
