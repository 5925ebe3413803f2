# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: nexthop objects as they are, wanted or shown. Pure."""

import typing as t

from ... import _values
from ..._resources import Encap, Have, LinkId, NextHop, Route, Want
from ..._states import _registry

FIELD = "nexthops"

Entry = t.Dict[str, t.Any]

NexthopId = t.Tuple[t.Optional[str], int]
"""What tells nexthops apart: namespace and number."""

Members = t.Tuple[t.Tuple[int, int], ...]
"""The number of each nexthop of a group, and its weight."""

MPATH, RESILIENT = "mpath", "resilient"
_OF_RESILIENT = {"buckets": None, "idle_timer": 120, "unbalanced_timer": 0}
"""To what the kernel chooses."""


class Nexthop(t.NamedTuple):
    """Where routes lead that name it (``ip nexthop``): one way, or a group of others."""

    netns: t.Optional[str]
    number: int
    family: int
    """0: of a group, which has that of its members."""
    via: t.Optional[str] = None
    dev: t.Optional[str] = None
    onlink: bool = False
    blackhole: bool = False
    fdb: bool = False
    """For forwarding entries of a VXLAN, and no routes."""
    encap: t.Optional[Encap] = None
    group: Members = ()
    type: str = ""
    """Of a group, ``mpath`` or ``resilient``."""
    buckets: t.Optional[int] = None
    """Of a resilient group, as the two that follow; None in a want: as it is."""
    idle_timer: t.Optional[int] = None
    unbalanced_timer: t.Optional[int] = None
    protocol: str = "static"
    message: bytes = b""
    """As the kernel dumped it, so that what it puts around packets can be put back to the letter."""
    is_known: bool = True
    """False: it puts something around packets that this collection has no word for."""

    @property
    def id(self) -> NexthopId:
        return (self.netns, self.number)

    @property
    def way(self) -> t.Optional[LinkId]:
        return (self.netns, self.dev) if self.dev else None

    @property
    def members(self) -> t.List[NexthopId]:
        return [(self.netns, number) for number, _weight in self.group]


Nexthops = t.Mapping[NexthopId, Nexthop]


def ways(nexthop: Nexthop, have: Have) -> t.List[LinkId]:
    there = _registry.there(FIELD, have)
    parts = [nexthop, *(there[id_] for id_ in nexthop.members if id_ in there)]
    return [part.way for part in parts if part.way]


def references(nexthop: Nexthop) -> t.Iterator[t.Tuple[str, NexthopId]]:
    return ((FIELD, id_) for id_ in nexthop.members)


def form(nexthop: Nexthop) -> t.Tuple[t.Any, ...]:
    """A group's members are not in it: the kernel takes them out by itself."""
    return nexthop.protocol, nexthop.type or nexthop.via, nexthop.dev


def is_met(want: Nexthop, have: t.Optional[Nexthop], _whole: Want, _host: Have) -> bool:
    return have is not None and is_like(want, have)


def is_like(want: Nexthop, have: Nexthop) -> bool:
    """Return whether a nexthop is as wanted: all counts but what a want leaves open of a resilient group."""
    return _bare(complete(want, have)) == _bare(have)


def complete(want: Nexthop, have: Nexthop) -> Nexthop:
    """Return a wanted nexthop with what it keeps of the one that is there."""
    if RESILIENT not in (want.type, have.type):
        return want
    left = {name: getattr(have, name) for name in _OF_RESILIENT if getattr(want, name) is None}
    return want._replace(**left) if want.type == have.type else want


def exact(nexthop: Nexthop) -> Nexthop:
    """Return a wanted nexthop with all that it leaves open as a new one has it."""
    if nexthop.type != RESILIENT:
        return nexthop
    left: t.Dict[str, t.Any] = {name: usual for name, usual in _OF_RESILIENT.items() if getattr(nexthop, name) is None}
    return nexthop._replace(**left)


