# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what the hosts of a run saw of their tunnels, from what the tasks of the role registered. Pure."""

from __future__ import annotations

import typing as t

from . import _fleet_shares

Variables = t.Mapping[str, t.Any]
"""The variables of a host."""

HELD: t.Mapping[str, t.Any] = {
    **{"holds": True, "reachable": True, "msg": "", "sent": 0, "incoming": 0},
    **{"loss": None, "rtt": None, "path_mtu": None, "outer": None},
}
"""A probe of which no more is told than that it holds."""


class Seen(dict[str, t.Any]):
    """What a host noted or saw, with its ``share``, which is worked out when it is asked for: that of a thousand hosts with as
    many peers each would be gigabytes.
    """

    def __init__(self, noted: t.Mapping[str, t.Any], variables: Variables, host: str) -> None:
        super().__init__(noted)
        self._variables, self._host = variables, host

    def __missing__(self, key: str) -> t.Any:
        if key != "share":
            raise KeyError(key)
        return share(self._variables, self._host)


def share(variables: Variables, host: str) -> t.Mapping[str, t.Any]:
    """Return what falls to a host; nothing where nothing was declared for it yet."""
    given = variables.get("__tunnels_share")
    if given is not None:
        return t.cast("t.Mapping[str, t.Any]", given)
    declared = variables.get("__tunnels_declaration")
    return _fleet_shares.of(declared, host) if declared else {}


def of_host(variables: Variables, host: str) -> t.Mapping[str, t.Any]:
    """Return what a host saw, as ``_fleet_findings`` takes it; nothing if it was not to be asked."""
    probed = variables.get("__tunnels_probed") or {}
    if not {"probes", "unreachable"} & probed.keys():
        return {}
    if probed.get("unreachable"):
        return Seen({"unreachable": True}, variables, host)
    network = probed.get("network") or {}
    seen = {
        "probes": [HELD if probe is None else probe for probe in probed["probes"]],
        "links": network.get("links") or [],
        # Where all probes hold, they may be left out.
        **({"routes": network["routes"]} if "routes" in network else {}),
    }
    told = {
        "look": variables.get("__tunnels_looked"),
        "protection": variables.get("__tunnels_protecting"),
        "ipsec": variables.get("__tunnels_associated"),
    }
    return Seen({**seen, **{part: value for part, value in told.items() if value}}, variables, host)


def raw(hosts: t.Any, name: str) -> Variables:
    """Return the variables of a host, not evaluated: what is registered has no templates. :arg hosts: ``hostvars``."""
    return t.cast(Variables, hosts.raw_get(name) if hasattr(hosts, "raw_get") else hosts[name])
