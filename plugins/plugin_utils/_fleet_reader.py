# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: ``tunnels_links`` as people write it, to tunnels. Whatever one link alone shows as wrong is
found here.
"""

from __future__ import annotations

import difflib
import ipaddress
import typing as t

from ansible.errors import AnsibleError
from ansible.module_utils.parsing.convert_bool import boolean
from jinja2 import UndefinedError

from ..module_utils import _kinds, _values
from ._fleet_faults import Faults, Place
from ._fleet_tunnels import MODES, Address, End, Interface, Tunnel

Hosts = t.Mapping[str, t.Mapping[str, t.Any]]
"""Each host of the inventory with its variables."""

UNDERLAY = "tunnels_underlay_address"

_OPTIONS = ("ttl", "tos", "key", "csum", "seq", "pmtudisc", "mtu")
_LINK_KEYS = ("name", "mode", *_OPTIONS, "ends")
_END_KEYS = ("address", "addresses", "local", "dev", "netns")
_ADDRESS_KEYS = ("address", "peer")
_IPV6_MIN_MTU = 1280


def read(links: t.Any, hosts: Hosts, faults: Faults) -> list[Tunnel]:
    """Return the declared tunnels, without those that have faults."""
    if not isinstance(links, (list, tuple)):
        faults.add("tunnels_links", "it is not a list; give a list of links")
        return []
    reader = _Reader(hosts, faults)
    found = [reader.link(link, position) for position, link in enumerate(links)]
    return [tunnel for tunnel in found if tunnel is not None]


class _Reader:
    def __init__(self, hosts: Hosts, faults: Faults) -> None:
        self.hosts, self.faults = hosts, faults

    def link(self, raw: t.Any, position: int) -> Tunnel | None:
        label = f" ({raw['name']})" if isinstance(raw, dict) and raw.get("name") else ""
        place = Place(f"tunnels_links[{position}]{label}")
        before = len(self.faults.found)
        if not self._has_form(raw, _LINK_KEYS, place):
            return None
        name = self._name(raw.get("name"), place)
        mode = self._mode(raw.get("mode"), place)
        if mode is None:
            return None
        options = self._options(mode, raw, place)
        ends = self._ends(mode, raw.get("ends"), place / "ends")
        if len(self.faults.found) > before or name is None or ends is None:
            return None
        tunnel = Tunnel(name, mode, options, ends, place)
        self._check_mtu(tunnel)
        return tunnel

    def _has_form(self, raw: t.Any, keys: tuple[str, ...], place: Place) -> bool:
        if not isinstance(raw, dict):
            self.faults.add(place, f"it is not a dictionary; give one with some of {_listed(keys)}")
            return False
        for key in raw:
            if key not in keys:
                self.faults.add(place, f"there is no {key!r} here;{_meant(key, keys)} known are {_listed(keys)}")
        return True

    def _parsed(self, parse: t.Callable[[t.Any], t.Any], raw: t.Any, place: Place) -> t.Any:
        """Return the canonical value, or None after noting the fault."""
        try:
            return parse(raw)
        except (TypeError, ValueError) as error:
            self.faults.add(place, str(error))
            return None

    # The link

    def _name(self, raw: t.Any, place: Place) -> str | None:
        if raw is None:
            self.faults.add(place, "it has no name; give one of 15 characters at most")
            return None
        return t.cast("str | None", self._parsed(_device_name, str(raw), place / "name"))

    def _mode(self, raw: t.Any, place: Place) -> str | None:
        if isinstance(raw, str) and raw in MODES:
            return str(raw)
        problem = "it has no mode" if raw is None else f"there is no mode {raw!r}"
        self.faults.add(place / "mode", f"{problem}; give one of {_listed(MODES)}")
        return None

    def _options(self, mode: str, raw: t.Mapping[str, t.Any], place: Place) -> dict[str, t.Any]:
        options = {}
        for name in _OPTIONS:
            if raw.get(name) is None:
                continue
            option = _option(mode, name)
            if option is None:
                having = _listed(other for other in MODES if _option(other, name))
                self.faults.add(place / name, f"a tunnel of mode {mode} has none; leave it out, or take {having}")
                continue
            parse = _yes_or_no if isinstance(option.value, _values.Switch) else option.value.parse
            options[name] = self._parsed(parse, raw[name], place / name)
        return options

    def _check_mtu(self, tunnel: Tunnel) -> None:
        mtu = tunnel.options.get("mtu")
        has_ipv6 = any(address.own.version == 6 for end in tunnel.ends for address in end.addresses)
        if mtu is not None and mtu < _IPV6_MIN_MTU and has_ipv6:
            self.faults.add(
                tunnel.place / "mtu", f"{mtu} is too small for IPv6, which it has addresses of; give 1280 or more"
            )

    # Its ends

    def _ends(self, mode: str, raw: t.Any, place: Place) -> tuple[End, End] | None:
        if not isinstance(raw, dict) or len(raw) != 2:
            count = len(raw) if isinstance(raw, dict) else "none"
            self.faults.add(place, f"a tunnel has two ends, this has {count}; name two hosts, each with its address")
            return None
        first, second = (self._end(mode, str(host), end, place / str(host)) for host, end in raw.items())
        if first is None or second is None:
            return None
        if first.local == second.local:
            self.faults.add(
                place,
                f"{first.host} and {second.host} have the same underlay address {first.local}; mend the "
                f"{UNDERLAY} or ansible_host of one, or its local here",
            )
        return self._paired(first, second, place)

    def _end(self, mode: str, host: str, raw: t.Any, place: Place) -> End | None:
        raw = {} if raw is None else raw
        before = len(self.faults.found)
        if host not in self.hosts:
            self.faults.add(
                place, f"no host {host!r} is in the inventory;{_meant(host, self.hosts)} add it or mend the name"
            )
            return None
        if not self._has_form(raw, _END_KEYS, place):
            return None
        local = self._local(mode, host, raw.get("local"), place)
        dev, netns = (
            None if raw.get(key) is None else self._parsed(check, str(raw[key]), place / key)
            for key, check in (("dev", _values.check_link_name), ("netns", _values.check_namespace_name))
        )
        pairs = self._addresses(mode, raw.get("address"), place, "address")
        further = self._addresses(mode, raw.get("addresses"), place, "addresses")
        if local is None or len(self.faults.found) > before:
            return None
        return End(host, local, dev, netns, pairs, further, place)

    def _local(self, mode: str, host: str, raw: t.Any, place: Place) -> str | None:
        source: Place | str = place / "local"
        if raw is None:
            source, raw = self._underlay(host, place)
        if raw is None:
            self.faults.add(
                place, f"{host} has no underlay address; set {UNDERLAY} for it, or ansible_host to an address"
            )
            return None
        try:
            return _underlay_address(mode, str(raw))
        except ValueError as error:
            self.faults.add(source, f"{error}; set {UNDERLAY} for {host} to the address that the other end can reach")
            return None

    def _underlay(self, host: str, place: Place) -> tuple[str, t.Any]:
        """Return where the host's underlay address comes from, and the address."""
        for name in (UNDERLAY, "ansible_host"):
            source = f"{place}: {name} of {host}"
            try:
                raw = self.hosts[host].get(name)
                if raw is not None:
                    return source, str(raw)
            except (AnsibleError, UndefinedError) as error:
                return source, f"(a template that fails: {error})"
        return str(place), host if _is_address(host) else None

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
                self.faults.add(
                    where, f"mode {mode} carries {carried}, not {address.own.ip}; take gre, which carries both"
                )
            found.append(address)
        return tuple(found)

    def _address(self, entry: t.Any, where: Place, with_peer: bool) -> Address | None:
        if not isinstance(entry, dict):
            own = self._parsed(_interface, entry, where)
            return None if own is None else Address(own)
        if not with_peer:
            self.faults.add(where, "it is a dictionary; give the address alone, the peer's comes from the other end")
            return None
        if not self._has_form(entry, _ADDRESS_KEYS, where):
            return None
        own = self._parsed(_interface, entry.get("address"), where / "address")
        peer = None if entry.get("peer") is None else self._parsed(_interface, entry["peer"], where / "peer")
        if own is not None and peer is not None and own.version != peer.version:
            self.faults.add(where / "peer", f"{peer.ip} is of another family than {own.ip}; give two of one family")
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
        return (
            _with_pairs(first, pairs),
            _with_pairs(second, [(other, one) for one, other in pairs]),
        )

    def _check_pair(self, first: End, second: End, one: Interface, other: Interface, place: Place) -> None:
        both = f"{first.host} has {one} and {second.host} has {other}"
        if one.ip == other.ip:
            self.faults.add(place, f"both ends have the address {one.ip}; give each its own")
        elif one.version != other.version:
            self.faults.add(place, f"the ends disagree, {both}; give two addresses of one family")
        elif one.network != other.network and not (_is_lone(one) and _is_lone(other)):
            self.faults.add(place, f"the ends disagree, {both}; give both the same network, or no prefix length")


