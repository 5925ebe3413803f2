# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what one host has to do with its tunnels, as options of the modules that do it."""

from __future__ import annotations

import collections
import functools
import socket
import typing as t

from ..module_utils.face import kinds
from . import _fleet_mtu
from ._fleet_tunnels import MODES, Interface, Side

_ESP, _IKE = int(socket.IPPROTO_ESP), 500
_OF_INNER = {4: int(socket.IPPROTO_IPIP), 6: int(socket.IPPROTO_IPV6)}
_PROTOCOLS: t.Mapping[str, t.Mapping[int, int]] = {
    name: {version: int(mode.protocol) or _OF_INNER[version] for version in mode.carries}
    for name, mode in MODES.items()
}
"""The number of the outer packets' protocol, by mode and version of IP inside."""


class Share(t.TypedDict):
    """What one host has to do with the declared tunnels."""

    links: list[dict[str, t.Any]]
    """Options of ``warren.tunnels.ip_tunnel``, for each tunnel."""
    routes: list[dict[str, t.Any]]
    """Options of ``warren.tunnels.route``, for what is behind the other hosts."""
    fou_ports: list[dict[str, t.Any]]
    """Options of ``warren.tunnels.fou``, for the ports that tunnels come in by."""
    probes: list[dict[str, t.Any]]
    """Options of a probe of ``warren.tunnels.tunnel_probe``, for each pair of addresses."""
    crossings: list[dict[str, t.Any]]
    """The same, for far addresses that must not answer through another tunnel."""
    kernel_modules: list[str]
    forwarding: list[str]
    """The families of packets that the host forwards, ``ipv4`` and ``ipv6``."""
    accept: list[dict[str, t.Any]]
    """Which IP protocols, or UDP ports, come from which peers."""
    paths: list[dict[str, t.Any]]
    """Between which addresses of the underlay packets go, each with the largest of them."""
    ipsec: list[dict[str, t.Any]]
    """What is encrypted, as ``connections`` of ``warren.tunnels.ipsec`` without their secrets."""
    protected: list[dict[str, t.Any]]
    """Which packets leave and enter encrypted or not at all, as ``peers`` of ``warren.tunnels.protection``."""
    peers: list[dict[str, t.Any]]
    """The host at the far end of each tunnel and the device there, with what tells the tunnel from others."""


def of(
    sides: list[Side],
    links: list[dict[str, t.Any]],
    routes: list[dict[str, t.Any]],
    forwarded: t.Iterable[int],
    protected: list[dict[str, t.Any]],
    ipsec: list[dict[str, t.Any]],
) -> Share:
    """Return the share of the host that these tunnels end at. :arg forwarded: the versions of IP that it forwards."""
    return {
        "links": links,
        "routes": routes,
        "fou_ports": fou_ports(sides),
        "probes": [_probe(side, other.own) for side in sides for other in side.far.pairs],
        "crossings": list(_crossings(sides)),
        "kernel_modules": _kernel_modules(sides),
        "forwarding": [f"ipv{version}" for version in sorted(forwarded)],
        "accept": _accepted(sides),
        "paths": _paths(sides),
        "ipsec": ipsec,
        "protected": protected,
        "peers": [_peer(side) for side in sides],
    }


@functools.cache
def protocols(mode: str | None) -> frozenset[int]:
    """Return the numbers that the outer packets of a mode have for protocols; None: of all modes."""
    return frozenset(
        number for name, numbers in _PROTOCOLS.items() if mode in (None, name) for number in numbers.values()
    )


def link(side: Side) -> dict[str, t.Any]:
    """Return a tunnel with a device to itself, as options of ``warren.tunnels.ip_tunnel``."""
    tunnel, near, far = side
    link = {"name": near.device, "mode": tunnel.mode, "local": near.local, "remote": far.local, **tunnel.options}
    if near.dev is not None:
        link["dev"] = near.dev
    if near.netns is not None:
        link["netns"] = near.netns
    if near.link_netns is not None:
        link["link_netns"] = near.link_netns
    link["addresses"] = [address.as_option() for address in near.addresses]
    return link


def _peer(side: Side) -> dict[str, t.Any]:
    tunnel, near, far = side
    peer = {"host": far.host, "name": near.device, "netns": near.netns, "far": far.device}
    peer.update({"mode": tunnel.mode, "local": near.local, "remote": far.local})
    return {**peer, "key": tunnel.options["key"]} if "key" in tunnel.options else peer


def _paths(sides: t.Iterable[Side]) -> list[dict[str, t.Any]]:
    """Those of tunnels whose outer packets leave by the host's own namespace."""
    found: dict[tuple[str, str], dict[str, t.Any]] = {}
    for tunnel, near, far in sides:
        if near.home is None:
            path = found.setdefault(
                (near.local, far.local), {"host": far.host, "local": near.local, "remote": far.local}
            )
            if "mtu" in tunnel.options and tunnel.options.get("pmtudisc", True):
                clear = tunnel.options["mtu"] + _fleet_mtu.overhead(tunnel.mode, tunnel.options)
                packet = _fleet_mtu.on_wire(clear, tunnel.mode, tunnel.is_encrypted)
                path["packet"] = max(packet, path.get("packet", 0))
    return [found[key] for key in sorted(found)]


