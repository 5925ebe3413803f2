# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: a kind of link."""

import typing as t

from .. import _values
from . import _common, _members, _port, _underlay
from ._option import Option


def _no_complaint(values: t.Mapping[str, t.Any]) -> str:
    return ""


def _no_header(values: t.Mapping[str, t.Any]) -> int:
    return 0


def _nothing(values: t.Mapping[str, t.Any]) -> t.Tuple[t.Any, ...]:
    return ()


class _Facts(t.NamedTuple):
    name: str
    """Its name for users; ``ip``'s word for the mode or the type."""
    family: str
    """The module that manages it. Within a family a link may be replaced by one of another kind."""
    options: t.Tuple[Option, ...]
    """The kind's own, beside the common ones."""
    kernel_kind: str = ""
    """``IFLA_INFO_KIND``, where it is not the name."""
    driver: str = ""
    """The kernel module that brings it, where it is not the name."""
    ethernet: bool = True
    """It has a MAC address, and can be a bridge's port."""
    any_port: bool = False
    """Links without a MAC address can be its ports too."""
    identity: t.Tuple[str, ...] = ()
    """The options that no two links of the kind may have alike; unset ones count as their defaults."""
    besides: t.Callable[[t.Mapping[str, t.Any]], t.Tuple[t.Any, ...]] = _nothing
    """Takes all values and returns what else tells links of the kind apart."""
    barred_by: str = ""
    """The kind whose tunnels of the same identity keep one of this kind from being changed in place."""
    fallbacks: t.Tuple[str, ...] = ()
    """Devices that the driver makes by itself in every namespace: not to be changed, deleted or moved."""
    whole: bool = False
    """The kernel takes a change for the whole of the options: what is not sent is reset."""
    constants: t.Mapping[str, int] = {}
    """Attributes that tell it from other kinds with the same kernel kind."""
    extra: t.Tuple[str, ...] = ()
    """Words that ``ip`` needs to ask for no more than what the kernel gives by itself."""
    kept: t.FrozenSet[int] = frozenset()
    """Numbers of the attributes beside the options' that a link keeps when it is changed or made again. What is not among
    them is not given back to the kernel, which refuses some of what it reports."""
    mtu_apart: bool = False
    """The kernel takes an mtu in a message of its own, and may change it together with other options."""
    usual: t.Mapping[str, t.Any] = {}
    """Values of common options that the kernel gives a new link of this kind."""
    initial: t.Mapping[str, t.Any] = {}
    """What a new link gets where nothing else is asked for, because the kernel's own choice is of no use."""
    initial_external: t.Mapping[str, t.Any] = {}
    """The same of a link that is external."""
    complaint: t.Callable[[t.Mapping[str, t.Any]], str] = _no_complaint
    """Takes all values that a link would have and returns what the kernel would have against them, or nothing."""
    renewable: bool = True
    """A link can be replaced for the sake of one option, because it takes nothing of others with it."""
    implicit: bool = False
    """It comes and goes with its namespace."""
    stands: bool = False
    """It goes with the link that it is made on, the one that an option of its own refers to."""
    bound: bool = False
    """It goes with that link even where that only moves to another namespace."""
    cycles: bool = False
    """It takes its ports down and up when they come and when they go, and the kernel forgets their routes and IPv6 addresses."""
    lacks: t.Tuple[str, ...] = ()
    """Common options that its links don't have, beside those that only Ethernet gives."""
    instead: t.Tuple[Option, ...] = ()
    """What its links have in place of common options of the same names."""
    later: t.Tuple[str, ...] = ("alias",)
    """Common options that the kernel takes only once it has made the link, or that wait for what else the plan does."""
    created_by_ioctl: bool = False
    """Not by a netlink message."""
    encap_driver: str = ""
    """The kernel module that its tunnels need inside UDP, which nothing loads by itself."""
    section: str = ""
    """What it has of its own in files for systemd-networkd, ``NetDev`` if there is nothing; empty where this collection writes none
    for the kind."""
    header: t.Callable[[t.Mapping[str, t.Any]], int] = _no_header
    """Takes all values and returns the bytes that they add to each packet, where the kernel leaves the mtu as it is when
    that changes in place; what is the same for all values may be left out."""


