# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: plans for links: to leave as they are, change in place, replace, make, move or delete."""

import typing as t

from .. import _errors, _sysctls, _values
from .._kinds import _catalog, _kind, _underlay, _veth
from .._resources import Address, Have, Link, LinkId, Loss, Want
from .._sorts._route import _state as _route
from .._sorts._route._steps import AddRoute
from .._sorts._sysctl._steps import put_sysctls
from .._steps._link import AddLink, DeleteLink, MoveLink, moved
from . import _addresses, _fitness, _identities, _masters, _mtu, _names, _namespaces, _ports, _words
from ._draft import Draft, depths
from ._making import restore, settings, split
from ._succession import is_lost, placed, succeed

Attributes = t.Dict[str, t.Any]


def plan_absent(want: Want, have: Have, draft: Draft) -> None:
    """Plan the end of the links that are not wanted."""
    for id_, family in want.absent_links.items():
        link = have.links.get(id_)
        if link is not None and id_ not in draft.freed:
            _fitness.check_family(link, family)
            _Case(want, have, draft).delete(link, "deleting it takes it from them")


def plan_present(want: Want, have: Have, draft: Draft) -> None:
    """Plan the links that are wanted."""
    # Those that are there come first: a pair that is replaced hands its ends' properties on to the new ones.
    for link in want.links.values():
        _Case(want, have, draft).make_room(link)
    # And what a link stands on, or is a port of, before it: it goes with that, or loses it, and must have it again.
    depth = depths([link] for link in want.links.values()) if any(map(_masters.has_order, want.links.values())) else {}
    for link in sorted(want.links.values(), key=lambda link: (link.id not in have.links, depth.get(link.id, 0))):
        _namespaces.check(link.netns, want, have, draft, link.prefix)
        _Case(want, have, draft).plan(link)


