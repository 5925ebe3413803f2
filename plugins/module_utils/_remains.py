# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: in what a host differs from what it was before a change that was undone. Pure."""

import typing as t

from . import _foresee, _sysctls
from ._kinds import _catalog, _port
from ._plan import _making, _planner, _words
from ._resources import Address, Attached, Have, Link, Namespace, Want
from ._sorts._route._steps import AddRoute, SetRoute
from ._sorts._route._steps import text as route_text
from ._states import _address, _registry
from ._steps._address import AddAddress, DeleteAddress, in_order_of_giving
from ._steps._link import DeleteLink, SetLink
from ._steps._port import SetPort
from ._steps._step import Step

_PRESENT, _ABSENT = "present", "absent"
_BY_CHANCE = frozenset(["persist"])
"""Options of which a link that is made again has another value."""

_Facts = t.Dict[str, t.Dict[str, str]]
"""What there is, as text, to what is known of each."""


def differences(want: Want, before: Have, after: Have) -> t.List[str]:
    """Return as text all that is not as it was.

    :arg want: what was read for both; anything else in one of them alone is not compared.
    """
    old, new = _facts(_read_twice(want, before, after)), _facts(after)
    found = []
    for thing in sorted({**old, **new}):
        if thing not in old or thing not in new:
            found.append(_change(thing, _state(thing in new), _state(thing in old)))
            continue
        for name in sorted({**old[thing], **new[thing]}):
            values = [facts[thing].get(name, _ABSENT) for facts in (new, old)]
            found += [_change("{0}: {1}".format(thing, name), *values)] if values[0] != values[1] else []
    return found


def again(before: Have, after: Have) -> t.List[Step]:
    """Return the steps that make links again which no change in place makes as they were."""
    found: t.List[Step] = []
    for id_, link in before.links.items():
        now = after.links.get(id_)
        if (
            now is not None
            and now.kind == link.kind
            and _making.takes_a_new_link(link, now.attributes, link.attributes)
        ):
            found += [DeleteLink(now), *_making.restore(link, None)]
    return found


def lost_addresses(before: Have, after: Have) -> t.List[Step]:
    """Return the steps that give links the addresses back which went while they were down."""
    found: t.List[Step] = []
    for id_, link in before.links.items():
        if id_ in after.links:
            there = {address[:3] for address in after.links[id_].addresses}
            lost = [each for each in link.addresses if not each.automatic and each[:3] not in there]
            found += [AddAddress(*id_, address) for address in in_order_of_giving(lost)]
    return found


def in_order(before: Have, after: Have) -> t.List[Step]:
    """Return the steps that give addresses anew which are all there, but in another order."""
    found: t.List[Step] = []
    for id_, link in before.links.items():
        for ipv6 in (False, True):
            then, now = (_given(each, ipv6) for each in (link, after.links.get(id_, link)))
            if [a[:3] for a in then] != [a[:3] for a in now] and {a[:3] for a in then} == {a[:3] for a in now}:
                # The first of an IPv4 network last, or others go with it.
                found += [DeleteAddress(*id_, address) for address in reversed(now)]
                found += [AddAddress(*id_, address) for address in in_order_of_giving(then)]
    return found


def _given(link: Link, ipv6: bool) -> t.List[Address]:
    return [each for each in link.addresses if (":" in each.address) == ipv6 and not each.automatic]


def lost_routes(before: Have, after: Have) -> t.List[Step]:
    """Return the steps that put routes back which went with addresses."""
    now = {route.id: route_text(route) for link in after.links.values() for route in link.routes}
    routes = (route for id_, link in before.links.items() if id_ in after.links for route in link.routes)
    lost = [route for route in routes if now.get(route.id) != route_text(route)]
    return [SetRoute(route, route) if route.id in now else AddRoute(route) for route in lost]


def forgotten(before: Have, after: Have) -> t.List[Step]:
    """Return the steps that put back what links have lost of their own, such as by another Ethernet address."""
    lost: t.Dict[str, t.Any] = {
        field: {
            id_: thing
            for id_, thing in _registry.there(field, before).items()
            if id_ not in _registry.there(field, after) and _registry.link(field, id_) in after.links
        }
        for field in _registry.OF_LINKS
    }
    return list(_planner.make(Want(**lost), after).operations) if any(lost.values()) else []


def gone_along(before: Have, after: Have) -> t.List[Step]:
    """Return the steps that put back what went with something else, or became another by that."""
    lost: t.Dict[str, t.Any] = {}
    for field in _registry.ALONG:
        now = _registry.there(field, after)
        is_met = _registry.room(field).is_met
        lost[field] = {
            id_: thing
            for id_, thing in _registry.there(field, before).items()
            if not is_met(thing, now.get(id_), Want(), after)
        }
    return list(_planner.make(Want(force=True, **lost), after).operations) if any(lost.values()) else []


def taken_along(before: Have, after: Have, done: t.Iterable[Step], places: t.Container[t.Optional[str]]) -> t.List[str]:
    """Return as text what went with something else by steps that do not say so. :arg places: what ``after`` tells of."""
    told = _foresee.foresee(before, done)
    found = []
    for field in _registry.ALONG:
        gone = _registry.there(field, before).keys() - _registry.there(field, after).keys()
        for id_, thing in _registry.there(field, told).items():
            # Routes may go by themselves too, which is not for here.
            may_go = field in _registry.CARRYING or any(_registry.room(field).references(thing))
            if id_ in gone and id_[0] in places and may_go:
                found.append(_beside_links(field, thing)[0])
    return found


