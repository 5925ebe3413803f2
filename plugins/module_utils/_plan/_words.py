# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: how plans speak of links and values."""

import typing as t

from .._resources import Link, LinkId

BEYOND = "queueing disciplines, filters and counters"
"""What a link that is made again does not get back."""

BEYOND_UNDO = "counters, multicast addresses and neighbours' sysctls"
"""What it does not get back either where it is made again because a later step failed."""


def where(link: Link) -> str:
    """Return the link's name, with its namespace where that is not the module's own."""
    return "{0} in namespace {1}".format(link.name, link.netns) if link.netns else link.name


def kind_and_place(link: Link) -> str:
    return "{0} ({1})".format(where(link), link.kind)


def missing(id_: LinkId) -> str:
    """Return what there is to say of a link that something refers to and that is not there."""
    place = "in namespace " + id_[0] if id_[0] else "on this host"
    return "there is no link {0!r} {1}; make it first, or name one that is there".format(id_[1], place)


def plain(value: t.Any) -> str:
    """Return a value as a task would have it."""
    if value is None:
        return "unset"
    if isinstance(value, tuple):
        return "{1} in namespace {0}".format(*value) if value[0] else str(value[1])
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value)


def enumerate_(items: t.Sequence[str]) -> str:
    """Return the items in a row, five at most."""
    shown = list(items[:5])
    return ", ".join(shown) + (" and {0} more".format(len(items) - 5) if len(items) > 5 else "")
