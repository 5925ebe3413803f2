# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: where what a host has of its tunnels is not as declared. Pure."""

from __future__ import annotations

import collections
import typing as t

Deviation = dict[str, t.Any]
"""The ``option``, what is ``declared`` for it, and what was ``found``."""

_COMPARED = (
    "mode",
    "local",
    "remote",
    "ttl",
    "tos",
    "key",
    "csum",
    "seq",
    "pmtudisc",
    "encaplimit",
    "encap",
    "encap_dport",
    "external",
    "mtu",
)
_FLAGS = ("csum", "seq", "external")


def of_link(declared: t.Mapping[str, t.Any], made: t.Mapping[str, t.Any] | None) -> list[Deviation]:
    """Return where a link of a host is not as declared; ``network_info`` leaves out what a new link has anyway."""
    if made is None:
        return [{"option": "state", "declared": "present", "found": "absent"}]
    actual = {**made, "mode": made.get("kind"), "key": made.get("ikey"), "up": made.get("up", False)}
    wanted = {**{name: declared.get(name) for name in _COMPARED}, "up": True}
    differing = []
    for name, value in wanted.items():
        found = actual.get(name)
        if value is None and name != "key":
            continue
        if name in _FLAGS or name == "up":
            value, found = bool(value), bool(found)
        if value != found and not (found is None and _is_as_new(name, value)):
            differing.append({"option": name, "declared": value, "found": found})
    has = {_address(address) for address in made.get("addresses", ())}
    differing += [
        {"option": "addresses", "declared": address, "found": None}
        for address in map(_address, declared["addresses"])
        if address not in has
    ]
    return differing


def _is_as_new(name: str, value: t.Any) -> bool:
    return (
        value in ("inherit", "none", 0, "0") or (name == "pmtudisc" and value is True) or name in ("ttl", "encaplimit")
    )


def _address(entry: t.Any) -> str:
    if isinstance(entry, str):
        return entry if "/" in entry else f"{entry}/{128 if ':' in entry else 32}"
    peer = entry.get("peer")
    own = str(entry["address"]).partition("/")[0]
    return (
        f"{own} peer {str(peer).removesuffix('/32').removesuffix('/128')}" if peer else _address(str(entry["address"]))
    )


def of_routes(share: t.Mapping[str, t.Any], routes: t.Iterable[t.Mapping[str, t.Any]]) -> dict[t.Any, list[Deviation]]:
    """Return the routes that tunnels with a device in common need and that are not there, by the tunnel."""
    has = {(route.get("netns"), route["dst"]): route for route in routes}
    lacking: dict[t.Any, list[Deviation]] = collections.defaultdict(list)
    for route in share["routes"]:
        encap = route.get("encap")
        found = has.get((route.get("netns"), route["dst"]), {})
        if encap and (route["dev"], _set(encap)) != (found.get("dev"), _set(found.get("encap", {}))):
            declared = f"{route['dst']} by {encap['dst']}"
            lacking[route.get("netns"), route["dev"], encap["dst"]].append(
                {"option": "routes", "declared": declared, "found": None}
            )
    return lacking


def _set(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {name: value for name, value in options.items() if value}
