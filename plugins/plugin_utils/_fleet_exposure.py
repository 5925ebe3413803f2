# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what hosts saw of what keeps their tunnels' packets from going in clear, and of what encrypts them. Pure."""

from __future__ import annotations

import typing as t

from . import _fleet_share

Observed = t.Mapping[str, t.Any]
_Key = tuple[str, str, int]
"""The two addresses of the underlay, and the protocol."""


def faults(host: str, seen: Observed) -> list[dict[str, str]]:
    """Return why the tunnels of a host are not protected as they should be."""
    table, ipsec = seen.get("protection") or {}, seen.get("ipsec") or {}
    found = []
    if _differs(table):
        found.append("what protects its tunnels is not as declared; build them again")
    elif _failed(table, "table"):
        found.append(f"its tunnels are not protected: {table['msg']}")
    if ipsec.get("missing"):
        found.append(f"its tunnels are not encrypted: {ipsec['missing']}")
    elif _failed(ipsec, "associations"):
        found.append(f"its tunnels are not encrypted: {ipsec['msg']}")
    elif _differs(ipsec):
        found.append("what encrypts its tunnels is not as declared; build them again")
    elif "associations" in ipsec:
        found += _unlike(seen, _associations(ipsec))
    return [{"host": host, "msg": msg} for msg in found]


def _differs(result: Observed) -> bool:
    return any(result.get(name) for name in ("operations", "written", "removed"))


def _failed(result: Observed, told: str) -> bool:
    return "msg" in result and not any(name in result for name in (told, "skipped", "unreachable"))


def _associations(ipsec: Observed) -> dict[_Key, Observed]:
    return {(one["local"], one["remote"], one["protocol"]): one for one in ipsec.get("associations", ())}


def _unlike(seen: Observed, there: t.Mapping[_Key, Observed]) -> t.Iterator[str]:
    """Yield what is not established as declared."""
    names = _names(seen)
    for one in seen["share"]["ipsec"]:
        ends = one["local"], one["remote"]
        far = names.get(ends, one["remote"])
        for protocol in one["protocols"]:
            found = there.get((*ends, protocol))
            if found is None:
                yield (
                    f"it has no IPsec with {far} for protocol {protocol}, so that nothing goes through; "
                    f"journalctl -u strongswan on both tells why"
                )
            elif found["nat"]:
                yield f"there is a NAT between it and {far}, by which tunnels don't get; say protect: none, or take a way without"
            elif found["mode"] != "transport":
                yield (
                    f"its IPsec with {far} is in {found['mode']} mode, which leaves less room than mtu has; see that strongSwan "
                    "there has no other connection between the two"
                )


def _names(seen: Observed) -> dict[tuple[str, str], str]:
    """Return the far hosts, by the addresses of the underlay."""
    return {(peer["local"], peer["remote"]): peer["host"] for peer in seen["share"]["peers"]}


def shields(seen: Observed) -> t.Callable[[Observed], str]:
    """Return what says in words what becomes of a tunnel's packets. :arg seen: by the host."""
    share = seen["share"]
    guarded = {(one["local"], one["remote"], one["protocol"]) for one in share.get("protected", ())}
    encrypted = {
        (one["local"], one["remote"], protocol) for one in share.get("ipsec", ()) for protocol in one["protocols"]
    }
    there = _associations(seen.get("ipsec") or {})

    def shield(peer: Observed) -> str:
        keys = {(peer["local"], peer["remote"], number) for number in _fleet_share.protocols(peer["mode"])}
        if not keys & guarded:
            return "none"
        if not keys & encrypted:
            return "never in clear"
        found = [there[key] for key in sorted(keys) if key in there]
        return f"{found[0]['cipher']}, keys of {_minutes(found[0]['age'])}" if found else "no IPsec"

    return shield


def _minutes(seconds: int) -> str:
    return f"{seconds // 60} min" if seconds >= 60 else f"{seconds} s"


def alarms(host: str, seen: Observed) -> list[dict[str, str]]:
    """Return what was dropped in clear since the table was written, which tells of IPsec that was not there."""
    table = seen.get("protection") or {}
    dropped = table.get("dropped", ())
    names = _names(seen) if dropped else {}
    found = []
    for entry in dropped:
        ends = entry["local"], entry["remote"]
        what = f"protocol {entry['protocol']}" + (f", port {entry['port']}" if "port" in entry else "")
        far = names.get(ends, entry["remote"])
        msg = (
            f"in clear, {entry['sent']} packets to {far} and {entry['received']} from there were dropped ({what}); where that "
            "grows, there is no IPsec between them"
        )
        found.append({"host": host, "msg": msg})
    return found
