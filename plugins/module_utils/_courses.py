# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: refuses plans by whose rules whoever asks for them would be cut off. Pure.

What the rules of policy routing do with the packets of a connection is followed here as the kernel follows it
(``fib_rules_lookup``). Where it can't be told whether a rule is for them, both are followed.
"""

import typing as t

from . import _values
from ._resources import Route, Rule
from ._steps._step import Step
from ._ways import Claim, Hop, Lifeline, Way, destination, hops

Place = t.Tuple[t.Optional[str], int]
"""A namespace and an address family, which have rules of their own."""

Table = t.Tuple[t.Optional[str], int, int]
"""The same, and the number of a table."""

_Outcome = t.Tuple[str, t.Tuple[Hop, ...]]
"""What becomes of packets: the type of the route or rule, and where it leads."""

_NOWHERE: _Outcome = ("unreachable", ())
_NO, _MAYBE, _YES = range(3)
_TCP = 6
_END = ("blackhole", "unreachable", "prohibit")


def places(operations: t.Iterable[Step], lifeline: Lifeline) -> t.Set[Place]:
    """Return the places that a connection goes by and whose rules the steps change."""
    changed = {step.turns for step in operations if step.turns is not None}
    return {(way.netns, way.family) for way in lifeline.ways} & changed


def tables(operations: t.Sequence[Step], rules: t.Mapping[Place, t.Sequence[Rule]]) -> t.Set[Table]:
    """Return the tables whose routes must be known. :arg rules: those of each place, in their order."""
    then = [*rules.items(), *((place, _after(operations, there)) for place, there in rules.items())]
    return {(*place, rule.values["table"]) for place, there in then for rule in there if "table" in rule.values}


def cut(
    operations: t.Sequence[Step],
    lifeline: Lifeline,
    rules: t.Mapping[Place, t.Sequence[Rule]],
    routes: t.Mapping[Table, t.Sequence[Route]],
) -> t.Optional[t.Tuple[Step, Way]]:
    """Return the step by which packets would go another way, and the way that they go now; None where there is no such."""
    claims = [claim for step in operations for claim in step.claims()]
    for number, way in enumerate(lifeline.ways):
        place = (way.netns, way.family)
        if place in rules:
            packets = _Packets(way, lifeline.ends if number == 0 else None, claims, routes)
            now = packets.outcomes(rules[place])
            if packets.turn(now, packets.outcomes(_after(operations, rules[place]))):
                turning = [step for step in operations if step.turns == place]
                ahead = (turning[: count + 1] for count in range(len(turning)))
                return next(
                    (steps[-1], way)
                    for steps in ahead
                    if packets.turn(now, packets.outcomes(_after(steps, rules[place])))
                )
    return None


def _after(operations: t.Iterable[Step], rules: t.Sequence[Rule]) -> t.List[Rule]:
    """Return the rules of one family as they are after the steps."""
    after = list(rules)
    place = rules[0].id[:2] if rules else None
    for step in operations:
        if step.turns is not None and step.turns == place:
            step.reorder(after)
    return after


class _Packets:
    """What is sent to the other end of a connection, or of a tunnel that carries it."""

    def __init__(
        self,
        way: Way,
        ends: t.Optional[t.Tuple[int, int]],
        claims: t.Sequence[Claim],
        routes: t.Mapping[Table, t.Sequence[Route]],
    ) -> None:
        """:arg ends: the ports of TCP, ours first; None: they may be of any protocol."""
        self._way, self._ends, self._routes = way, ends, routes
        self._claims = [claim for claim in claims if claim.covers(way.netns, way.destination)]
        self._own = _outcome(way.route)

    def turn(self, now: t.Set[_Outcome], then: t.Set[_Outcome]) -> bool:
        """Return whether they may go another way then."""
        return bool(then - now - {self._own}) or (self._own in now and self._own not in then)

    def outcomes(self, rules: t.Sequence[Rule], start: int = 0) -> t.Set[_Outcome]:
        """Return what may become of them. :arg start: the position of the first rule to look at."""
        found: t.Set[_Outcome] = set()
        for position in range(start, len(rules)):
            rule, fits = rules[position], self._fits(rules[position])
            if fits == _NO:
                continue
            if "goto" in rule.values:
                ahead = [n for n in range(position + 1, len(rules)) if rules[n].priority == rule.values["goto"]]
                outcomes = self.outcomes(rules, ahead[0]) if ahead else set()
            else:
                outcome, is_sure = self._by(rule)
                outcomes = {outcome} if outcome else set()
                fits = fits if is_sure else _MAYBE
            found |= outcomes
            if outcomes and fits == _YES:
                return found
        return found | {_NOWHERE}

    def _by(self, rule: Rule) -> t.Tuple[t.Optional[_Outcome], bool]:
        """Return what a rule does with them, None where it has the next one do that; and whether that is sure."""
        values = rule.values
        if values.get("type") in _END:
            return (values["type"], ()), True
        if values.get("table") in (None, _values.LOCAL_TABLE):
            return None, True
        if values["table"] == self._way.route.table:
            best: t.Optional[t.Tuple[int, _Outcome]] = (self._way.length, self._own)
        else:
            best = self._best(values["table"])
        if best is None or best[0] <= values.get("suppress_prefixlength", -1) or best[1][0] == "throw":
            return None, True
        return best[1], "suppress_ifgroup" not in values

    def _best(self, table: int) -> t.Optional[t.Tuple[int, _Outcome]]:
        """Return the route of another table that they would go by, as its length and where it leads."""
        found: t.List[t.Tuple[int, int, _Outcome]] = []
        for route in self._routes.get((self._way.netns, self._way.family, table), ()):
            network, length = destination(route)
            if network in ("", _values.network(self._way.family, self._way.destination, length)):
                found.append((length, -route.metric, _outcome(route)))
        for claim in self._claims:
            if claim.table == table:
                leads = claim.dev is not None or claim.via is not None
                outcome: _Outcome = ("unicast", ((claim.dev, claim.via, claim.encap),)) if leads else _NOWHERE
                found.append((claim.length, -claim.metric, outcome))
        best = max(found, key=lambda each: each[:2], default=None)
        return (best[0], best[2]) if best else None

    def _fits(self, rule: Rule) -> int:
        values = rule.values
        fits = min((self._condition(name, value) for name, value in values.items()), default=_YES)
        return _YES - fits if values.get("not") else fits

    def _condition(self, name: str, value: t.Any) -> int:
        known = _CONDITIONS.get(name)
        if known is not None:
            return known(self._way, self._ends, value)
        return _MAYBE if name not in _NO_CONDITIONS else _YES


_NO_CONDITIONS = ("not", "type", "goto", "table", "suppress_prefixlength", "suppress_ifgroup", "protocol")
"""Others that are not below, such as a user, can't be told."""

