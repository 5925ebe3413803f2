# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: links, read (rtnetlink(7), ``struct ifinfomsg``)."""

import typing as t

from .. import _nla
from .._kinds import _catalog, _common, _kind, _option, _port, _underlay, _veth
from .._resources import Link, LinkId
from . import _formats, _namespaces, _nsids, _ports
from ._netlink import Opener, Request, Socket, is_open
from ._rtnetlink import ARPHRD_ETHER, ARPHRD_LOOPBACK, RTM_GETLINK

FEW = 32
"""Up to so many links of a namespace are asked for one by one; beyond it all are dumped."""

RTEXT_FILTER_SKIP_STATS = 8

_INFO = ("IFLA_INFO_KIND", "IFLA_INFO_DATA")
_INFO_OF_PORTS = (*_INFO, "IFLA_INFO_SLAVE_KIND", "IFLA_INFO_SLAVE_DATA")
_OTHERS = {"IFLA_IFNAME", "IFLA_LINKINFO", "IFLA_LINK", "IFLA_LINK_NETNSID", "IFLA_CARRIER", "IFLA_PROP_LIST"}
_KERNEL_NAMES = frozenset(kind.kernel_name for kind in _catalog.KINDS.values())

_FAR = "index {0} in another namespace"
"""What stands for a link that can't be looked for."""


class _Info(t.NamedTuple):
    """What is in an ``IFLA_LINKINFO``."""

    kernel_name: t.Optional[str]
    """The kernel's word for a kind."""
    data: bytes
    """``IFLA_INFO_DATA``."""
    own: t.Dict[str, t.Any]
    """The attributes in it."""
    as_port: t.Dict[str, t.Any]
    """The options of a port of a bridge."""


class _Views:
    """The options that are told of links, and the attributes that they take."""

    def __init__(self, options: t.Optional[t.FrozenSet[str]]) -> None:
        self._options = options
        self._by_kind: t.Dict[str, t.Tuple[_option.Option, ...]] = {}
        self.of_ports = self._chosen(_port.OPTIONS)
        self.attributes_of_ports = frozenset(option.attribute for option in self.of_ports)
        self.attributes = frozenset(option.attribute for option in self.of(None) if option.attribute) | _OTHERS

    def of(self, kind: t.Optional[_kind.Kind]) -> t.Tuple[_option.Option, ...]:
        """Return those of a kind; None: of links of an unknown one."""
        key = kind.name if kind else ""
        if key not in self._by_kind:
            options = kind.common + kind.options if kind else _common.OPTIONS
            self._by_kind[key] = self._chosen(option for option in options if not option.of_port)
        return self._by_kind[key]

    def _chosen(self, options: t.Iterable[_option.Option]) -> t.Tuple[_option.Option, ...]:
        return tuple(option for option in options if self._options is None or option.name in self._options)


