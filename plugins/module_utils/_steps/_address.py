# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what is done to the addresses of links."""

import errno
import typing as t

from .. import _values
from .._record import Draft
from .._resources import Address, Have, LinkId, Route
from .._sorts._route._steps import AddRoute
from .._states import _address
from .._states._address import text
from .._ways import Claim, Lifeline
from ._lines import line
from ._step import Step, Touched
from ._world import World

_FOREVER = _address.FOREVER


class _Addition(t.NamedTuple):
    netns: t.Optional[str]
    name: str
    address: Address
    restored: bool = False
    """It was there before the plan, and another step takes it along."""


class AddAddress(_Addition, Step):
    """Adding what is there already does no harm."""

    def command(self) -> str:
        return line(self.netns, "address", "replace", *_words(self.name, self.address))

    def inverse(self) -> t.List[Step]:
        return [] if self.restored else [DeleteAddress(self.netns, self.name, self.address)]

    def take_effect(self, world: World) -> None:
        _take(world, self.netns, self.name, self.address)
        link = world.links[self.netns, self.name]
        world.links[link.id] = link._replace(addresses=(*link.addresses, self.address))

    def touches(self, have: Have) -> t.Iterator[Touched]:
        if not self.restored:
            yield "links", (self.netns, self.name)

    @property
    def disturbs(self) -> t.Optional[LinkId]:
        # IPv4 routes go with the last address, which may be this one when an undo takes it away.
        return (self.netns, self.name)

    def claims(self) -> t.Iterator[Claim]:
        return claims(self.netns, self.name, self.address)

    def enter(self, draft: Draft) -> None:
        if not self.restored:
            draft.add("addresses", ((self.netns, self.name), *self.address[:3]))

    def remedy(self, cause: Exception, number: t.Optional[int]) -> str:
        if number in (errno.EPERM, errno.ENODEV):
            return super().remedy(cause, number)
        if ":" in self.address.address and number == errno.EACCES:
            return "addresses: IPv6 is off on {0}; set net.ipv6.conf.{0}.disable_ipv6 to 0".format(self.name)
        return "addresses: {0} can't be an address of {1}; give another".format(self.address.address, self.name)


class _Change(t.NamedTuple):
    netns: t.Optional[str]
    name: str
    address: Address
    """As it was found."""
    changes: t.Mapping[str, t.Any]
    """Of its options; none where it becomes as it was found."""


class SetAddress(_Change, Step):
    @property
    def _after(self) -> Address:
        return self.address._replace(options={**self.address.options, **self.changes})

    def command(self) -> str:
        # What ip is not told becomes as new, so that it is told all.
        return line(self.netns, "address", "replace", *_words(self.name, self._after))

    def inverse(self) -> t.List[Step]:
        return [SetAddress(self.netns, self.name, self.address, {})]

    def take_effect(self, world: World) -> None:
        link = world.links[self.netns, self.name]
        addresses = tuple(self._after if other[:3] == self.address[:3] else other for other in link.addresses)
        world.links[link.id] = link._replace(addresses=addresses)

    def touches(self, have: Have) -> t.Iterator[Touched]:
        yield "links", (self.netns, self.name)

    def claims(self) -> t.Iterator[Claim]:
        return claims(self.netns, self.name, self._after)

    def cuts(self, lifeline: Lifeline, have: Have) -> str:
        network = "{0}/{1}".format(*_network(self.address))
        for way in lifeline.ways:
            if self.netns != way.netns:
                continue
            if self.address.address == way.source and self.changes.get(_address.VALID, _FOREVER) != _FOREVER:
                return "{0}, which it is made to, would go after {1} s".format(way.source, self.changes[_address.VALID])
            if self.changes.get(_address.NO_ROUTE) and (way.route.dst, way.devices) == (network, [self.name]):
                return "the route by which packets go to {0} goes with that".format(way.destination)
        return ""

    def remedy(self, cause: Exception, number: t.Optional[int]) -> str:
        return "addresses: the kernel takes no such options of {0}; give others".format(self.address.address)


