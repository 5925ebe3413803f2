# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the ends of tunnels as a change touches them, on all hosts that take part in it. Pure."""

from __future__ import annotations

import collections
import typing as t

from ..module_utils.face import kinds
from . import _fleet_answers, _fleet_noted
from ._fleet_noted import Device, Noted, device_of, links_of

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
    """Whether the far end answered before. Where the end is cut and could not be asked, it is taken to have answered."""


def of(noted: t.Mapping[str, Noted], hosts: t.Collection[str]) -> list[End]:
    """Return the ends of tunnels on these hosts. :arg noted: of all hosts that take part."""
    devices = _fleet_noted.devices(noted) if hosts else {}
    found = []
    for host in hosts:
        seen = noted[host]
        changes = {device_of(entry): entry for entry in links_of(seen)}
        renamed, rerouted = _fleet_noted.renamed(seen), _rerouted(seen)
        answering, silent = _fleet_answers.answered(seen), _fleet_answers.silent(seen)
        for peer in seen["share"]["peers"]:
            tunnel = _fleet_noted.tunnel_of(peer)
            entry, old = changes.get(device_of(peer), {}), renamed.get(tunnel)
            change, options, cuts = entry.get("change"), tuple(entry.get("options", ())), entry.get("cuts", False)
            if old is not None:
                options = _recut(old, entry)
                change, cuts = "replaced", bool(options)
            elif change is None and tunnel in rerouted:
                change, options, cuts = "changed", ("encap",), True
            is_cut = cuts and change in ("changed", "replaced")
            found.append(
                End(
                    host,
                    device_of(peer),
                    peer["host"],
                    devices.get(_fleet_noted.key(host, peer, back=True)),
                    None if old is None else device_of(old),
                    change,
                    options,
                    cuts,
                    tunnel in answering or (is_cut and tunnel not in silent),
                )
            )
    return found


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
    kind = kinds.KINDS.get(link.get("kind", ""), kinds.ANY)
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


def _recut(old: t.Mapping[str, t.Any], new: t.Mapping[str, t.Any]) -> tuple[str, ...]:
    """Return the options by which a device that has another name can't talk to the far end of the former one."""
    names = (_fleet_noted.option(old, "kind", "before"), _fleet_noted.option(new, "kind", "after"))
    if names[0] != names[1]:
        return ("kind",)
    found = []
    for option in kinds.KINDS.get(str(names[1]), kinds.ANY).options:
        before = _fleet_noted.option(old, option.name, "before", option.default)
        after = _fleet_noted.option(new, option.name, "after", option.default)
        if None not in (before, after) and (
            (before != after and option.cuts(before, after)) or (option.numbers and before and after)
        ):
            found.append(option.name)
    return (*found, *(["addresses"] if _lose_addresses(old, new) else []))


def _lose_addresses(old: t.Mapping[str, t.Any], new: t.Mapping[str, t.Any]) -> bool:
    after = _fleet_noted.option(new, "addresses", "after") or ()
    return any(address not in after for address in _fleet_noted.option(old, "addresses", "before") or ())


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
