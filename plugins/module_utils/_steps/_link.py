# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what is done to links."""

import typing as t

from .. import _hints, _values
from .._kinds import _catalog, _port, _underlay, _veth
from .._record import Draft
from .._resources import Address, Have, Link, LinkId
from .._sorts._route._steps import AddRoute
from .._sorts._sysctl._steps import put_sysctls
from .._ways import Claim, Lifeline
from . import _link_words
from ._address import AddAddress, DeleteAddress, claims, in_order_of_giving
from ._lines import line
from ._step import Step, Touched
from ._world import World

LOOPBACK = Address("127.0.0.1", 8, scope="host", label="lo")
"""What the kernel gives the loopback device."""

_MIN_MTU = {_values.IPV4: 576, _values.IPV6: _values.IPV6_MIN_MTU}
"""What a host must take (RFC 791, RFC 8200)."""

_BRIDGE_BREAKS = ("stp", "vlan_filtering")
"""Options of a bridge by which ports may stop to forward, for a while or for good."""


class _Addition(t.NamedTuple):
    link: Link
    """Its attributes are those that the kernel takes at creation."""
    peer: t.Optional[Link] = None
    """The other end of a veth pair, likewise."""


class AddLink(_Addition, Step):
    @property
    def ends(self) -> t.Tuple[Link, ...]:
        return (self.link, self.peer) if self.peer else (self.link,)

    @property
    def netns(self) -> t.Optional[str]:
        return self.link.netns

    def command(self) -> str:
        if _link_words.stands_elsewhere(self.link):
            return _link_words.addition_and_move(self.link)
        return line(self.netns, *_link_words.addition(self.link, self.peer))

    def inverse(self) -> t.List[Step]:
        return [DeleteLink(self.link)]

    def take_effect(self, world: World) -> None:
        for end in self.ends:
            kind = _catalog.KINDS[str(end.kind)]
            attributes = _joined({**kind.defaults, **end.attributes}, end, world)
            world.links[end.id] = end._replace(attributes=attributes, addresses=())

    def touches(self, have: Have) -> t.Iterator[Touched]:
        for end in self.ends:
            yield "links", end.id

    def enter(self, draft: Draft) -> None:
        for end in self.ends:
            draft.add_link(end.id, end)

    def remedy(self, cause: Exception, number: t.Optional[int]) -> str:
        return _hints.of_new_link(self.link, cause, number) or super().remedy(cause, number)


class _Deletion(t.NamedTuple):
    link: Link
    """As it was, with its addresses and routes."""
    restore: t.Tuple[Step, ...] = ()
    """The steps that make it again."""


class DeleteLink(_Deletion, Step):
    @property
    def netns(self) -> t.Optional[str]:
        return self.link.netns

    def command(self) -> str:
        return line(self.netns, "link", "delete", "dev", self.link.name)

    def inverse(self) -> t.List[Step]:
        return list(self.restore)

    def take_effect(self, world: World) -> None:
        for id_ in self.takes():
            world.links.pop(id_, None)
            world.forget(id_)

    def touches(self, have: Have) -> t.Iterator[Touched]:
        for id_ in self.takes():
            if id_ == self.link.id or id_ in have.links:
                yield "links", id_

    def takes(self) -> t.List[LinkId]:
        return _veth.ends(self.link)

    @property
    def disturbs(self) -> t.Optional[LinkId]:
        return self.link.id

    def cuts(self, lifeline: Lifeline, have: Have) -> str:
        return next((lifeline.links[id_] for id_ in self.takes() if id_ in lifeline.links), "")

    def strike(self, draft: Draft) -> None:
        for id_ in self.takes():
            draft.links.pop(id_, None)


class _Change(t.NamedTuple):
    link: Link
    """As it is before the step."""
    changes: t.Mapping[str, t.Any]
    old: t.Mapping[str, t.Any]
    """The former values of what changes; without those that are not known because the same plan makes the link."""
    free_mtu: bool = False
    """The kernel may compute the mtu anew, as it does for a new link."""
    cycles: bool = False
    """The former master or the new one takes the link down and up."""


