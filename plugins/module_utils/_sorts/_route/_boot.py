# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: routes in files for the next boot."""

import typing as t

from ... import _resources, _values
from ..._boot._networkd import Networkd
from ..._resources import Link, Route, Want
from ..._states import _registry
from .._list import load
from . import _state as _route

_NOT_SO = "networkd has no such routes; have ip -batch bring them back, by to_ip_batch or the role boot"

REMOVAL = "s/^route replace /route delete /p"
AGAIN = "route replace"
LOOK = """\
    for family in 4 6; do
        ip_for "$1" -o -$family route show table all | sed "s/^/$family /"
    done
"""
COMPARED = r"""
function target(from) { destination = $from; type = "unicast"
    if (destination !~ /^default$|[.:\/]/) { type = destination; destination = $(from + 1) }
    sub(/^(0\.0\.0\.0|::)\/0$/, "default", destination)
    if (destination ~ /:/) sub(/\/128$/, "", destination); else sub(/\/32$/, "", destination)
}
$1 == 4 || $1 == 6 {
    target(2); table = after("table", 2)
    if (table == "") table = 254
    if (table in number) table = number[table]
    key = $1 SUBSEP type SUBSEP destination SUBSEP table
    routes[key] = routes[key] "\n" $0
    next
}
$2 == "route" {
    target(4); table = after("table", 4)
    if (table == "") table = 254
    family = (destination ~ /:/ || $0 ~ / ::\/0 /) ? 6 : 4
    key = family SUBSEP type SUBSEP destination SUBSEP table
    count = split(routes[key], lines, "\n"); good = / nexthop / && has(routes[key], 4)
    for (i = 2; i <= count; i++) good = good || has(lines[i], 4)
    if (!good) { sub(/^want route replace /, ""); tell("route " $0) }
}
"""


def check(_routes: t.Sequence[Route]) -> None:
    """All can be made at boot."""


def sort_in(networkd: Networkd) -> None:
    """Put the routes to the links in whose files they belong."""
    for route in networkd.want.routes.values():
        what = f"route to {route.dst}"
        if route.netns is not None:
            networkd.faults.append(f"{what}: netns: networkd knows the host's own namespace only")
        elif route.tos or route.attributes.get("encap"):
            networkd.faults.append(f"{what}: {'tos' if route.tos else 'encap'}: {_NOT_SO}")
        elif route.attributes.get("nexthops"):
            networkd.faults.append(f"{what}: nexthops: this collection writes none for networkd; leave them out")
        else:
            link = _led_by(networkd, route) if route.attributes.get("nhid") else owner(route, networkd.want)
            if link is None:
                networkd.faults.append(
                    f"{what}: dev: networkd needs a link of this state, in whose file the route belongs"
                )
            else:
                networkd.add(link, "Route", _lines(route))


def _led_by(networkd: Networkd, route: Route) -> t.Optional[Link]:
    """Return the link in whose file the nexthop object of a route is."""
    for field, id_ in _route.references(route):
        nexthop = _registry.wanted(field, networkd.want).get(id_)
        link: t.Optional[Link] = load(field, "_boot").owner(networkd, nexthop) if nexthop else None
        return link
    return None


def owner(route: Route, want: Want) -> t.Optional[Link]:
    """Return the link in whose file a route belongs; None where no one link leads there."""
    name, via = route.attributes.get("dev"), route.attributes.get("via")
    if name:
        link = want.links.get((None, name))
        return link if link is not None and link.kind else None
    leading = [
        link
        for link in want.links.values()
        if link.netns is None and link.kind and via and any(_is_near(via, address) for address in link.addresses)
    ]
    return leading[0] if len(leading) == 1 else None


def _is_near(via: str, near_to: _resources.Address) -> bool:
    family = _values.family_of(via)
    if family != _values.family_of(near_to.address):
        return False
    near = _values.network(family, near_to.peer or near_to.address, near_to.prefixlen)
    return _values.network(family, via, near_to.prefixlen) == near


def _lines(given: Route) -> t.List[str]:
    values = given.attributes
    everything = "::/0" if given.family == _values.IPV6 else "0.0.0.0/0"
    lines = [f"Destination={everything if given.dst == 'default' else given.dst}"]
    lines += [f"NextHop={values['nhid']}"] if values.get("nhid") else []
    lines += [f"Gateway={values['via']}"] if values.get("via") else []
    lines += ["GatewayOnLink=yes"] if values.get("onlink") else []
    lines += [f"PreferredSource={values['src']}"] if values.get("src") else []
    lines += [f"MTUBytes={values['mtu']}"] if values.get("mtu") else []
    lines += [f"Type={values['type']}"] if values.get("type", "unicast") != "unicast" else []
    lines += [f"Scope={values['scope']}"] if values.get("scope") else []
    lines += [f"Protocol={'1' if values['protocol'] == 'redirect' else values['protocol']}"]
    lines += [f"Table={given.table}"] if given.table != _values.MAIN_TABLE else []
    lines += [f"Metric={given.metric}"] if given.metric else []
    return lines
