# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: a host's state as one document, in the form that ``_want/_document.py`` reads. Pure.

What a new link has anyway is left out, so that a person can read it.
"""

import fnmatch
import typing as t

from . import _errors, _show, _values
from ._kinds import _catalog, _veth
from ._resources import Have, Link, LinkId, Route, Want

Entry = t.Dict[str, t.Any]
Document = t.Dict[str, t.Any]


class Choice(t.NamedTuple):
    """What of a host is asked about; None is everything."""

    namespaces: t.Optional[t.Tuple[str, ...]] = None
    """Beside the one that we are in."""
    kinds: t.Optional[t.FrozenSet[str]] = None
    names: t.Optional[t.Tuple[str, ...]] = None
    """Patterns, as a shell has them (fnmatch)."""

    def includes(self, link: Link) -> bool:
        named = self.names is None or any(fnmatch.fnmatchcase(link.name, pattern) for pattern in self.names)
        return named and (self.kinds is None or link.kind in self.kinds)


def of_choice(choice: Choice, have: Have) -> Document:
    """Return what a host has of what is asked about, as ``warren.tunnels.network_info`` answers it."""
    missing = sorted(set(choice.namespaces or ()) - set(have.namespaces))
    if missing:
        raise _errors.Unmet(
            "netns: there is no namespace {0!r} on this host; leave it out to look into all there are".format(
                missing[0]
            )
        )
    document, others = of_host(have, choice.includes)
    return {"network": document, "others": others}


def of_wanted(want: Want, have: Have) -> Document:
    """Return what a host has of what is wanted, or not wanted any more; of links that are wanted, the options named."""
    links = {
        id_: _as_named(want.links.get(id_), link)
        for id_, link in have.links.items()
        if id_ in want.links or id_ in want.absent_links
    }
    namespaces = [name for name in have.namespaces if name in want.namespaces or name in want.absent_namespaces]
    return {
        "namespaces": [namespace_entry(name, have) for name in sorted(namespaces)],
        "links": _links(links),
        "routes": [
            route_entry(route) for id_, route in have.routes.items() if id_ in want.routes or id_ in want.absent_routes
        ],
        "fou_ports": [
            port_entry(port)
            for id_, port in have.fou_ports.items()
            if id_ in want.fou_ports or id_ in want.absent_fou_ports
        ],
    }


def _as_named(want: t.Optional[Link], have: Link) -> Link:
    if want is None:
        return have
    return have._replace(attributes={name: value for name, value in have.attributes.items() if name in want.attributes})


def of_host(have: Have, chosen: t.Callable[[Link], bool]) -> t.Tuple[Document, Document]:
    """Return what a host has; of links, and what goes through them, what is chosen, and the other ends of its pairs.

    The first part is what ``network_state`` can make, the second what it can't, such as network cards.
    """
    links = {id_: link for id_, link in have.links.items() if chosen(link)}
    links.update((end.id, end) for end in map(have.links.get, map(_veth.peer_of, list(links.values()))) if end)
    made = {id_: link for id_, link in links.items() if _can_be_made(link) or id_[1] == "lo"}
    routes: t.List[Entry] = []
    other_routes: t.List[Entry] = []
    for route in have.routes.values():
        if all(way in links for way in route.ways):
            (routes if all(way in made for way in route.ways) else other_routes).append(route_entry(route))
    document = {
        "namespaces": [namespace_entry(name, have) for name in sorted(have.namespaces)],
        "links": _links(made),
        "routes": routes,
        "fou_ports": [port_entry(port) for port in have.fou_ports.values()],
    }
    other_links = [_other(links[id_]) for id_ in sorted(links, key=_order) if id_ not in made]
    return document, {"links": other_links, "routes": other_routes}


def _can_be_made(link: Link) -> bool:
    kind = _catalog.KINDS.get(str(link.kind))
    return kind is not None and not kind.implicit and link.name not in _catalog.FALLBACKS


def _order(id_: LinkId) -> t.Tuple[str, str]:
    return (id_[0] or "", id_[1])


def namespace_entry(name: str, have: Have) -> Entry:
    loopback = have.links.get((name, "lo"))
    entry: Entry = {"name": name, "loopback": bool(loopback is None or loopback.attributes.get("up"))}
    sysctl = {key: value for key, value in have.namespaces[name].sysctl.items() if value is not None}
    return dict(entry, sysctl=sysctl) if sysctl else entry


def _links(links: t.Mapping[LinkId, Link]) -> t.List[Entry]:
    """Return one entry for each link, and one for both ends of a pair."""
    entries = []
    done: t.Set[LinkId] = set()
    for id_ in sorted(links, key=_order):
        link = links[id_]
        if id_ in done:
            continue
        if link.kind == "loopback":
            entry = link_entry(link._replace(attributes={}))
            entries += [entry] if "addresses" in entry else []
            continue
        entry = link_entry(link)
        peer_id = _veth.peer_of(link)
        if peer_id in links:
            done.add(peer_id)
            entry["peer"] = {name: value for name, value in link_entry(links[peer_id]).items() if name != "kind"}
        elif peer_id[1]:
            entry["peer"] = {"name": peer_id[1], "netns": peer_id[0]}
        entries.append(entry)
    return entries


def link_entry(link: Link) -> Entry:
    entry: Entry = {"name": link.name}
    if link.netns:
        entry["netns"] = link.netns
    kind = _catalog.KINDS.get(str(link.kind))
    if kind is not None and not kind.implicit:
        entry["kind"] = kind.name
    defaults = (kind or _catalog.ANY).defaults
    for name, value in sorted(link.attributes.items()):
        if name not in ("persist", _veth.PEER) and defaults.get(name) != value:
            entry[name] = value
    addresses = [_show.address_state(address, link.name) for address in link.addresses if not address.automatic]
    return dict(entry, addresses=addresses) if addresses else entry


def _other(link: Link) -> Entry:
    """Return a link that can't be made by us: hardware, of an unknown kind, or a driver's own."""
    entry = {name: value for name, value in link_entry(link).items() if name in _OF_ANY}
    if link.kind is not None:
        entry["kind"] = link.kind
    entry["fallback"] = link.name in _catalog.FALLBACKS
    return entry


_OF_ANY = frozenset(("name", "netns", "addresses", *(option.name for option in _catalog.ANY.common)))


def route_entry(route: Route) -> Entry:
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
    entry = {name: value for name, value in _show.route_state(route).items() if value != implied.get(name)}
    del entry["state"]
    if route.attributes.get("type") not in ("unicast", "local", None):
        # The kernel lets IPv6 routes that lead nowhere lead to lo.
        entry.pop("dev", None)
    if not ipv4 and route.dst == "default":
        entry["family"] = "inet6"
    return entry


def port_entry(port: t.Any) -> Entry:
    return {name: value for name, value in _show.fou_state(port).items() if name != "state"}
