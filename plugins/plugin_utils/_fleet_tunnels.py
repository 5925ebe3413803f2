# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the value types of the fleet planner. Immutable; all values are canonical."""

from __future__ import annotations

import dataclasses
import ipaddress
import socket
import typing as t

from ..module_utils import _kinds
from ._fleet_faults import Place

Interface = ipaddress.IPv4Interface | ipaddress.IPv6Interface
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclasses.dataclass(frozen=True)
class Mode:
    """What the planner must know of a tunnel mode, beside the options in ``_kinds``."""

    protocol: int
    """Of the outer packets, as the IPv4 header has it."""
    carries: tuple[int, ...] = (4, 6)
    """The versions of IP inside."""
    is_ethernet: bool = False
    """Addresses inside are asked for (ARP) before anything is sent to them."""

    @property
    def versions(self) -> str:
        return " and ".join(f"IPv{version}" for version in self.carries)


MODES: t.Mapping[str, Mode] = {
    "gre": Mode(socket.IPPROTO_GRE),
    "gretap": Mode(socket.IPPROTO_GRE, is_ethernet=True),
    "ipip": Mode(socket.IPPROTO_IPIP, carries=(4,)),
    "sit": Mode(socket.IPPROTO_IPV6, carries=(6,)),
}


@dataclasses.dataclass(frozen=True)
class Address:
    """An address of one end, and the peer's where the link is point-to-point."""

    own: Interface
    peer: Interface | None = None

    @property
    def network(self) -> Network:
        """What the kernel routes into the tunnel because of this address."""
        return (self.peer or self.own).network

    def as_option(self) -> str | dict[str, str]:
        """Return it as an element of ``addresses``."""
        if self.peer is None:
            return str(self.own)
        peer = self.peer.ip if self.peer.network.num_addresses == 1 else self.peer
        return {"address": str(self.own.ip), "peer": str(peer)}


@dataclasses.dataclass(frozen=True)
class End:
    """One host's side of a tunnel."""

    host: str
    local: str
    """The underlay address."""
    dev: str | None
    netns: str | None
    pairs: tuple[Address, ...]
    """The addresses that correspond to the other end's, one to one."""
    further: tuple[Address, ...]
    place: Place

    @property
    def addresses(self) -> tuple[Address, ...]:
        return self.pairs + self.further


@dataclasses.dataclass(frozen=True)
class Tunnel:
    """A declared link between two hosts."""

    name: str
    mode: str
    options: t.Mapping[str, t.Any]
    """Those that both ends share, by their names in ``ip_tunnel``."""
    ends: tuple[End, End]
    place: Place

    @property
    def kind(self) -> _kinds.Kind:
        return _kinds.KINDS[self.mode]

    def sides(self) -> tuple[tuple[End, End], tuple[End, End]]:
        """Return each end together with the one it is far from."""
        return self.ends, (self.ends[1], self.ends[0])
