# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: all the kinds of links, and how to tell them apart.

To add a kind: a table in a file of its family, here a word in the list below, its options in the module's
documentation, an integration target.
"""

import typing as t

from .. import _values
from .._resources import Link, LinkId
from . import (
    _bare,
    _bridge,
    _geneve,
    _ip6tunnel,
    _iptunnel,
    _ipvlan,
    _loopback,
    _macvlan,
    _tuntap,
    _underlay,
    _veth,
    _vlan,
    _vrf,
    _vxlan,
    _xfrm,
)
from ._kind import Kind

_FAMILIES = (
    _tuntap,
    _iptunnel,
    _ip6tunnel,
    _veth,
    _bridge,
    _vxlan,
    _geneve,
    _vlan,
    _macvlan,
    _ipvlan,
    _vrf,
    _xfrm,
    _bare,
    _loopback,
)

KINDS: t.Dict[str, Kind] = {kind.name: kind for family_ in _FAMILIES for kind in family_.KINDS}

ANY = Kind(name="link", family="link", options=())
"""Stands for the kinds of which only the common options are known."""

FALLBACKS = frozenset(name for kind in KINDS.values() for name in kind.fallbacks)
"""Names of the devices that drivers make by themselves."""

CYCLING = frozenset(kind.name for kind in KINDS.values() if kind.cycles)
"""The kinds that take their ports down and up."""

REFERENCES = frozenset(
    option.name
    for kind in (ANY, *KINDS.values())
    for option in kind.common + kind.options
    if option.value.refers_to_link
)
"""The options that name another link."""


def references(link: Link) -> t.Iterator[t.Tuple[LinkId, str]]:
    """Yield the places of the links that one refers to, with the option that does."""
    for name in sorted(REFERENCES.intersection(link.attributes)):
        if link.attributes[name] != _values.NONE:
            yield referred(link, name, link.attributes[name]), name


def referred(link: Link, name: str, value: str) -> LinkId:
    """Return the place of the link that an option names with a value: those of its own kind lead to its underlay."""
    return (link.netns if ANY.option(name) else _underlay.home(link), value)


_BY_KERNEL_NAME: t.Dict[str, t.List[Kind]] = {}
for _kind in KINDS.values():
    _BY_KERNEL_NAME.setdefault(_kind.kernel_name, []).append(_kind)


def recognise(kernel_name: t.Optional[str], ethernet: bool, raw: t.Mapping[str, t.Any]) -> t.Optional[Kind]:
    """Return the kind of a link, by the kernel's word for it, whether it has an Ethernet address, and its attributes."""
    candidates = _BY_KERNEL_NAME.get(str(kernel_name), [])
    if len(candidates) == 1:
        return candidates[0]
    for kind in candidates:
        if kind.ethernet == ethernet and all(raw.get(name) == value for name, value in kind.constants.items()):
            return kind
    return candidates[0] if candidates else None


_BY_FAMILY: t.Dict[str, t.Tuple[Kind, ...]] = {}
for _kind in KINDS.values():
    _BY_FAMILY[_kind.family] = (*_BY_FAMILY.get(_kind.family, ()), _kind)


def family(name: str) -> t.Tuple[Kind, ...]:
    """Return the kinds that the module of that name manages."""
    return _BY_FAMILY.get(name, ())


def is_manifold(name: str) -> bool:
    """Return whether the module of that name manages several kinds, which its ``mode`` tells apart."""
    return len(family(name)) > 1
