# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: refuses plans that would cut off whoever asks for them, or lead a tunnel into itself. Pure."""

import typing as t

from . import _errors, _values
from ._kinds import _underlay
from ._resources import Encap, Have, Link, LinkId
from ._sorts._route._steps import text as route_text
from ._steps._link import SetLink
from ._steps._step import Step
from ._steps._world import World
from ._ways import Claim, Lifeline, Question, Way

Tunnel = t.Tuple[t.Optional[str], str, t.Optional[Encap]]
"""A link by its namespace and name; with what a route puts around packets, one of the tunnels of an ``external`` link."""

Claimed = t.Tuple[Step, Claim]
"""A step and a destination that it would route to a link."""


def ways_out(operations: t.Iterable[Step], have: Have) -> t.Set[LinkId]:
    """Return the links that destinations would be routed to, as far as ``have`` does not tell of them."""
    ways = {(claim.netns, claim.dev) for _step, claim in _claims(operations) if claim.dev and claim.dev != "lo"}
    return ways.difference(have.links)


def questions(operations: t.Sequence[Step], have: Have) -> t.Dict[Tunnel, Question]:
    """Return the tunnels that the steps might lead into themselves, and what must be asked of the kernel to know."""
    tunnels = _tunnels(operations, have)
    if not tunnels:
        return {}
    asked: t.Dict[Tunnel, Question] = {}
    for step in operations:
        if isinstance(step, SetLink) and "remote" in step.changes and step.link.id in tunnels:
            destination = _outer(tunnels[step.link.id], None)
            if destination:
                asked[(*step.link.id, None)] = (step.netns, destination)
    for _step, claim in _claims(operations):
        id_ = (claim.netns, str(claim.dev))
        destination = _outer(tunnels[id_], claim.encap) if id_ in tunnels else ""
        if destination and claim.covers(claim.netns, destination):
            asked[(*id_, claim.encap)] = (claim.netns, destination)
    return asked


def check(
    operations: t.Sequence[Step],
    have: Have,
    lifeline: Lifeline,
    asked: t.Mapping[Tunnel, Question],
    ways: t.Mapping[Question, t.Optional[Way]],
) -> None:
    """Raise Conflict, with the step that would do it, if the plan would cut the lifeline or lead a tunnel into itself.

    :arg asked: what ``questions`` returned. :arg ways: the kernel's answers.
    """
    claims = _claims(operations) if lifeline.ways or asked else []
    for (netns, name, encap), question in asked.items():
        way = ways.get(question)
        winners = _winners(claims, question, way)
        steps = [step for step, claim in winners if (claim.dev, claim.encap) == (name, encap)]
        if not winners and way is not None and name in way.devices:
            steps = [step for step in operations if isinstance(step, SetLink) and step.link.id == (netns, name)]
        if steps:
            raise _loop(steps[0], name, question[1])
    if lifeline.ways:
        for step in operations:
            reason = step.cuts(lifeline, have)
            if reason:
                raise _cut(step, reason, lifeline)
    # What leads a route that is there elsewhere has told above whether that cuts.
    claims = [(step, claim._replace(replaces=False)) for step, claim in claims]
    for way in lifeline.ways:
        for step, claim in _winners(claims, (way.netns, way.destination), way):
            if not claim.leads_like(way.route):
                reason = "packets to {0} go by {1}".format(way.destination, route_text(way.route))
                raise _cut(step, reason, lifeline)


def check_rules(turned: t.Optional[t.Tuple[Step, Way]], lifeline: Lifeline) -> None:
    """Raise Conflict where a step would turn packets of the lifeline another way. :arg turned: what ``_courses.cut`` returned."""
    if turned:
        step, way = turned
        reason = "packets to {0} go by {1}, to which the rules would lead them no more"
        raise _cut(step, reason.format(way.destination, route_text(way.route)), lifeline)


def _cut(step: Step, reason: str, lifeline: Lifeline) -> _errors.Conflict:
    return _errors.Conflict(
        "force: {0} would cut the connection from {1} that this task came by: {2}. Come by another way, or say force=true, "
        "best with warren.tunnels.checkpoint armed. Nothing was changed.".format(
            step.command(), lifeline.ways[0].destination, reason
        )
    )


def _loop(step: Step, name: str, remote: str) -> _errors.Conflict:
    return _errors.Conflict(
        "force: by {0} the packets that {1} sends to its remote {2} would be routed into {1} itself. Have a route to {2} "
        "that leads elsewhere and is more specific, give the tunnel a dev, or say force=true. Nothing was changed.".format(
            step.command(), name, remote
        )
    )


# Where packets would go


def _winners(claims: t.Iterable[Claimed], question: Question, way: t.Optional[Way]) -> t.List[Claimed]:
    """Return the claims by which the kernel would send packets, none if it stays with the way that it has."""
    able = [(step, claim) for step, claim in claims if claim.covers(*question) and claim.beats(way)]
    best = max((_rank(claim) for _step, claim in able), default=None)
    return [(step, claim) for step, claim in able if _rank(claim) == best]


def _rank(claim: Claim) -> t.Tuple[bool, int, int, int]:
    """The packets may be of any type of service."""
    return (claim.table == _values.LOCAL_TABLE, claim.length, claim.tos, -claim.metric)


def _claims(operations: t.Iterable[Step]) -> t.List[Claimed]:
    return [(step, claim) for step in operations for claim in step.claims()]


def _tunnels(operations: t.Iterable[Step], have: Have) -> t.Dict[LinkId, Link]:
    """Return the tunnels whose outer packets are routed by the table of their own namespace."""
    world = World(have)
    for step in operations:
        step.take_effect(world)
    there = {id_: link for id_, link in world.links.items() if not _underlay.is_elsewhere(link)}
    return {id_: link for id_, link in there.items() if link.attributes.get("external") or _outer(link, None)}


def _outer(link: Link, encap: t.Optional[Encap]) -> str:
    """Return where its outer packets go; nothing for what is no tunnel to one other host, or where they leave by ``dev``."""
    values = link.attributes
    if encap is not None:
        return encap.dst if values.get("external") else ""
    is_routed = values.get("remote", _values.ANY) != _values.ANY and values.get("dev", _values.NONE) == _values.NONE
    return str(values["remote"]) if is_routed else ""
