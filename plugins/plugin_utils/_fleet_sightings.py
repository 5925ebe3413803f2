# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what the hosts of a run saw of their tunnels, from what the tasks of the role registered. Pure."""

from __future__ import annotations

import typing as t

Variables = t.Mapping[str, t.Any]
"""The variables of a host."""


def of_host(variables: Variables) -> dict[str, t.Any]:
    """Return what a host saw, as ``_fleet_findings`` takes it; nothing if it was not to be asked."""
    probed = variables.get("__tunnels_probed") or {}
    if not {"probes", "unreachable"} & probed.keys():
        return {}
    share = {"share": variables.get("__tunnels_share") or {}}
    if probed.get("unreachable"):
        return share
    network = probed.get("network") or {}
    seen = {
        "probes": probed["probes"],
        "links": network.get("links") or [],
        "routes": network.get("routes") or [],
    }
    told = {"look": variables.get("__tunnels_looked"), "protection": variables.get("__tunnels_protecting")}
    return {**share, **seen, **{part: value for part, value in told.items() if value}}


def raw(hosts: t.Any, name: str) -> Variables:
    """Return the variables of a host, not evaluated: what is registered has no templates. :arg hosts: ``hostvars``."""
    return t.cast(Variables, hosts.raw_get(name) if hasattr(hosts, "raw_get") else hosts[name])
