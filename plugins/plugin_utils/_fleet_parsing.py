# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what links and meshes have in common, as people write it, to canonical values."""

from __future__ import annotations

import typing as t

from ..module_utils.face import kinds, values
from . import _fleet_hosts, _fleet_mtu
from ._fleet_faults import Faults, Place
from ._fleet_hosts import Unreadable
from ._fleet_tunnels import MODES, UNPROTECTED
from ._fleet_values import (
    AUTO,
    NETWORKS,
    NUMBER,
    OWN,
    PROTECT,
    SHORT_NAME,
    UNDERLAY,
    UNDERLAY6,
    UNDERLAY_MTU,
    device_name,
    is_address,
    listed,
    meant,
    mtu_or_auto,
    name_of,
    option_of,
    protection,
    underlay_address,
    yes_or_no,
)

Hosts = t.Mapping[str, t.Mapping[str, t.Any]]
"""Each host of the inventory with its variables."""

VARIABLES = (UNDERLAY, UNDERLAY6, "ansible_host", UNDERLAY_MTU, NUMBER, SHORT_NAME, NETWORKS)
"""What the planner reads of a host, and nothing else."""

OPTIONS = ("ttl", "tos", "key", "csum", "seq", "pmtudisc", "encaplimit", "encap", "encap_dport", "mtu")


def read_hosts(hosts: Hosts) -> dict[str, dict[str, t.Any]]:
    """Return what the planner reads of the hosts, as far as it can be evaluated."""
    found: dict[str, dict[str, t.Any]] = {}
    for name, variables in hosts.items():
        given = ((variable, variables.get(variable)) for variable in VARIABLES)
        found[name] = {
            variable: value for variable, value in given if value is not None and not isinstance(value, Unreadable)
        }
    return found


class Parser:
    """Turns parts of a declaration into values; notes the fault and returns None where that can't be done."""

    def __init__(self, hosts: Hosts, faults: Faults, protect: str) -> None:
        """:arg protect: what those have for it that do not say it."""
        self.hosts, self.faults, self.protect = hosts, faults, protect

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

    def protection(self, raw: t.Any, place: Place) -> str:
        return self.protect if raw is None else str(self.parsed(protection, raw, place / PROTECT) or UNPROTECTED)

    def device(self, raw: t.Any, netns: str | None, place: Place | str) -> str | None:
        return t.cast("str | None", self.parsed(lambda name: device_name(name, netns), raw, place))

    def netns(self, raw: t.Any, place: Place, key: str = "netns") -> str | None:
        return t.cast(
            "str | None",
            None
            if raw is None
            else self.parsed(lambda name: values.check_namespace_name(name_of(name)), raw, place / key),
        )

    def options(self, mode: str, raw: t.Mapping[str, t.Any], place: Place) -> dict[str, t.Any]:
        """Return the options by their names in ``ip_tunnel``; a ``mtu`` of ``auto`` stays."""
        options: dict[str, t.Any] = {}
        for name in OPTIONS:
            if raw.get(name) is None:
                continue
            option = option_of(mode, name)
            if option is None:
                having = listed(other for other in MODES if option_of(other, name))
                self.faults.add(place / name, f"a tunnel of mode {mode} has none; leave it out, or take {having}")
            elif name == "mtu":
                options[name] = self.parsed(mtu_or_auto, raw[name], place / name)
            else:
                parse = yes_or_no if isinstance(option.value, values.Switch) else option.value.parse
                options[name] = self.parsed(parse, raw[name], place / name)
        self._check_encap(mode, options, place)
        self._check_complaint(kinds.KINDS[mode], options, place)
        return options

    def _check_complaint(self, kind: kinds.Kind, options: t.Mapping[str, t.Any], place: Place) -> None:
        option, _colon, problem = kind.object_to({**kind.initial_of(options), **options}).partition(": ")
        if option:
            self.faults.add(place / option, problem)

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

    def check_room(
        self,
        mode: str,
        options: t.Mapping[str, t.Any],
        overhead: int,
        hosts: t.Iterable[str],
        place: Place,
        is_encrypted: bool,
    ) -> None:
        """Note it where packets as large as the mtu that is asked for can't get over the underlay of the hosts.

        Where a host does not say what its underlay takes, nobody knows.
        """
        mtu = options.get("mtu")
        if not isinstance(mtu, int):
            return
        what, room = f"a packet has {_fleet_mtu.LARGEST} bytes at most", _fleet_mtu.LARGEST
        if options.get("pmtudisc") is not False:
            for host in hosts:
                declared = self.declared_underlay_mtu(host)
                if declared is not None and declared < room:
                    what, room = f"the underlay of {host} takes packets of {declared} bytes ({UNDERLAY_MTU})", declared
        if is_encrypted:
            room = _fleet_mtu.room(room, mode, is_encrypted)
            what += f", of which IPsec leaves {room}"
        if mtu + overhead > room:
            self.faults.add(
                place / "mtu",
                f"{mtu} is too large, {what} and mode {mode} needs {overhead} of them; give {room - overhead} or less, or "
                f"{AUTO}",
            )

    # What the hosts' own variables say

    def underlay(self, mode: str, host: str, place: Place) -> str | None:
        before = self.faults.noted
        name, raw = self._underlay(mode, host)
        names = f"{UNDERLAY6} or {UNDERLAY}" if MODES[mode].outer == 6 else UNDERLAY
        if raw is None:
            if self.faults.noted == before:
                self.faults.add(
                    place, f"{host} has no underlay address; set {names} for it, or ansible_host to an address"
                )
            return None
        try:
            return underlay_address(mode, str(raw))
        except ValueError as error:
            self.faults.add_of(host, name, f"{error}; set {names} to the address that the other ends can reach")
            return None

    def _underlay(self, mode: str, host: str) -> tuple[str, t.Any]:
        """Return which variable the host's underlay address comes from, and the address."""
        before = self.faults.noted
        for name in (UNDERLAY6,) * (MODES[mode].outer == 6) + (UNDERLAY, "ansible_host"):
            raw = self.variable(host, name)
            if raw is not None or self.faults.noted > before:
                return name, raw
        return "inventory_hostname", host if is_address(host) else None

    def underlay_mtu(self, host: str) -> int:
        """Return the host's, or what it is where nothing is said, in bytes."""
        return self.declared_underlay_mtu(host) or _fleet_mtu.UNDERLAY

    def declared_underlay_mtu(self, host: str) -> int | None:
        return t.cast("int | None", self.own(host, UNDERLAY_MTU))

    def own(self, host: str, name: str) -> t.Any:
        """Return what a host's variable means, None where it has none or a wrong one."""
        raw = self.variable(host, name)
        if raw is None:
            return None
        try:
            return OWN[name](raw)
        except (TypeError, ValueError) as error:
            self.faults.add_of(host, name, str(error))
            return None

    def variable(self, host: str, name: str) -> t.Any:
        """Return the value as the user wrote it, None where there is none or it can't be evaluated."""
        value = _fleet_hosts.evaluated(lambda: self.hosts[host].get(name))
        if isinstance(value, Unreadable):
            self.faults.add_of(host, name, value.problem)
            return None
        return value

    def is_host(self, host: str, place: Place) -> bool:
        if host in self.hosts:
            return True
        self.faults.add(
            place, f"no host {host!r} is in the inventory;{meant(host, self.hosts)} add it or mend the name"
        )
        return False
