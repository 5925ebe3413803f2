# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the ends of tunnels as a change touches them, on all hosts that take part in it. Pure."""

from __future__ import annotations

import collections
import ipaddress
import typing as t

from ..module_utils._kinds import _catalog

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
        renamed, rerouted, answering = _renamed(seen), _rerouted(seen), answered(seen)
        for peer in seen["share"]["peers"]:
            device, tunnel = device_of(peer), (*device_of(peer), peer["remote"])
            entry = changes.get(device, {})
            change, options, cuts = entry.get("change"), tuple(entry.get("options", ())), entry.get("cuts", False)
            old = renamed.get(tunnel)
            if old is not None:
                change, cuts = "replaced", _differs(old, entry)
            elif change is None and tunnel in rerouted:
                change, options, cuts = "changed", ("encap",), True
            far_device = devices.get(_key(host, peer, back=True))
            former_device = None if old is None else device_of(old)
            found.append(
                End(host, device, peer["host"], far_device, former_device, change, options, cuts, tunnel in answering)
            )
    return found


def links_of(seen: Noted) -> list[t.Mapping[str, t.Any]]:
    """Return the changes of links that a host expects."""
    return [entry for entry in seen["outlook"].get("changes", ()) if entry.get("link")]


def former(seen: Noted) -> list[dict[str, t.Any]]:
    """Return probes of tunnels as they are before a change, by their former names and far addresses.

    A tunnel whose name or addresses change answers by these only, as long as it is not changed.
    """
    return [probe for _tunnel, probe in _former_probes(seen)]


def former_answers(seen: Noted) -> set[tuple[t.Any, ...]]:
    """Return the tunnels, as they are named after a change, that answered these."""
    results = seen.get("before", {}).get("probes", ())[len(seen["share"]["probes"]) :]
    return {
        tunnel for (tunnel, _probe), result in zip(_former_probes(seen), results, strict=False) if result["reachable"]
    }


def _former_probes(seen: Noted) -> t.Iterator[tuple[tuple[t.Any, ...], dict[str, t.Any]]]:
    """Yield each with the tunnel that it is for, as that is named after the change."""
    peers = collections.defaultdict(list)
    for peer in seen["share"]["peers"]:
        peers[device_of(peer)].append(peer["remote"])
    renamed = _renamed(seen)
    for entry in links_of(seen):
        if len(peers[device_of(entry)]) != 1:
            continue
        tunnel = (*device_of(entry), *peers[device_of(entry)])
        old = renamed.get(tunnel, entry)
        if old is entry and entry["change"] not in ("changed", "replaced"):
            continue
        before = old.get("options", {}).get("addresses", {}).get("before") or ()
        after = entry.get("options", {}).get("addresses", {}).get("after") or ()
        far = list(_far_addresses(before, after))
        if old is not entry and before == after:
            far = [probe["destination"] for probe in seen["share"]["probes"] if way(probe) == tunnel]
        netns, name = device_of(old)
        for address in far:
            yield tunnel, {"name": name, "netns": netns, "destination": address, "outer": {"remote": tunnel[-1]}}


def _far_addresses(before: t.Iterable[t.Any], after: t.Container[t.Any]) -> t.Iterator[str]:
    """Yield the other end's addresses of those that go: the peer, or the only other one of the network."""
    for address in before:
        if address in after:
            continue
        if isinstance(address, dict) and address.get("peer"):
            yield str(address["peer"]).partition("/")[0]
            continue
        own = ipaddress.ip_interface(address["address"] if isinstance(address, dict) else address)
        if own.network.num_addresses == 2:
            yield from (str(other) for other in own.network if other != own.ip)


def probed(seen: Noted) -> list[tuple[t.Any, t.Any]]:
    """Return the probes of the host's share, with what came of each before a change."""
    return list(zip(seen["share"]["probes"], seen.get("before", {}).get("probes", ()), strict=False))


def answered(seen: Noted) -> set[tuple[t.Any, ...]]:
    """Return the tunnels whose far end answered before a change, as they are named after it."""
    return {way(probe) for probe, result in probed(seen) if result["reachable"]} | former_answers(seen)


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
    sending = {device_of(link) for link in links if _is_numbering(link)}
    going = [device_of(entry) for entry in links_of(seen) if entry["change"] in ("removed", "replaced")]
    return [device for device in going if device in sending]


def _is_numbering(link: t.Mapping[str, t.Any]) -> bool:
    kind = _catalog.KINDS.get(link.get("kind", ""), _catalog.ANY)
    return any(option.numbers and link.get(option.name) for option in kind.options)


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


def _renamed(seen: Noted) -> dict[tuple[t.Any, ...], t.Mapping[str, t.Any]]:
    """Return the tunnels that are made anew by another name, each with the change that takes the former device away.

    Tunnels between the same underlay addresses are taken for one, those of one mode first.
    """
    ends = ("local", "remote")
    gone = [entry for entry in links_of(seen) if entry["change"] == "removed"]
    made = {device_of(entry): entry for entry in links_of(seen) if entry["change"] == "created"}
    found = {}
    for peer in seen["share"]["peers"]:
        if device_of(peer) not in made:
            continue
        same = [
            entry for entry in gone if all(entry["options"].get(end, {}).get("before") == peer[end] for end in ends)
        ]
        same.sort(key=lambda entry: _mode(entry, "before") != _mode(made[device_of(peer)], "after"))
        if same:
            found[(*device_of(peer), peer["remote"])] = same[0]
    return found


def _mode(entry: t.Mapping[str, t.Any], side: str) -> t.Any:
    return entry["options"].get("kind", {}).get(side)


def _differs(old: t.Mapping[str, t.Any], new: t.Mapping[str, t.Any]) -> bool:
    """Return whether a new device lacks what the far end of a former one must have, too."""
    kind = _catalog.KINDS.get(_mode(new, "after"), _catalog.ANY)
    if _mode(old, "before") != _mode(new, "after"):
        return True
    for option in kind.options:
        before = old["options"].get(option.name, {}).get("before", option.default)
        after = new["options"].get(option.name, {}).get("after", option.default)
        if before != after and None not in (before, after) and option.cuts(before, after):
            return True
    return False


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
