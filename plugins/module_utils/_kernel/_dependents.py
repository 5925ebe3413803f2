# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what stands on a link, read: the ports of a bridge, and links such as a macvlan's."""

import contextlib
import typing as t

from .._kinds import _catalog
from .._resources import Link
from . import _formats, _links, _namespaces, _nsids
from ._netlink import Opener, Socket
from ._rtnetlink import ARPHRD_ETHER, RTM_GETLINK

_ATTRIBUTES = frozenset(("IFLA_IFNAME", "IFLA_LINKINFO", "IFLA_MASTER", "IFLA_LINK", "IFLA_LINK_NETNSID", "IFLA_MTU"))
_INFO = ("IFLA_INFO_KIND", "IFLA_INFO_DATA")
_STAYING = frozenset([*(name for name, kind in _catalog.KINDS.items() if not kind.stands), "xfrm"])
"""Kinds that have the index of another link, if any, and do not go with it."""
_Found = t.List[Link]


def with_them(
    open_socket: Opener,
    lowers: t.Sequence[Link],
    everywhere: t.Mapping[_namespaces.Inode, t.Optional[str]],
) -> t.Iterator[Link]:
    """Yield the links with their ports and with what was made on them, in any namespace that can be entered."""
    places = {_namespaces.inode(netns): netns for netns in {link.netns for link in lowers}}
    ports: t.Dict[t.Tuple[t.Any, int], _Found] = {}
    uppers: t.Dict[t.Tuple[t.Any, int], _Found] = {}
    indexes, numbers = {link.ifindex for link in lowers}, _nsids.Numbers(open_socket)
    for inode, place in {**everywhere, **places}.items():
        here = places.get(inode, place)
        for link, master, lower, nsid in _all(open_socket, here):
            if master in indexes:
                ports.setdefault((here, master), []).append(link)
            if lower not in indexes or link.kind in _STAYING:
                continue
            # Where it was moved to another namespace, what it stands on is in the one that it was made in.
            homes = [here] if nsid is None else numbers.named(here, nsid, list(places.values()))
            for home in homes:
                uppers.setdefault((home, lower), []).append(link)
    for link in lowers:
        key = (link.netns, link.ifindex)
        yield link._replace(ports=tuple(ports.get(key, ())), uppers=tuple(uppers.get(key, ())))


def by_namespace(
    open_socket: Opener, netns: str, everywhere: t.Mapping[_namespaces.Inode, t.Optional[str]]
) -> t.Iterator[Link]:
    """Yield the links in other namespaces that have their underlay in this one, and go with it."""
    inode = _namespaces.inode(netns)
    for place in (place for other, place in everywhere.items() if other != inode):
        links = [(link, nsid) for link, _master, _lower, nsid in _all(open_socket, place) if nsid is not None]
        number = _nsids.known(open_socket, place, netns) if links else None
        yield from (link for link, nsid in links if nsid == number and link.kind != "veth")


def _all(open_socket: Opener, netns: t.Optional[str]) -> t.Iterator[t.Tuple[Link, int, int, t.Optional[int]]]:
    """Yield each link of a namespace with the indexes of its master and of what it stands on, and where the latter is."""
    message, info = _formats.message("ifinfmsg"), _formats.link_info()
    # Namespaces of others come and go, and not all can be entered.
    with contextlib.suppress(FileNotFoundError, PermissionError, ProcessLookupError):
        for body in _dump(open_socket, netns):
            header, attributes = message.unpack_message(body, _ATTRIBUTES)
            told = info.unpack(attributes.get("IFLA_LINKINFO", b""), _INFO)
            kernel_name, data = told.get("IFLA_INFO_KIND"), told.get("IFLA_INFO_DATA", b"")
            format_ = _formats.link_data(kernel_name) if kernel_name else None
            own = format_.unpack(data) if format_ else {}
            kind = _catalog.recognise(kernel_name, header["ifi_type"] == ARPHRD_ETHER, own)
            name = _formats.required(attributes, "IFLA_IFNAME")
            told_of = {"mtu": attributes["IFLA_MTU"]} if "IFLA_MTU" in attributes else {}
            link = Link(netns, name, kind.name if kind else kernel_name, told_of, ifindex=header["index"])
            told_by = [option.attribute for option in kind.lower] if kind and kind.lower else ["IFLA_LINK"]
            lower = next(filter(None, ({**own, **attributes}.get(name) for name in told_by)), 0)
            yield link, attributes.get("IFLA_MASTER", 0), lower, attributes.get("IFLA_LINK_NETNSID")


def _dump(open_socket: Opener, netns: t.Optional[str]) -> t.List[bytes]:
    message = _formats.message("ifinfmsg")
    request = message.start() + message.pack({"IFLA_EXT_MASK": _links.RTEXT_FILTER_SKIP_STATS})
    if netns is None or "/" not in netns:
        return open_socket(netns).dump(RTM_GETLINK, request)
    with _namespaces.inside(netns):
        connection = Socket()
    try:
        return connection.dump(RTM_GETLINK, request)
    finally:
        connection.close()
