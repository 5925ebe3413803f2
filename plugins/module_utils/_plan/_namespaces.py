# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: plans for namespaces."""

import typing as t

from .. import _errors
from .._kinds import _catalog, _underlay
from .._resources import Have, Want
from .._steps._namespace import AddNamespace, DeleteNamespace
from . import _words
from ._draft import Draft


def plan_present(want: Want, have: Have, draft: Draft) -> None:
    """Plan the namespaces that are wanted."""
    for namespace in want.namespaces.values():
        found = have.namespaces.get(namespace.name)
        if found is None or found.stale:
            draft.namespaces.append(AddNamespace(namespace.name))


def plan_absent(want: Want, have: Have, draft: Draft) -> None:
    """Plan the end of the namespaces that are not wanted."""
    for name in want.absent_namespaces:
        found = have.namespaces.get(name)
        if found is None:
            continue
        if found.processes and not want.force:
            raise _errors.Conflict(
                "name: processes live in namespace {0}: {1}. Stop them first, or say force=true to take the name away "
                "all the same; they would keep the namespace, without a way into it by name.".format(
                    name, _words.enumerate_(found.processes)
                )
            )
        strangers = (
            set(found.links) - _catalog.FALLBACKS - {"lo"} - {link for place, link in want.created if place == name}
        )
        if strangers and not want.force:
            raise _errors.Conflict(
                "state: namespace {0} is no longer wanted, but has links in it that this collection did not make: {1}. Move "
                "them away, name the namespace, or say force=true.".format(name, _words.enumerate_(sorted(strangers)))
            )
        staying = [upper for upper in found.uppers if upper.netns not in want.absent_namespaces]
        uppers = [_words.kind_and_place(upper) for upper in staying if upper.id not in draft.freed]
        if uppers and not want.force:
            raise _errors.Conflict(
                "name: namespace {0} can't go without links elsewhere that were made by it or on links in it: {1}. Remove "
                "those first, or say force=true to lose them. Nothing was changed.".format(
                    name, _words.enumerate_(uppers)
                )
            )
        draft.endings.append(DeleteNamespace(found))


def check_underlays(want: Want, have: Have, draft: Draft) -> None:
    """Note it if a link is to have its underlay in a namespace that is not there."""
    for link in want.links.values():
        if _underlay.is_elsewhere(link) and _underlay.is_in_sight(link):
            check(_underlay.home(link), want, have, draft, link.prefix, _underlay.NAME)


def check(
    netns: t.Optional[str], want: Want, have: Have, draft: Draft, prefix: str = "", option: str = "netns"
) -> None:
    """Note it if something is wanted in a namespace that is not there."""
    found = have.namespaces.get(netns) if netns else None
    if netns is not None and netns not in want.namespaces and (found is None or found.stale):
        draft.unmet.append(
            "{0}{2}: there is no namespace {1!r} on this host; make it first, with warren.tunnels.netns".format(
                prefix, netns, option
            )
        )
