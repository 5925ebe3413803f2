# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tunnels of two hosts that go inside UDP: each mode by FOU and by GUE. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

HOSTS = ("host1", "host2")

# The version of IP outside and inside, of each mode.
MODES = {
    "gre": (4, 4),
    "gretap": (4, 4),
    "ipip": (4, 4),
    "sit": (4, 6),
    "ip6gre": (6, 4),
    "ip6gretap": (6, 4),
    "ip6ip6": (6, 6),
    "ipip6": (6, 4),
    "ip6tnl": (6, 6),
}
ENCAPS = ("fou", "gue")

# What comes in at a port for FOU, by mode. A port has one protocol, and ip6tnl carries two.
_PROTOCOLS = {
    "gre": "gre",
    "gretap": "gre",
    "ipip": "ipip",
    "sit": "sit",
    "ip6gre": "gre",
    "ip6gretap": "gre",
    "ip6ip6": "sit",
    "ipip6": "ipip",
}
_FIRST_PORT = 5500


@dataclasses.dataclass(frozen=True)
class Tunnel:
    """A tunnel between the hosts with a pair of underlay addresses and a UDP port to itself, by its number."""

    number: int
    mode: str
    encap: str
    name: str

    @property
    def port(self) -> int:
        return _FIRST_PORT + self.number

    def outer(self, host: str) -> str:
        """Give the host's address for the outer packets."""
        end = HOSTS.index(host) + 1
        return f"10.64.{self.number}.{end}" if MODES[self.mode][0] == 4 else f"fd64:{self.number:x}::{end}"

    def inner(self, host: str) -> str:
        """Give the host's address in the tunnel."""
        end = HOSTS.index(host) + 1
        return f"10.65.{self.number}.{end}" if MODES[self.mode][1] == 4 else f"fd65:{self.number:x}::{end}"

    def in_udp(self) -> dict[str, t.Any]:
        """Give the options of the tunnel that put it inside UDP."""
        if self.encap == "none":
            return {"encap": "none"}
        return {"encap": self.encap, "encap_dport": self.port}

    def fou_port(self) -> dict[str, t.Any]:
        """Give the port that it comes in by, as options of warren.tunnels.fou."""
        port = {"port": self.port, "family": "inet" if MODES[self.mode][0] == 4 else "inet6", "encap": self.encap}
        return {**port, "ipproto": _PROTOCOLS[self.mode]} if self.encap == "fou" else port


def can_be(mode: str, encap: str) -> bool:
    return encap != "fou" or mode in _PROTOCOLS


def declared() -> list[Tunnel]:
    """Give each mode by each encapsulation."""
    pairs = [(mode, encap) for mode in MODES for encap in ENCAPS if can_be(mode, encap)]
    return [Tunnel(number, mode, encap, f"s-{mode}-{encap}") for number, (mode, encap) in enumerate(pairs)]


def changing(encap: str) -> list[Tunnel]:
    """Give a tunnel of each mode, which is given one encapsulation after the other, as it is with this one."""
    first = len(declared())
    return [
        Tunnel(first + number, mode, encap if can_be(mode, encap) else "gue", f"p-{mode}")
        for number, mode in enumerate(MODES)
    ]


def underlay(host: str) -> str:
    """Give the addresses that a host needs for them all, as commands of `ip -batch`."""
    commands = {4: "address replace {}/24 dev eth0\n", 6: "address replace {}/64 dev eth0 nodad\n"}
    tunnels = [*declared(), *changing("none")]
    return "".join(commands[MODES[tunnel.mode][0]].format(tunnel.outer(host)) for tunnel in tunnels)


def fleet() -> list[dict[str, t.Any]]:
    """Give the value of `tunnels_links`."""
    return [
        {
            "name": tunnel.name,
            "mode": tunnel.mode,
            **tunnel.in_udp(),
            "ends": {host: {"local": tunnel.outer(host), "address": tunnel.inner(host)} for host in HOSTS},
        }
        for tunnel in declared()
    ]


def state(host: str, tunnels: list[Tunnel]) -> dict[str, t.Any]:
    """Give a host's ends of tunnels, as warren.tunnels.network_state takes them."""
    return {
        "fou_ports": [tunnel.fou_port() for tunnel in tunnels if tunnel.encap != "none"],
        "links": [
            {
                "name": tunnel.name,
                "kind": tunnel.mode,
                "local": tunnel.outer(host),
                "remote": tunnel.outer(_other(host)),
                "addresses": [f"{tunnel.inner(host)}/{24 if MODES[tunnel.mode][1] == 4 else 64}"],
                "up": True,
                **tunnel.in_udp(),
            }
            for tunnel in tunnels
        ],
    }


def to_prove(host: str, tunnels: list[Tunnel]) -> list[dict[str, t.Any]]:
    """Give what prove.py takes on a host, for each tunnel."""
    return [
        {
            "name": tunnel.name,
            "far": tunnel.inner(_other(host)),
            "port": tunnel.port if tunnel.encap != "none" else None,
            "outer": [tunnel.outer(host), tunnel.outer(_other(host))],
        }
        for tunnel in tunnels
    ]


def _other(host: str) -> str:
    return HOSTS[1 - HOSTS.index(host)]
