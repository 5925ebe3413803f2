# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what is done to routes."""

import typing as t

from ... import _values
from ..._record import Draft
from ..._resources import Encap, Have, Route
from ..._steps._lines import line
from ..._steps._step import Step, Touched
from ..._steps._world import World
from ..._ways import Claim, Lifeline, Way, destination, hops
from ._state import FIELD, OWN

WORD = "route"


class _Addition(t.NamedTuple):
    route: Route
    restored: bool = False
    """It was there before the plan, and another step takes it along."""


class AddRoute(_Addition, Step):
    field = FIELD

    @property
    def netns(self) -> t.Optional[str]:
        return self.route.netns

    def command(self) -> str:
        return line(self.netns, "route", "append", *_words(self.route))

    def inverse(self) -> t.List[Step]:
        return [] if self.restored else [DeleteRoute(self.route)]

    def again(self) -> Step:
        return SetRoute(self.route, self.route)

    def take_effect(self, world: World) -> None:
        if not self.restored:
            world.things[FIELD][self.route.id] = self.route

    def touches(self, have: Have) -> t.Iterator[Touched]:
        if not self.restored:
            yield FIELD, self.route.id

    def claims(self) -> t.Iterator[Claim]:
        return claims(self.route)

    def enter(self, draft: Draft) -> None:
        if not self.route.message:
            draft.add_route(self.route)

    def strike(self, draft: Draft) -> None:
        if self.route.message and not self.restored:
            draft.routes.pop(self.route.id, None)


class _Change(t.NamedTuple):
    route: Route
    old: Route


class SetRoute(_Change, Step):
    """Puts a route in the place of the one with the same id."""

    field = FIELD

    @property
    def netns(self) -> t.Optional[str]:
        return self.route.netns

    def command(self) -> str:
        return line(self.netns, "route", "replace", *_words(self.route))

    def inverse(self) -> t.List[Step]:
        return [SetRoute(self.old, self.route)]

    def take_effect(self, world: World) -> None:
        world.things[FIELD][self.route.id] = self.route

    def touches(self, have: Have) -> t.Iterator[Touched]:
        yield FIELD, self.route.id

    def claims(self) -> t.Iterator[Claim]:
        return claims(self.route, replaces=True)

    def cuts(self, lifeline: Lifeline, have: Have) -> str:
        return "" if hops(self.route) == hops(self.old) else _cuts(self.old, lifeline)

    def enter(self, draft: Draft) -> None:
        # One of others comes back.
        if not self.route.message:
            draft.change_route(self.route, self.old)

    def strike(self, draft: Draft) -> None:
        if self.route.message:
            draft.routes.pop(self.route.id, None)


class _Deletion(t.NamedTuple):
    route: Route


class DeleteRoute(_Deletion, Step):
    field = FIELD

    @property
    def netns(self) -> t.Optional[str]:
        return self.route.netns

    def command(self) -> str:
        return line(self.netns, "route", "delete", *_words(self.route))

    def inverse(self) -> t.List[Step]:
        return [AddRoute(self.route)]

    def take_effect(self, world: World) -> None:
        del world.things[FIELD][self.route.id]

    def touches(self, have: Have) -> t.Iterator[Touched]:
        yield FIELD, self.route.id

    def cuts(self, lifeline: Lifeline, have: Have) -> str:
        return _cuts(self.route, lifeline)

    def strike(self, draft: Draft) -> None:
        draft.routes.pop(self.route.id, None)


def text(route: Route) -> str:
    """Return a route as ``ip`` shows it."""
    return " ".join(_words(route))


def _words(route: Route) -> t.List[str]:
    values = route.attributes
    type_ = "unicast" if values.get("nhid") else values.get("type", "unicast")
    words = [type_] if type_ != "unicast" else []
    # Without an address in it, ip would take it for IPv4.
    words.append("::/0" if route.dst == "default" and route.family == _values.IPV6 else route.dst)
    words += ["tos", hex(route.tos)] if route.tos else []
    # Before via or dev, so that the src of the route is not taken for its own.
    if values.get("nhid"):
        # The rest is said of that.
        values = {name: value for name, value in values.items() if name in OWN}
    words += encap_words(values["encap"]) if values.get("encap") else []
    for word in ("nhid", "via", "dev", "src", "mtu"):
        words += [word, str(values[word])] if values.get(word) else []
    words += ["onlink"] if values.get("onlink") else []
    words += ["scope", values["scope"]] if values.get("scope") not in (None, _usual_scope(route)) else []
    words += ["proto", str(values["protocol"])] if values.get("protocol") else []
    words += ["table", str(route.table)] if route.table != _values.MAIN_TABLE else []
    words += ["metric", str(route.metric)] if route.metric else []
    for hop in values.get("nexthops", ()):
        words.append("nexthop")
        words += ["via", hop.via] if hop.via else []
        words += ["dev", hop.dev] if hop.dev else []
        words += ["weight", str(hop.weight)]
    return words


def encap_words(encap: Encap) -> t.List[str]:
    ttl, tos = ("hoplimit", "tc") if encap.type == "ip6" else ("ttl", "tos")
    words = ["encap", encap.type, "id", str(encap.id)]
    words += ["src", encap.src] if encap.src else []
    words += ["dst", encap.dst]
    words += [ttl, str(encap.ttl)] if encap.ttl else []
    words += [tos, hex(encap.tos)] if encap.tos else []
    return words + [word for word in ("key", "csum", "seq") if getattr(encap, word)]


def _usual_scope(route: Route) -> str:
    """Return the scope that ip chooses where none is asked for."""
    values = route.attributes
    if route.family == _values.IPV6:
        return "global"
    if values.get("type") == "local":
        return "host"
    direct = values.get("type", "unicast") == "unicast" and not values.get("via") and not values.get("nexthops")
    return "link" if direct else "global"


def claims(route: Route, replaces: bool = False) -> t.Iterator[Claim]:
    network, length = destination(route)
    whole = (route.netns, route.family, network, length, route.tos, route.metric, route.table)
    for dev, via, encap in hops(route):
        yield Claim(*whole, dev, via, encap, replaces)


def _cuts(old: Route, lifeline: Lifeline) -> str:
    """Return why a lifeline would be cut if a route went, or led elsewhere."""
    for way in lifeline.ways:
        if old.id == way.route.id or (not way.is_exact and _could_be(old, way)):
            return "packets to {0} go by that route".format(way.destination)
    return ""


def _could_be(route: Route, way: Way) -> bool:
    if (route.netns, route.family, route.table) != (way.netns, way.family, way.route.table):
        return False
    network, length = destination(route)
    return network in ("", _values.network(way.family, way.destination, length))