def missing(before: Have, after: Have) -> t.List[t.Tuple[Link, t.List[Attached]]]:
    """Return what was attached to links and is not any more, with those links, which may have been made again."""
    found = []
    for id_, link in before.links.items():
        now = {each.id: each for each in (after.links[id_], *after.links[id_].ports)} if id_ in after.links else {}
        for each in (link, *link.ports):
            if each.id in now:
                there = {one[:2] for one in now[each.id].attached}
                gone = [one for one in each.attached if one[:2] not in there]
                found += [(now[each.id], gone)] if gone else []
    return found


def followed(before: Have, after: Have) -> t.List[Step]:
    """Return the steps that give bridges their addresses back, which follow those of their ports, and go with the last,
    links on others their MTU, which is never above that of what they stand on, and all what IPv6 forgets of them.
    """
    mtus = [
        (upper, old.attributes["mtu"], upper.attributes["mtu"])
        for id_, link in before.links.items()
        for old in link.uppers
        for upper in (after.links[id_].uppers if id_ in after.links else ())
        if old.id == upper.id and "mtu" in old.attributes and "mtu" in upper.attributes
    ]
    lowered: t.List[Step] = [SetLink(upper, {"mtu": then}, {}) for upper, then, now in mtus if then != now]
    both = [(old, after.links[id_]) for id_, old in before.links.items() if old.kind == "bridge" and id_ in after.links]
    macs = [(new, old.attributes.get("mac"), new.attributes.get("mac")) for old, new in both]
    steps = lowered + [SetLink(new, {"mac": then}, {}) for new, then, now in macs if then and then != now]
    for id_, old in before.links.items():
        new = after.links.get(id_, old)
        own = _catalog.KINDS.get(str(old.kind), _catalog.ANY).of_ipv6.intersection(old.attributes, new.attributes)
        lost = {name: old.attributes[name] for name in own if old.attributes[name] != new.attributes[name]}
        steps += [SetLink(new, lost, {})] if lost else []
    return steps


def lost_as_ports(before: Have, after: Have) -> t.List[Step]:
    """Return the steps that give links what they had as ports."""
    both = [(old, after.links[id_]) for id_, old in before.links.items() if id_ in after.links]
    lost = [
        (now, {name: old.attributes[name] for name in names if old.attributes[name] != now.attributes[name]})
        for old, now in both
        for names in [_port.NAMES.intersection(old.attributes, now.attributes)]
    ]
    return [SetPort(now, options, {}) for now, options in lost if options]


MENDS = (again, lost_addresses, in_order, lost_routes, followed, lost_as_ports, forgotten, gone_along)
"""What takes back what the kernel did beside the steps, in this order."""


def _change(what: str, now: str, then: str) -> str:
    return "{0} is {1}, was {2}".format(what, now, then)


def _state(there: bool) -> str:
    return _PRESENT if there else _ABSENT


def _read_twice(want: Want, before: Have, after: Have) -> Have:
    """Return of ``before`` what was asked about afterwards too."""
    sources = {(source, id_[1]) for id_, source in want.sources.items()}
    read: t.Dict[str, t.Any] = {}
    for field in _registry.FIELDS:
        asked = {*_registry.named(field, want), *_registry.there(field, after), *(sources if field == "links" else ())}
        read[field] = {id_: thing for id_, thing in _registry.there(field, before).items() if id_ in asked}
    return before._replace(**read)


def _facts(have: Have) -> _Facts:
    facts = {"namespace " + name: _of_namespace(namespace) for name, namespace in have.namespaces.items()}
    along = {"routes": [route for link in have.links.values() for route in link.routes]}
    for field in _registry.BESIDE_LINKS:
        things = [*_registry.there(field, have).values(), *along.get(field, ())]
        facts.update(_beside_links(field, thing) for thing in things)
    for link in have.links.values():
        facts["link " + _words.where(link)] = _of_link(link)
    return facts


def _beside_links(field: str, thing: t.Any) -> t.Tuple[str, t.Dict[str, str]]:
    told = _registry.load(field, "_steps")
    place = " in namespace " + thing.netns if thing.netns else ""
    facts: t.Dict[str, str] = told.facts(thing) if hasattr(told, "facts") else {}
    return "{0} {1}{2}".format(told.WORD, told.text(thing), place), facts


def _of_namespace(namespace: Namespace) -> t.Dict[str, str]:
    return {"mount": _state(not namespace.stale)}


def _of_link(link: Link) -> t.Dict[str, str]:
    facts = {"kind": str(link.kind)}
    facts.update((name, _words.plain(value)) for name, value in link.attributes.items() if name not in _BY_CHANCE)
    facts.update((_sysctls.of_device(link.name, setting), value) for setting, value in link.sysctls.items())
    for address in link.addresses:
        if not address.automatic:
            text = "address {0}".format(_address.state(_address.timeless(address), link.name))
            facts[text] = "secondary" if address.secondary else _PRESENT
    facts.update((one.what, one.value or _PRESENT) for one in link.attached)
    for port in link.ports:
        facts["port " + port.name] = _PRESENT
        facts.update(("{0} of port {1}".format(one.what, port.name), one.value or _PRESENT) for one in port.attached)
    for upper in link.uppers:
        text = "{0} {1} on it".format(upper.kind, _words.where(upper))
        facts[text] = _PRESENT
        facts.update(("{0} of {1}".format(name, text), str(value)) for name, value in upper.attributes.items())
    return facts
