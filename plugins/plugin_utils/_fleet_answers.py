# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: which tunnels answered before a change, as far as that could be asked. Pure."""

from __future__ import annotations

import collections
import ipaddress
import typing as t

from . import _fleet_noted
from ._fleet_noted import Entry, Noted, Tunnel, device_of, links_of

Probe = t.Mapping[str, t.Any]


def former(seen: Noted) -> list[dict[str, t.Any]]:
    """Return probes of tunnels as they are before a change, by their former names and far addresses.

    A tunnel whose name or addresses change answers by these only, as long as it is not changed.
    """
    return [probe for _tunnel, probe in _former(seen)]


def probed(seen: Noted) -> list[tuple[Probe, t.Any]]:
    """Return the probes of the host's share, with what came of each before a change."""
    return list(zip(seen["share"]["probes"], _results(seen), strict=False))


def answered(seen: Noted) -> set[Tunnel]:
    """Return the tunnels whose far end answered before a change, as they are named after it."""
    return {way(probe) for probe, result in probed(seen) if result["reachable"]} | former_answered(seen)


def former_answered(seen: Noted) -> set[Tunnel]:
    """Return those that answered by their former names and addresses."""
    return {tunnel for tunnel, result in _formerly(seen) if result["reachable"]}


def silent(seen: Noted) -> set[Tunnel]:
    """Return the tunnels of which it is known that they did not answer.

    What is asked by a name or an address that comes with the change tells nothing of before.
    """
    anew = {device_of(entry) for entry in links_of(seen) if entry["change"] == "created" or _moves(entry)}
    asked = {way(probe) for probe, _result in probed(seen) if device_of(probe) not in anew}
    return (asked | {tunnel for tunnel, _result in _formerly(seen)}) - answered(seen)


def way(probe: Probe) -> Tunnel:
    """Return the tunnel that a probe goes through."""
    return (*device_of(probe), probe["outer"]["remote"])


def _results(seen: Noted) -> t.Sequence[t.Any]:
    results: t.Sequence[t.Any] = seen.get("before", {}).get("probes", ())
    return results


def _moves(entry: Entry) -> bool:
    return "addresses" in entry.get("options", {})


def _formerly(seen: Noted) -> t.Iterable[tuple[Tunnel, t.Any]]:
    tunnels = [tunnel for tunnel, _probe in _former(seen)]
    return zip(tunnels, _results(seen)[len(seen["share"]["probes"]) :], strict=False)


def _former(seen: Noted) -> t.Iterator[tuple[Tunnel, dict[str, t.Any]]]:
    """Yield probes, each with the tunnel that it is for, as that is named after the change."""
    remotes = collections.defaultdict(list)
    for peer in seen["share"]["peers"]:
        remotes[device_of(peer)].append(peer["remote"])
    renamed = _fleet_noted.renamed(seen)
    for entry in links_of(seen):
        # Of several tunnels through one device, nobody knows whose far address a former one was.
        if len(remotes[device_of(entry)]) != 1:
            continue
        tunnel = (*device_of(entry), *remotes[device_of(entry)])
        old = renamed.get(tunnel, entry)
        if old is entry and entry["change"] not in ("changed", "replaced"):
            continue
        netns, name = device_of(old)
        for address in _far_addresses(seen, tunnel, old, entry):
            yield tunnel, {"name": name, "netns": netns, "destination": address, "outer": {"remote": tunnel[-1]}}


def _far_addresses(seen: Noted, tunnel: Tunnel, old: Entry, new: Entry) -> t.Iterator[str]:
    """Yield the far end's addresses before a change, as far as they follow from this end's."""
    before = _fleet_noted.option(old, "addresses", "before") or ()
    after = _fleet_noted.option(new, "addresses", "after") or ()
    if old is not new and before == after:
        yield from (probe["destination"] for probe in seen["share"]["probes"] if way(probe) == tunnel)
        return
    for address in before:
        if address in after:
            continue
        if isinstance(address, dict) and address.get("peer"):
            yield str(address["peer"]).partition("/")[0]
            continue
        own = ipaddress.ip_interface(address["address"] if isinstance(address, dict) else address)
        # A network for two: 31 and 30 bits of IPv4, 127 of IPv6.
        others = [other for other in own.network.hosts() if other != own.ip] if own.network.num_addresses <= 4 else []
        if len(others) == 1:
            yield str(others[0])
