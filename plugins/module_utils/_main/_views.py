# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: how modules of one thing show it. Pure."""

import typing as t

from .._resources import Have, Want
from .._states import _registry


def _one(wanted: t.Iterable[t.Any], absent: t.Iterable[t.Any]) -> t.Any:
    """Return the one thing that a want is about: which it names first, of a pair the end that the task names."""
    return next(iter([*wanted, *absent]))


def _state(field: str, *things: t.Any) -> t.Dict[str, t.Any]:
    state: t.Dict[str, t.Any] = _registry.room(field).state(*things)
    return state


def link(want: Want, have: Have) -> t.Dict[str, t.Any]:
    """Show the one link that the want is about."""
    id_ = _one(want.links, want.absent_links)
    source = (want.sources[id_], id_[1]) if id_ in want.sources else id_
    return _state("links", have.links.get(id_) or have.links.get(source))


def veth(want: Want, have: Have) -> t.Dict[str, t.Any]:
    """Show both ends of a pair."""
    state = link(want, have)
    if state["state"] == "present":
        id_ = _one(want.links, want.absent_links)
        peer = have.links[id_].attributes.get("peer")
        if isinstance(peer, tuple):
            end = have.links.get(peer)
            state["peer"] = _state("links", end) if end else {"name": peer[1], "netns": peer[0]}
            state["peer"].pop("state", None)
    return state


def namespace(want: Want, have: Have) -> t.Dict[str, t.Any]:
    """Show the one namespace that the want is about."""
    name = _one(want.namespaces, want.absent_namespaces)
    return _state("namespaces", have.namespaces.get(name), have.links.get((name, "lo")), have.sysctls)


def beside_links(field: str) -> t.Callable[[Want, Have], t.Dict[str, t.Any]]:
    """Return what shows the one thing of a field that the want is about."""

    def view(want: Want, have: Have) -> t.Dict[str, t.Any]:
        id_ = _one(getattr(want, field), getattr(want, _registry.absent(field)))
        return _state(field, _registry.there(field, have).get(id_))

    return view