class _Deletion(t.NamedTuple):
    netns: t.Optional[str]
    name: str
    address: Address
    routes: t.Tuple[Route, ...] = ()
    """The routes that the kernel takes with it."""
    along: t.Tuple[Address, ...] = ()
    """The addresses that the kernel may take with it, because they are secondary to it."""


class DeleteAddress(_Deletion, Step):
    def command(self) -> str:
        return line(self.netns, "address", "delete", *_words(self.name, self.address))

    def inverse(self) -> t.List[Step]:
        # Those that the kernel left have to make room: the first of a network is the primary one.
        steps: t.List[Step] = [DeleteAddress(self.netns, self.name, address) for address in self.along]
        steps += [AddAddress(self.netns, self.name, address) for address in (self.address, *self.along)]
        return steps + [AddRoute(route) for route in self.routes]

    def take_effect(self, world: World) -> None:
        _take(world, self.netns, self.name, self.address)

    def touches(self, have: Have) -> t.Iterator[Touched]:
        yield "links", (self.netns, self.name)

    @property
    def disturbs(self) -> t.Optional[LinkId]:
        return (self.netns, self.name)

    def cuts(self, lifeline: Lifeline, have: Have) -> str:
        link = have.links.get((self.netns, self.name))
        for way in lifeline.ways:
            if self.netns != way.netns:
                continue
            if self.address.address == way.source:
                return "{0} is the address that it is made to".format(way.source)
            if any(route.id == way.route.id for route in self.routes):
                return "the route by which packets go to {0} goes with it".format(way.destination)
            others = link.addresses if link else ()
            if not self.address.secondary and any(
                other.address == way.source and other.secondary and _network(other) == _network(self.address)
                for other in others
            ):
                return "{0}, which it is made to, is secondary to that address and goes with it".format(way.source)
        return ""

    def strike(self, draft: Draft) -> None:
        draft.discard("addresses", ((self.netns, self.name), *self.address[:3]))


def _words(name: str, address: Address) -> t.List[str]:
    words = [text(address)] if address.peer is None else [address.address, "peer", text(address)]
    for word in ("scope", "label"):
        value = getattr(address, word)
        words += [word, value] if value not in (None, "global", name) else []
    return [*words, *_address.words(address), "dev", name]


def _take(world: World, netns: t.Optional[str], name: str, address: Address) -> None:
    link = world.links[netns, name]
    world.links[link.id] = link._replace(addresses=tuple(other for other in link.addresses if other != address))


def _network(address: Address) -> t.Tuple[str, int]:
    family = _values.family_of(address.address)
    return _values.network(family, address.address, address.prefixlen), address.prefixlen


def claims(netns: t.Optional[str], name: str, address: Address) -> t.Iterator[Claim]:
    """Yield what the kernel routes to a link that has an address: packets to that, and to its network."""
    family = _values.family_of(address.address)
    bits = 128 if family == _values.IPV6 else 32
    yield Claim(netns, family, address.address, bits, 0, 0, _values.LOCAL_TABLE, "lo")
    if address.options.get(_address.NO_ROUTE):
        return
    network = _values.network(family, address.peer or address.address, address.prefixlen)
    # addrconf.c: IP6_RT_PRIO_ADDRCONF.
    metric = address.options.get(_address.METRIC) or (256 if family == _values.IPV6 else 0)
    yield Claim(netns, family, network, address.prefixlen, 0, metric, _values.MAIN_TABLE, name)


def in_order_of_giving(addresses: t.Iterable[Address]) -> t.List[Address]:
    """Return addresses so that a link that gets them one by one has them in their order.

    The kernel puts an IPv6 address before those that are there (ipv6_link_dev_addr).
    """
    ipv4, ipv6 = [[each for each in addresses if (":" in each.address) is which] for which in (False, True)]
    return [*ipv4, *reversed(ipv6)]
