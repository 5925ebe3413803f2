# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the steps that make a link with given properties, new or once more."""

import typing as t

from .. import _values
from .._kinds import _catalog, _kind, _port, _underlay
from .._resources import Link
from .._sorts._sysctl._steps import put_sysctls
from .._steps import _member
from .._steps._link import AddLink, SetLink, readdress
from .._steps._port import SetPort
from .._steps._step import Step

Attributes = t.Dict[str, t.Any]


def split(kind: _kind.Kind, link: Link, is_peer: bool = False) -> t.Tuple[Attributes, Attributes]:
    """Return what the kernel takes when it makes the link, and what must be set afterwards.

    Values that a new link has anyway are left out, unless the link is made from the data of a former one.
    """
    late = kind.late_at_peer if is_peer else kind.late
    if kind.of_ipv6.intersection(link.attributes) or _underlay.is_elsewhere(link):
        # IPv6 is to know first what to do when it comes up. And until Linux 6.15 a link whose underlay is elsewhere is made
        # beside that, and moves, for which it is taken down (rtnl_newlink).
        late |= {"up"}
    values = {
        name: value
        for name, value in link.attributes.items()
        if value is not None and ((kind.whole and link.data) or _tells(kind, name, value))
    }
    early = {name: value for name, value in values.items() if name not in late}
    return early, {name: value for name, value in values.items() if name in late and _tells(kind, name, value)}


def settings(
    link: Link, changes: Attributes, old: t.Mapping[str, t.Any], free_mtu: bool = False, cycles: bool = False
) -> t.Iterator[Step]:
    """Yield the steps that give a link that is there other values.

    :arg old: all former ones, as far as they are known. :arg cycles: a master takes the link down and up.
    """
    kind = _catalog.KINDS.get(str(link.kind), _catalog.ANY)
    lists = {name: kind.lists[name] for name in changes if name in kind.lists}
    first = {name: value for name, value in changes.items() if name in kind.of_ipv6}
    # IPv6 comes with an MTU that it can work with.
    grows = old.get("mtu", _values.IPV6_MIN_MTU) < _values.IPV6_MIN_MTU <= changes.get("mtu", 0)
    before = {"mtu": changes["mtu"]} if grows and first else {}
    as_port = {name: value for name, value in changes.items() if name in _port.NAMES}
    whole = {name: value for name, value in changes.items() if name not in (*lists, *first, *before, *as_port)}
    for part in (before, first, whole):
        if part:
            former = {name: old[name] for name in part if name in old}
            yield SetLink(link, part, former, free_mtu and part is whole, cycles and "master" in part)
    if as_port:
        yield SetPort(link, as_port, {name: old[name] for name in as_port if name in old})
    for name, value in lists.items():
        yield from _member.steps(link, name, value, old.get(name, []), changes[name])


def restore(have: Link, peer: t.Optional[Link]) -> t.Iterator[Step]:
    """Yield the steps that make a deleted link again, with the other end where it is one of a pair, and with their ports."""
    kind = _catalog.KINDS.get(str(have.kind))
    if kind is None:
        return
    ends = [have] + ([peer] if peer else [])
    parts = []
    for end in ends:
        # A bridge has its address from its ports. Where it has another, that is seen after an undo.
        unasked = ("persist", "mac") if end.ports else ("persist",)
        values = {name: value for name, value in end.attributes.items() if name not in unasked}
        values = {name: value for name, value in values.items() if kind.resets.get(name) != value}
        parts.append(split(kind, end._replace(attributes=values), is_peer=end is peer))
    early = [end._replace(attributes=part[0]) for end, part in zip(ends, parts)]
    yield AddLink(early[0], early[1] if peer else None)
    for end in ends:
        yield from put_sysctls(end)
    for end, part in zip(ends, parts):
        yield from settings(end, part[1], {})
        yield from readdress(end)
    for end in ends:
        for port in end.ports:
            yield SetLink(port, {"master": end.name}, {})


def is_one_way(step: Step) -> bool:
    """Return whether a step changes a link so that only a new link is as that was."""
    return isinstance(step, SetLink) and takes_a_new_link(step.link, step.changes, step.old)


def takes_a_new_link(link: Link, old: t.Mapping[str, t.Any], new: t.Mapping[str, t.Any]) -> bool:
    """Return whether no link goes from the old values to the new ones."""
    kind = _catalog.KINDS.get(str(link.kind))
    if kind is None:
        return False
    if kind.outer_family({**link.attributes, **old}) != kind.outer_family({**link.attributes, **new}):
        return True
    both = [
        (option, old[option.name], new[option.name])
        for option in kind.options
        if option.name in old and option.name in new
    ]
    return any(then != now and option.recreate(then, now) for option, then, now in both)


def _tells(kind: _kind.Kind, name: str, value: t.Any) -> bool:
    """Return whether a value says something that a new link would not have anyway."""
    defaults = _port.DEFAULTS if name in _port.NAMES else kind.defaults
    return name not in defaults or defaults[name] != value
