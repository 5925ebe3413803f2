# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the steps that a plan is made of. Each is data, and has an inverse that is steps too."""

import typing as t

from . import _resources, _values

IPV6_MIN_MTU = 1280
"""RFC 8200."""
LOOPBACK = _resources.Address("127.0.0.1", 8, scope="host", label="lo")
"""What the kernel gives the loopback device."""


class AddNamespace(t.NamedTuple):
    name: str
    restored: bool = False
    """It was deleted by the same run, which held on to it, and comes back with what is in it."""

    @property
    def netns(self) -> t.Optional[str]:
        return None

    def inverse(self) -> "t.List[Operation]":
        return [DeleteNamespace(_resources.Namespace(self.name))]


class DeleteNamespace(t.NamedTuple):
    """Its content goes with it when the run ends, and does not come back, so it is the last step of a plan."""

    namespace: _resources.Namespace

    @property
    def netns(self) -> t.Optional[str]:
        return None

    def inverse(self) -> "t.List[Operation]":
        return [AddNamespace(self.namespace.name, restored=True)]


class SetSysctl(t.NamedTuple):
    netns: t.Optional[str]
    key: str
    value: str
    old: t.Optional[str]
    """None: not known, because the namespace is made by the same plan."""

    def inverse(self) -> "t.List[Operation]":
        return [] if self.old is None else [SetSysctl(self.netns, self.key, self.old, self.value)]


class PutSysctl(t.NamedTuple):
    """Gives a link that is made again, or that moves back, a sysctl that it had."""

    netns: t.Optional[str]
    name: str
    setting: str
    """Such as ``ipv4/rp_filter``."""
    value: str

    @property
    def key(self) -> str:
        return sysctl_key(self.name, self.setting)

    def inverse(self) -> "t.List[Operation]":
        return []


class AddLink(t.NamedTuple):
    link: _resources.Link
    """Its attributes are those that the kernel takes at creation."""
    peer: t.Optional[_resources.Link] = None
    """The other end of a veth pair, likewise."""

    @property
    def ends(self) -> t.Tuple[_resources.Link, ...]:
        return (self.link, self.peer) if self.peer else (self.link,)

    @property
    def netns(self) -> t.Optional[str]:
        return self.link.netns

    def inverse(self) -> "t.List[Operation]":
        return [DeleteLink(self.link)]


class DeleteLink(t.NamedTuple):
    link: _resources.Link
    """As it was, with its addresses and routes."""
    restore: "t.Tuple[Operation, ...]" = ()
    """The steps that make it again."""

    @property
    def netns(self) -> t.Optional[str]:
        return self.link.netns

    def inverse(self) -> "t.List[Operation]":
        return list(self.restore)


class SetLink(t.NamedTuple):
    link: _resources.Link
    """As it is before the step."""
    changes: t.Mapping[str, t.Any]
    old: t.Mapping[str, t.Any]
    """The former values of what changes; without those that are not known because the same plan makes the link."""
    free_mtu: bool = False
    """The kernel may compute the mtu anew, as it does for a new link."""

    @property
    def netns(self) -> t.Optional[str]:
        return self.link.netns

    def inverse(self) -> "t.List[Operation]":
        old = dict(self.old, mtu=self.link.attributes["mtu"]) if self.free_mtu else self.old
        back = SetLink(self.link, old, self.changes)
        steps: t.List[Operation] = [back] if self.old else []
        if self._gives_first_address():
            steps.append(DeleteAddress(self.netns, self.link.name, LOOPBACK))
        if self.takes_ipv6() or back.takes_ipv6():
            ipv4_too = self.changes.get("up") is False
            steps += [AddAddress(self.netns, self.link.name, a) for a in self._lost_addresses()]
            steps += [AddRoute(route) for route in self.link.routes if ipv4_too or route.family == _values.IPV6]
        return steps

    def _gives_first_address(self) -> bool:
        """Whether the loopback device comes up for the first time: an address then comes, and stays (inetdev_event)."""
        comes_up = self.link.kind == "loopback" and bool(self.changes.get("up")) and self.old.get("up") is False
        return comes_up and LOOPBACK[:2] not in [address[:2] for address in self.link.addresses]

    def _lost_addresses(self) -> t.List[_resources.Address]:
        lost = [address for address in self.link.addresses if ":" in address.address and not address.automatic]
        return in_order_of_giving(lost)

    def takes_ipv6(self) -> bool:
        """Whether the kernel takes the link's IPv6 addresses away, as it does when it goes down or its MTU is too small."""
        down = self.changes.get("up") is False and bool(self.old.get("up"))
        return down or self.changes.get("mtu", IPV6_MIN_MTU) < IPV6_MIN_MTU <= self.old.get("mtu", 0)


class MoveLink(t.NamedTuple):
    """Takes a link to another namespace, where it arrives down and without addresses."""

    link: _resources.Link
    """As it was, with its addresses and routes."""
    to: t.Optional[str]

    @property
    def netns(self) -> t.Optional[str]:
        return self.link.netns

    def inverse(self) -> "t.List[Operation]":
        arrived = moved(self.link, self.to)
        steps: t.List[Operation] = [MoveLink(arrived, self.link.netns), *put_sysctls(self.link)]
        former = {name: self.link.attributes[name] for name in ("up", "master") if name in self.link.attributes}
        steps += [SetLink(self.link._replace(attributes=arrived.attributes), former, {})]
        return steps + list(readdress(self.link))