class SetLink(_Change, Step):
    @property
    def netns(self) -> t.Optional[str]:
        return self.link.netns

    def command(self) -> str:
        return _link_words.change(self.link, self.changes, self.old)

    def inverse(self) -> t.List[Step]:
        old = dict(self.old, mtu=self.link.attributes["mtu"]) if self.free_mtu else self.old
        back = SetLink(self.link, old, self.changes, cycles=self.cycles)
        steps: t.List[Step] = [back] if self.old else []
        kind = _catalog.KINDS.get(str(self.link.kind), _catalog.ANY)
        if kind.mtu_apart and "mtu" in self.link.attributes and not kind.own.isdisjoint(self.changes):
            steps.append(SetLink(self.link, {"mtu": self.link.attributes["mtu"]}, {}))
        if self._gives_first_address():
            steps.append(DeleteAddress(self.netns, self.link.name, LOOPBACK))
        if self.takes_ipv6() or back.takes_ipv6():
            ipv4_too = self.cycles or self.changes.get("up") is False
            steps += [AddAddress(self.netns, self.link.name, a) for a in self._lost_addresses()]
            steps += [AddRoute(route) for route in self.link.routes if ipv4_too or route.family == _values.IPV6]
        return steps

    def _gives_first_address(self) -> bool:
        """Whether the loopback device comes up for the first time: an address then comes, and stays (inetdev_event)."""
        comes_up = self.link.kind == "loopback" and bool(self.changes.get("up")) and self.old.get("up") is False
        return comes_up and LOOPBACK[:2] not in [address[:2] for address in self.link.addresses]

    def _lost_addresses(self) -> t.List[Address]:
        lost = [address for address in self.link.addresses if ":" in address.address and not address.automatic]
        return in_order_of_giving(lost)

    def takes_ipv6(self) -> bool:
        """Whether the kernel takes the link's IPv6 addresses away, as it does when it goes down or its MTU is too small."""
        least = _values.IPV6_MIN_MTU
        down = self.changes.get("up") is False and bool(self.old.get("up"))
        return down or self.cycles or self.changes.get("mtu", least) < least <= self.old.get("mtu", 0)

    def take_effect(self, world: World) -> None:
        link = world.links.get(self.link.id, self.link)
        stay = tuple(a for a in link.addresses if not (self.takes_ipv6() and ":" in a.address))
        attributes = {**link.attributes, **self.changes}
        if "master" in self.changes:
            attributes = _joined(attributes, link, world)
        if attributes.get("mtu", _values.IPV6_MIN_MTU) < _values.IPV6_MIN_MTU:
            kind = _catalog.KINDS.get(str(link.kind), _catalog.ANY)
            attributes = {name: value for name, value in attributes.items() if name not in kind.of_ipv6}
        world.links[link.id] = link._replace(attributes=attributes, addresses=stay)

    def touches(self, have: Have) -> t.Iterator[Touched]:
        yield "links", self.link.id

    @property
    def disturbs(self) -> t.Optional[LinkId]:
        return self.link.id if self.takes_ipv6() else None

    def claims(self) -> t.Iterator[Claim]:
        if self.changes.get("up") and "up" in self.old:
            for address in self.link.addresses:
                yield from claims(self.netns, self.link.name, address)

    def cuts(self, lifeline: Lifeline, have: Have) -> str:
        role = lifeline.links.get(self.link.id)
        if role is None:
            return ""
        changes, kind = self.changes, _catalog.KINDS.get(str(self.link.kind), _catalog.ANY)
        own = kind.own.intersection(changes)
        least = max(_MIN_MTU[way.family] for way in lifeline.ways)
        breaks = (
            changes.get("up") is False
            or changes.get("arp") is False
            or changes.get("mtu", least) < least
            or not {"mac", "master"}.isdisjoint(changes)
            or (bool(kind.identity) and bool(own))
            or any(changes.get(name) for name in _BRIDGE_BREAKS)
        )
        return role if breaks else ""

    def remedy(self, cause: Exception, number: t.Optional[int]) -> str:
        return _hints.of_values(self.link, self.changes, number) or super().remedy(cause, number)


class _Move(t.NamedTuple):
    link: Link
    """As it was, with its addresses and routes."""
    to: t.Optional[str]


class MoveLink(_Move, Step):
    """Takes a link to another namespace, where it arrives down and without addresses."""

    @property
    def netns(self) -> t.Optional[str]:
        return self.link.netns

    @property
    def place(self) -> LinkId:
        """Return where it arrives."""
        return (self.to, self.link.name)

    def command(self) -> str:
        return line(self.netns, "link", "set", "dev", self.link.name, "netns", str(self.to or "1"))

    def inverse(self) -> t.List[Step]:
        arrived = moved(self.link, self.to)
        steps: t.List[Step] = [MoveLink(arrived, self.link.netns), *put_sysctls(self.link)]
        former = {name: self.link.attributes[name] for name in ("up", "master") if name in self.link.attributes}
        steps += [SetLink(self.link._replace(attributes=arrived.attributes), former, {})]
        return steps + list(readdress(self.link))

    def take_effect(self, world: World) -> None:
        world.links[self.place] = moved(world.links.pop(self.link.id), self.to)
        world.forget(self.link.id)

    def touches(self, have: Have) -> t.Iterator[Touched]:
        yield "links", self.link.id
        yield "links", self.place

    def takes(self) -> t.List[LinkId]:
        return [self.link.id]

    @property
    def disturbs(self) -> t.Optional[LinkId]:
        return self.link.id

    def cuts(self, lifeline: Lifeline, have: Have) -> str:
        return lifeline.links.get(self.link.id, "")

    def enter(self, draft: Draft) -> None:
        if self.link.id in draft.links:
            draft.add_link(self.place, self.link._replace(ifindex=0))


def readdress(link: Link) -> t.Iterator[Step]:
    """Yield the steps that give a link its addresses and routes back."""
    for address in in_order_of_giving(link.addresses):
        if not address.automatic:
            yield AddAddress(link.netns, link.name, address)
    for route in link.routes:
        yield AddRoute(route)


def _joined(values: t.Mapping[str, t.Any], link: Link, world: World) -> t.Dict[str, t.Any]:
    """Return what a link with these values has once it has its master. Of one that is not known, it is a bridge's port."""
    master = values.get("master", _values.NONE)
    known = world.links.get((link.netns, master))
    return _port.under(values, master if known is None or known.kind == "bridge" else _values.NONE)


def moved(link: Link, netns: t.Optional[str]) -> Link:
    """Return a link as it is after its move to another namespace."""
    kind = _catalog.KINDS.get(str(link.kind), _catalog.ANY)
    there = _underlay.moved(link, netns, kind.option(_underlay.NAME) is not None)
    attributes = {name: value for name, value in there.items() if name not in kind.of_ipv6 | _port.NAMES}
    attributes["up"] = False
    if "master" in attributes:
        attributes["master"] = "none"
    return link._replace(netns=netns, attributes=attributes, addresses=(), routes=(), ifindex=0, sysctls={})
