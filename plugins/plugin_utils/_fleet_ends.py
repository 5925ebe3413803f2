# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the ends of tunnels as a change touches them, on all hosts that take part in it. Pure."""

from __future__ import annotations

import collections
import ipaddress
import typing as t

Noted = t.Mapping[str, t.Any]
"""What a host has noted: its ``share`` (see ``_fleet_share``), its ``terms``, and the results of its tasks, by their names in
``_fleet_course.NOTES``."""
Device = tuple[str | None, str]
"""The namespace and the name of a link."""
Kept = dict[str, dict[Device, str]]
"""By host the devices that must stay as they are, each with the host that is to blame."""


class End(t.NamedTuple):
    """One host's end of a tunnel."""

    host: str
    device: Device
    far: str
    """The host at the other end."""
    far_device: Device | None
    """Its device; None where that host does not take part."""
    former: Device | None
    """The device that goes for this one, where the tunnel gets another name."""
    change: str | None
    """created, changed or replaced; None where the end stays as it is. A tunnel that gets another name is replaced."""
    options: tuple[str, ...]
    """The options that change."""
    cuts: bool
    """Whether the ends can't talk to each other until both are changed."""
    answered: bool
    """Whether the far end answered before."""


def of(noted: t.Mapping[str, Noted], hosts: t.Iterable[str]) -> list[End]:
    """Return the ends of tunnels on these hosts. :arg noted: of all hosts that take part."""
    devices = {_key(host, peer): device_of(peer) for host, seen in noted.items() for peer in seen["share"]["peers"]}
    found = []
    for host in hosts:
        seen = noted[host]
        changes = {device_of(entry): entry for entry in links_of(seen)}
        renamed, rerouted, answering = _former_ways(seen), _rerouted(seen), answered(seen)
        for peer in seen["share"]["peers"]:
            device, tunnel = device_of(peer), (*device_of(peer), peer["remote"])
            entry = changes.get(device, {})
            change, options, cuts = entry.get("change"), tuple(entry.get("options", ())), entry.get("cuts", False)
            old = renamed.get((peer["local"], peer["remote"])) if change == "created" else None
            if old is not None:
                change = "replaced"
            elif change is None and tunnel in rerouted:
                change, options, cuts = "changed", ("encap",), True
            far_device = devices.get(_key(host, peer, back=True))
            found.append(End(host, device, peer["host"], far_device, old, change, options, cuts, tunnel in answering))
    return found


def links_of(seen: Noted) -> list[t.Mapping[str, t.Any]]:
    """Return the changes of links that a host expects."""
    return [entry for entry in seen["outlook"].get("changes", ()) if entry.get("link")]


def former(seen: Noted) -> list[dict[str, t.Any]]:
    """Return probes of the far addresses that tunnels have before a change and not after it.

    A tunnel whose addresses change answers by these only, as long as it is not changed.
    """
    peers = collections.defaultdict(list)
    for peer in seen["share"]["peers"]:
        peers[device_of(peer)].append(peer["remote"])
    return [
        {"name": entry["link"], "netns": entry["netns"], "destination": far, "outer": {"remote": remote}}
        for entry in links_of(seen)
        if entry["change"] in ("changed", "replaced") and len(peers[device_of(entry)]) == 1
        for remote in peers[device_of(entry)]
        for far in _far_addresses(entry.get("options", {}).get("addresses", {}))
    ]


def _far_addresses(addresses: t.Mapping[str, t.Any]) -> t.Iterator[str]:
    """Yield the other end's addresses of those that go: the peer, or the only other one of the network."""
    after = addresses.get("after") or ()
    for address in addresses.get("before") or ():
        if address in after:
            continue
        if isinstance(address, dict) and address.get("peer"):
            yield str(address["peer"]).partition("/")[0]
            continue
        own = ipaddress.ip_interface(address["address"] if isinstance(address, dict) else address)
        if own.network.num_addresses == 2:
            yield from (str(other) for other in own.network if other != own.ip)


