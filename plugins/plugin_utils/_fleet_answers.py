# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: which tunnels answered before a change, as far as that could be asked. Pure."""

from __future__ import annotations

import collections
import ipaddress
import typing as t

from . import _fleet_noted
from ._fleet_noted import Device, Entry, Noted, Tunnel, device_of, links_of, tunnel_of

Probe = t.Mapping[str, t.Any]


def with_former(noted: t.Mapping[str, Noted]) -> dict[str, Noted]:
    """Return what the hosts have noted, each with its ``former`` probes, with the tunnel that each of them is for.

    A tunnel whose name or addresses change answers by its former ones only, as long as it is not changed. Its far end's follow
    from what that host has noted, or else from this end's. A tunnel is named as it is after the change.
    """
    busy = {host for host, seen in noted.items() if seen.get("outlook", {}).get("operations")}
    if not busy:
        return dict(noted)
    # Each share is asked for many times from here on.
    noted = {host: {**seen, "share": seen["share"]} for host, seen in noted.items()}
    looked = {host: seen for host, seen in noted.items() if "operations" in seen.get("outlook", {})}
    fleet = _Fleet(_fleet_noted.devices(looked), {host: _ends(seen) for host, seen in looked.items()})
    return {**noted, **{host: {**noted[host], "former": list(_former(host, noted[host], fleet))} for host in busy}}


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
    tunnels = [tunnel for tunnel, _probe in seen.get("former", ())]
    return zip(tunnels, _results(seen)[len(seen["share"]["probes"]) :], strict=False)


# Before a change


class _Fleet(t.NamedTuple):
    """The hosts that could be looked at."""

    devices: t.Mapping[t.Any, Device]
    """See ``_fleet_noted.devices``."""
    ends: t.Mapping[str, t.Mapping[Tunnel, _End]]
    """By host and tunnel."""


class _End(t.NamedTuple):
    """What becomes of an end of a tunnel."""

    old: Entry | None
    """What becomes of the device that it has before the change; None where that stays as it is."""
    new: Entry | None
    """Of the one that it has after the change."""

    @property
    def is_renamed(self) -> bool:
        return self.old is not self.new

    @property
    def is_made(self) -> bool:
        """Whether there is none before."""
        return self.old is not None and self.old["change"] == "created"

    def addresses(self, side: str) -> t.Sequence[t.Any]:
        entry = self.old if side == "before" else self.new
        return () if entry is None else _fleet_noted.option(entry, "addresses", side) or ()

    @property
    def moves(self) -> bool:
        return self.addresses("before") != self.addresses("after")


def _former(host: str, seen: Noted, fleet: _Fleet) -> t.Iterator[tuple[Tunnel, dict[str, t.Any]]]:
    asked = collections.defaultdict(list)
    for probe in seen["share"]["probes"]:
        asked[way(probe)].append(probe["destination"])
    shared = collections.Counter(device_of(peer) for peer in seen["share"]["peers"])
    for peer in seen["share"]["peers"]:
        tunnel, near = tunnel_of(peer), fleet.ends[host][tunnel_of(peer)]
        if near.is_made:
            continue
        far = _far(host, peer, fleet)
        addresses: t.Iterable[str] = ()
        if far is not None and not far.is_made:
            addresses = map(_own, far.addresses("before")) if far.moves else asked[tunnel]
        elif far is None and near.is_renamed and not near.moves:
            addresses = asked[tunnel]
        # Of several tunnels through one device, nobody knows whose far address a former one was.
        elif far is None and shared[device_of(peer)] == 1:
            addresses = _opposite(near)
        netns, name = device_of(near.old or peer)
        for address in addresses:
            if near.is_renamed or address not in asked[tunnel]:
                yield tunnel, {"name": name, "netns": netns, "destination": address, "outer": {"remote": tunnel[-1]}}


def _ends(seen: Noted) -> dict[Tunnel, _End]:
    """Return the host's ends of its tunnels."""
    entries = {device_of(entry): entry for entry in links_of(seen)}
    renamed = _fleet_noted.renamed(seen)
    found = {}
    for peer in seen["share"]["peers"]:
        new = entries.get(device_of(peer))
        found[tunnel_of(peer)] = _End(renamed.get(tunnel_of(peer), new), new)
    return found


def _far(host: str, peer: Entry, fleet: _Fleet) -> _End | None:
    """Return the other end of a tunnel; None where its host could not be looked at."""
    device = fleet.devices.get(_fleet_noted.key(host, peer, back=True))
    return None if device is None else fleet.ends[peer["host"]].get((*device, peer["local"]))


def _opposite(near: _End) -> t.Iterator[str]:
    """Yield the far end's addresses before a change, as far as they follow from this end's."""
    for address in near.addresses("before"):
        if address in near.addresses("after"):
            continue
        if isinstance(address, dict) and address.get("peer"):
            yield str(address["peer"]).partition("/")[0]
            continue
        own = ipaddress.ip_interface(_own(address, with_length=True))
        # A network for two: 31 and 30 bits of IPv4, 127 of IPv6.
        others = [other for other in own.network.hosts() if other != own.ip] if own.network.num_addresses <= 4 else []
        if len(others) == 1:
            yield str(others[0])


def _own(address: t.Any, with_length: bool = False) -> str:
    """Return the address itself of an element of ``addresses``."""
    text = str(address["address"] if isinstance(address, dict) else address)
    return text if with_length else text.partition("/")[0]
