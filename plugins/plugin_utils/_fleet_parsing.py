# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what links and meshes have in common, as people write it, to canonical values."""

from __future__ import annotations

import difflib
import ipaddress
import typing as t

from ansible.errors import AnsibleError
from ansible.module_utils.parsing.convert_bool import boolean
from jinja2 import UndefinedError

from ..module_utils import _values
from ..module_utils._kinds import _catalog
from . import _fleet_mtu
from ._fleet_faults import Faults, Place
from ._fleet_tunnels import MODES, Interface

Hosts = t.Mapping[str, t.Mapping[str, t.Any]]
"""Each host of the inventory with its variables."""

UNDERLAY, UNDERLAY6 = "tunnels_underlay_address", "tunnels_underlay_address6"
UNDERLAY_MTU, NUMBER, SHORT_NAME = "tunnels_underlay_mtu", "tunnels_number", "tunnels_short_name"
NETWORKS = "tunnels_networks"
VARIABLES = (UNDERLAY, UNDERLAY6, "ansible_host", UNDERLAY_MTU, NUMBER, SHORT_NAME, NETWORKS)
"""What the planner reads of a host, and nothing else."""

OPTIONS = ("ttl", "tos", "key", "csum", "seq", "pmtudisc", "encaplimit", "encap", "encap_dport", "mtu")
AUTO = "auto"


def read_hosts(hosts: Hosts) -> dict[str, dict[str, t.Any]]:
    """Return what the planner reads of the hosts, so that Ansible evaluates each variable once."""
    found = {}
    for name in hosts:
        variables = hosts[name]
        values = ((variable, _evaluated(variables, variable)) for variable in VARIABLES)
        found[str(name)] = {variable: value for variable, value in values if value is not None}
    return found


def _evaluated(variables: t.Mapping[str, t.Any], name: str) -> t.Any:
    try:
        return variables.get(name)
    except (AnsibleError, UndefinedError) as error:
        return f"(a template that fails: {error})"


class Parser:
    """Turns parts of a declaration into values; notes the fault and returns None where that can't be done."""

    def __init__(self, hosts: Hosts, faults: Faults) -> None:
        self.hosts, self.faults = hosts, faults

    def has_form(self, raw: t.Any, keys: tuple[str, ...], place: Place) -> bool:
        if not isinstance(raw, dict):
            self.faults.add(place, f"it is not a dictionary; give one with some of {listed(keys)}")
            return False
        for key in raw:
            if key not in keys:
                self.faults.add(place, f"there is no {key!r} here;{meant(key, keys)} known are {listed(keys)}")
        return True

    def parsed(self, parse: t.Callable[[t.Any], t.Any], raw: t.Any, place: Place | str) -> t.Any:
        try:
            return parse(raw)
        except (TypeError, ValueError) as error:
            self.faults.add(place, str(error))
            return None

    def mode(self, raw: t.Any, place: Place) -> str | None:
        if isinstance(raw, str) and raw in MODES:
            return str(raw)
        problem = "it has no mode" if raw is None else f"there is no mode {raw!r}"
        self.faults.add(place / "mode", f"{problem}; give one of {listed(MODES)}")
        return None

    def netns(self, raw: t.Any, place: Place) -> str | None:
        return t.cast(
            "str | None", None if raw is None else self.parsed(_values.check_namespace_name, str(raw), place / "netns")
        )

    def options(self, mode: str, raw: t.Mapping[str, t.Any], place: Place) -> dict[str, t.Any]:
        """Return the options by their names in ``ip_tunnel``; a ``mtu`` of ``auto`` stays."""
        options: dict[str, t.Any] = {}
        for name in OPTIONS:
            if raw.get(name) is None:
                continue
            option = _option(mode, name)
            if option is None:
                having = listed(other for other in MODES if _option(other, name))
                self.faults.add(place / name, f"a tunnel of mode {mode} has none; leave it out, or take {having}")
            elif name == "mtu":
                options[name] = self.parsed(_mtu, raw[name], place / name)
            else:
                parse = yes_or_no if isinstance(option.value, _values.Switch) else option.value.parse
                options[name] = self.parsed(parse, raw[name], place / name)
        self._check_encap(mode, options, place)
        return options

    def _check_encap(self, mode: str, options: t.Mapping[str, t.Any], place: Place) -> None:
        encap = options.get("encap", "none")
        if encap is None:
            return
        is_encapsulated = encap != "none"
        if is_encapsulated and not options.get("encap_dport"):
            self.faults.add(place / "encap", f"{encap} needs a UDP port; give encap_dport, a number from 1 to 65535")
        if encap == "fou" and not MODES[mode].protocol:
            self.faults.add(
                place / "encap",
                f"a port for fou takes one protocol, and mode {mode} carries two; give gue, or take ip6ip6, ipip6 or ip6gre",
            )
        if not is_encapsulated and options.get("encap_dport"):
            self.faults.add(
                place / "encap_dport", "only tunnels inside UDP have it; give encap (fou or gue), or leave it out"
            )

    def check_mtu(self, mtu: t.Any, versions: t.Iterable[int], place: Place) -> None:
        """Note it where the mtu of a tunnel is too small for the versions of IP that it has addresses of."""
        if not isinstance(mtu, int):
            return
        for version in sorted(set(versions)):
            least = _fleet_mtu.MINIMUM[version]
            if mtu < least:
                self.faults.add(
                    place / "mtu",
                    f"{mtu} is too small for IPv{version}, which it has addresses of; give {least} or more",
                )

    # What the hosts' own variables say

    def underlay(self, mode: str, host: str, place: Place) -> str | None:
        source, raw = self._underlay(mode, host, place)
        names = f"{UNDERLAY6} or {UNDERLAY}" if MODES[mode].outer == 6 else UNDERLAY
        if raw is None:
            self.faults.add(place, f"{host} has no underlay address; set {names} for it, or ansible_host to an address")
            return None
        try:
            return underlay_address(mode, str(raw))
        except ValueError as error:
            self.faults.add(source, f"{error}; set {names} for {host} to the address that the other end can reach")
            return None

    def _underlay(self, mode: str, host: str, place: Place) -> tuple[Place | str, t.Any]:
        """Return where the host's underlay address comes from, and the address."""
        for name in (UNDERLAY6,) * (MODES[mode].outer == 6) + (UNDERLAY, "ansible_host"):
            raw = self.variable(host, name)
            if raw is not None:
                return f"{place}: {name} of {host}", raw
        return place, host if is_address(host) else None

    def underlay_mtu(self, host: str, place: Place) -> int:
        raw = self.variable(host, UNDERLAY_MTU)
        if raw is None:
            return _fleet_mtu.UNDERLAY
        parse = _option("gre", "mtu").value.parse
        return self.parsed(parse, raw, f"{place}: {UNDERLAY_MTU} of {host}") or _fleet_mtu.UNDERLAY

    def variable(self, host: str, name: str) -> t.Any:
        return _evaluated(self.hosts[host], name)

    def is_host(self, host: str, place: Place) -> bool:
        if host in self.hosts:
            return True
        self.faults.add(
            place, f"no host {host!r} is in the inventory;{meant(host, self.hosts)} add it or mend the name"
        )
        return False


