# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: addresses of links as they are, wanted or shown. Pure."""

import typing as t

from .. import _values
from .._resources import Address

FOREVER = "forever"
VALID, PREFERRED, METRIC = "valid_lft", "preferred_lft", "metric"
LIFETIMES = (VALID, PREFERRED)
"""In seconds, as they were given; a preferred one that ran out is 0."""
NO_ROUTE = "noprefixroute"
FLAGS = {"home": 0x10, "nodad": 0x02, "mngtmpaddr": 0x100, NO_ROUTE: 0x200}
"""``IFA_F_*`` (linux/if_addr.h)."""
ONLY_IPV6 = ("home", "nodad", "mngtmpaddr")
OPTIONS = (METRIC, *LIFETIMES, *FLAGS)
"""In the order in which ``ip`` has them."""

_AS_NEW: t.Dict[str, t.Any] = {VALID: FOREVER, PREFERRED: FOREVER, METRIC: 0, NO_ROUTE: False}
_CHANGED_IN_PLACE = (METRIC, *LIFETIMES)
"""Of an IPv4 address; of an IPv6 address all of them are (``inet_rtm_newaddr``, ``inet6_addr_modify``)."""
_SLACK = 2
"""Seconds: the kernel tells its lifetimes in whole ones, and does not tell the moment."""
_LIMITED = "limited"


def as_new(address: Address) -> t.Dict[str, t.Any]:
    """Return what an address has of which nothing is said."""
    return {**_AS_NEW, **(dict.fromkeys(ONLY_IPV6, False) if _is_ipv6(address) else {})}


def is_met(want: Address, have: Address) -> bool:
    """Return whether an address is as wanted; what the want leaves open is not compared."""
    return is_replaceable(want, have) and not _differing(want, have)


def is_replaceable(want: Address, have: Address) -> bool:
    """Return whether it is as wanted but for what ``options`` has."""
    return (
        want[:3] == have[:3]
        and (want.scope is None or want.scope == have.scope)
        and (want.label is None or want.label == have.label)
    )


def _differing(want: Address, have: Address) -> t.Set[str]:
    found = {**as_new(have), **have.options}
    return {name for name, value in want.options.items() if not _is_value(name, value, found[name])}


def _is_value(name: str, want: t.Any, have: t.Any) -> bool:
    if name not in LIFETIMES or FOREVER in (want, have):
        return bool(want == have)
    # Of one that ran out it is not known how long it was.
    return abs(have - want) <= _SLACK or (name == PREFERRED and not have)


def changes(want: Address, have: Address) -> t.Optional[t.Mapping[str, t.Any]]:
    """Return the options by which an address goes from one to the other in place; None where it can't.

    All that are named are told: the kernel counts both lifetimes anew with any change.
    """
    if not is_replaceable(want, have):
        return None
    differing = _differing(want, have)
    if _is_ipv6(have):
        # A metric of 0 is none that is asked for.
        return want.options if METRIC not in differing or want.options[METRIC] else None
    return want.options if differing.issubset(_CHANGED_IN_PLACE) else None


def timeless(address: Address) -> Address:
    """Return an address without what counts down."""
    limited = {name: _LIMITED for name in LIFETIMES if address.options.get(name, FOREVER) != FOREVER}
    return address._replace(options={**address.options, **limited})


def text(address: Address) -> str:
    """Return ``address/prefixlen``, of the peer where there is one."""
    return "{0}/{1}".format(address.peer or address.address, address.prefixlen)


def words(address: Address) -> t.List[str]:
    """Return ``ip``'s words for what ``options`` has."""
    told = _told(address)
    pairs = [(name, told[name]) for name in OPTIONS if name in told]
    return [word for name, value in pairs for word in ([name] if name in FLAGS else [name, str(value)])]


def state(address: Address, device: str) -> t.Any:
    """Return an address as text where that says it all, else as the dictionary that the option takes."""
    named: t.Dict[str, t.Any] = {"address": text(address._replace(peer=None))}
    if address.peer is not None:
        named = {"address": address.address, "peer": text(address)}
    if address.scope not in (None, "global") and not _is_ipv6(address):
        named["scope"] = str(address.scope)
    if address.label not in (None, device):
        named["label"] = str(address.label)
    named.update(_told(address))
    return named if len(named) > 1 else named["address"]


def _told(address: Address) -> t.Dict[str, t.Any]:
    """Return the options that do not go without saying."""
    usual = as_new(address)
    return {name: value for name, value in address.options.items() if value != usual.get(name)}


def _is_ipv6(address: Address) -> bool:
    return _values.family_of(address.address) == _values.IPV6
