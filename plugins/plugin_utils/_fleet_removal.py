# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: whether hosts would lose so much that another declaration may be meant. Pure."""

from __future__ import annotations

import collections
import typing as t

from . import _fleet_noted
from ._fleet_faults import host_names
from ._fleet_noted import Noted

FEW, FEW_TOGETHER = 3, 5
"""Fewer links than these may always go, of a host and of all hosts together, if others stay: that is an edit, and no forgotten
inventory. Two tunnels are two links of a host, and four of all hosts."""
HALF = 50
"""Percent. All hosts together may lose as many, or what each of them may lose where that is more."""
_ROUTE = ("netns", "dst", "table", "metric", "tos")
"""What tells a route from others."""


class _Loss(t.NamedTuple):
    """What hosts would lose, and how much the role has there: links, and the tunnels of shared devices."""

    hosts: list[str]
    lost: list[str]
    there: int
    limit: int
    """In percent."""

    def is_over(self, few: int) -> bool:
        return len(self.lost) >= few and len(self.lost) * 100 > self.limit * self.there


def excess(noted: t.Mapping[str, Noted]) -> t.Iterator[str]:
    """Yield a sentence for each host that would lose too much, or one for all where only all of them together would."""
    lost = {host: list(_gone(seen)) for host, seen in noted.items() if not seen["terms"]["allow_removal"]}
    if not any(lost.values()):
        return
    losses = [
        _Loss([host], names, _there(noted[host]), noted[host]["terms"]["removal_limit"]) for host, names in lost.items()
    ]
    found = [loss for loss in losses if loss.lost and (len(loss.lost) >= loss.there or loss.is_over(FEW))]
    together = _together(losses)
    if found:
        for loss in found:
            yield _complaint(loss, f"tunnels_removal_limit is {loss.limit} %.")
    elif together.is_over(FEW_TOGETHER):
        yield _complaint(together, f"Together they may lose {together.limit} %.")


def _gone(seen: Noted) -> t.Iterator[str]:
    """Yield what a host would lose."""
    if seen["outlook"]["operations"]:
        yield from _gone_links(_fleet_noted.links_of(seen))
        yield from _gone_tunnels(*(seen["outlook"].get(side, {}) for side in ("before", "after")))


def _there(seen: Noted) -> int:
    outlook = seen["outlook"]
    # A short answer does not tell what is as declared.
    before = outlook["before"] if "before" in outlook else seen["share"]
    return len(before.get("links", ())) + len(_shared_tunnels(before))


def _together(losses: list[_Loss]) -> _Loss:
    losing = [loss for loss in losses if loss.lost]
    return _Loss(
        [host for loss in losing for host in loss.hosts],
        [f"{name} of {loss.hosts[0]}" for loss in losing for name in loss.lost],
        sum(loss.there for loss in losses),
        max([HALF, *(loss.limit for loss in losing)]),
    )


def _gone_links(links: t.Sequence[t.Mapping[str, t.Any]]) -> t.Iterator[str]:
    """Yield the links that are removed and do not come back by another name."""
    made = collections.Counter(_nature(entry, "after") for entry in links if entry["change"] == "created")
    for entry in links:
        if entry["change"] == "removed":
            nature = _nature(entry, "before")
            if not made[nature]:
                yield entry["link"]
            made[nature] -= 1


def _nature(entry: t.Mapping[str, t.Any], side: str) -> tuple[t.Any, ...]:
    """Return what a link keeps by another name: the endpoints of a tunnel, the kind of any other."""
    kind, local, remote = (entry["options"].get(name, {}).get(side) for name in ("kind", "local", "remote"))
    return (local, remote) if remote else (kind,)


def _gone_tunnels(before: t.Mapping[str, t.Any], after: t.Mapping[str, t.Any]) -> t.Iterator[str]:
    """Yield the tunnels of shared devices whose far ends nothing leads to any more, by neither its old nor a new address."""
    staying = _shared_tunnels(after)
    routes = {_id(route) for leading in staying.values() for route in leading}
    for key, leading in _shared_tunnels(before).items():
        if key not in staying and not any(_id(route) in routes for route in leading):
            yield f"{leading[0]['dev']} to {leading[0]['encap']['dst']}"


def _shared_tunnels(document: t.Mapping[str, t.Any]) -> dict[t.Any, list[t.Mapping[str, t.Any]]]:
    """Return the routes that lead into each of these tunnels."""
    tunnels = collections.defaultdict(list)
    for route in document.get("routes", ()):
        if route.get("encap"):
            tunnels[route.get("netns"), route["encap"]["dst"]].append(route)
    return tunnels


def _id(route: t.Mapping[str, t.Any]) -> tuple[t.Any, ...]:
    return tuple(route.get(name) for name in _ROUTE)


def _complaint(loss: _Loss, limit: str) -> str:
    hosts = host_names(loss.hosts) + (" together" if len(loss.hosts) > 1 else "")
    return (
        f"{hosts}: {len(loss.lost)} of the {loss.there} links that the role has there would be removed ({_listed(loss.lost)}). "
        "If the declaration is complete and they are to go, say tunnels_allow_removal: true; else give Ansible the "
        f"inventory that declares them. {limit}"
    )


def _listed(names: list[str], most: int = 5) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
