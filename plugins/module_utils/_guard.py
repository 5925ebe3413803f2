# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: refuses plans that would cut off whoever asks for them, or lead a tunnel into itself. Pure."""

import typing as t

from . import _errors, _operations, _render, _values
from ._kinds import _catalog, _veth
from ._resources import Address, Encap, Have, Lifeline, Link, LinkId, Route, Way

MIN_MTU = {_values.IPV4: 576, _values.IPV6: _operations.IPV6_MIN_MTU}
"""What a host must take (RFC 791, RFC 8200)."""

_BRIDGE_BREAKS = ("stp", "vlan_filtering")
"""Options of a bridge by which ports may stop to forward, for a while or for good."""

Question = t.Tuple[t.Optional[str], str]
"""A namespace and an address: by which way does the kernel send packets there?"""

Tunnel = t.Tuple[t.Optional[str], str, t.Optional[Encap]]
"""A link by its namespace and name; with what a route puts around packets, one of the tunnels of an ``external`` link."""


class _Claim(t.NamedTuple):
    """A destination that a step would route to a link."""

    step: _operations.Operation
    netns: t.Optional[str]
    family: int
    network: str
    """Empty for a default route."""
    length: int
    tos: int
    metric: int
    table: int
    dev: t.Optional[str]
    via: t.Optional[str] = None
    encap: t.Optional[Encap] = None

    def covers(self, netns: t.Optional[str], destination: str) -> bool:
        """Whether packets from that namespace to that address could go by it."""
        return (
            netns == self.netns
            and _values.family_of(destination) == self.family
            and self.network in ("", _values.network(self.family, destination, self.length))
        )

    def beats(self, way: t.Optional[Way]) -> bool:
        """Whether the kernel would prefer it to a way, or to none."""
        if way is None or self.table == _values.LOCAL_TABLE:
            return True
        if self.table != way.route.table:
            return False
        mine, other = (self.length, self.tos, -self.metric), (way.length, way.route.tos, -way.route.metric)
        # Of two IPv6 routes alike but for the next hop, the kernel makes one with two ways.
        return mine > other or (mine == other and self.family == _values.IPV6 and self.via is not None)

    def leads_like(self, route: Route) -> bool:
        return [(self.dev, self.via, self.encap)] == _hops(route)


def ways_out(operations: t.Iterable[_operations.Operation], have: Have) -> t.Set[LinkId]:
    """Return the links that routes would lead through, as far as ``have`` does not tell of them."""
    routes = (step.route for step in operations if isinstance(step, (_operations.AddRoute, _operations.SetRoute)))
    return {way for route in routes for way in route.ways}.difference(have.links)


def questions(operations: t.Sequence[_operations.Operation], have: Have) -> t.Dict[Tunnel, Question]:
    """Return the tunnels that the steps might lead into themselves, and what must be asked of the kernel to know."""
    tunnels = _tunnels(operations, have)
    if not tunnels:
        return {}
    asked: t.Dict[Tunnel, Question] = {}
    for step in operations:
        if isinstance(step, _operations.SetLink) and "remote" in step.changes and step.link.id in tunnels:
            destination = _outer(tunnels[step.link.id], None)
            if destination:
                asked[(*step.link.id, None)] = (step.netns, destination)
    for claim in _claims(operations, have):
        id_ = (claim.netns, str(claim.dev))
        destination = _outer(tunnels[id_], claim.encap) if id_ in tunnels else ""
        if destination and claim.covers(claim.netns, destination):
            asked[(*id_, claim.encap)] = (claim.netns, destination)
    return asked


def check(
    operations: t.Sequence[_operations.Operation],
    have: Have,
    lifeline: Lifeline,
    asked: t.Mapping[Tunnel, Question],
    ways: t.Mapping[Question, t.Optional[Way]],
) -> None:
    """Raise Conflict, with the step that would do it, if the plan would cut the lifeline or lead a tunnel into itself.

    :arg asked: what ``questions`` returned. :arg ways: the kernel's answers.
    """
    claims = list(_claims(operations, have)) if lifeline.ways or asked else []
    for (netns, name, encap), question in asked.items():
        way = ways.get(question)
        winners = _winners(claims, question, way)
        steps = [claim.step for claim in winners if (claim.dev, claim.encap) == (name, encap)]
        if not winners and way is not None and name in way.devices:
            steps = [
                step for step in operations if isinstance(step, _operations.SetLink) and step.link.id == (netns, name)
            ]
        if steps:
            raise _loop(steps[0], name, question[1])
    if lifeline.ways:
        for step in operations:
            reason = _CUTS[type(step)](step, lifeline, have) if type(step) in _CUTS else ""
            if reason:
                raise _cut(step, reason, lifeline)
    for way in lifeline.ways:
        for claim in _winners(claims, (way.netns, way.destination), way):
            if not claim.leads_like(way.route):
                reason = "packets to {0} go by {1}".format(way.destination, _render.route_text(way.route))
                raise _cut(claim.step, reason, lifeline)