class LinkReader:
    """Reads links through the sockets of a Kernel, and remembers the names that go with indexes."""

    def __init__(self, open_socket: Opener, options: t.Optional[t.FrozenSet[str]] = None) -> None:
        """:arg options: what to tell of each link; None: all."""
        self._open = open_socket
        self._views = _Views(options)
        self._names: t.Dict[t.Tuple[t.Optional[str], int], str] = {}
        self._numbers = _nsids.Numbers(open_socket)
        self._places: t.List[t.Optional[str]] = []
        """The namespaces that underlays may be in, ours first; empty until one is asked for."""
        self._infos: t.Dict[bytes, _Info] = {}
        """By what the kernel said: links of a kind mostly have all their own options alike."""
        self.carriers: t.Set[LinkId] = set()
        """The links read that have a carrier."""
        self.alternatives: t.Dict[LinkId, str] = {}
        """The places that the links read have by their alternative names, to their own."""

    def by_name(self, netns: t.Optional[str], names: t.Collection[str]) -> t.List[Link]:
        """Return those of the named links of a namespace that are there."""
        if len(names) <= FEW:
            answers = self._open(netns).get([_request(name=name) for name in names]) if names else []
            found = [self._decode(netns, body) for body in answers if body is not None]
        else:
            wanted = frozenset(names)
            found = [link for link in self._dump(netns) if link.name in wanted]
        return self._with_names(netns, found)

    def all(self, netns: t.Optional[str]) -> t.List[Link]:
        """Return all links of a namespace."""
        return self._with_names(netns, list(self._dump(netns)))

    def of_kind(self, netns: t.Optional[str], kernel_name: str) -> t.List[Link]:
        """Return all links of a namespace with this kernel kind."""
        return self._with_names(netns, list(self._dump(netns, kernel_name)))

    def existing(self, netns: t.Optional[str], names: t.Collection[str]) -> t.Dict[LinkId, str]:
        """Return those of the names that belong to a link of the namespace, with its own where they are alternative ones."""
        answers = self._open(netns).get([_request(name=name) for name in names]) if names else []
        message = _formats.message("ifinfmsg")
        return {
            (netns, name): _formats.required(message.unpack_message(answer, ("IFLA_IFNAME",))[1], "IFLA_IFNAME")
            for name, answer in zip(names, answers)
            if answer is not None
        }

    def name_of(self, netns: t.Optional[str], index: int) -> str:
        """Return the name of the link with that index, or a text that says the index."""
        self._learn_names(netns, [index])
        return self._names.get((netns, index), "index {0}".format(index))

    def pair(self, links: t.List[Link], namespaces: t.Sequence[t.Optional[str]]) -> t.List[Link]:
        """Put the other end's place where a veth has its number of namespace and index.

        :arg namespaces: where the other end may be.
        """
        ends = {link.id: self._far_end(link, namespaces) for link in links if link.kind == "veth"}
        places = [end for end in ends.values() if end]
        for netns in {place[0] for place in places}:
            self._learn_names(netns, [index for there, index in places if there == netns])
        return [self._paired(link, ends[link.id]) if link.id in ends else link for link in links]

    def _dump(self, netns: t.Optional[str], kernel_name: str = "") -> t.Iterator[Link]:
        message, info = _formats.message("ifinfmsg"), _formats.link_info()
        attributes: t.Dict[str, t.Any] = {"IFLA_EXT_MASK": RTEXT_FILTER_SKIP_STATS}
        if kernel_name:
            attributes["IFLA_LINKINFO"] = info.pack({"IFLA_INFO_KIND": kernel_name})
        for body in self._open(netns).dump(RTM_GETLINK, message.start() + message.pack(attributes)):
            link = self._decode(netns, body)
            known = _catalog.KINDS.get(str(link.kind))
            # Before Linux 4.6 the kind in the request is no filter.
            if not kernel_name or (known is not None and known.kernel_name == kernel_name):
                yield link

    def _decode(self, netns: t.Optional[str], body: bytes) -> Link:
        views = self._views
        header, attributes = _formats.message("ifinfmsg").unpack_message(body, views.attributes)
        attributes[_common.HEADER_FLAGS] = header["flags"]
        name = _formats.required(attributes, "IFLA_IFNAME")
        kernel_name, data, own, as_port = self._info(attributes.get("IFLA_LINKINFO", b""))
        if kernel_name == "tun" and not own and netns is None:
            # Late, because kernels since Linux 4.16 tell.
            from . import _tuntap

            own = _tuntap.read_sysfs(name)
        elif kernel_name is None and header["ifi_type"] == ARPHRD_LOOPBACK:
            kernel_name = "loopback"
        kind = _catalog.recognise(kernel_name, header["ifi_type"] == ARPHRD_ETHER, own)
        values = _option.decode(views.of(kind), {**own, **attributes})
        values.update(as_port)
        if kernel_name == "veth":
            values[_veth.PEER] = (attributes.get("IFLA_LINK_NETNSID"), attributes.get("IFLA_LINK"))
        link = Link(netns, name, kind.name if kind else kernel_name, values, ifindex=header["index"], data=data)
        self._names[(netns, link.ifindex)] = name
        if attributes.get("IFLA_CARRIER"):
            self.carriers.add(link.id)
        for _number, text in _nla.read(attributes.get("IFLA_PROP_LIST", b"")):
            self.alternatives[(netns, _nla.read_text(text))] = name
        return link

    def _info(self, payload: bytes) -> _Info:
        """Return what is in an ``IFLA_LINKINFO``."""
        if payload not in self._infos:
            info = _formats.link_info().unpack(payload, _INFO_OF_PORTS if self._views.of_ports else _INFO)
            kernel_name, data = info.get("IFLA_INFO_KIND"), info.get("IFLA_INFO_DATA", b"")
            data_format = _formats.link_data(kernel_name) if kernel_name in _KERNEL_NAMES else None
            own = data_format.unpack(data) if data_format else {}
            self._infos[payload] = _Info(kernel_name, data, own, self._as_port(info))
        return self._infos[payload]

    def _as_port(self, info: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
        """Return the options that a link has as a port of a bridge; nothing where it is none."""
        if info.get("IFLA_INFO_SLAVE_KIND") != _port.KERNEL_NAME:
            return {}
        data = info.get("IFLA_INFO_SLAVE_DATA", b"")
        return _option.decode(self._views.of_ports, _ports.FORMAT.unpack(data, self._views.attributes_of_ports))

    def _with_names(self, netns: t.Optional[str], links: t.List[Link]) -> t.List[Link]:
        """Put names where the kernel has indexes, and numbers of namespaces."""
        links = [self._with_home(link) if _underlay.is_elsewhere(link) else link for link in links]
        unknown: t.Dict[t.Optional[str], t.Set[int]] = {}
        for link in links:
            for name in _catalog.REFERENCES.intersection(link.attributes):
                if isinstance(link.attributes[name], int):
                    unknown.setdefault(_catalog.referred(link, name, "")[0], set()).add(link.attributes[name])
        for place, indexes in unknown.items():
            self._learn_names(place, indexes)
        return [self._named(link) for link in links] if unknown else links

    def _with_home(self, link: Link) -> Link:
        """Put the name of the namespace of the underlay, or where that can't be told, texts for the links in it."""
        values, number = dict(link.attributes), str(link.attributes[_underlay.NAME])[len(_underlay.NUMBERED) :]
        self._places = self._places or [None, *_namespaces.living()]
        for home in self._numbers.named(link.netns, int(number), self._places):
            if is_open(self._open, home):
                return link._replace(attributes={**values, _underlay.NAME: _underlay.told(home)})
        for option in _catalog.KINDS[str(link.kind)].lower:
            if isinstance(values.get(option.name), int):
                values[option.name] = _FAR.format(values[option.name])
        return link._replace(attributes=values)

    def _named(self, link: Link) -> Link:
        values = dict(link.attributes)
        for name in _catalog.REFERENCES.intersection(values):
            if isinstance(values[name], int):
                values[name] = self.name_of(_catalog.referred(link, name, "")[0], values[name])
        return link._replace(attributes=values)

    def _learn_names(self, netns: t.Optional[str], indexes: t.Iterable[int]) -> None:
        unknown = sorted({index for index in indexes if (netns, index) not in self._names})
        message = _formats.message("ifinfmsg")
        for body in self._open(netns).get([_request(index=index) for index in unknown]) if unknown else ():
            if body is not None:
                header, attributes = message.unpack_message(body, ("IFLA_IFNAME",))
                self._names[(netns, header["index"])] = _formats.required(attributes, "IFLA_IFNAME")

    def _far_end(
        self, link: Link, namespaces: t.Sequence[t.Optional[str]]
    ) -> t.Optional[t.Tuple[t.Optional[str], int]]:
        """Return the namespace and the index of a veth's other end; None if it is out of sight."""
        nsid, index = link.attributes[_veth.PEER]
        if index is None:
            return None
        if nsid is None:
            return (link.netns, index)
        known = self._numbers.named(link.netns, nsid, namespaces)
        return (known[0], index) if known and is_open(self._open, known[0]) else None

    def _paired(self, link: Link, end: t.Optional[t.Tuple[t.Optional[str], int]]) -> Link:
        place: t.Any = (end[0], self.name_of(*end)) if end else _FAR.format(link.attributes[_veth.PEER][1])
        return link._replace(attributes={**link.attributes, _veth.PEER: place})


def index_in(far: str) -> int:
    """Return the index of a link that can't be looked for, from the text that stands for it."""
    return int(far[len(_FAR.partition("{")[0]) :].partition(" ")[0])


def groups(connection: Socket, indexes: t.Collection[int]) -> t.Dict[int, int]:
    """Return the groups (``IFLA_GROUP``) of the links with these indexes, as far as they are there."""
    message = _formats.message("ifinfmsg")
    if len(indexes) <= FEW:
        bodies = [body for body in connection.get([_request(index=index) for index in indexes]) if body is not None]
    else:
        bodies = connection.dump(RTM_GETLINK, _request().body)
    told = (message.unpack_message(body, ("IFLA_GROUP",)) for body in bodies)
    return {header["index"]: attributes.get("IFLA_GROUP", 0) for header, attributes in told}


def _request(name: str = "", index: int = 0) -> Request:
    message = _formats.message("ifinfmsg")
    attributes: t.Dict[str, t.Any] = {"IFLA_EXT_MASK": RTEXT_FILTER_SKIP_STATS}
    if name:
        attributes["IFLA_IFNAME"] = name
    return Request(RTM_GETLINK, 0, message.start(index=index) + message.pack(attributes))
