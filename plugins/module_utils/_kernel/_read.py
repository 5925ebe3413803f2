# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what the host has, as far as a plan depends on it, or all of it. Reads only."""

import typing as t

from .._kinds import _catalog, _underlay, _veth
from .._resources import Have, Link, LinkId, Namespace, Route, Want
from .._sorts._list import load
from .._sorts._route import _reading as _routes
from .._states import _registry
from . import _glance, _links, _namespaces, _processes
from ._glance import Netns
from ._netlink import NETLINK_GENERIC, NETLINK_ROUTE, reaches

_TUNTAP = frozenset(kind.name for kind in _catalog.family("tuntap"))


class Reader(_glance.Glancer):
    """Reads through the sockets of one Kernel."""

    def have(self, want: Want) -> Have:
        """Return everything that a plan for ``want`` depends on, but for routes that it would disturb."""
        named = self.glance(want)
        links = {**named.links, **self._missing_ends(named.links)}
        want = want._replace(links=_underlay.settled(want.links, links))
        places = {netns for netns, _name in _glance.linked(want)}
        places |= {id_[0] for field in _registry.THROUGH_LINKS for id_ in _registry.wanted(field, want)}
        homes = {_underlay.home(link) for link in want.links.values()} - places
        there = [*_glance.reachable(places, named.namespaces), *(home for home in homes if reaches(self._open, home))]
        return self._with_usual(named, want)._replace(
            namespaces={**named.namespaces, **dict(self._doomed(want, named.namespaces))},
            links=links,
            **self._referred(named, want),
            rivals=tuple(link for netns in there for link in self._rivals(netns, want)),
            names={
                **named.names,
                **{
                    id_: name
                    for netns in there
                    for id_, name in self._links.existing(netns, _asked(want, netns, links)).items()
                },
            },
            holders={id_: tuple(_processes.holding(id_[1]) or ["a process"]) for id_ in self._held(links)},
        )

    def _referred(self, have: Have, want: Want) -> t.Dict[str, t.Any]:
        """Return the things of each field that the want names, with those that these need."""
        found: t.Dict[str, t.Any] = {}
        there = _glance.reachable({id_[0] for _field, id_ in _registry.references(want)}, have.namespaces)
        references = {(field, id_) for field, id_ in _registry.references(want) if id_[0] in there}
        for field in {field for field, _id in references}:
            ids = {id_ for other, id_ in references if other == field}
            read = load(field, "_reading").read_these(self._open, ids, self._namer)
            found[field] = {**{thing.id: thing for thing in read if thing.id in ids}, **_registry.there(field, have)}
        return found

    def with_along(self, have: Have, places: t.Iterable[Netns]) -> Have:
        """Return ``have`` with all in those namespaces that may go along with something else."""
        there = [netns for netns in sorted(places, key=str) if reaches(self._open, netns)]
        found: t.Dict[str, t.Any] = {}
        for field in _registry.ALONG if there else ():
            things: t.Dict[t.Any, t.Any] = {}
            for thing in load(field, "_reading").read_along(self._open, there, self._namer):
                things.setdefault(thing.id, thing)
            found[field] = {**_registry.there(field, have), **things}
            # What is later in the order goes with what is earlier, and not where there is none of that.
            there = [netns for netns in there if any(thing.netns == netns for thing in things.values())]
        return have._replace(**found)

    def everything(self, places: t.Optional[t.Collection[str]] = None) -> Have:
        """Return all that there is; of namespaces with a name, all or those in ``places``."""
        asked = (name for name in _namespaces.living() if places is None or name in places)
        there = (name for name in asked if reaches(self._open, name, NETLINK_ROUTE, NETLINK_GENERIC))
        namespaces = {name: Namespace(name) for name in there}
        links: t.List[Link] = []
        for netns in (None, *namespaces):
            links += self._links.all(netns)
        others = {field: self._all(field, (None, *namespaces)) for field in _registry.BESIDE_LINKS}
        return Have(namespaces=namespaces, links=self._completed(links), **others)

    def _all(self, field: str, places: t.Iterable[Netns]) -> t.Any:
        found: t.Dict[t.Any, t.Any] = {}
        for thing in load(field, "_reading").read_in(self._open, places, self._namer):
            # Of those with the same id, the first counts.
            found.setdefault(thing.id, thing)
        return found

    def things(self, field: str, places: t.Iterable[Netns]) -> t.List[t.Any]:
        """Return the things of a field that are in those namespaces, as far as these are there."""
        there = [netns for netns in sorted(places, key=str) if reaches(self._open, netns)]
        return list(load(field, "_reading").read_in(self._open, there, self._namer))

    def table(self, netns: Netns, family: int, table: int) -> t.List[Route]:
        """Return the routes of a table."""
        return _routes.read_table(self._open(netns), netns, family, table, self._namer(netns))

    def with_links(self, have: Have, ids: t.Collection[LinkId]) -> Have:
        """Return ``have`` with those links too, as far as they are there."""
        there = [netns for netns in {id_[0] for id_ in ids} if reaches(self._open, netns)]
        return have._replace(links={**have.links, **self._read_links(id_ for id_ in ids if id_[0] in there)})

    @staticmethod
    def with_sysctls(have: Have, ids: t.Iterable[LinkId]) -> Have:
        """Return ``have`` with the sysctls of those links."""
        from . import _device_sysctls

        links = dict(have.links)
        for netns, names in _glance.by_namespace(id_ for id_ in ids if id_ in links).items():
            found = _device_sysctls.read(netns, names)
            links.update(((netns, name), links[netns, name]._replace(sysctls=found[name])) for name in found)
        return have._replace(links=links)

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

    def with_dependents(self, have: Have, ids: t.Iterable[LinkId]) -> Have:
        """Return ``have`` with what stands on those links, and with their other ends, wherever that is."""
        # Late, because few runs take a link away.
        from . import _dependents

        places = _namespaces.everywhere()
        links = {id_: have.links[id_] for id_ in sorted(ids, key=str) if id_ in have.links}
        lone = {link.id for link in links.values() if link.kind == "veth" and _veth.peer_of(link) not in have.links}
        for link in self._paired(lone, places.values()):
            links[link.id] = links[link.id]._replace(attributes=link.attributes)
        ends = self._read_links(_veth.peer_of(links[id_]) for id_ in lone if _veth.peer_of(links[id_])[1])
        links.update(ends)
        found = _dependents.with_them(self._open, list(links.values()), places)
        have = have._replace(links={**have.links, **{link.id: link for link in found}})
        return self.with_sysctls(have, links)._replace(
            unseen=frozenset(id_ for id_ in lone if _veth.peer_of(links[id_]) not in ends),
        )

    def with_attached(self, have: Have, ids: t.Iterable[LinkId]) -> Have:
        """Return ``have`` with what people attached to those links and to their ports."""
        # Late, as above.
        from . import _attached

        links = dict(have.links)
        known = sorted((id_ for id_ in ids if id_ in links), key=str)
        for netns in {id_[0] for id_ in known}:
            here = [links[id_] for id_ in known if id_[0] == netns]
            indexes = {each.ifindex for link in here for each in (link, *link.ports)}
            found = _attached.read(self._open(netns), indexes)
            links.update((link.id, _attached.with_them(link, found)) for link in here)
        return have._replace(links=links)

    def _paired(self, ids: t.Iterable[LinkId], places: t.Iterable[Netns]) -> t.List[Link]:
        """Return those ends of pairs with the places of the others, which may be in any of these namespaces."""
        raw = [link for netns, name in sorted(ids, key=str) for link in self._links.by_name(netns, [name])]
        return self._links.pair(raw, list(places))

    @staticmethod
    def _with_usual(have: Have, want: Want) -> Have:
        """Return ``have`` with what new devices have of wanted sysctls, and with what is set along with others."""
        if not have.sysctls and not want.sysctls:
            return have
        from .._sorts._sysctl import _reading as _sysctl

        changing = {id_: each for id_, each in have.sysctls.items() if want.sysctls.get(id_) != each}
        along = {id_: _sysctl.with_along(each) for id_, each in changing.items()}
        return have._replace(sysctls={**have.sysctls, **along}, usual=_sysctl.usual(_registry.named("sysctls", want)))

    def _doomed(self, want: Want, namespaces: t.Mapping[str, Namespace]) -> t.Iterator[t.Tuple[str, Namespace]]:
        """Yield the namespaces that are about to go, with who lives there."""
        # Late, as above.
        from . import _dependents

        for name in want.absent_namespaces:
            if name in namespaces and not namespaces[name].stale:
                links = self._links.all(name)
                yield (
                    name,
                    namespaces[name]._replace(
                        processes=tuple(_processes.living_in(name)),
                        links=tuple(link.name for link in links) if want.override else (),
                        uppers=tuple(_dependents.by_namespace(self._open, name, _namespaces.everywhere())),
                    ),
                )

    def _missing_ends(self, links: t.Mapping[LinkId, Link]) -> t.Dict[LinkId, Link]:
        """Return the other ends of pairs of which only one was asked for."""
        places = {_veth.peer_of(link) for link in links.values() if link.kind == "veth"}
        return self._read_links(place for place in places if place[1] and place not in links)

    def _rivals(self, netns: Netns, want: Want) -> t.Iterator[Link]:
        having = (link for link in want.links.values() if link.kind and netns in (link.netns, _underlay.home(link)))
        kinds = [_catalog.KINDS[str(link.kind)] for link in having]
        names = {name for kind in kinds if kind.identity for name in (kind.kernel_name, kind.barred_by) if name}
        for kernel_name in sorted(names):
            yield from self._links.of_kind(netns, kernel_name)

    def _held(self, links: t.Mapping[LinkId, Link]) -> t.Iterator[LinkId]:
        """Yield the tun/tap devices that a process is attached to: only those have a carrier (tun_attach)."""
        for id_, link in links.items():
            if link.kind in _TUNTAP and id_ in self._links.carriers:
                yield id_


def _asked(want: Want, netns: Netns, links: t.Mapping[LinkId, Link]) -> t.List[str]:
    """Return the names of links that wanted things in a namespace refer to, and those that new ones would have."""
    names = {id_[1] for id_ in want.links if id_[0] == netns and id_ not in links}
    referred = (id_ for link in want.links.values() for id_, _option in _catalog.references(link))
    names.update(name for place, name in referred if place == netns)
    for field in _registry.THROUGH_LINKS:
        ways = (way for thing in _registry.wanted(field, want).values() for way in _registry.ways(field, thing, Have()))
        names.update(name for place, name in ways if place == netns)
    return sorted(names)
