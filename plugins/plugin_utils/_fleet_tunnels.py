# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the value types of the fleet planner. Immutable; all values are canonical.

Tuples and not dataclasses, because a large mesh has a million ends.
"""

from __future__ import annotations

import ipaddress
import socket
import typing as t

from ..module_utils.face import kinds
from ._fleet_faults import Place

UNPROTECTED, PROTECTED, ENCRYPTED = PROTECTIONS = ("none", "required", "ipsec")
"""What becomes of a tunnel's packets in clear: they pass, they are dropped, or that and they are encrypted. Each has more than the last."""

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Mode(t.NamedTuple):
    """What the planner must know of a tunnel mode, beside the options in ``_kinds``."""

    protocol: int
    """Of the outer packets, as the IPv4 header or the last header of IPv6 has it; 0 where it is that of what is inside."""
    carries: tuple[int, ...] = (4, 6)
    """The versions of IP inside."""
    is_ethernet: bool = False
    """Addresses inside are asked for (ARP) before anything is sent to them."""
    outer: int = 4
    """The version of IP outside."""
    is_gre: bool = False

    @property
    def versions(self) -> str:
        return " and ".join(f"IPv{version}" for version in self.carries)


MODES: t.Mapping[str, Mode] = {
    "gre": Mode(socket.IPPROTO_GRE, is_gre=True),
    "gretap": Mode(socket.IPPROTO_GRE, is_ethernet=True, is_gre=True),
    "ipip": Mode(socket.IPPROTO_IPIP, carries=(4,)),
    "sit": Mode(socket.IPPROTO_IPV6, carries=(6,)),
    "ip6gre": Mode(socket.IPPROTO_GRE, outer=6, is_gre=True),
    "ip6gretap": Mode(socket.IPPROTO_GRE, is_ethernet=True, outer=6, is_gre=True),
    "ip6tnl": Mode(0, outer=6),
    "ip6ip6": Mode(socket.IPPROTO_IPV6, carries=(6,), outer=6),
    "ipip6": Mode(socket.IPPROTO_IPIP, carries=(4,), outer=6),
}


class Interface(t.NamedTuple):
    """An address with the length of its network's prefix."""

    address: str
    """In its shortest form, so that equal ones have equal text."""
    length: int
    version: int

    @property
    def ip(self) -> IP:
        return ipaddress.ip_address(self.address)

    @property
    def network(self) -> Network:
        return ipaddress.ip_network((self.address, self.length), strict=False)

    @property
    def is_lone(self) -> bool:
        return self.length == (32 if self.version == 4 else 128)

    def __str__(self) -> str:
        return f"{self.address}/{self.length}"


def interface(version: int, number: int, bits: int) -> Interface:
    """Return the address that a number stands for, in a network whose hosts so many bits of it tell apart."""
    if version == 4:
        return Interface(socket.inet_ntop(socket.AF_INET, number.to_bytes(4, "big")), 32 - bits, 4)
    return Interface(socket.inet_ntop(socket.AF_INET6, number.to_bytes(16, "big")), 128 - bits, 6)


class Address(t.NamedTuple):
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
        return {"address": self.own.address, "peer": self.peer.address if self.peer.is_lone else str(self.peer)}


class End(t.NamedTuple):
    """One host's side of a tunnel."""

    host: str
    device: str
    local: str
    """The underlay address."""
    dev: str | None
    netns: str | None
    pairs: tuple[Address, ...]
    """The addresses that correspond to the other end's, one to one."""
    further: tuple[Address, ...]
    place: Place
    link_netns: str | None = None
    """The namespace of the underlay as ``ip_tunnel`` has it; None: that of the device."""

    @property
    def home(self) -> str | None:
        """Return the namespace of the underlay as ``netns`` has it."""
        return self.netns if self.link_netns is None else kinds.underlay_place(self.link_netns)

    @property
    def addresses(self) -> tuple[Address, ...]:
        return self.pairs + self.further


class Tunnel(t.NamedTuple):
    """A link between two hosts."""

    mode: str
    options: t.Mapping[str, t.Any]
    """Those that both ends share, by their names in ``ip_tunnel``."""
    ends: tuple[End, End]
    place: Place
    protect: str = UNPROTECTED

    @property
    def is_protected(self) -> bool:
        """Its packets leave and enter encrypted, or not at all."""
        return self.protect != UNPROTECTED

    @property
    def is_encrypted(self) -> bool:
        """The IPsec is declared here too."""
        return self.protect == ENCRYPTED

    @property
    def kind(self) -> kinds.Kind:
        return kinds.KINDS[self.mode]


class Side(t.NamedTuple):
    """A tunnel as one host sees it."""

    tunnel: Tunnel
    near: End
    far: End


def sides(tunnel: Tunnel) -> tuple[Side, Side]:
    """Return the tunnel as each of its hosts sees it."""
    first, second = tunnel.ends
    return Side(tunnel, first, second), Side(tunnel, second, first)


def identity(side: Side) -> tuple[t.Any, ...]:
    """Return what a host's kernel tells this tunnel from others by."""
    tunnel, near, far = side
    values = {"local": near.local, "remote": far.local}
    if near.dev is not None:
        values["dev"] = near.dev
    if "key" in tunnel.options:
        values["ikey"] = tunnel.options["key"]
    return (tunnel.kind.kernel_name, *tunnel.kind.identify(values))