class AddAddress(t.NamedTuple):
    """Adding what is there already does no harm."""

    netns: t.Optional[str]
    name: str
    address: _resources.Address
    restored: bool = False
    """It was there before the plan, and another step takes it along."""

    def inverse(self) -> "t.List[Operation]":
        return [] if self.restored else [DeleteAddress(self.netns, self.name, self.address)]


class DeleteAddress(t.NamedTuple):
    netns: t.Optional[str]
    name: str
    address: _resources.Address
    routes: t.Tuple[_resources.Route, ...] = ()
    """The routes that the kernel takes with it."""
    along: t.Tuple[_resources.Address, ...] = ()
    """The addresses that the kernel may take with it, because they are secondary to it."""

    def inverse(self) -> "t.List[Operation]":
        # Those that the kernel left have to make room: the first of a network is the primary one.
        steps: t.List[Operation] = [DeleteAddress(self.netns, self.name, address) for address in self.along]
        steps += [AddAddress(self.netns, self.name, address) for address in (self.address, *self.along)]
        return steps + [AddRoute(route) for route in self.routes]


class AddRoute(t.NamedTuple):
    route: _resources.Route
    restored: bool = False
    """It was there before the plan, and another step takes it along."""

    @property
    def netns(self) -> t.Optional[str]:
        return self.route.netns

    def inverse(self) -> "t.List[Operation]":
        return [] if self.restored else [DeleteRoute(self.route)]


class SetRoute(t.NamedTuple):
    """Puts a route in the place of the one with the same id."""

    route: _resources.Route
    old: _resources.Route

    @property
    def netns(self) -> t.Optional[str]:
        return self.route.netns

    def inverse(self) -> "t.List[Operation]":
        return [SetRoute(self.old, self.route)]


class DeleteRoute(t.NamedTuple):
    route: _resources.Route

    @property
    def netns(self) -> t.Optional[str]:
        return self.route.netns

    def inverse(self) -> "t.List[Operation]":
        return [AddRoute(self.route)]


class AddFouPort(t.NamedTuple):
    port: _resources.FouPort

    @property
    def netns(self) -> t.Optional[str]:
        return self.port.netns

    def inverse(self) -> "t.List[Operation]":
        return [DeleteFouPort(self.port)]


class DeleteFouPort(t.NamedTuple):
    port: _resources.FouPort

    @property
    def netns(self) -> t.Optional[str]:
        return self.port.netns

    def inverse(self) -> "t.List[Operation]":
        return [AddFouPort(self.port)]


Operation = t.Union[
    AddNamespace,
    DeleteNamespace,
    SetSysctl,
    PutSysctl,
    AddLink,
    DeleteLink,
    SetLink,
    MoveLink,
    AddAddress,
    DeleteAddress,
    AddRoute,
    SetRoute,
    DeleteRoute,
    AddFouPort,
    DeleteFouPort,
]


def sysctl_key(name: str, setting: str) -> str:
    """Return the whole key of a device's sysctl, with slashes, because the device's name may have dots in it."""
    family, _slash, rest = setting.partition("/")
    return "net/{0}/conf/{1}/{2}".format(family, name, rest)


def put_sysctls(link: _resources.Link) -> t.Iterator[Operation]:
    """Yield the steps that give a link its sysctls back. They come before it is up, because they say what happens then."""
    for setting, value in sorted(link.sysctls.items()):
        yield PutSysctl(link.netns, link.name, setting, value)


def readdress(link: _resources.Link) -> t.Iterator[Operation]:
    """Yield the steps that give a link its addresses and routes back."""
    for address in in_order_of_giving(link.addresses):
        if not address.automatic:
            yield AddAddress(link.netns, link.name, address)
    for route in link.routes:
        yield AddRoute(route)


def in_order_of_giving(addresses: t.Iterable[_resources.Address]) -> t.List[_resources.Address]:
    """Return addresses so that a link that gets them one by one has them in their order.

    The kernel puts an IPv6 address before those that are there (ipv6_link_dev_addr).
    """
    ipv4, ipv6 = [[each for each in addresses if (":" in each.address) is which] for which in (False, True)]
    return [*ipv4, *reversed(ipv6)]


def ends(link: _resources.Link) -> t.List[_resources.LinkId]:
    """Return the places of the links that go with a link when it is deleted, itself first."""
    peer: t.Any = link.attributes.get("peer")
    return [link.id, peer] if isinstance(peer, tuple) else [link.id]


def moved(link: _resources.Link, netns: t.Optional[str]) -> _resources.Link:
    """Return a link as it is after its move to another namespace."""
    attributes = {**link.attributes, "up": False}
    if "master" in attributes:
        attributes["master"] = "none"
    return link._replace(netns=netns, attributes=attributes, addresses=(), routes=(), ifindex=0, sysctls={})
