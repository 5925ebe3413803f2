# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what the host has, as far as a want asks about it. Reads only; makes nothing by looking."""

import grp
import pwd
import typing as t

from .. import _values
from .._kinds import _catalog, _veth
from .._resources import Address, FouPort, FouPortId, Have, Link, LinkId, Namespace, Route, RouteId, Want
from . import _addresses, _fou, _links, _namespaces, _processes, _routes, _sysctl
from ._netlink import NETLINK_GENERIC, Opener

_TUNTAP = frozenset(kind.name for kind in _catalog.family("tuntap"))

Netns = t.Optional[str]


class Reader:
    """Reads through the sockets of one Kernel."""

    def __init__(self, open_socket: Opener, options: t.Optional[t.FrozenSet[str]] = None) -> None:
        """:arg options: what to tell of each link; None: all."""
        self._open = open_socket
        self._links = _links.LinkReader(open_socket, options)

    def glance(self, want: Want) -> Have:
        """Return the things that ``want`` names."""
        ids = _linked(want)
        places = {netns for netns, _name in ids} | {id_[0] for id_ in _routed_and_ported(want)}
        namespaces = self._namespaces(want, places)
        reachable = _reachable(places, namespaces)
        return Have(
            namespaces=namespaces,
            links=self._read_links(id_ for id_ in ids if id_[0] in reachable),
            routes=self._wanted_routes(want, reachable),
            fou_ports=self._fou_ports(want, reachable),
            accounts=_accounts(want),
        )

    def have(self, want: Want) -> Have:
        """Return everything that a plan for ``want`` depends on, but for routes that it would disturb."""
        named = self.glance(want)
        reachable = _reachable(
            {netns for netns, _name in _linked(want)} | {id_[0] for id_ in want.routes}, named.namespaces
        )
        links = {**named.links, **self._missing_ends(named.links)}
        return named._replace(
            links=links,
            rivals=tuple(link for netns in reachable for link in self._rivals(netns, want)),
            names=frozenset(
                id_ for netns in reachable for id_ in self._links.existing(netns, _references(want, netns))
            ),
            holders={id_: tuple(_processes.holding(id_[1]) or ["a process"]) for id_ in self._held(links)},
        )

    def everything(self, places: t.Optional[t.Collection[str]] = None) -> Have:
        """Return all that there is; of namespaces with a name, all or those in ``places``."""
        namespaces = {name: Namespace(name) for name in _namespaces.living() if places is None or name in places}
        links: t.List[Link] = []
        routes: t.Dict[RouteId, Route] = {}
        ports: t.Dict[FouPortId, FouPort] = {}
        for netns in (None, *namespaces):
            links += self._links.all(netns)
            found = _routes.read_all(self._open(netns), netns, self._namer(netns))
            routes.update((route.id, route) for route in reversed(found))
            ports.update((port.id, port) for port in _fou.read(self._open(netns, NETLINK_GENERIC), netns))
        return Have(namespaces=namespaces, links=self._completed(links), routes=routes, fou_ports=ports)

    def with_links(self, have: Have, ids: t.Collection[LinkId]) -> Have:
        """Return ``have`` with those links too, as far as they are there."""
        there = [None, *_namespaces.living()]
        return have._replace(links={**have.links, **self._read_links(id_ for id_ in ids if id_[0] in there)})

    def with_routes(self, have: Have, ids: t.Iterable[LinkId]) -> Have:
        """Return ``have`` with the routes of those links."""
        links = dict(have.links)
        known = sorted((id_ for id_ in ids if id_ in links), key=str)
        for netns in {id_[0] for id_ in known}:
            here = [links[id_] for id_ in known if id_[0] == netns]
            # The kernel goes through all routes for each question.
            asked = [link.ifindex for link in here] if len(here) <= _links.FEW else [0]
            connection, namer = self._open(netns), self._namer(netns)
            found = _routes.through(
                route for index in asked for route in _routes.read_all(connection, netns, namer, index)
            )
            links.update((link.id, link._replace(routes=tuple(found.get(link.name, ())))) for link in here)
        return have._replace(links=links)

    def _namespaces(self, want: Want, places: t.Iterable[Netns]) -> t.Dict[str, Namespace]:
        asked = {*want.namespaces, *want.absent_namespaces, *(netns for netns in places if netns)}
        found = {}
        for name in sorted(asked.intersection(_namespaces.names())):
            namespace = Namespace(name, stale=_namespaces.is_stale(name))
            if not namespace.stale:
                if name in want.namespaces and want.namespaces[name].sysctl:
                    with _namespaces.inside(name):
                        values = {key: _sysctl.read(key) for key in want.namespaces[name].sysctl}
                    namespace = namespace._replace(sysctl=values)
                if name in want.absent_namespaces:
                    namespace = namespace._replace(processes=tuple(_processes.living_in(name)))
                    if want.override:
                        namespace = namespace._replace(links=tuple(link.name for link in self._links.all(name)))
            found[name] = namespace
        return found

    def _read_links(self, ids: t.Iterable[LinkId]) -> t.Dict[LinkId, Link]:
        """Return those links with their addresses and, if they are ends of pairs, their other ends' places."""
        names = _by_namespace(ids)
        return self._completed([link for netns in names for link in self._links.by_name(netns, names[netns])])

    def _completed(self, links: t.List[Link]) -> t.Dict[LinkId, Link]:
        if any(link.kind == "veth" for link in links):
            links = self._links.pair(links, [None, *_namespaces.living()])
        found: t.Dict[t.Tuple[Netns, int], t.List[Address]] = {}
        for netns, indexes in _by_namespace((link.netns, link.ifindex) for link in links).items():
            addresses = _addresses.read(self._open(netns), indexes, filtered=len(indexes) <= _links.FEW)
            found.update(((netns, index), addresses[index]) for index in indexes)
        return {link.id: link._replace(addresses=_told_apart(link, found[link.netns, link.ifindex])) for link in links}

    def _missing_ends(self, links: t.Mapping[LinkId, Link]) -> t.Dict[LinkId, Link]:
        """Return the other ends of pairs of which only one was asked for."""
        places = {_veth.peer_of(link) for link in links.values() if link.kind == "veth"}
        return self._read_links(place for place in places if place[1] and place not in links)

    def _rivals(self, netns: Netns, want: Want) -> t.Iterator[Link]:
        kinds = [_catalog.KINDS[link.kind] for link in want.links.values() if link.netns == netns and link.kind]
        names = {name for kind in kinds if kind.identity for name in (kind.kernel_name, kind.barred_by) if name}
        for kernel_name in sorted(names):
            yield from self._links.of_kind(netns, kernel_name)

    def _held(self, links: t.Mapping[LinkId, Link]) -> t.Iterator[LinkId]:
        """Yield the tun/tap devices that a process is attached to: only those have a carrier (tun_attach)."""
        for id_, link in links.items():
            if link.kind in _TUNTAP and id_ in self._links.carriers:
                yield id_

    def _wanted_routes(self, want: Want, reachable: t.Container[Netns]) -> t.Dict[RouteId, Route]:
        ids = {*want.routes, *want.absent_routes}
        found: t.Dict[RouteId, Route] = {}
        for netns, family, table in {id_[:3] for id_ in ids if id_[0] in reachable}:
            for route in _routes.read_table(self._open(netns), netns, family, table, self._namer(netns)):
                if route.id in ids:
                    found.setdefault(route.id, route)
        return found

    def _fou_ports(self, want: Want, reachable: t.Container[Netns]) -> t.Dict[FouPortId, FouPort]:
        ids = {*want.fou_ports, *want.absent_fou_ports}
        found: t.Dict[FouPortId, FouPort] = {}
        for netns in {id_[0] for id_ in ids if id_[0] in reachable}:
            ports = _fou.read(self._open(netns, NETLINK_GENERIC), netns)
            found.update((port.id, port) for port in ports if port.id in ids)
        return found

    def _namer(self, netns: Netns) -> _routes.NameOf:
        return lambda index: self._links.name_of(netns, index)