def asked(seen: Noted) -> list[t.Any]:
    """Return what is asked before a change: the probes of the host's share, and then the former ones."""
    return [*seen["share"]["probes"], *former(seen)]


def probed(seen: Noted) -> list[tuple[t.Any, t.Any]]:
    """Return what was asked before a change, with what came of it."""
    return list(zip(asked(seen), seen.get("before", {}).get("probes", ()), strict=False))


def answered(seen: Noted) -> set[tuple[t.Any, ...]]:
    """Return the tunnels whose far end answered before a change."""
    return {way(probe) for probe, result in probed(seen) if result["reachable"]}


def kept(ends: list[End], gone: t.Collection[str]) -> Kept:
    """Return the devices that must stay as they are, because their other end can't be changed along.

    :arg gone: hosts that were to take part and can't.
    """
    by_device: dict[tuple[str, Device], list[End]] = collections.defaultdict(list)
    for end in ends:
        by_device[end.host, end.device].append(end)
    found: Kept = {}
    blamed = [(end, end.far) for end in ends if end.far in gone]
    while blamed:
        end, blame = blamed.pop()
        if end.change not in ("changed", "replaced") or end.device in found.get(end.host, {}):
            continue
        for device in (end.device, end.former):
            if device is not None:
                found.setdefault(end.host, {})[device] = blame
        # A device of several tunnels stays for all of them, so that their other ends have to stay too.
        for other in by_device[end.host, end.device]:
            if other.far_device is not None:
                blamed += [(far, blame) for far in by_device[other.far, other.far_device] if far.far == end.host]
    return found


def numbering(seen: Noted) -> list[Device]:
    """Return the devices that send sequence numbers and that the change takes away or replaces.

    The numbers of a new device begin anew, and its other end drops all that are lower than what it has heard (RFC 2890,
    section 2.2).
    """
    links = seen["outlook"].get("before", {}).get("links", ())
    sending = {device_of(link) for link in links if link.get("seq")}
    going = [device_of(entry) for entry in links_of(seen) if entry["change"] in ("removed", "replaced")]
    return [device for device in going if device in sending]


def pairs(ends: list[End], hosts: t.Collection[str], changed: bool = False, kept: Kept | None = None) -> list[End]:
    """Return the ends whose hosts are both among these. :arg changed: only of tunnels that are changed on one of them."""
    return [
        end
        for end in ends
        if end.host in hosts
        and end.far in hosts
        and (
            not changed or (end.change in ("changed", "replaced") and end.device not in (kept or {}).get(end.host, {}))
        )
    ]


def device_of(entry: t.Mapping[str, t.Any]) -> Device:
    return entry.get("netns"), entry.get("name") or entry["link"]


def way(probe: t.Mapping[str, t.Any]) -> tuple[t.Any, ...]:
    """Return what tells the tunnel that a probe goes through from the host's others."""
    return (*device_of(probe), probe["outer"]["remote"])


def _key(host: str, peer: t.Mapping[str, t.Any], back: bool = False) -> tuple[t.Any, ...]:
    near, far = (host, peer["local"]), (peer["host"], peer["remote"])
    return (*((far, near) if back else (near, far)), peer["mode"], peer.get("key"))


def _former_ways(seen: Noted) -> dict[tuple[t.Any, ...], Device]:
    """Return the tunnels that go, by their underlay addresses."""
    gone = [entry for entry in links_of(seen) if entry["change"] == "removed"]
    ends = ("local", "remote")
    return {tuple(entry["options"].get(end, {}).get("before") for end in ends): device_of(entry) for entry in gone}


def _rerouted(seen: Noted) -> set[tuple[t.Any, ...]]:
    """Return the tunnels of shared devices that are changed by the routes into them, which have their keys."""
    changed = {
        (entry["netns"], entry["route"])
        for entry in seen["outlook"].get("changes", ())
        if entry.get("route") and entry["change"] in ("changed", "replaced") and "encap" in entry["options"]
    }
    return {
        (route.get("netns"), route["dev"], route["encap"]["dst"])
        for route in seen["share"]["routes"]
        if route.get("encap") and (route.get("netns"), route["dst"]) in changed
    }
