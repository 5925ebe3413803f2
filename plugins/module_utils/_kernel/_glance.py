# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what the host has of what a want names. Reads only; makes nothing by looking.

Most runs find there that nothing is to be done, and need no more of what reads.
"""

import contextlib
import grp
import pwd
import socket
import typing as t

from .. import _values
from .._kinds import _catalog, _encapsulation, _port, _underlay
from .._resources import Address, Have, Link, LinkId, Namespace, Want
from .._sorts._list import load
from .._states import _registry
from . import _addresses, _links, _namespaces
from ._netlink import Opener

Netns = t.Optional[str]


class Glancer:
    """Looks through the sockets of one Kernel."""

    def __init__(self, open_socket: Opener, options: t.Optional[t.FrozenSet[str]] = None) -> None:
        """:arg options: what to tell of each link; None: all."""
        self._open = open_socket
        self._links = _links.LinkReader(open_socket, options)

    def glance(self, want: Want) -> Have:
        """Return the things that ``want`` names."""
        ids = linked(want)
        places = {netns for netns, _name in ids} | {
            id_[0] for field in _registry.BESIDE_LINKS for id_ in _registry.named(field, want)
        }
        homes = {_underlay.home(link) for link in want.links.values()}
        namespaces = self._namespaces(want, places | homes)
        there = reachable(places, namespaces)
        links = self._read_links(id_ for id_ in ids if id_[0] in there)
        return Have(
            namespaces=namespaces,
            links=links,
            names={id_: name for id_, name in self._links.alternatives.items() if id_ in ids},
            accounts=_accounts(want),
            **{field: self._asked_for(field, want, there) for field in _registry.BESIDE_LINKS},
        )

    def _namespaces(self, want: Want, places: t.Collection[Netns]) -> t.Dict[str, Namespace]:
        asked = {*want.namespaces, *want.absent_namespaces, *(netns for netns in places if netns)}
        found = {}
        for name in sorted(asked.intersection(_namespaces.names())):
            # Others may take it away while we look.
            with contextlib.suppress(FileNotFoundError):
                namespace = Namespace(name, stale=_namespaces.is_stale(name))
                if not namespace.stale and name in places:
                    self._open(name)
                found[name] = namespace
        return found

    def _read_links(self, ids: t.Iterable[LinkId]) -> t.Dict[LinkId, Link]:
        """Return those links with their addresses and, if they are ends of pairs, their other ends' places."""
        names = by_namespace(ids)
        return self._completed([link for netns in names for link in self._links.by_name(netns, names[netns])])

    def _completed(self, links: t.List[Link]) -> t.Dict[LinkId, Link]:
        if any(link.kind == "veth" for link in links):
            links = self._links.pair(links, [None, *_namespaces.living()])
        found: t.Dict[t.Tuple[Netns, int], t.List[Address]] = {}
        for netns, indexes in by_namespace((link.netns, link.ifindex) for link in links).items():
            addresses = _addresses.read(self._open(netns), indexes, filtered=len(indexes) <= _links.FEW)
            found.update(((netns, index), addresses[index]) for index in indexes)
        return {link.id: link._replace(addresses=_told_apart(link, found[link.netns, link.ifindex])) for link in links}

    def _asked_for(self, field: str, want: Want, there: t.Container[Netns]) -> t.Any:
        ids = {id_ for id_ in _registry.named(field, want) if id_[0] in there}
        found: t.Dict[t.Any, t.Any] = {}
        if ids:
            for thing in load(field, "_reading").read_these(self._open, ids, self._namer):
                if thing.id in ids:
                    found.setdefault(thing.id, thing)
        return found

    def _namer(self, netns: Netns) -> t.Callable[[int], str]:
        return lambda index: self._links.name_of(netns, index)


def _is_of_endpoint(link: Link, address: Address) -> bool:
    """Return whether the kernel made an address of the tunnel's local one, or of the host's where it has none."""
    if ":" not in address.address:
        return False
    packed = socket.inet_pton(socket.AF_INET6, address.address)
    if (packed[:12], address.prefixlen) not in _OF_ENDPOINTS:
        return False
    local = link.attributes.get("local", _values.ANY)
    if local == _values.ANY:
        # 0.0.0.0/8 is nobody's.
        return packed[12] != 0
    return packed[12:] == socket.inet_pton(_values.family_of(local), local)[-4:]


_OF_ENDPOINTS = ((bytes(12), 96), (b"\xfe\x80" + bytes(10), 64))
"""What such addresses begin with, and their prefix length (add_v4_addrs, which tells of no ``IFA_PROTO``)."""
_OWN_ADDRESSES: t.Dict[str, t.Callable[[Link, Address], bool]] = {
    "loopback": lambda _link, address: address.address in ("127.0.0.1", "::1"),
    "sit": _is_of_endpoint,
    "gre": _is_of_endpoint,
    "ip6gre": _is_of_endpoint,
}

_T = t.TypeVar("_T")


def by_namespace(places: t.Iterable[t.Tuple[Netns, _T]]) -> t.Dict[Netns, t.List[_T]]:
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
    return tuple(address._replace(automatic=address.automatic or own(link, address)) for address in addresses)


def named(want: Want) -> t.Optional[t.FrozenSet[str]]:
    """Return the options to be told of each link, so that it can be compared and known again; None, of few links, all."""
    if len(linked(want)) <= _links.FEW:
        return None
    kinds = {link.kind for link in want.links.values() if link.kind in _catalog.KINDS}
    known_by = {name for kind in kinds for name in _catalog.KINDS[str(kind)].known_by}
    asked = {name for link in want.links.values() for name in link.attributes}
    if asked & _encapsulation.OPTIONS:
        asked |= _encapsulation.DECIDE_MTU
    # What may have to be reset.
    asked |= {name for kind in kinds for name in _catalog.KINDS[str(kind)].resets} if want.exact else set()
    asked |= _port.NAMES if any(want.links[id_].attributes.get("master") for id_ in want.exact) else set()
    return frozenset(asked | known_by | {"persist"})


def linked(want: Want) -> t.Set[LinkId]:
    """Return the places of all links that a want names, if only by what is to be one's own or refers to it."""
    having = (_registry.link(field, id_) for field in _registry.OF_LINKS for id_ in _registry.named(field, want))
    sources = ((source, id_[1]) for id_, source in want.sources.items())
    return {*want.links, *want.absent_links, *sources, *(id_ for id_ in having if id_), *_registry.referred(want)}


def reachable(places: t.Iterable[Netns], namespaces: t.Mapping[str, Namespace]) -> t.List[Netns]:
    """Return the namespaces that can be looked into."""
    return [
        netns
        for netns in sorted(places, key=str)
        if netns is None or (netns in namespaces and not namespaces[netns].stale)
    ]


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