class Kind(_Facts):
    """What the engine must know of a kind; everything that tells kinds apart is here or in the options' table."""

    common: t.Tuple[Option, ...]
    """The common options that a link of this kind has."""
    own: t.FrozenSet[str]
    """The names of its own options."""
    late: t.FrozenSet[str]
    """The names of the options that the kernel takes once it has made the link."""
    late_at_peer: t.FrozenSet[str]
    """The same of the other end, where two are made at a time."""
    defaults: t.Dict[str, t.Any]
    """What the kernel gives a new link of the kind, as far as it can be foretold, but for what only ports have."""
    of_message: t.Tuple[Option, ...]
    """The options that are in a message beside what is the driver's."""
    of_driver: t.Tuple[Option, ...]
    """The others."""
    lower: t.Tuple[Option, ...]
    """Its own options that refer to another link."""
    lists: t.Dict[str, _members.MemberValue]
    """The names of the options whose values have members, with what knows of those."""
    endpoints: t.Tuple[Option, ...]
    """Its options that take addresses of either family, one for all of them."""
    of_ipv6: t.FrozenSet[str]
    """The names of the options that IPv6 has of a link."""
    resets: t.Dict[str, t.Any]
    """The names of the options that can't be foretold of a new link, to what they are reset to."""
    untold: t.Dict[str, t.Any]
    """What goes without saying of a link, by the names of the options."""
    renewed: t.FrozenSet[str]
    """The names of the common options whose value on a new link can't be foretold."""

    def __init__(self, *facts: t.Any, **more: t.Any) -> None:
        """Work out once what is asked for each of thousands of links."""
        lacks = (*self.lacks, *(() if self.ethernet else ("mac",)))
        instead = {option.name: option for option in self.instead}
        common: t.Tuple[Option, ...] = tuple(
            instead.get(option.name, option)
            for option in _common.OPTIONS
            if option.name not in lacks and not (option.of_port and "master" in lacks)
        )
        self.common = common
        self.of_message = tuple(option for option in common if not option.of_port) + tuple(
            option for option in self.options if option.of_message
        )
        self.of_driver = tuple(option for option in self.options if not option.of_message)
        self.lower = tuple(option for option in self.options if option.value.refers_to_link)
        self.endpoints = tuple(option for option in self.options if option.attribute6)
        self.own = frozenset(option.name for option in self.options)
        self.lists = {
            option.name: option.value
            for option in common + self.options
            if isinstance(option.value, _members.MemberValue)
        }
        self.late = frozenset(
            option.name
            for option in common
            if self.created_by_ioctl or option.of_ipv6 or option.of_port or option.name in (*self.later, *self.lists)
        )
        # rtnl_configure_link: veth opens with its peer only, which is not there yet.
        self.late_at_peer = self.late.union(option.name for option in common if option.flags or option.name == "master")
        self.defaults = {
            option.name: option.default
            for option in common + self.options
            if option.default is not None and not option.of_port
        }
        self.defaults.update(self.usual)
        self.of_ipv6 = frozenset(option.name for option in common if option.of_ipv6)
        self.resets = {option.name: option.reset for option in common if option.reset is not None}
        self.untold = {**self.resets, **self.defaults, **_port.DEFAULTS}
        unforetold = [option.name for option in common if option.name not in {**self.defaults, **_port.DEFAULTS}]
        self.renewed = frozenset(name for name in unforetold if self.renewable or name in self.resets)
        self._options = {option.name: option for option in common + self.options}

    @property
    def mode_word(self) -> str:
        """``ip``'s word for what tells it from others with the same kernel kind."""
        return "any" if self.name == self.kernel_name else self.name

    @property
    def kernel_name(self) -> str:
        return self.kernel_kind or self.name

    @property
    def module(self) -> str:
        return self.driver or self.name

    def option(self, name: str) -> t.Optional[Option]:
        return self._options.get(name)

    def arguments(self) -> t.Dict[str, t.Dict[str, t.Any]]:
        """Return what Ansible takes for the kind's own options."""
        return {option.name: option.argument() for option in self.options if not option.internal}

    def initial_of(self, values: t.Mapping[str, t.Any]) -> t.Mapping[str, t.Any]:
        """Return what a new link with these values gets where nothing else is asked for.

        Routes say it all of what goes through an external one, and ``ip`` makes a tunnel with nothing else.
        """
        return self.initial_external if values.get("external") else self.initial

    def as_new(self, values: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
        """Return what a new link with these values has of which nobody says anything."""
        return {**self.defaults, **self.initial_of(values)}

    def outer_family(self, values: t.Mapping[str, t.Any]) -> int:
        """Return the family of the addresses outside, which is IPv4 where there are none."""
        found = (values.get(option.name, _values.ANY) for option in self.endpoints)
        return next((_values.family_of(value) for value in found if value != _values.ANY), _values.IPV4)

    def object_to(self, values: t.Mapping[str, t.Any]) -> str:
        """Return what the kernel would have against a link with all these values, or nothing."""
        named = [option.name for option in self.endpoints if values.get(option.name, _values.ANY) != _values.ANY]
        if len({_values.family_of(values[name]) for name in named}) > 1:
            return "{0}: they are addresses of IPv4 and of IPv6; give both of one".format(" and ".join(named))
        return self.complaint(values)

    def identify(self, values: t.Mapping[str, t.Any]) -> t.Tuple[t.Any, ...]:
        """Return what a link with these option values would be known by to the driver."""
        if values.get("external") and "external" not in self.identity:
            return ("external",)
        return (*(values.get(name, self.defaults.get(name)) for name in self.identity), *self.besides(values))

    @property
    def known_by(self) -> t.FrozenSet[str]:
        """Return the options that ``identify`` may ask for."""
        lower = (option.name for option in (*self.endpoints, *self.lower))
        return frozenset(["external", _underlay.NAME, *self.identity, *lower])