class _Case:
    """What is decided about one link, in view of everything else."""

    def __init__(self, want: Want, have: Have, draft: Draft) -> None:
        self.want, self.have, self.draft = want, have, draft

    def plan(self, want: Link) -> None:
        there = self._present(want) or self._elsewhere(want)
        comes = there is not None and there.id != want.id
        have = moved(there, want.netns) if there is not None and comes else there
        kind = _catalog.KINDS.get(str(want.kind or (have.kind if have else None)), _catalog.ANY)
        self._check_references(kind, want)
        _masters.check(kind, want, self.want, self.have)
        _ports.check(want, have, self.want, self.have)
        want = want._replace(attributes=self._resolve_accounts(kind, want.attributes))
        initial = {} if have and have.kind == kind.name else kind.initial_of(want.attributes)
        complaint = kind.object_to({**initial, **(succeed(kind, want, have, self.want) if have else want).attributes})
        if complaint:
            raise _errors.Conflict("{0}{1}".format(want.prefix, complaint))
        if have is None or there is None:
            self._plan_new(kind, want)
            return
        if want.kind is not None:
            _fitness.check_family(have, kind.family, want.prefix)
        _fitness.check_options(kind, have, want)
        want = _mtu.follow(kind, want, have, self.want, self.draft)
        want, have = _ports.on_its_way(want, have, self.want)
        changes = _masters.changes(want, have, self.draft)
        if have.attributes.get("persist") is False and want.kind is not None:
            changes["persist"] = True
        reasons = (
            _fitness.reasons_to_replace(kind, have, changes)
            or self._bars(kind, have, changes)
            or self._outlives(there)
            or _fitness.reasons_to_go(kind, there, changes, self.draft.freed, self.want)
        )
        if kind.created_by_ioctl and (reasons or _fitness.own_of(kind, changes)):
            self._check_idle(there, "as long as it is, its options can't be changed")
            if self.have.holders.get(there.id):
                reasons = reasons or ["a process holds it"]
        if reasons and want.prefix.endswith(_veth.PEER + "."):
            raise _fitness.not_the_other_end(have, want)
        if reasons:
            self._replace(kind, want, have, there, reasons)
        else:
            if comes:
                self._fetch(there, want)
            self._change(kind, have, changes, free_mtu=want.id in self.want.exact and "mtu" not in want.attributes)
            _addresses.plan_change(want, have, want.id in self.want.purged, self.want.absent_routes, self.draft)

    def _present(self, want: Link) -> t.Optional[Link]:
        """Return the link that is there and stays."""
        return None if want.id in self.draft.freed else self.have.links.get(want.id)

    def make_room(self, want: Link) -> None:
        """Plan the end of a link that this collection created (override), where what is wanted is something else."""
        have = self._present(want)
        kind = _catalog.KINDS.get(str(want.kind))
        if have is None or kind is None or have.id not in self.want.created:
            return
        if not _fitness.is_of(have, kind.family) or have.attributes.get(_veth.PEER) != want.attributes.get(_veth.PEER):
            self.delete(have, "replacing it takes it from them")

    def delete(self, have: Link, effect: str) -> None:
        """:arg effect: what it does to a process that holds the device."""
        self._check_idle(have, effect)
        peer = self.have.links.get(_veth.peer_of(have))
        self.draft.freed |= {have.id, _veth.peer_of(have)}
        self.draft.bared |= {have.id, _veth.peer_of(have)}
        self.draft.deletions.append(DeleteLink(have, tuple(restore(have, peer))))

    # What stands in the way

    def _check_idle(self, have: Link, effect: str) -> None:
        holders = self.have.holders.get(have.id)
        if holders and not self.want.force:
            raise _errors.Conflict(
                "name: {0} is held open by {1}; {2}. Stop that first, or say force=true.".format(
                    _words.where(have), _words.enumerate_(holders), effect
                )
            )

    def _check_references(self, kind: _kind.Kind, want: Link) -> None:
        for name, value in want.attributes.items():
            option = kind.option(name)
            if option and option.value.refers_to_link and value != "none":
                place = _catalog.referred(want, name, value)
                if _underlay.is_in_sight(want) or place[0] == want.netns:
                    _names.check_reference(want.prefix + name, place, self.want, self.have, self.draft)

    def _resolve_accounts(self, kind: _kind.Kind, attributes: t.Mapping[str, t.Any]) -> Attributes:
        resolved = dict(attributes)
        for name, value in attributes.items():
            option = kind.option(name)
            database = getattr(option.value, "database", None) if option else None
            if not database or not isinstance(value, str) or value == "none":
                continue
            number = self.have.accounts.get((database, value))
            if number is None:
                self.draft.unmet.append(
                    "{0}: there is no {1} {2!r} on this host; make it first, or give a number".format(
                        name, database, value
                    )
                )
            else:
                resolved[name] = number
        return resolved

    # New links

    def _plan_new(self, kind: _kind.Kind, want: Link) -> None:
        _names.check_new(want, self.want, self.have, self.draft)
        if want.kind is None:
            self.draft.unmet.append(
                "name: there is no link {0}; make it first, with the module for its kind".format(_words.where(want))
            )
            return
        if kind.implicit:
            self.draft.settings += settings(want._replace(attributes={}), dict(want.attributes), {})
        else:
            self._create(kind, want)
        former = self.draft.inherited.get(want.id)
        if former:
            self._keep_sysctls(former, want)
        staying = self._as_of(want, former, self._staying(former, want)) if former else []
        _addresses.plan_new(want, staying, self.draft)

    def _create(self, kind: _kind.Kind, want: Link) -> None:
        want = want._replace(attributes={**kind.initial_of(want.attributes), **want.attributes})
        if kind.name == "veth":
            self._create_pair(kind, want)
            return
        early, late = split(kind, want)
        self.draft.creations.append(AddLink(want._replace(attributes=early)))
        self.draft.settings += settings(want, late, {})

    def _create_pair(self, kind: _kind.Kind, want: Link) -> None:
        if want.id in self.draft.far_ends:
            return
        peer = self.want.links[want.attributes[_veth.PEER]]
        if peer.id in self.draft.inherited:
            peer = succeed(kind, peer, self.draft.inherited[peer.id], self.want)
        stranger = self.have.links.get(peer.id)
        if stranger is not None and peer.id not in self.draft.freed:
            raise _fitness.not_the_other_end(stranger, peer)
        early, late = split(kind, want)
        peer_early, peer_late = split(kind, peer, is_peer=True)
        step = AddLink(want._replace(attributes=early), peer._replace(attributes=peer_early))
        self.draft.creations.append(step)
        self.draft.far_ends.add(peer.id)
        self.draft.settings += settings(want, late, {})
        self.draft.settings += settings(peer, peer_late, {})

    # Links that are there

    def _bars(self, kind: _kind.Kind, have: Link, changes: Attributes) -> t.List[str]:
        barred = kind.barred_by and _fitness.own_of(kind, changes)
        other = _identities.barring(have, changes, self.want, self.have) if barred else None
        return ["it can't change in place beside {0}, whose endpoints are the same".format(other.name)] if other else []

    def _outlives(self, there: Link) -> t.List[str]:
        """Return the options that a link has from an earlier want, and that only a new one has as a new one has them."""
        index, names = self.want.renewed.get(there.id, (0, ()))
        return ["{0} is not named any more".format(name) for name in names] if index == there.ifindex else []

    def _change(self, kind: _kind.Kind, have: Link, changes: Attributes, free_mtu: bool) -> None:
        if kind.created_by_ioctl or (kind.mtu_apart and "mtu" in changes):
            own = _fitness.own_of(kind, changes)
            self.draft.settings += settings(have, own, have.attributes)
            changes = {name: value for name, value in changes.items() if name not in own}
        free_mtu = free_mtu and kind.whole and bool(_fitness.own_of(kind, changes))
        cycles = _masters.cycle(have, changes, self.want, self.have, self.draft)
        self.draft.settings += settings(have, changes, have.attributes, free_mtu, cycles)

    def _replace(self, kind: _kind.Kind, want: Link, have: Link, there: Link, reasons: t.List[str]) -> None:
        """:arg have: what the new link succeeds to. :arg there: that link where it still is."""
        if not self.want.recreate:
            raise _errors.Conflict(
                "recreate: {0} would have to be replaced ({1}), and recreate=never forbids it. Say recreate=if_needed, or "
                "leave the option as it is.".format(_words.where(have), "; ".join(reasons))
            )
        self.delete(there, "replacing it takes it from them")
        self.draft.bared -= {have.id, _veth.peer_of(have)}
        ends = {want.id: have}
        far_end = self.have.links.get(_veth.peer_of(have))
        if kind.name == "veth" and far_end is not None:
            ends[want.attributes.get(_veth.PEER, far_end.id)] = far_end
            self.draft.inherited.update(ends)
        new = succeed(kind, want, have, self.want)
        self._create(kind, new)
        _addresses.plan_new(want, self._staying(have, want), self.draft)
        lost = ["its " + _words.BEYOND, *self._keep_sysctls(have, new)]
        lost += sorted("its " + name for name in have.attributes if name != _veth.PEER and is_lost(kind, have, name))
        for id_, end in ends.items():
            lost += self._put_back_routes(end, self.want.links[id_])
        holders = self.have.holders.get(there.id)
        lost += ["the hold that {0} has on it".format(_words.enumerate_(holders))] if holders else []
        said = "{0} is replaced ({1}); lost with it: {2}; addresses, routes and its own sysctls are put back".format(
            _words.where(have), "; ".join(reasons), ", ".join(lost)
        )
        self.draft.losses.append(Loss(want.id, tuple(lost), said))

    def _keep_sysctls(self, former: Link, want: Link) -> t.List[str]:
        """Plan the sysctls of its own that a link takes over from a former one; return those that it can't have."""
        ipv6_too = want.attributes.get("mtu", _values.IPV6_MIN_MTU) >= _values.IPV6_MIN_MTU
        kept = {name: value for name, value in former.sysctls.items() if ipv6_too or not name.startswith("ipv6/")}
        self.draft.sysctls += put_sysctls(want._replace(sysctls=kept))
        return ["its " + _sysctls.of_device(former.name, name) for name in sorted({*former.sysctls} - {*kept})]

    def _staying(self, former: Link, want: Link) -> t.List[Address]:
        """Return the addresses that a new link takes over from a former one."""
        if want.id in self.want.purged:
            return []
        return [address for address in former.addresses if not address.automatic]

    @staticmethod
    def _as_of(want: Link, former: Link, addresses: t.List[Address]) -> t.List[Address]:
        """Return addresses of a former link for one that may have another name, which their labels begin with."""
        if want.name == former.name:
            return addresses
        return [address._replace(label=None, message=b"") for address in addresses]

    def _put_back_routes(self, former: Link, want: Link) -> t.List[str]:
        """Plan the routes that a former link had; return those that the new one can't have."""
        lost = []
        up = want.attributes.get("up", former.attributes.get("up"))
        for route in former.routes:
            wanted = self.want.routes.get(route.id)
            if route.id in self.want.absent_routes or (wanted is not None and not _route.is_like(wanted, route)):
                continue
            hops = route.attributes.get("nexthops", ())
            vias = [hop.via for hop in hops if hop.dev == former.name] if hops else [route.attributes.get("via")]
            stay = [*self._staying(former, want), *want.addresses]
            if up and all(_addresses.lead_to(route, via, stay) for via in vias):
                self.draft.routes.append(AddRoute(placed(route, former, want), restored=True))
            else:
                ways = " via " + _words.enumerate_([str(via) for via in vias]) if any(vias) else ""
                lost.append("its route to {0}{1}".format(route.dst, ways))
        return lost

    def _elsewhere(self, want: Link) -> t.Optional[Link]:
        """Return the link in the namespace that it is to be fetched from."""
        source: LinkId = (self.want.sources.get(want.id), want.name)
        return self.have.links.get(source) if want.id in self.want.sources else None

    def _fetch(self, have: Link, want: Link) -> None:
        self.draft.moves.append(MoveLink(have, want.netns))
        named = {address[:3] for address in want.addresses}
        lost = ["its address " + a.address for a in have.addresses if not a.automatic and a[:3] not in named]
        lost += ["its route to " + route.dst for route in have.routes]
        lost += ["its " + _sysctls.of_device(have.name, name) for name in sorted(have.sysctls)]
        lost += ["its master " + have.attributes["master"]] if have.attributes.get("master", "none") != "none" else []
        if lost:
            said = "{0} moves, and loses what the task does not name: {1}".format(
                _words.where(have), _words.enumerate_(lost)
            )
            self.draft.losses.append(Loss(want.id, tuple(lost), said))
