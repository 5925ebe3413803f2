# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: ``tunnels_links`` as people write it, to tunnels. Whatever one link alone shows as wrong is
found here.
"""

from __future__ import annotations

import typing as t

from ..module_utils.face import kinds, values
from . import _fleet_mtu, _fleet_protection
from ._fleet_faults import Faults, Place
from ._fleet_parsing import OPTIONS, Hosts, Parser
from ._fleet_tunnels import ENCRYPTED, MODES, UNPROTECTED, Address, End, Interface, Tunnel
from ._fleet_values import (
    AUTO,
    PROTECT,
    UNDERLAY,
    UNDERLAY6,
    interface,
    kind_of,
    listed,
    name_of,
    own_interface,
    underlay_address,
)

_LINK_KEYS = ("name", "mode", *OPTIONS, PROTECT, "ends")
_END_KEYS = ("address", "addresses", "local", "dev", "netns", "underlay_netns")
_ADDRESS_KEYS = ("address", "peer")


def read(links: t.Any, hosts: Hosts, faults: Faults, protect: str = UNPROTECTED) -> list[Tunnel]:
    """Return the declared tunnels, without those that have faults. :arg links: None where there are none.

    :arg protect: what those have for it that do not say it.
    """
    links = [] if links is None else links
    if not isinstance(links, (list, tuple)):
        faults.add("tunnels_links", f"it is {kind_of(links)}; give a list of links")
        return []
    reader = _Reader(hosts, faults, protect)
    found = [reader.link(link, position) for position, link in enumerate(links)]
    return [tunnel for tunnel in found if tunnel is not None]


class _Reader(Parser):
    def link(self, raw: t.Any, position: int) -> Tunnel | None:
        label = f" ({raw['name']})" if isinstance(raw, dict) and raw.get("name") else ""
        place = Place(f"tunnels_links[{position}]{label}")
        before = self.faults.noted
        if not self.has_form(raw, _LINK_KEYS, place):
            return None
        name = self._name(raw.get("name"), place)
        mode = self.mode(raw.get("mode"), place)
        if mode is None:
            return None
        options = self.options(mode, raw, place)
        ends = self._ends(mode, name or "", raw.get("ends"), place / "ends")
        if name is not None and any(end.netns is None for end in ends or ()):
            self.device(name, None, place / "name")
        protect = self.protection(raw.get(PROTECT), place)
        if self.faults.noted > before or name is None or ends is None:
            return None
        home = next((end.home for end in ends if end.home is not None), None)
        away = _fleet_protection.away(home, "give its end underlay_netns: host")
        _fleet_protection.check(protect, options, away, False, place, self.faults)
        is_encrypted = protect == ENCRYPTED
        overhead = _fleet_mtu.overhead(mode, options)
        self.check_room(mode, options, overhead, (end.host for end in ends), place, is_encrypted)
        if options.get("mtu") == AUTO:
            underlay = min(self.underlay_mtu(end.host) for end in ends)
            options["mtu"] = _fleet_mtu.room(underlay, mode, is_encrypted) - overhead
        self.check_mtu(options.get("mtu"), (address.own.version for end in ends for address in end.addresses), place)
        return Tunnel(mode, options, ends, place, protect)

    def _name(self, raw: t.Any, place: Place) -> str | None:
        if raw is None:
            self.faults.add(place, "it has no name; give one of 15 characters at most")
            return None
        # As in a namespace, until it is known where the ends are.
        return self.device(raw, "", place / "name")

    # Its ends

    def _ends(self, mode: str, name: str, raw: t.Any, place: Place) -> tuple[End, End] | None:
        if not isinstance(raw, dict) or len(raw) != 2:
            count = len(raw) if isinstance(raw, dict) else "none"
            self.faults.add(place, f"a tunnel has two ends, this has {count}; name two hosts, each with its address")
            return None
        first, second = (self._end(mode, name, str(host), end, place / str(host)) for host, end in raw.items())
        if first is None or second is None:
            return None
        if first.local == second.local:
            variables = f"{UNDERLAY6}, {UNDERLAY}" if MODES[mode].outer == 6 else UNDERLAY
            self.faults.add(
                place,
                f"{first.host} and {second.host} have the same underlay address {first.local}; mend the "
                f"{variables} or ansible_host of one, or its local here",
            )
        return self._paired(first, second, place)

    def _end(self, mode: str, name: str, host: str, raw: t.Any, place: Place) -> End | None:
        raw = {} if raw is None else raw
        before = self.faults.noted
        if not self.is_host(host, place) or not self.has_form(raw, _END_KEYS, place):
            return None
        local = self._local(mode, host, raw.get("local"), place)
        dev = None if raw.get("dev") is None else self.parsed(_dev, raw["dev"], place / "dev")
        netns = self.netns(raw.get("netns"), place)
        underlay = self.netns(raw.get("underlay_netns"), place, "underlay_netns")
        pairs = self._addresses(mode, raw.get("address"), place, "address")
        further = self._addresses(mode, raw.get("addresses"), place, "addresses")
        if local is None or self.faults.noted > before:
            return None
        elsewhere = None if underlay == kinds.underlay_told(netns) else underlay
        return End(host, name, local, dev, netns, pairs, further, place, elsewhere)

    def _local(self, mode: str, host: str, raw: t.Any, place: Place) -> str | None:
        if raw is None:
            return self.underlay(mode, host, place)
        try:
            return underlay_address(mode, str(raw))
        except ValueError as error:
            self.faults.add(
                place / "local", f"{error}; give the address of {host} that the other end can reach, or leave it out"
            )
            return None

    # Their addresses

    def _addresses(self, mode: str, raw: t.Any, place: Place, key: str) -> tuple[Address, ...]:
        entries = [] if raw is None else list(raw) if isinstance(raw, (list, tuple)) else [raw]
        found = []
        for position, entry in enumerate(entries):
            where = place / (f"{key}[{position}]" if len(entries) > 1 else key)
            address = self._address(entry, where, with_peer=key == "addresses")
            if address is None:
                continue
            if address.own.version not in MODES[mode].carries:
                carried = MODES[mode].versions
                both = "ip6gre" if MODES[mode].outer == 6 else "gre"
                self.faults.add(
                    where, f"mode {mode} carries {carried}, not {address.own.address}; take {both}, which carries both"
                )
            found.append(address)
        return tuple(found)

    def _address(self, entry: t.Any, where: Place, with_peer: bool) -> Address | None:
        if not isinstance(entry, dict):
            own = self.parsed(own_interface, entry, where)
            return None if own is None else Address(own)
        if not with_peer:
            self.faults.add(where, "it is a dictionary; give the address alone, the peer's comes from the other end")
            return None
        if not self.has_form(entry, _ADDRESS_KEYS, where):
            return None
        own = self.parsed(own_interface, entry.get("address"), where / "address")
        peer = None if entry.get("peer") is None else self.parsed(interface, entry["peer"], where / "peer")
        if own is not None and peer is not None and own.version != peer.version:
            self.faults.add(
                where / "peer", f"{peer.address} is of another family than {own.address}; give two of one family"
            )
        return None if own is None else Address(own, peer)

    def _paired(self, first: End, second: End, place: Place) -> tuple[End, End] | None:
        """Return the ends with each address told its peer."""
        if len(first.pairs) != len(second.pairs):
            self.faults.add(
                place,
                f"the ends disagree, {first.host} has {_count(first)} and {second.host} has {_count(second)}; "
                "give each as many, in the same order",
            )
            return None
        pairs = list(zip((one.own for one in first.pairs), (other.own for other in second.pairs), strict=True))
        for one, other in pairs:
            self._check_pair(first, second, one, other, place)
        return _with_pairs(first, pairs), _with_pairs(second, [(other, one) for one, other in pairs])

    def _check_pair(self, first: End, second: End, one: Interface, other: Interface, place: Place) -> None:
        both = f"{first.host} has {one} and {second.host} has {other}"
        if one.address == other.address:
            self.faults.add(place, f"both ends have the address {one.address}; give each its own")
        elif one.version != other.version:
            self.faults.add(place, f"the ends disagree, {both}; give two addresses of one family")
        elif one.network != other.network and not (one.is_lone and other.is_lone):
            self.faults.add(place, f"the ends disagree, {both}; give both the same network, or no prefix length")


def _dev(raw: t.Any) -> str:
    return values.check_link_name(name_of(raw))


def _with_pairs(end: End, pairs: list[tuple[Interface, Interface]]) -> End:
    return end._replace(pairs=tuple(Address(own, peer if own.is_lone else None) for own, peer in pairs))


def _count(end: End) -> str:
    return "no address" if not end.pairs else listed(str(address.own) for address in end.pairs)
