# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: which tunnels' packets must not leave or enter a host in clear, and what stands against it. Pure.

The kernel takes a packet for a tunnel by its addresses and its protocol. What is inside UDP is taken as if it had come without, so that a
tunnel can be reached by each port that takes its protocol. Two tunnels that one packet may be for are protected both, or neither.
"""

from __future__ import annotations

import collections
import itertools
import socket
import typing as t

from . import _fleet_share
from ._fleet_faults import Faults, Place
from ._fleet_mesh import Mesh
from ._fleet_tunnels import ENCRYPTED, MODES, PROTECTED, PROTECTIONS, UNPROTECTED, Side, Tunnel
from ._fleet_values import PROTECT

_IKE = (500, 4500)
_ID = ".warren"
"""What hosts are called to each other ends so, lest somebody's own secrets for the same two hosts are taken for these."""
_UDP = int(socket.IPPROTO_UDP)


def away(home: str | None, remedy: str) -> str:
    """Return why a tunnel can't be protected whose outer packets leave by a namespace; nothing for the host's own."""
    return "" if home is None else f"its packets leave by the namespace {home}, where nothing is protected; {remedy}"


def check(
    protect: str, options: t.Mapping[str, t.Any], problem: str, is_one: bool, place: Place, faults: Faults
) -> None:
    """Note why a tunnel, or a mesh, can't be protected as it is to be.

    :arg problem: of the namespace that its packets leave by.
    :arg is_one: its hosts have one device for all peers.
    """
    if protect == UNPROTECTED:
        return
    if not problem and is_one:
        problem = "one device takes in what anybody sends, and only peers can be protected; leave devices out"
    elif not problem and options.get("encap_dport") in _IKE:
        problem = f"port {options['encap_dport']} carries IKE, which comes before IPsec; give another encap_dport"
    elif not problem and protect == ENCRYPTED and options.get("encap", "none") != "none":
        problem = (
            f"the kernel asks for the IPsec of what is in UDP by the protocol inside, so that it finds none; leave encap out, or "
            f"give {PROTECT}: {PROTECTED} and IPsec of your own for all that goes between the hosts"
        )
    if problem:
        faults.add(place / PROTECT, f"{problem}, or give {PROTECT}: {UNPROTECTED}")


def of(sides: t.Sequence[Side]) -> tuple[list[dict[str, t.Any]], list[dict[str, t.Any]]]:
    """Return what is protected on a host, and what is encrypted. :arg sides: all of its tunnels."""
    return peers(sides), connections(sides)


def peers(sides: t.Sequence[Side]) -> list[dict[str, t.Any]]:
    """Return what is protected on a host, as ``peers`` of ``warren.tunnels.protection``. :arg sides: all of its tunnels."""
    protected = [side for side in sides if side.tunnel.is_protected]
    ports = [port for port in _fleet_share.fou_ports(sides if protected else ()) if "netns" not in port]
    found: set[tuple[str, str, int, int]] = set()
    for tunnel, near, far in protected:
        numbers = _fleet_share.protocols(tunnel.mode)
        found.update((near.local, far.local, number, 0) for number in numbers)
        family = "inet" if MODES[tunnel.mode].outer == 4 else "inet6"
        for port in ports:
            if port["family"] == family and _brought(port) & numbers:
                found.add((near.local, far.local, _UDP, port["port"]))
    return [
        {"local": local, "remote": remote, "protocol": protocol, **({"port": port} if port else {})}
        for local, remote, protocol, port in sorted(found)
    ]


def connections(sides: t.Sequence[Side]) -> list[dict[str, t.Any]]:
    """Return what is encrypted on a host, as ``connections`` of ``warren.tunnels.ipsec`` without their secrets."""
    found: dict[tuple[str, str], dict[str, t.Any]] = {}
    for tunnel, near, far in sides:
        if tunnel.is_encrypted:
            ids = {"local_id": near.host + _ID, "remote_id": far.host + _ID}
            new = {"local": near.local, "remote": far.local, **ids, "protocols": [], "initiate": near.host < far.host}
            protocols = found.setdefault((near.local, far.local), new)["protocols"]
            protocols[:] = sorted({*protocols, *_fleet_share.protocols(tunnel.mode)})
    return [found[ends] for ends in sorted(found)]


def _brought(port: t.Mapping[str, t.Any]) -> frozenset[int]:
    """Return the protocols of tunnels that come in by a UDP port."""
    return frozenset([int(port["ipproto"])]) if "ipproto" in port else _fleet_share.protocols(None)


def disagree(one: Tunnel | Mesh, other: Tunnel | Mesh) -> bool:
    """Return whether a packet between the same two addresses may be for both, and they are protected differently."""
    if one.protect == other.protect or MODES[one.mode].outer != MODES[other.mode].outer:
        return False
    bare, protected = sorted((one, other), key=_level)
    port = _fleet_share.fou_port(bare.mode, bare.options)
    brought = _fleet_share.protocols(bare.mode) if port is None else _brought(port)
    return bool(brought & _fleet_share.protocols(protected.mode))


def _level(one: Tunnel | Mesh) -> int:
    return PROTECTIONS.index(one.protect)


def disagreement(side: Side) -> str:
    """Return what is wrong with two tunnels that disagree, and the remedy. :arg side: one of them."""
    return (
        f"a packet between {side.near.local} and {side.far.local} may be for either, and they are protected differently; "
        f"give both the same {PROTECT}, or one another mode"
    )


def check_links(tunnels: t.Iterable[Tunnel], faults: Faults) -> None:
    """Note links between the same two addresses that disagree."""
    between: dict[frozenset[str], list[Tunnel]] = collections.defaultdict(list)
    for tunnel in tunnels:
        if all(end.home is None for end in tunnel.ends):
            between[frozenset(end.local for end in tunnel.ends)].append(tunnel)
    for group in between.values():
        for tunnel in group if any(one.is_protected for one in group) else ():
            is_lesser = (_level(one) < _level(tunnel) and disagree(tunnel, one) for one in group)
            bare = next(itertools.compress(group, is_lesser), None)
            if bare is not None:
                faults.add(f"{tunnel.place} and {bare.place}", disagreement(Side(tunnel, *tunnel.ends)))


def check_meshes(one: Mesh, other: Mesh, faults: Faults) -> None:
    """Note the first two hosts between which two meshes disagree."""
    if one.netns is not None or other.netns is not None or not disagree(one, other):
        return
    for host in one.members:
        peer = next((peer for peer in one.peers(host) if other.has_tunnel(host, peer)), None)
        if peer is not None:
            faults.add(f"{one.place} and {other.place}", f"on {host} {disagreement(one.side(host, peer))}")
            return


def check_link(mesh: Mesh, side: Side, faults: Faults) -> None:
    """Note a link that disagrees with a mesh between its hosts. :arg side: of the link."""
    near, far = side.near, side.far
    if mesh.netns is not None or near.home is not None or not disagree(mesh, side.tunnel):
        return
    # Of its two sides, the first tells it all.
    if near.host < far.host and mesh.has_tunnel(near.host, far.host):
        of_mesh = mesh.side(near.host, far.host)
        if (of_mesh.near.local, of_mesh.far.local) == (near.local, far.local):
            faults.add(f"{side.tunnel.place} and {mesh.place}", f"on {near.host} {disagreement(side)}")