def _cut(step: _operations.Operation, reason: str, lifeline: Lifeline) -> _errors.Conflict:
    return _errors.Conflict(
        "force: {0} would cut the connection from {1} that this task came by: {2}. Come by another way, or say force=true, "
        "best with warren.tunnels.checkpoint armed. Nothing was changed.".format(
            _render.command(step), lifeline.ways[0].destination, reason
        )
    )


def _loop(step: _operations.Operation, name: str, remote: str) -> _errors.Conflict:
    return _errors.Conflict(
        "force: by {0} the packets that {1} sends to its remote {2} would be routed into {1} itself. Have a route to {2} "
        "that leads elsewhere and is more specific, give the tunnel a dev, or say force=true. Nothing was changed.".format(
            _render.command(step), name, remote
        )
    )


# Where packets would go


def _winners(claims: t.Iterable[_Claim], question: Question, way: t.Optional[Way]) -> t.List[_Claim]:
    """Return the claims by which the kernel would send packets, none if it stays with the way that it has."""
    able = [claim for claim in claims if claim.covers(*question) and claim.beats(way)]
    best = max(map(_rank, able), default=None)
    return [claim for claim in able if _rank(claim) == best]


def _rank(claim: _Claim) -> t.Tuple[bool, int, int, int]:
    """The packets may be of any type of service."""
    return (claim.table == _values.LOCAL_TABLE, claim.length, claim.tos, -claim.metric)


def _claims(operations: t.Iterable[_operations.Operation], have: Have) -> t.Iterator[_Claim]:
    for step in operations:
        if isinstance(step, _operations.AddAddress):
            yield from _claims_of_address(step, step.netns, step.name, step.address)
        elif isinstance(step, _operations.SetLink) and step.changes.get("up") and "up" in step.old:
            for address in step.link.addresses:
                yield from _claims_of_address(step, step.netns, step.link.name, address)
        elif isinstance(step, (_operations.AddRoute, _operations.SetRoute)):
            route = step.route
            place = (step, route.netns, route.family, *_destination(route), route.tos, route.metric, route.table)
            for hop in _hops(route):
                yield _Claim(*place, *hop)


def _claims_of_address(
    step: _operations.Operation, netns: t.Optional[str], name: str, address: Address
) -> t.Iterator[_Claim]:
    family = _values.family_of(address.address)
    bits = 128 if family == _values.IPV6 else 32
    yield _Claim(step, netns, family, address.address, bits, 0, 0, _values.LOCAL_TABLE, "lo")
    network = _values.network(family, address.peer or address.address, address.prefixlen)
    # addrconf.c: IP6_RT_PRIO_ADDRCONF.
    metric = 256 if family == _values.IPV6 else 0
    yield _Claim(step, netns, family, network, address.prefixlen, 0, metric, _values.MAIN_TABLE, name)


def _destination(route: Route) -> t.Tuple[str, int]:
    network, _slash, length = route.dst.partition("/")
    return (network, int(length)) if length else ("", 0)


def _hops(route: Route) -> t.List[t.Tuple[t.Optional[str], t.Optional[str], t.Optional[Encap]]]:
    hops = route.attributes.get("nexthops", ())
    if hops:
        return [(hop.dev, hop.via, None) for hop in hops]
    values = route.attributes
    return [(values.get("dev"), values.get("via"), values.get("encap"))]


def _tunnels(operations: t.Iterable[_operations.Operation], have: Have) -> t.Dict[LinkId, Link]:
    """Return the tunnels whose outer packets are routed by the table of their own namespace."""
    tunnels = {id_: link for id_, link in have.links.items() if not link.elsewhere}
    for step in operations:
        if isinstance(step, _operations.AddLink):
            tunnels[step.link.id] = step.link
        elif isinstance(step, _operations.SetLink) and step.link.id in tunnels:
            former = tunnels[step.link.id]
            tunnels[former.id] = former._replace(attributes={**former.attributes, **step.changes})
        elif isinstance(step, _operations.MoveLink):
            tunnels.pop(step.link.id, None)
    return {id_: link for id_, link in tunnels.items() if link.attributes.get("external") or _outer(link, None)}


