# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the hosts of a mesh, with their numbers and what others call the devices that lead to them."""

from __future__ import annotations

import hashlib
import itertools
import re
import typing as t

from ..module_utils.face import values
from ._fleet_faults import Place
from ._fleet_mesh import Member
from ._fleet_parsing import Parser
from ._fleet_tunnels import MODES, Network
from ._fleet_values import NETWORKS, NUMBER, SHORT_NAME, UNDERLAY

_DIGEST = 5
_ROOM_FOR_ANY = 1 << 30
"""From so many numbers on, two made from names hardly ever come out alike, and IPv6 has so many."""
_DIGITS = re.compile(r"([0-9]{1,9})\Z")


def read(
    parser: Parser,
    place: Place,
    names: t.Sequence[str],
    hubs: t.Sequence[str | None],
    mode: str,
    netns: str | None,
    prefix: str | None,
    room: int,
    with_networks: bool,
) -> dict[str, Member]:
    """Return the members by their names. :arg hubs: None for the place of one that left.

    :arg prefix: of the names of devices that lead to one member each; None where they do not. :arg room: for how many numbers.
    """
    members = {}
    for name in names:
        local = parser.underlay(mode, name, place)
        number = hubs.index(name) if name in hubs else _number(parser, name, room, place)
        device = "" if prefix is None else _device(parser, name, prefix, netns, place)
        mtu = parser.underlay_mtu(name)
        networks = _networks(parser, mode, name, place) if with_networks else ()
        if local is not None and number is not None and device is not None:
            members[name] = Member(name, number, local, mtu, device, networks)
    _check_numbers([member for name, member in members.items() if name not in hubs], parser, room, place)
    _check_addresses(members.values(), parser, place)
    _check_networks(members.values(), parser, place)
    if prefix is not None:
        _check_devices(members.values(), parser, place)
    return members


def _number(parser: Parser, host: str, room: int, place: Place) -> int | None:
    before = parser.faults.noted
    number = parser.own(host, NUMBER)
    digits = _DIGITS.search(host)
    if parser.faults.noted > before:
        return None
    if number is not None:
        where = f"{place}: {NUMBER} of {host}"
    elif digits and room < _ROOM_FOR_ANY:
        where, number = f"{place}: the number at the end of the name {host}", int(digits[1])
    else:
        return int.from_bytes(hashlib.blake2b(host.encode(), digest_size=8).digest(), "big") % max(room, 1)
    if number >= room:
        most = f"0 to {room - 1}" if room else "none"
        parser.faults.add(
            where, f"{number} is too large, the pool has room for {most}; give a larger pool, or set {NUMBER} of {host}"
        )
        return None
    return t.cast(int, number)


def _device(parser: Parser, host: str, prefix: str, netns: str | None, place: Place) -> str | None:
    before = parser.faults.noted
    own = parser.own(host, SHORT_NAME)
    if parser.faults.noted > before:
        return None
    where: Place | str = f"{place}: {SHORT_NAME} of {host}"
    if own is None:
        where, own = place / "prefix", short_name(host, values.MAX_NAME - len(prefix))
    return parser.device(f"{prefix}{own}", netns, where)


def short_name(host: str, room: int) -> str:
    """Return the name if there is room, or the end of its first label, and five characters that tell it from others."""
    cleaned = re.sub(r"[^A-Za-z0-9_.-]", "-", host)
    if len(cleaned) <= room and cleaned == host:
        return host
    number = int.from_bytes(hashlib.blake2b(host.encode(), digest_size=4).digest(), "big")
    digest = "".join("abcdefghijklmnopqrstuvwxyz234567"[number >> shift & 31] for shift in range(0, 5 * _DIGEST, 5))
    label = cleaned.split(".")[0]
    return label[max(len(label) - (room - _DIGEST - 1), 0) :].lstrip("-_.") + "-" + digest


def _networks(parser: Parser, mode: str, host: str, place: Place) -> tuple[Network, ...]:
    networks: tuple[Network, ...] = parser.own(host, NETWORKS) or ()
    for network in networks:
        if network.version not in MODES[mode].carries:
            parser.faults.add(
                f"{place}: {NETWORKS} of {host}",
                f"mode {mode} carries {MODES[mode].versions}, not {network}; leave it out, or take gre",
            )
    return networks


# What no two may have


def _check_numbers(members: t.Sequence[Member], parser: Parser, room: int, place: Place) -> None:
    taken = {member.number for member in members}
    free = (number for number in itertools.count() if number not in taken)
    for one, other, number in _alike(members, lambda member: (member.number,)):
        remedy = next(free)
        advice = f"such as {remedy}" if remedy < room else "and give a larger pool"
        parser.faults.add(
            place,
            f"{one} and {other} have the same number {number}, which their addresses come from; set {NUMBER} of {other} to "
            f"one that no other has, {advice}",
        )


def _check_addresses(members: t.Iterable[Member], parser: Parser, place: Place) -> None:
    for one, other, local in _alike(members, lambda member: (member.local,)):
        parser.faults.add(
            place,
            f"{one} and {other} have the same underlay address {local}; mend the {UNDERLAY} or ansible_host of one",
        )


def _check_networks(members: t.Iterable[Member], parser: Parser, place: Place) -> None:
    for one, other, network in _alike(members, lambda member: member.networks):
        parser.faults.add(
            place, f"{one} and {other} both have the network {network} behind them; mend the {NETWORKS} of one"
        )


def _check_devices(members: t.Iterable[Member], parser: Parser, place: Place) -> None:
    for one, other, device in _alike(members, lambda member: (member.device,)):
        parser.faults.add(
            place, f"the devices that lead to {one} and {other} would both be {device}; set {SHORT_NAME} of one"
        )


def _alike(
    members: t.Iterable[Member], having: t.Callable[[Member], t.Iterable[t.Any]]
) -> t.Iterator[tuple[str, str, t.Any]]:
    """Yield the names of the first member that has something and of one that has the same, and what it is."""
    first: dict[t.Any, str] = {}
    for member in members:
        for value in having(member):
            other = first.setdefault(value, member.name)
            if other != member.name:
                yield other, member.name, value
