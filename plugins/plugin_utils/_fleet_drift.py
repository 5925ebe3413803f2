# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: where what a host has of its tunnels is not as declared. Pure."""

from __future__ import annotations

import collections
import typing as t

from ..module_utils.face import kinds, values

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


def of_link(declared: t.Mapping[str, t.Any], made: t.Mapping[str, t.Any] | None) -> list[Deviation]:
    """Return where a link of a host is not as declared. :arg made: as ``network_info`` tells it."""
    if made is None:
        return [{"option": "state", "declared": "present", "found": "absent"}]
    # It leaves out what a new link has anyway.
    actual = {"ikey": values.NONE, **kinds.KINDS[declared["mode"]].defaults, **made, "mode": made.get("kind")}
    actual["key"] = actual["ikey"]
    wanted = {name: declared[name] for name in _COMPARED if declared.get(name) is not None}
    differing = [
        {"option": name, "declared": value, "found": actual.get(name)}
        for name, value in {"key": values.NONE, **wanted, "up": True}.items()
        if value != actual.get(name)
    ]
    has = {_address(address) for address in made.get("addresses", ())}
    differing += [
        {"option": "addresses", "declared": address, "found": None}
        for address in map(_address, declared["addresses"])
        if address not in has
    ]
    return differing


def added_addresses(declared: t.Mapping[str, t.Any], made: t.Mapping[str, t.Any]) -> list[str]:
    """Return the addresses that a link has beside those that are declared."""
    wanted = set(map(_address, declared["addresses"]))
    return [address for address in map(_address, made.get("addresses", ())) if address not in wanted]


def _address(entry: t.Any) -> str:
    if isinstance(entry, str):
        return entry if "/" in entry else f"{entry}/{128 if ':' in entry else 32}"
    peer = entry.get("peer")
    own = str(entry["address"]).partition("/")[0]
    return (
        f"{own} peer {str(peer).removesuffix('/32').removesuffix('/128')}" if peer else _address(str(entry["address"]))
    )


def of_routes(share: t.Mapping[str, t.Any], routes: t.Iterable[t.Mapping[str, t.Any]]) -> dict[t.Any, list[Deviation]]:
    """Return the routes that are declared and not there, by the tunnel that they lead into."""
    there = set(map(_way, routes))
    remotes = {(peer["netns"], peer["name"]): peer["remote"] for peer in share["peers"]}
    lacking: dict[t.Any, list[Deviation]] = collections.defaultdict(list)
    for route in share["routes"]:
        if _way(route) in there:
            continue
        device, encap = (route.get("netns"), route["dev"]), route.get("encap")
        declared = f"{route['dst']} by {encap['dst']}" if encap else route["dst"]
        tunnel = (*device, encap["dst"] if encap else remotes[device])
        lacking[tunnel].append({"option": "routes", "declared": declared, "found": None})
    return lacking


def _way(route: t.Mapping[str, t.Any]) -> tuple[t.Any, ...]:
    """Return what a route must have, whether it is declared or as ``network_info`` tells it."""
    is_ipv6 = ":" in route["dst"] or route.get("family") == "inet6"
    destination = "default" if route["dst"].endswith("/0") else route["dst"]
    encap = frozenset((name, value) for name, value in route.get("encap", {}).items() if value)
    return (route.get("netns"), is_ipv6, destination, route.get("dev"), route.get("via"), encap)
