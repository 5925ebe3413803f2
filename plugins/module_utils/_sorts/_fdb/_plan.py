# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: plans for forwarding entries."""

import typing as t

from ... import _errors, _values
from ..._plan import _names, _planner
from ..._plan._draft import Draft
from ..._resources import Have, Link, LinkId, Want
from ..._states import _registry
from ..._steps._link import SetLink
from ..._steps._plan import Plan
from ._state import FIELD, Forwarding, is_like, link
from ._steps import AddForwarding, DeleteForwarding, SetForwarding, type_of

_FAR = ("dst", "port", "vni", "via")
"""What is said of a far end, in which what is 0 or empty is not said."""


def plan(want: Want, have: Have, draft: Draft) -> None:
    """Plan the entries that are wanted, and before links go the end of those that are not."""
    there, wanted = _registry.there(FIELD, have), _registry.wanted(FIELD, want)
    links = {id_: _link(id_, want, have) for id_ in {link(id_) for id_ in wanted}}
    _check_ports(wanted.values(), links)
    shared = _types(wanted.values())
    stay = {there[id_].place for id_ in wanted if id_ in there}
    ended = [there[id_] for id_ in _registry.ended(FIELD, want) if id_ in there]
    ended = [each for each in ended if not each.at and each.place not in stay]
    draft.departures += [DeleteForwarding(each) for each in ended]
    gone = {each.place for each in ended}
    # A bridge takes what it has of an address in all VLANs along with what is said of none.
    swept = {each.id[:4] for each in ended if not each.vlan and not each.dst}
    so_far = Plan(tuple(draft.steps()))
    leaving = _planner.leaving(so_far)
    changed = _planner.shaken(so_far) | {step.link.id for step in so_far.operations if isinstance(step, SetLink)}
    for each in wanted.values():
        found = there.get(each.id)
        _names.check_reference("dev", link(each.id), want, have, draft)
        if each.via:
            _names.check_reference("via", (each.netns, each.via), want, have, draft)
        _check(each, links[link(each.id)], found)
        if found is None or (found.at and found.standing.place in gone):
            draft.late.append(AddForwarding(_as_new(each._replace(**shared.get(_address(each), {})))))
            continue
        whole = _whole(each, found)
        if bool(whole.extern_learn) != bool(found.extern_learn) or (found.netns, found.via) in leaving:
            # The one is not made of the other, and a far end by way of a link that has gone can't be deleted any more.
            draft.departures.append(DeleteForwarding(found))
            draft.late.append(AddForwarding(whole))
        elif not is_like(each, found):
            draft.late.append(SetForwarding(whole, found))
        elif link(each.id) in changed or each.id[:4] in swept:
            # To say it again does no harm where it is still there.
            draft.late.append(SetForwarding(whole, whole))


def _as_new(forwarding: Forwarding) -> Forwarding:
    keeps_none = forwarding.master and forwarding.extern_learn
    return forwarding if keeps_none else forwarding._replace(type=type_of(forwarding))


def _whole(forwarding: Forwarding, found: Forwarding) -> Forwarding:
    """Return a wanted entry with what it leaves open as it is, where it is there."""
    if found.at:
        return _as_new(forwarding)
    open_ = {
        name: value
        for name, value in found._asdict().items()
        if getattr(forwarding, name) is None
        or (name in _FAR and not getattr(forwarding, name) and not forwarding.was_read)
    }
    whole = forwarding._replace(**{**open_, "usual": found.usual})
    return whole if whole.type or whole.extern_learn else whole._replace(type=type_of(whole))


def _link(id_: LinkId, want: Want, have: Have) -> Link:
    """Return a link as it will be, as far as that is known."""
    unknown = Link(*id_, None)
    wanted, found = want.links.get(id_, unknown), have.links.get(id_, unknown)
    return found._replace(kind=wanted.kind or found.kind, attributes={**found.attributes, **wanted.attributes})


def _check(forwarding: Forwarding, on: Link, found: t.Optional[Forwarding]) -> None:
    """Raise Conflict where a link of its kind has no such entries: the kernel takes some all the same."""
    is_vxlan = on.kind == "vxlan"
    if on.kind is None:
        return
    if forwarding.dst and not is_vxlan:
        raise _errors.Conflict(
            "dst: only a VXLAN device sends frames to far ends, and {0} is a {1}; leave it out, or name another dev.".format(
                on.name, on.kind
            )
        )
    if is_vxlan and not forwarding.master and not forwarding.dst and found is None:
        raise _errors.Conflict("dst: it is missing; {0} is a vxlan, so say to which far end frames go.".format(on.name))
    if forwarding.src_vni and not on.attributes.get("external"):
        raise _errors.Conflict(
            "src_vni: only an external vxlan tells frames apart by it, and {0} is none; leave it out.".format(on.name)
        )
    if forwarding.master and on.attributes.get("master", _values.NONE) == _values.NONE:
        raise _errors.Conflict(
            "master: {0} is no port of a bridge; make it one, or leave it out for an entry of the device's own.".format(
                on.name
            )
        )


def _types(wanted: t.Iterable[Forwarding]) -> t.Dict[t.Tuple[t.Any, ...], t.Dict[str, t.Any]]:
    """Return what is said of all far ends of an address, which the kernel has once; raise Conflict where that differs."""
    found: t.Dict[t.Tuple[t.Any, ...], t.Dict[str, t.Any]] = {}
    for each in wanted:
        if each.has_several:
            told = found.setdefault(_address(each), {})
            for option in ("type", "extern_learn"):
                value = getattr(each, option)
                if value is not None and told.setdefault(option, value) != value:
                    raise _errors.Conflict(
                        "{0}: the kernel has one for all far ends of {1} on {2}; say the same of all.".format(
                            option, each.lladdr, each.dev
                        )
                    )
    return found


def _address(forwarding: Forwarding) -> t.Tuple[t.Any, ...]:
    return (*link(forwarding.id), forwarding.lladdr, forwarding.src_vni)


def _check_ports(wanted: t.Iterable[Forwarding], links: t.Mapping[LinkId, Link]) -> None:
    """Raise Conflict where a bridge would have an address twice."""
    ports: t.Dict[t.Tuple[t.Any, ...], str] = {}
    for each in wanted:
        on = links[link(each.id)]
        bridge = on.attributes.get("master") if each.master else each.dev if on.kind == "bridge" else None
        other = ports.setdefault((each.netns, bridge, each.lladdr, each.vlan), each.dev) if bridge else each.dev
        if other != each.dev:
            raise _errors.Conflict(
                "lladdr: {0} has {1} either on {2} or on {3}; leave one entry out.".format(
                    bridge, each.lladdr, other, each.dev
                )
            )
