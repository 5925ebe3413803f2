# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What two looks at hosts differ in, without what is an accident. Pure."""

from __future__ import annotations

import json
import re
import typing as t

from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _catalog

Looks = t.Mapping[str, t.Any]

STRANGERS = re.compile(r"their-.*")
"""The names of what others have on a host."""
_DRIVERS = frozenset(_catalog.FALLBACKS)
"""Devices that come with a driver, which stays loaded when the last tunnel of its kind is gone."""
ON_OURS = ("172.31.9.1", "172.31.10.0/24")
"""An address and a route that others have on a device of ours."""

_ACCIDENTS = {
    # Given by the kernel in the order in which links come.
    "ifindex",
    "link_index",
    "link_netnsid",
    # The same as "addr_info".
    "addresses",
}
_DICE = {"address", "permaddr"}
"""What the kernel throws dice for on a device that has its MAC address from it."""
_RANDOM, _SET = "1", "3"
"""NET_ADDR_RANDOM and NET_ADDR_SET, as ``addr_assign_type`` tells them."""
DECLARED = "02:00:5e:00:53:"
"""What each MAC address that is declared begins with. A device that is replaced keeps the one that it had from dice."""
_WITH_DICE_INSIDE = ("ip6tnl", "ip6gre")
"""The link-local address of these comes from dice, too."""

_SECRET = "stable-privacy"
"""Marks an address that is made from ``stable_secret``, for which the kernel throws dice where a device has no address."""


def differences(live: Looks, anew: Looks) -> list[str]:
    """Return what the hosts that live have otherwise than those that were built anew; strangers' things apart."""
    return [
        f"{host} {path}: lives with {_short(one)}, anew {_short(other)}"
        for host in anew
        for path, one, other in _differing(_ours(live[host]), _ours(anew[host]))
    ]


def strangers(look: Looks) -> dict[str, t.Any]:
    """Return what others have, with the indexes of their links, which tell that they are the same ones."""
    return {host: _theirs(its["network"]) for host, its in look.items()}


def armed(look: Looks) -> list[str]:
    return [f"{host}: armed: {what}" for host, its in look.items() for what in its["armed"]]


def changed(before: t.Any, after: t.Any) -> list[str]:
    """Return what differs between two looks at the same things."""
    return [f"{path}: was {_short(one)}, is {_short(other)}" for path, one, other in _differing(before, after)]


def _differing(one: t.Any, other: t.Any, path: str = "") -> t.Iterator[tuple[str, t.Any, t.Any]]:
    """Yield the smallest parts that differ, each with its path; None where it is not there."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            yield from _differing(one.get(key), other.get(key), f"{path} {key}".lstrip())
    elif one != other:
        yield path, one, other


def _short(value: t.Any) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) < 400 else f"{text[:400]} …"


def _ours(look: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    names = [name for name in look["network"] if not STRANGERS.fullmatch(name)]
    return {
        "network": {name or "host": _network(look["network"][name], look["settings"][name]) for name in names},
        "rules": {
            name or "host": _rows(row for row in look["rules"][name] if row.get("table") != "77") for name in names
        },
        "settings": {name or "host": _settings(look["settings"][name]) for name in names},
        "files": {path: text for path, text in map(_file, look["files"].items()) if text},
        "forwarding": look["forwarding"],
    }


def _network(network: t.Mapping[str, t.Any], settings: t.Mapping[str, str]) -> dict[str, t.Any]:
    links = {name: link for name, link in network["links"].items() if not _is_others(name)}
    return {
        "links": {name: _link(name, link, settings) for name, link in links.items()},
        "routes": _rows(_route(route) for route in network["routes"] if not _is_theirs(route)),
        "fou_ports": network["fou_ports"],
    }


def _link(name: str, link: t.Mapping[str, t.Any], settings: t.Mapping[str, str]) -> dict[str, t.Any]:
    kept = {key: value for key, value in link.items() if key not in _ACCIDENTS}
    if "UP" not in link["flags"]:
        # The kernel gives a device one when it comes up for the first time, and leaves it that.
        kept.pop("qdisc", None)
    given = settings.get(f"/sys/class/net/{name}/addr_assign_type")
    has_dice = given == _RANDOM or (given == _SET and not link["address"].startswith(DECLARED))
    if has_dice or _kind(link) == "bridge":
        kept = {key: value for key, value in kept.items() if key not in _DICE}
    kept["addr_info"] = _rows(
        row
        for row in link["addr_info"]
        if row["local"] not in ON_OURS
        and not (row["scope"] == "link" and (has_dice or _kind(link) in _WITH_DICE_INSIDE or _SECRET in row))
    )
    return kept


def _kind(link: t.Mapping[str, t.Any]) -> str:
    return str(link.get("linkinfo", {}).get("info_kind", ""))


def _route(route: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {key: value for key, value in route.items() if key not in _ACCIDENTS}


def _is_theirs(route: t.Mapping[str, t.Any]) -> bool:
    # What the kernel makes for an address of theirs goes with it.
    return bool(STRANGERS.fullmatch(route.get("dev", "")) or route["dst"] in ON_OURS or route.get("prefsrc") in ON_OURS)


def _settings(settings: t.Mapping[str, str]) -> dict[str, str]:
    return {
        path.removeprefix("/proc/sys/net/"): value
        for path, value in settings.items()
        if path.startswith("/proc/") and not path.endswith("/stable_secret") and not _is_others(path.split("/")[-2])
    }


def _is_others(name: str) -> bool:
    return name in _DRIVERS or bool(STRANGERS.fullmatch(name))


def _file(entry: tuple[str, str]) -> tuple[str, str]:
    """Return a file by what it says: lines of settings have no order, and a comment alone is as none."""
    path, text = entry
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    if path.startswith("/etc/modules-load.d/"):
        # That modules stay is documented.
        return path, ""
    return path, "\n".join(sorted(lines) if "sysctl" in path else lines)


def _theirs(network: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    found: dict[str, t.Any] = {}
    for name, here in network.items():
        whole = bool(STRANGERS.fullmatch(name))
        links = {
            key: link
            for key, link in here["links"].items()
            if (whole and key not in _DRIVERS) or STRANGERS.fullmatch(key)
        }
        on_ours = [row for link in here["links"].values() for row in link["addr_info"] if row["local"] in ON_OURS]
        routes = [route for route in here["routes"] if whole or _is_theirs(route)]
        if links or routes or on_ours:
            found[name or "host"] = {"links": links, "on ours": _rows(on_ours), "routes": _rows(routes)}
    return found


def _rows(rows: t.Iterable[t.Any]) -> dict[str, int]:
    """Return rows that have no order as texts, each with how often it comes."""
    texts = [json.dumps(row, sort_keys=True) for row in rows]
    return {text: texts.count(text) for text in texts}
