# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what a host has noted of the links and tunnels that a change touches. Pure."""

from __future__ import annotations

import collections
import typing as t

Noted = t.Mapping[str, t.Any]
"""What a host has noted: its ``share`` (see ``_fleet_share``), its ``terms``, and the results of its tasks, by their names in
``_fleet_course.NOTES``."""
Device = tuple[str | None, str]
"""The namespace and the name of a link."""
Tunnel = tuple[t.Any, ...]
"""The namespace and the name of a device, and the underlay address of the far end."""
Entry = t.Mapping[str, t.Any]
"""What becomes of a link, as ``network_state`` tells it."""


def links_of(seen: Noted) -> list[Entry]:
    """Return the changes of links that a host expects."""
    return [entry for entry in seen["outlook"].get("changes", ()) if entry.get("link")]


def device_of(entry: Entry) -> Device:
    return entry.get("netns"), entry.get("name") or entry["link"]


def tunnel_of(peer: Entry) -> Tunnel:
    return (*device_of(peer), peer["remote"])


def devices(noted: t.Mapping[str, Noted]) -> dict[tuple[t.Any, ...], Device]:
    """Return the devices at the ends of all tunnels of these hosts, by ``key``."""
    return {key(host, peer): device_of(peer) for host, seen in noted.items() for peer in seen["share"]["peers"]}


def key(host: str, peer: Entry, back: bool = False) -> tuple[t.Any, ...]:
    """Return what tells an end of a tunnel from others. :arg back: the end on the other host."""
    near, far = (host, peer["local"]), (peer["host"], peer["remote"])
    return (*((far, near) if back else (near, far)), peer["mode"], peer.get("key"))


def option(entry: Entry, name: str, side: str, default: t.Any = None) -> t.Any:
    """Return the value of an option before or after a change."""
    value = entry.get("options", {}).get(name, {}).get(side)
    return default if value is None else value


def renamed(seen: Noted) -> dict[Tunnel, Entry]:
    """Return the tunnels that are made anew by another name or in another namespace, each with what becomes of its former
    device.

    A device that comes is paired with one that goes between the same underlay addresses, each once: with one that has the same
    mode and key, best in the same namespace, or else the same addresses.
    """
    gone = [entry for entry in links_of(seen) if entry["change"] == "removed"]
    made = {device_of(entry): entry for entry in links_of(seen) if entry["change"] == "created"}
    peers = [peer for peer in seen["share"]["peers"] if device_of(peer) in made]
    found: dict[Tunnel, Entry] = {}
    taken: set[Device] = set()
    for likeness in _LIKENESSES:
        waiting = collections.defaultdict(list)
        for entry in gone:
            if device_of(entry) not in taken:
                ends = (option(entry, "local", "before"), option(entry, "remote", "before"))
                waiting[(*ends, *likeness(entry, "before"))].append(entry)
        for peer in peers:
            fitting = waiting[(peer["local"], peer["remote"], *likeness(made[device_of(peer)], "after"))]
            if tunnel_of(peer) not in found and fitting:
                found[tunnel_of(peer)] = fitting.pop(0)
                taken.add(device_of(found[tunnel_of(peer)]))
    return found


def _keyed(entry: Entry, side: str) -> tuple[t.Any, ...]:
    return tuple(option(entry, name, side) for name in ("kind", "ikey", "okey"))


def _addressed(entry: Entry, side: str) -> tuple[t.Any, ...]:
    addresses = option(entry, "addresses", side)
    # Devices without addresses have nothing in common by that.
    return (str(addresses),) if addresses else (side,)


_LIKENESSES: tuple[t.Callable[[Entry, str], tuple[t.Any, ...]], ...] = (
    lambda entry, side: (entry.get("netns"), *_keyed(entry, side)),
    _keyed,
    _addressed,
)
"""What two devices have to have in common to be one tunnel, the closest first."""