def _probe(side: Side, other: Interface) -> dict[str, t.Any]:
    tunnel, near, far = side
    destination = other.address
    probe = {
        "name": near.device,
        "netns": near.netns,
        "destination": destination,
        "label": f"{destination} on {far.host}",
        "outer": _outer(side, other.version),
    }
    if "mtu" in tunnel.options:
        probe["min_path_mtu"] = tunnel.options["mtu"]
    return probe


def _outer(side: Side, inner: int) -> dict[str, t.Any]:
    """Return what carries packets of a version of IP."""
    tunnel, near, far = side
    ends: dict[str, t.Any] = {"local": near.local, "remote": far.local}
    if tunnel.is_protected:
        return {"encrypted": True, **ends}
    if _is_in_udp(side):
        return {"protocol": "udp", "port": tunnel.options["encap_dport"], **ends}
    return {"protocol": str(_PROTOCOLS[tunnel.mode][inner]), **ends}


def _is_in_udp(side: Side) -> bool:
    return bool(side.tunnel.options.get("encap", "none") != "none")


def fou_port(mode: str, options: t.Mapping[str, t.Any]) -> dict[str, t.Any] | None:
    """Return the port that a tunnel comes in by, as options of ``warren.tunnels.fou``; None: it is not in UDP."""
    encap = options.get("encap", "none")
    if encap == "none":
        return None
    port = {"port": options["encap_dport"], "family": "inet" if MODES[mode].outer == 4 else "inet6", "encap": encap}
    if encap == "fou":
        port["ipproto"] = str(_PROTOCOLS[mode][MODES[mode].carries[-1]])
    return port


def fou_ports(sides: t.Iterable[Side]) -> list[dict[str, t.Any]]:
    """Return the ports that these tunnels come in by, as options of ``warren.tunnels.fou``."""
    found = {}
    for side in sides:
        port = fou_port(side.tunnel.mode, side.tunnel.options)
        if port is not None:
            port.update({} if side.near.home is None else {"netns": side.near.home})
            found[tuple(port.items())] = port
    return [found[key] for key in sorted(found, key=str)]


def _kernel_modules(sides: list[Side]) -> list[str]:
    """The kernel loads the driver of a tunnel's kind as the tunnel is made, and what tunnels inside UDP need only when told."""
    inside_udp = {side.tunnel.mode for side in sides if _is_in_udp(side)}
    # The ports that they come in by need fou, which fou6 brings along.
    return sorted({kinds.KINDS[mode].encap_driver for mode in inside_udp})


def _accepted(sides: list[Side]) -> list[dict[str, t.Any]]:
    found = set()
    for side in sides:
        if side.tunnel.is_encrypted:
            found.update({(side.far.local, _ESP, 0), (side.far.local, int(socket.IPPROTO_UDP), _IKE)})
        if _is_in_udp(side):
            found.add((side.far.local, int(socket.IPPROTO_UDP), side.tunnel.options["encap_dport"]))
            continue
        for number in _PROTOCOLS[side.tunnel.mode].values():
            found.add((side.far.local, number, 0))
    return [
        {"source": source, "protocol": protocol, **({"port": port} if port else {})}
        for source, protocol, port in sorted(found)
    ]


def _crossings(sides: list[Side]) -> t.Iterator[dict[str, t.Any]]:
    """Yield each far address with one other tunnel, so that their number grows with the tunnels and not with their pairs.

    The kernel sends IPv6 through a link only where a route leads, so only IPv4 can be asked through a wrong one.
    """
    ways: dict[str | None, list[Side]] = collections.defaultdict(list)
    shared: dict[str | None, list[Side]] = collections.defaultdict(list)
    for side in sides:
        if 4 in MODES[side.tunnel.mode].carries:
            # A device that is external sends nowhere what no route of its own leads into it.
            (shared if "external" in side.tunnel.options else ways)[side.near.netns].append(side)
    for netns, leading in ways.items():
        for position, side in enumerate([*leading, *shared.get(netns, ())]):
            for own, other in zip(side.near.pairs, side.far.pairs, strict=True):
                if other.own.version == 4:
                    through = _through(other.own, leading, position)
                    if through is not None:
                        yield _crossing(side, own.own, other.own, through)


def _through(address: Interface, sides: list[Side], position: int) -> Side | None:
    """Return the next tunnel whose far end does not have the address."""
    for step in range(1, len(sides) + 1):
        side = sides[(position + step) % len(sides)]
        if all(address.address != pair.own.address for pair in side.far.pairs):
            return side
    return None


def _crossing(side: Side, own: Interface, other: Interface, through: Side) -> dict[str, t.Any]:
    destination = other.address
    crossing: dict[str, t.Any] = {
        "name": through.near.device,
        "netns": through.near.netns,
        "destination": destination,
        "source": own.address,
        "label": f"{destination} of {side.near.device}",
        "expect": "silence",
    }
    # Silence proves more where the question has left. Through Ethernet, it may end with ARP.
    if not MODES[through.tunnel.mode].is_ethernet:
        crossing["outer"] = _outer(through, other.version)
    return crossing