def device_name(raw: t.Any) -> str:
    name = _values.check_new_link_name(str(raw))
    if name in _catalog.FALLBACKS or name == "lo":
        raise ValueError(f"{name} is a device that the kernel makes by itself; choose another name")
    return name


def _option(mode: str, name: str) -> t.Any:
    return _catalog.KINDS[mode].option("ikey" if name == "key" else name)


def _mtu(raw: t.Any) -> int | str:
    number = _option("gre", "mtu").value
    return AUTO if raw == AUTO else _values.parse_number(str(raw), number.low, number.high, AUTO)


def yes_or_no(raw: t.Any) -> bool:
    try:
        return bool(boolean(raw))
    except TypeError:
        raise ValueError(f"{raw!r} is neither true nor false; say true or false") from None


def underlay_address(mode: str, raw: str) -> str:
    value = _option(mode, "local").value
    try:
        text = str(value.parse(raw))
    except ValueError:
        version = "IPv4" if value.family == _values.IPV4 else "IPv6"
        raise ValueError(f"{raw!r} is not an {version} address, which mode {mode} needs") from None
    if text == _values.ANY or not _is_one_hosts(ipaddress.ip_address(text)):
        raise ValueError(f"{raw} is not an address that one host has")
    return text


def _is_one_hosts(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return not (
        address.is_multicast or address.is_loopback or address.is_unspecified or str(address) == "255.255.255.255"
    )


def interface(raw: t.Any) -> Interface:
    try:
        found = ipaddress.ip_interface(str(raw))
    except ValueError:
        raise ValueError(f"{raw!r} is not an address such as 10.1.1.1 or 10.1.1.1/30; mend it") from None
    if not _is_one_hosts(found.ip):
        raise ValueError(f"{raw} is not an address that one host has; give one such as 10.1.1.1")
    return Interface(str(found.ip), found.network.prefixlen, found.version)


def is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def listed(words: t.Iterable[str]) -> str:
    return ", ".join(words)


def meant(word: t.Any, known: t.Iterable[str]) -> str:
    close = difflib.get_close_matches(str(word), list(known), n=1)
    return f" did you mean {close[0]}?" if close else ""
