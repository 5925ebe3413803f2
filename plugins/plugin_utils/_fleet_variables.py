# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what each host has for itself, beside the tunnels of the fleet, and what is wrong with it.

A value that many hosts have alike is looked at once.
"""

from __future__ import annotations

import typing as t

from ..module_utils.face import documents, values
from . import _fleet_mtu, _fleet_parsing, _fleet_secrets, _fleet_values, _role_options, _shapes
from ._fleet import Fleet
from ._fleet_document import Document, Entry, Found
from ._fleet_faults import Faults, Place
from ._fleet_hosts import Unreadable
from ._fleet_tunnels import Interface

NETWORK, TAPS, BOOT = "tunnels_network", "tunnels_taps", "boot_document"
FLEETWIDE = ("tunnels_links", "tunnels_meshes", _fleet_values.PROTECT_ALL)
"""Which the planner reads."""
_OF_DOCUMENT = (NETWORK, TAPS)
"""Which the document of a host is made of, beside its tunnels."""

_Id = tuple[t.Any, ...]
"""The section of a document, the namespace, and what else tells a thing from others."""


class _Look(t.NamedTuple):
    """What a look at a value shows."""

    wrong: list[Found]
    made: list[tuple[str, _Id]]
    """What it makes that tunnels may make too, each with its place."""


class Checker:
    """Looks at the variables of hosts."""

    def __init__(self, fleet: Fleet, faults: Faults) -> None:
        self._fleet, self._faults = fleet, faults
        self._seen: dict[tuple[str, str], _Look] = {}
        self._documents: dict[str, Document] = {}
        self._specs = {**_role_options.of("tunnels"), **_role_options.of("boot")}

    def check(self, host: str, variables: t.Mapping[str, t.Any]) -> None:
        """Note what is wrong with the variables of a host."""
        before = self._faults.noted
        places: dict[_Id, str] = {}
        for name in self._specs:
            if name not in variables or name in FLEETWIDE or name in _fleet_secrets.NOTHING:
                continue
            value = variables[name]
            if isinstance(value, Unreadable):
                # What the planner reads of hosts, it tells of if it needs it.
                if name not in _fleet_parsing.VARIABLES:
                    self._faults.add_of(host, name, value.problem)
                continue
            key = name, repr(value)
            if key not in self._seen:
                self._seen[key] = _look(name, self._specs[name], value)
            for path, problem in self._seen[key].wrong:
                self._faults.add_of(host, path, problem)
            # What the role boot is given alone has nothing to do with the tunnels.
            for place, id_ in self._seen[key].made if name != BOOT else ():
                self._check_made(host, id_, place, places)
        own = {name: variables[name] for name in _OF_DOCUMENT if variables.get(name)}
        if own and self._faults.noted == before:
            self._check_document(host, own)

    def _check_document(self, host: str, own: t.Mapping[str, t.Any]) -> None:
        """Note what is wrong with all of it together. :arg own: variables whose parts are right."""
        key = repr(own)
        if key not in self._documents:
            self._documents[key] = Document([entry for name, value in own.items() for entry in _entries(name, value)])
        found = self._documents[key].beside(lambda: self._fleet.links(host))
        if found is not None:
            self._faults.add_of(host, *found)

    def _check_made(self, host: str, id_: _Id, place: str, places: dict[_Id, str]) -> None:
        """Note what is made by another entry too, or for a tunnel. :arg places: of what is made by those before."""
        other: object = places.setdefault(id_, place)
        if other == place:
            other = self._place_in_fleet(host, *id_)
        if other is not None:
            section, _netns, *what = id_
            remedy = "give one another name" if section == "links" else "leave it out here"
            self._faults.add_of(host, place, f"{other} makes {_MADE[section].format(*what)} too; {remedy}")

    def _place_in_fleet(self, host: str, section: str, netns: str | None, *what: t.Any) -> Place | None:
        if section == "links":
            return self._fleet.place_of_device(host, netns, *what)
        if section == "routes":
            family, dst, *table = what
            # The routes of a mesh are of the main table and have no metric of their own.
            is_like = table == [values.MAIN_TABLE, 0 if family == values.IPV4 else values.IPV6_METRIC, 0]
            return self._fleet.place_of_route(host, netns, dst) if is_like else None
        return self._fleet.place_of_port(host, netns, *what) if section == "fou_ports" else None


_MADE = {
    "namespaces": "a namespace {0}",
    "links": "a device {0}",
    "routes": "a route to {1}",
    "fou_ports": "port {1} for tunnels ({0})",
}


def _look(name: str, spec: _shapes.Spec, value: t.Any) -> _Look:
    """Return what the value of a variable shows."""
    look = _Look([], [])
    if name in _fleet_values.OWN or name in _ADDRESSES:
        if value is not None:
            look.wrong.extend(_refused(name, _fleet_values.OWN.get(name, _address), value))
        return look
    look.wrong.extend(_shapes.wrong({**spec, **_OPTIONS.get(name, {})}, value, name))
    if look.wrong:
        return look
    if name in _PARSERS:
        look.wrong.extend(_refused(name, _PARSERS[name], value))
    entries = list(_entries(name, value or {}))
    for entry in entries:
        _look_at_entry(entry, look)
    if name == BOOT and entries and not look.wrong:
        look.wrong.extend(filter(None, [Document(entries).wrong]))
    return look


def _look_at_entry(entry: Entry, look: _Look) -> None:
    """Note what an entry of a document shows."""
    place, section, raw = entry
    try:
        want = documents.parse({section: [raw]})
    except documents.Unfit as error:
        look.wrong.extend((place, fault) for fault in error.faults)
    except documents.BadOption as error:
        # It is told inside of the one entry that it was given in.
        option = error.option.partition(".")[2]
        look.wrong.append((f"{place}.{option}" if option else place, error.problem))
    else:
        for link in want.links.values():
            look.wrong.extend(_of_link(f"{place}.{link.prefix}", link))
        look.made.extend((place, id_) for id_ in _made(want))


def _refused(name: str, parse: t.Callable[[t.Any], t.Any], value: t.Any) -> t.Iterator[Found]:
    try:
        parse(value)
    except documents.BadOption as error:
        yield name, error.problem
    except (TypeError, ValueError) as error:
        yield name, str(error)


def _entries(name: str, value: t.Any) -> t.Iterator[Entry]:
    """Yield the entries of a document that a variable has."""
    if name == TAPS:
        for position, entry in enumerate(value):
            yield f"{name}[{position}]", "links", {"mode": "tap", **entry}
    elif name in (NETWORK, BOOT):
        for section, entries in value.items():
            for position, entry in enumerate(entries or ()):
                yield f"{name}.{section}[{position}]", section, entry


def _of_link(where: str, link: documents.Link) -> t.Iterator[Found]:
    for position, address in enumerate(link.addresses):
        if address.peer is None:
            yield from _refused(f"{where}addresses[{position}]", _check_place, address)
    if link.kind in (None, "loopback"):
        return
    yield from _refused(f"{where}name", lambda name: _fleet_values.device_name(name, link.netns), link.name)
    mtu = link.attributes.get("mtu", 0)
    if mtu > _fleet_mtu.LARGEST:
        yield f"{where}mtu", f"{mtu} is too large; give {_fleet_mtu.LARGEST} or less"


def _made(want: documents.Want) -> t.Iterator[_Id]:
    """Yield what tells things from others, of those that tunnels, or other entries, may make too."""
    for name in want.namespaces:
        yield "namespaces", None, name
    for netns, name in want.links:
        # A namespace brings its loopback device along.
        if name != "lo":
            yield "links", netns, name
    for netns, family, table, dst, metric, tos in want.routes:
        yield "routes", netns, family, dst, table, metric, tos
    for netns, family, port in documents.wanted("fou_ports", want):
        yield "fou_ports", netns, "inet" if family == values.IPV4 else "inet6", port


def _check_place(address: documents.Address) -> None:
    version = 6 if ":" in address.address else 4
    _fleet_values.check_place(Interface(address.address, address.prefixlen, version))


def _address(raw: t.Any) -> str:
    return values.parse_ip(str(raw))[1]


def _names(raw: t.Any) -> list[str]:
    return [values.check_link_name(str(name)) for name in raw or ()]


def _percent(raw: t.Any) -> int:
    return values.parse_number(str(raw), 0, 100)


def _timeout(raw: t.Any) -> int:
    timeout = documents.check_timeout(int(raw))
    if timeout < _SHORTEST:
        raise ValueError(f"{timeout} is too short for what is between arming and confirming; give {_SHORTEST} or more")
    return timeout


_SHORTEST = 30
"""Seconds. Between arming and confirming, a host is given its change, connected to again, and asks for up to three seconds
through its tunnels."""
_ADDRESSES = (_fleet_values.UNDERLAY, _fleet_values.UNDERLAY6)
_TAP = {
    **{name: spec for name, spec in documents.SPEC["links"]["options"].items() if name != "kind"},
    "mode": {"type": "str", "choices": ["tap", "tun"]},
}
_OPTIONS: t.Mapping[str, t.Mapping[str, t.Any]] = {
    TAPS: {"options": _TAP},
    NETWORK: {"options": documents.SPEC},
    BOOT: {"options": documents.SPEC},
}
"""What modules take, where the specs of the role refer to them."""
_PARSERS: t.Mapping[str, t.Callable[[t.Any], t.Any]] = {
    "boot_name": lambda raw: documents.check_name(str(raw)),
    "tunnels_checkpoint_timeout": _timeout,
    "tunnels_promisc": _names,
    "tunnels_removal_limit": _percent,
}
"""What finds wrong in a variable what its spec can't tell."""