def _bare(nexthop: Nexthop) -> Nexthop:
    return nexthop._replace(message=b"", is_known=True)


def is_replaceable(old: Nexthop, new: Nexthop) -> bool:
    """Return whether the kernel puts the one in the place of the other (``replace_nexthop``)."""
    # Of a group, it takes no other protocol, and does not say so.
    alike = old.type == new.type and old.fdb == new.fdb and (not old.group or old.protocol == new.protocol)
    return alike and new.buckets in (None, old.buckets)


# Where routes lead by it


def leads(id_: NexthopId, nexthops: Nexthops) -> t.Dict[str, t.Any]:
    """Return the options of a route that leads there, as the kernel tells them along with the number."""
    nexthop = nexthops.get(id_)
    if nexthop is None:
        return {}
    if not nexthop.group:
        told = {"via": nexthop.via, "dev": nexthop.dev, "encap": nexthop.encap}
        told.update(type="blackhole" if nexthop.blackhole else "unicast")
        return {name: value for name, value in told.items() if value is not None}
    weights = dict(nexthop.group)
    hops = tuple(
        NextHop(nexthops[member].via, nexthops[member].dev, weights[member[1]])
        for member in nexthop.members
        if member in nexthops
    )
    return {"nexthops": hops, "type": "unicast"} if len(hops) != 1 else leads(nexthop.members[0], nexthops)


def led(route: Route, nexthops: Nexthops) -> Route:
    """Return a route that names a nexthop as it is when that is as here."""
    kept = {name: value for name, value in route.attributes.items() if name not in BY_NEXTHOP}
    return route._replace(attributes={**kept, **leads((route.netns, route.attributes["nhid"]), nexthops)})


BY_NEXTHOP = ("via", "dev", "onlink", "encap", "nexthops", "type", "scope")
"""What a route that names a nexthop has by that."""


# As people read it


def state(nexthop: t.Optional[Nexthop]) -> Entry:
    """Return a nexthop as the user reads it; only the state where there is none."""
    if nexthop is None:
        return {"state": "absent"}
    told = {"state": "present", **entry(nexthop), "protocol": nexthop.protocol}
    told.update((name, getattr(nexthop, name)) for name in _OF_RESILIENT if getattr(nexthop, name) is not None)
    return told


def entries(nexthops: Nexthops, _have: Have) -> t.List[Entry]:
    """Return those that can be said in a document, members before groups."""
    known = (nexthop for nexthop in nexthops.values() if nexthop.is_known)
    return [entry(nexthop) for nexthop in sorted(known, key=lambda one: (one.netns or "", bool(one.group), one.number))]


def entry(nexthop: Nexthop) -> Entry:
    told: Entry = {"id": nexthop.number, **({"netns": nexthop.netns} if nexthop.netns else {})}
    told.update((name, getattr(nexthop, name)) for name in ("via", "dev") if getattr(nexthop, name))
    told.update((name, True) for name in ("onlink", "blackhole", "fdb") if getattr(nexthop, name))
    if nexthop.encap:
        told["encap"] = {name: value for name, value in nexthop.encap._asdict().items() if value}
    if nexthop.group:
        told["group"] = [
            {"id": number, **({"weight": weight} if weight != 1 else {})} for number, weight in nexthop.group
        ]
    elif nexthop.family == _values.IPV6 and not nexthop.via:
        told["family"] = "inet6"
    told.update({"type": nexthop.type} if nexthop.type not in ("", MPATH) else {})
    for name, usual in _OF_RESILIENT.items():
        told.update({name: getattr(nexthop, name)} if getattr(nexthop, name) not in (None, usual) else {})
    told.update({"protocol": nexthop.protocol} if nexthop.protocol != "static" else {})
    return told


def label(id_: NexthopId) -> Entry:
    netns, number = id_
    return {"nexthop": number, "netns": netns}


def options(nexthop: Nexthop) -> Entry:
    return {name: value for name, value in entry(nexthop).items() if name not in ("id", "netns")}
