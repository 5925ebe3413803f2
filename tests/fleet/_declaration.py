# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A made-up declaration of a fleet: what a user writes into an inventory, and what the planner makes of it."""

from __future__ import annotations

import copy
import dataclasses
import typing as t

from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet, _fleet_declaration

HOSTS = {"host1": 8, "host2": 58, "host3": 101}
"""The hosts of a lab with the last number of their addresses."""
ANCHOR = "anchor"
"""A tunnel that never changes. Strangers have an address and a route on it."""


def underlay(host: str) -> str:
    return f"192.168.0.{HOSTS[host]}"


def underlay6(host: str) -> str:
    return f"fd00:192::{HOSTS[host]}"


@dataclasses.dataclass
class Host:
    """What a host's own variables say."""

    variables: dict[str, t.Any] = dataclasses.field(default_factory=dict)
    taps: list[dict[str, t.Any]] = dataclasses.field(default_factory=list)
    tenants: dict[str, int] = dataclasses.field(default_factory=dict)
    """Namespaces in which tunnels may end, each with the number of its network."""
    bridges: list[dict[str, t.Any]] = dataclasses.field(default_factory=list)
    routes: list[dict[str, t.Any]] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Declaration:
    """All that is declared."""

    links: list[dict[str, t.Any]] = dataclasses.field(default_factory=list)
    meshes: list[dict[str, t.Any]] = dataclasses.field(default_factory=list)
    hosts: dict[str, Host] = dataclasses.field(default_factory=lambda: {name: Host() for name in HOSTS})
    variables: dict[str, t.Any] = dataclasses.field(default_factory=dict)
    """Those of the role that are the same for all hosts."""

    def copy(self) -> Declaration:
        return copy.deepcopy(self)

    def inventory(self) -> dict[str, t.Any]:
        """Return it as an inventory, to be used beside that of a lab."""
        hosts = {name: self._host(name) for name in HOSTS}
        return {
            "all": {
                "hosts": hosts,
                "vars": {
                    "tunnels_links": self.links,
                    "tunnels_meshes": self.meshes,
                    **self.variables,
                },
            }
        }

    def _host(self, name: str) -> dict[str, t.Any]:
        host = self.hosts[name]
        network: dict[str, t.Any] = {"namespaces": [], "links": list(host.bridges), "routes": list(host.routes)}
        for tenant, number in host.tenants.items():
            network["namespaces"].append({"name": tenant})
            network["links"].append(
                {
                    "name": f"to-{tenant}",
                    "kind": "veth",
                    "up": True,
                    "addresses": f"172.29.{number}.1/30",
                    "peer": {"name": "eth0", "netns": tenant, "up": True, "addresses": inside(number) + "/30"},
                }
            )
            network["routes"].append({"dst": "default", "via": f"172.29.{number}.1", "netns": tenant})
            # Outer packets of tunnels that end there pass through the host.
            network["sysctls"] = {"net.ipv4.ip_forward": 1}
        for other, its in self.hosts.items():
            if other != name:
                network["routes"] += [
                    {"dst": f"172.29.{number}.0/30", "via": underlay(other)} for number in its.tenants.values()
                ]
        return {
            "tunnels_underlay_address6": underlay6(name),
            "tunnels_network": network,
            "tunnels_taps": host.taps,
            **host.variables,
        }

    def faults(self) -> list[str]:
        """Return what ``validate`` would say is wrong with it."""
        hosts = self._variables()
        first = next(iter(hosts))
        return _fleet_declaration.look(first, hosts[first], hosts, list(hosts), {}).faults

    def shares(self) -> dict[str, _fleet.Share]:
        """Return what falls to each host."""
        fleet = _fleet.read(self.links, self.meshes, self._variables(), {})
        return {name: fleet.share(name) for name in HOSTS}

    def _variables(self) -> dict[str, dict[str, t.Any]]:
        """Return what Ansible tells of each host."""
        whole = self.inventory()["all"]
        return {name: {"ansible_host": underlay(name), **whole["vars"], **its} for name, its in whole["hosts"].items()}


def inside(number: int) -> str:
    """Return the underlay address of the tunnels that end in a tenant's namespace."""
    return f"172.29.{number}.2"


class Way(t.NamedTuple):
    """A question that a host can ask through one of its tunnels."""

    host: str
    device: str
    netns: str | None
    destination: str


def ways(declaration: Declaration) -> dict[Way, t.Any]:
    """Return all there are, with what is declared of the tunnel at both its ends."""
    shares = declaration.shares()
    found = {}
    for host, share in shares.items():
        for probe in share["probes"]:
            way = Way(host, probe["name"], probe["netns"], probe["destination"])
            far = probe["label"].rpartition(" on ")[2]
            back = {(peer["name"], peer["netns"]) for peer in shares[far]["peers"] if peer["host"] == host}
            ends = [(host, way.device, way.netns), *sorted(((far, *device) for device in back), key=str)]
            found[way] = [_declared(declaration, shares, *end) for end in ends]
    return found


def _declared(declaration: Declaration, shares: dict[str, _fleet.Share], host: str, device: str, netns: t.Any) -> t.Any:
    share = shares[host]
    links = [link for link in share["links"] if (link["name"], link.get("netns")) == (device, netns)]
    routes = [route for route in share["routes"] if (route["dev"], route.get("netns")) == (device, netns)]
    return links, routes, declaration.hosts[host].tenants.get(netns)