_OWN_ADDRESSES: t.Dict[str, t.Callable[[Address], bool]] = {
    "loopback": lambda address: address.address in ("127.0.0.1", "::1"),
    # add_v4_addrs
    "sit": lambda address: address.address.startswith("::") and address.prefixlen == 96,
}

_T = t.TypeVar("_T")


def _by_namespace(places: t.Iterable[t.Tuple[Netns, _T]]) -> t.Dict[Netns, t.List[_T]]:
    """Return what is in each namespace, in order."""
    found: t.Dict[Netns, t.List[_T]] = {}
    for netns, what in places:
        found.setdefault(netns, []).append(what)
    return found


def _told_apart(link: Link, addresses: t.Iterable[Address]) -> t.Tuple[Address, ...]:
    """Return the addresses, those marked that the kernel gives devices of the kind by itself."""
    own = _OWN_ADDRESSES.get(str(link.kind))
    if own is None:
        return tuple(addresses)
    return tuple(address._replace(automatic=address.automatic or own(address)) for address in addresses)


def named(want: Want) -> t.Optional[t.FrozenSet[str]]:
    """Return the options to be told of each link, so that it can be compared and known again; None, of few links, all."""
    if len(_linked(want)) <= _links.FEW:
        return None
    kinds = {link.kind for link in want.links.values() if link.kind in _catalog.KINDS}
    known_by = {name for kind in kinds for name in ("external", *_catalog.KINDS[str(kind)].identity)}
    return frozenset({name for link in want.links.values() for name in link.attributes} | known_by | {"persist"})


def _linked(want: Want) -> t.Set[LinkId]:
    return {*want.links, *want.absent_links, *((source, id_[1]) for id_, source in want.sources.items())}


def _reachable(places: t.Iterable[Netns], namespaces: t.Mapping[str, Namespace]) -> t.List[Netns]:
    """Return the namespaces that can be looked into."""
    return [
        netns
        for netns in sorted(places, key=str)
        if netns is None or (netns in namespaces and not namespaces[netns].stale)
    ]


def _routed_and_ported(want: Want) -> t.Iterator[t.Tuple[t.Any, ...]]:
    for ids in (want.routes, want.absent_routes, want.fou_ports, want.absent_fou_ports):
        yield from ids


def _references(want: Want, netns: Netns) -> t.List[str]:
    """Return the names of links that wanted things in a namespace refer to."""
    names = {
        value
        for link in want.links.values()
        if link.netns == netns
        for name, value in link.attributes.items()
        if name in _links.REFERENCES and value != _values.NONE
    }
    names.update(name for route in want.routes.values() for place, name in route.ways if place == netns)
    return sorted(names)


def _accounts(want: Want) -> t.Dict[t.Tuple[str, str], t.Optional[int]]:
    """Return the ids of the users and groups that the want has by name."""
    found: t.Dict[t.Tuple[str, str], t.Optional[int]] = {}
    for link in want.links.values():
        for name, database in (("owner", "user"), ("group", "group")):
            value = link.attributes.get(name)
            if not isinstance(value, str) or value == _values.NONE:
                continue
            try:
                found[(database, value)] = (
                    pwd.getpwnam(value).pw_uid if database == "user" else grp.getgrnam(value).gr_gid
                )
            except KeyError:
                found[(database, value)] = None
    return found
