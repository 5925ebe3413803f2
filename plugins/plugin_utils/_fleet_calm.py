# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: hosts of whose tunnels there is nothing to tell. Pure.

A mesh of a thousand hosts has half a million tunnels. Where both hosts are calm, their tunnel is only counted.
"""

from __future__ import annotations

import collections
import typing as t

from . import _fleet_drift
from ._fleet_sightings import HELD


class Calm(t.NamedTuple):
    """How many tunnels a calm host has."""

    among: int
    """With other calm hosts."""
    others: int


def of(observed: t.Mapping[str, t.Mapping[str, t.Any]]) -> dict[str, Calm]:
    """Return the hosts of which no more is known than that all is well."""
    peers = {name: _peers(seen) for name, seen in observed.items()}
    calm = {name: far for name, far in peers.items() if far is not None}
    among = {name: sum(count for far, count in counts.items() if far in calm) for name, counts in calm.items()}
    return {name: Calm(among[name], counts.total() - among[name]) for name, counts in calm.items()}


def _peers(seen: t.Mapping[str, t.Any]) -> collections.Counter[str] | None:
    """Return how many tunnels a host has with each other one, None where there is something to tell of it."""
    probes = seen.get("probes", ())
    if not probes or "look" in seen or "protection" in seen or any(probe is not HELD for probe in probes):
        return None
    share = seen["share"]
    asked = {(probe["netns"], probe["name"], probe["outer"]["remote"]) for probe in share["probes"]}
    if any((peer["netns"], peer["name"], peer["remote"]) not in asked for peer in share["peers"]):
        return None
    made = {(link.get("netns"), link["name"]): link for link in seen["links"]}
    for link in share["links"]:
        there = made.get((link.get("netns"), link["name"]))
        if there is None or _fleet_drift.of_link(link, there) or _fleet_drift.added_addresses(link, there):
            return None
    if "routes" in seen and _fleet_drift.of_routes(share, seen["routes"]):
        return None
    return collections.Counter(peer["host"] for peer in share["peers"])