def _with_pairs(end: End, pairs: list[tuple[Interface, Interface]]) -> End:
    addresses = tuple(Address(own, peer if _is_lone(own) else None) for own, peer in pairs)
    return End(end.host, end.local, end.dev, end.netns, addresses, end.further, end.place)


def _device_name(raw: str) -> str:
    name = _values.check_link_name(raw)
    if name in _kinds.FALLBACKS or name == "lo":
        raise ValueError(f"{name} is a device that the kernel makes by itself; choose another name")
    return name


def _option(mode: str, name: str) -> t.Any:
    return _kinds.KINDS[mode].option("ikey" if name == "key" else name)


def _yes_or_no(raw: t.Any) -> bool:
    try:
        return bool(boolean(raw))
    except TypeError:
        raise ValueError(f"{raw!r} is neither true nor false") from None


def _underlay_address(mode: str, raw: str) -> str:
    value = _option(mode, "local").value
    try:
        text = str(value.parse(raw))
    except ValueError:
        version = "IPv4" if value.family == _values.IPV4 else "IPv6"
        raise ValueError(f"{raw!r} is not an {version} address, which mode {mode} needs") from None
    if text == _values.ANY or not _is_one_hosts(text):
        raise ValueError(f"{raw} is not an address that one host has")
    return text


def _is_one_hosts(text: str) -> bool:
    address = ipaddress.ip_address(text)
    return not (address.is_multicast or address.is_loopback or address.is_unspecified or text == "255.255.255.255")


def _interface(raw: t.Any) -> Interface:
    try:
        interface = ipaddress.ip_interface(str(raw))
    except ValueError:
        raise ValueError(f"{raw!r} is not an address such as 10.1.1.1 or 10.1.1.1/30") from None
    if not _is_one_hosts(str(interface.ip)):
        raise ValueError(f"{raw} is not an address that one host has; give one such as 10.1.1.1")
    return interface


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_lone(interface: Interface) -> bool:
    return interface.network.num_addresses == 1


def _count(end: End) -> str:
    return "no address" if not end.pairs else ", ".join(str(address.own) for address in end.pairs)


def _listed(words: t.Iterable[str]) -> str:
    return ", ".join(words)


def _meant(word: t.Any, known: t.Iterable[str]) -> str:
    close = difflib.get_close_matches(str(word), list(known), n=1)
    return f" did you mean {close[0]}?" if close else ""