def _outer(link: Link, encap: t.Optional[Encap]) -> str:
    """Return where its outer packets go; nothing for what is no tunnel to one other host, or where they leave by ``dev``."""
    values = link.attributes
    if encap is not None:
        return encap.dst if values.get("external") else ""
    is_routed = values.get("remote", _values.ANY) != _values.ANY and values.get("dev", _values.NONE) == _values.NONE
    return str(values["remote"]) if is_routed else ""


# What a step does to the lifeline; each returns the reason, or nothing


def _delete_link(step: _operations.DeleteLink, lifeline: Lifeline, _have: Have) -> str:
    return next((lifeline.links[id_] for id_ in (step.link.id, _veth.peer_of(step.link)) if id_ in lifeline.links), "")


def _move_link(step: _operations.MoveLink, lifeline: Lifeline, _have: Have) -> str:
    return lifeline.links.get(step.link.id, "")


def _set_link(step: _operations.SetLink, lifeline: Lifeline, _have: Have) -> str:
    role = lifeline.links.get(step.link.id)
    if role is None:
        return ""
    changes, kind = step.changes, _catalog.KINDS.get(str(step.link.kind), _catalog.ANY)
    own = kind.own.intersection(changes)
    least = max(MIN_MTU[way.family] for way in lifeline.ways)
    breaks = (
        changes.get("up") is False
        or changes.get("arp") is False
        or changes.get("mtu", least) < least
        or not {"mac", "master"}.isdisjoint(changes)
        or (bool(kind.identity) and bool(own))
        or any(changes.get(name) for name in _BRIDGE_BREAKS)
    )
    return role if breaks else ""


def _delete_address(step: _operations.DeleteAddress, lifeline: Lifeline, have: Have) -> str:
    link = have.links.get((step.netns, step.name))
    for way in lifeline.ways:
        if step.netns != way.netns:
            continue
        if step.address.address == way.source:
            return "{0} is the address that it is made to".format(way.source)
        if any(route.id == way.route.id for route in step.routes):
            return "the route by which packets go to {0} goes with it".format(way.destination)
        others = link.addresses if link else ()
        if not step.address.secondary and any(
            other.address == way.source and other.secondary and _network(other) == _network(step.address)
            for other in others
        ):
            return "{0}, which it is made to, is secondary to that address and goes with it".format(way.source)
    return ""


def _network(address: Address) -> t.Tuple[str, int]:
    family = _values.family_of(address.address)
    return _values.network(family, address.address, address.prefixlen), address.prefixlen


def _change_route(step: t.Union[_operations.DeleteRoute, _operations.SetRoute], lifeline: Lifeline, _have: Have) -> str:
    for way in lifeline.ways:
        old = step.old if isinstance(step, _operations.SetRoute) else step.route
        if old.id != way.route.id and (way.is_exact or not _could_be(old, way)):
            continue
        if isinstance(step, _operations.DeleteRoute) or _hops(step.route) != _hops(old):
            return "packets to {0} go by that route".format(way.destination)
    return ""


def _could_be(route: Route, way: Way) -> bool:
    if (route.netns, route.family, route.table) != (way.netns, way.family, way.route.table):
        return False
    network, length = _destination(route)
    return network in ("", _values.network(way.family, way.destination, length))


def _delete_namespace(step: _operations.DeleteNamespace, lifeline: Lifeline, _have: Have) -> str:
    return next((role for id_, role in lifeline.links.items() if id_[0] == step.namespace.name), "")


def _delete_fou_port(step: _operations.DeleteFouPort, lifeline: Lifeline, _have: Have) -> str:
    carries = step.netns is None and step.port.port in lifeline.ports
    return "the packets of the tunnel that carries it come in there" if carries else ""


_CUTS: t.Dict[t.Any, t.Callable[[t.Any, Lifeline, Have], str]] = {
    _operations.DeleteLink: _delete_link,
    _operations.MoveLink: _move_link,
    _operations.SetLink: _set_link,
    _operations.DeleteAddress: _delete_address,
    _operations.SetRoute: _change_route,
    _operations.DeleteRoute: _change_route,
    _operations.DeleteNamespace: _delete_namespace,
    _operations.DeleteFouPort: _delete_fou_port,
}
