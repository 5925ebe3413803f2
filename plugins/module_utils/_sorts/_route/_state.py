# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: routes as they are, wanted or shown. Pure."""

import typing as t

from ... import _values
from ..._resources import Have, LinkId, Route, RouteId, Want

FIELD = "routes"

Entry = t.Dict[str, t.Any]

OWN = ("nhid", "protocol", "src", "mtu")
"""What a route that leads by a nexthop object has of its own. The kernel tells the rest along with it, which is the nexthop's."""

_AS_NEW = {"nhid": None, "via": None, "src": None, "onlink": False, "mtu": None, "encap": None}

_IDENTITY = ("dst", "netns", "table", "metric", "tos")
"""The options that the label tells."""


def is_met(want: Route, have: t.Optional[Route], _whole: Want, _host: Have) -> bool:
    return is_like(want, have)


def is_like(want: Route, have: t.Optional[Route]) -> bool:
    """Return whether a route is as wanted; what the want leaves open is not compared."""
    return have is not None and all(
        _is_value(name, value, have.attributes.get(name)) for name, value in want.attributes.items()
    )


def _is_value(name: str, want: t.Any, have: t.Any) -> bool:
    """The kernel adds to a next hop the link that it found."""
    if name != "nexthops" or have is None:
        return bool(want == have)
    return len(want) == len(have) and all(
        (hop.via, hop.weight) == (other.via, other.weight) and hop.dev in (None, other.dev)
        for hop, other in zip(want, have)
    )


def ways(route: Route, _have: Have) -> t.List[LinkId]:
    return route.ways


def references(route: Route) -> t.Iterator[t.Tuple[str, t.Any]]:
    if route.attributes.get("nhid"):
        yield "nexthops", (route.netns, route.attributes["nhid"])


def exact(route: Route) -> Route:
    """Return a wanted route with all that it does not name as a new one has it; its way and its protocol are always said."""
    named = {name: value for name, value in _AS_NEW.items() if name in OWN or not route.attributes.get("nhid")}
    return route._replace(attributes={**named, **route.attributes})


def own(route: Route) -> Route:
    """Return a route without what it has by a nexthop object."""
    if not route.attributes.get("nhid"):
        return route
    return route._replace(attributes={name: value for name, value in route.attributes.items() if name in OWN})


def state(route: t.Optional[Route]) -> Entry:
    """Return a route as the user reads it; only the state where there is none."""
    if route is None:
        return {"state": "absent"}
    told: Entry = {"state": "present", "dst": route.dst, "table": route.table, "metric": route.metric}
    told.update({"tos": route.tos} if route.tos else {})
    if route.netns:
        told["netns"] = route.netns
    for name, value in sorted(route.attributes.items()):
        if value is not None:
            told[name] = _PARTS.get(name, lambda whole: whole)(value)
    return told


_PARTS: t.Dict[str, t.Callable[[t.Any], t.Any]] = {
    "nexthops": lambda hops: [{k: v for k, v in hop._asdict().items() if v is not None} for hop in hops],
    "encap": lambda encap: {k: v for k, v in encap._asdict().items() if v},
}
"""Of a route, the options that have parts."""


def entries(routes: t.Mapping[RouteId, Route], _have: Have) -> t.List[Entry]:
    return [entry(route) for route in routes.values()]


def entry(route: Route) -> Entry:
    ipv4 = route.family == _values.IPV4
    direct = "via" not in route.attributes and "nexthops" not in route.attributes
    implied = {
        "table": _values.MAIN_TABLE,
        "metric": 0 if ipv4 else _values.IPV6_METRIC,
        "type": "unicast",
        "protocol": "static",
        "onlink": False,
        "scope": "link" if direct and ipv4 and route.attributes.get("type") == "unicast" else "global",
    }
    told = {name: value for name, value in state(own(route)).items() if value != implied.get(name)}
    del told["state"]
    if route.attributes.get("type") not in ("unicast", "local", None):
        # The kernel lets IPv6 routes that lead nowhere lead to lo.
        told.pop("dev", None)
    if not ipv4 and route.dst == "default":
        told["family"] = "inet6"
    return told


def label(id_: RouteId) -> Entry:
    netns, _family, table, dst, metric, tos = id_
    named: Entry = {"route": dst, "table": table, "metric": metric}
    return {**named, **({"tos": tos} if tos else {}), "netns": netns}


def options(route: Route) -> Entry:
    return {name: value for name, value in entry(route).items() if name not in _IDENTITY}
