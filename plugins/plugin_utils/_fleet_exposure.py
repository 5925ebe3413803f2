# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what hosts saw of the table that keeps their tunnels' packets from going in clear. Pure."""

from __future__ import annotations

import typing as t

Observed = t.Mapping[str, t.Any]


def faults(host: str, seen: Observed) -> list[dict[str, str]]:
    """Return why the tunnels of a host are not protected as they should be."""
    table = seen.get("protection") or {}
    if any(table.get(name) for name in ("operations", "written", "removed")):
        return [{"host": host, "msg": "what protects its tunnels is not as declared; build them again"}]
    if "msg" in table and not any(name in table for name in ("table", "skipped", "unreachable")):
        return [{"host": host, "msg": f"its tunnels are not protected: {table['msg']}"}]
    return []


def alarms(host: str, seen: Observed) -> list[dict[str, str]]:
    """Return what was dropped in clear since the table was written, which tells of IPsec that was not there."""
    table = seen.get("protection") or {}
    dropped = table.get("dropped", ())
    names = {(peer["local"], peer["remote"]): peer["host"] for peer in seen["share"]["peers"]} if dropped else {}
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