_Ends = t.Optional[t.Tuple[int, int]]


def _yes(holds: bool) -> int:
    return _YES if holds else _NO


def _is_in(address: str, network: str) -> int:
    base, _slash, length = network.partition("/")
    if not address:
        return _MAYBE
    return _yes(_values.network(_values.family_of(base), address, int(length)) == base)


def _is_port(ends: _Ends, side: int, value: str) -> int:
    first, dash, last = value.partition("-")
    return _MAYBE if not ends or not ends[side] else _yes(int(first) <= ends[side] <= int(last if dash else first))


def _is_unmarked(value: str) -> int:
    mark, slash, mask = value.partition("/")
    return _yes(not int(mark, 16) & (int(mask, 16) if slash else int(mark, 16)))


_CONDITIONS: t.Dict[str, t.Callable[[Way, _Ends, t.Any], int]] = {
    "from": lambda way, _ends, value: _is_in(way.source, value),
    "to": lambda way, _ends, value: _is_in(way.destination, value),
    # The host's own packets come in by none.
    "iif": lambda _way, _ends, value: _yes(value == "lo"),
    "oif": lambda way, _ends, value: _MAYBE if value in way.devices else _NO,
    "fwmark": lambda _way, _ends, value: _is_unmarked(value),
    "ipproto": lambda _way, ends, value: _yes(value == _TCP) if ends else _MAYBE,
    "sport": lambda _way, ends, value: _is_port(ends, 0, value),
    "dport": lambda _way, ends, value: _is_port(ends, 1, value),
    "tun_id": lambda _way, _ends, _value: _NO,
    "l3mdev": lambda _way, _ends, _value: _NO,
}


def _outcome(route: Route) -> _Outcome:
    type_ = route.attributes.get("type", "unicast")
    return (type_, ()) if type_ in (*_END, "throw") else (type_, tuple(hops(route)))
