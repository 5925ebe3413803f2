# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what probes ask the kernel about links, routes and namespaces. Reads only."""

import contextlib
import struct
import typing as t

from .. import _errors
from .._probing._types import Device, Probe
from .._values import IPV4
from . import _addresses, _formats, _links, _namespaces, _nsids
from ._netlink import NETLINK_ROUTE, Request, Socket
from ._rtnetlink import RTM_GETLINK, RTM_GETROUTE

IFF_UP = 0x1
_ASKED = ("IFLA_IFNAME", "IFLA_MTU", "IFLA_CARRIER", "IFLA_LINKINFO", "IFLA_LINK_NETNSID", "IFLA_STATS64")
_STATS = struct.Struct("=8Q")
"""The start of ``struct rtnl_link_stats64``."""

Netns = t.Optional[str]


class Counters(t.NamedTuple):
    """What a device counts. A TUN/TAP device counts as sent what a process has read from it (tun_put_user)."""

    received: int
    sent: int
    dropped: int


class Found(t.NamedTuple):
    """A link as it was found."""

    device: Device
    counters: Counters
    nsid: t.Optional[int]
    """The number by which its namespace knows that of its underlay; None: it is the same."""


class Asker:
    """Asks through sockets of its own, one for each namespace."""

    def __init__(self, stack: contextlib.ExitStack) -> None:
        self._stack = stack
        self._netlinks: t.Dict[t.Tuple[Netns, int], Socket] = {}
        self._links = _links.LinkReader(self._netlink)
        self._numbers = _nsids.Numbers(self._netlink)

    def _netlink(self, netns: Netns, protocol: int = NETLINK_ROUTE) -> Socket:
        if (netns, protocol) not in self._netlinks:
            with _namespaces.inside(netns):
                connection = self._netlinks[(netns, protocol)] = Socket(protocol)
            self._stack.callback(connection.close)
        return self._netlinks[(netns, protocol)]

    def find(self, netns: Netns, names: t.Sequence[str]) -> t.Dict[str, Found]:
        message = _formats.message("ifinfmsg")
        requests = [Request(RTM_GETLINK, 0, message.start() + message.pack({"IFLA_IFNAME": name})) for name in names]
        answers = self._netlink(netns).get(requests)
        return {name: _found(body) for name, body in zip(names, answers) if body is not None}

    def route(self, probe: Probe) -> t.Optional[str]:
        """Return the name of the link that packets to the destination are routed to; None: there is no route."""
        message = _formats.message("rtmsg")
        size = 32 if probe.family == IPV4 else 128
        body = message.start(family=probe.family, dst_len=size) + message.pack({"RTA_DST": probe.destination})
        try:
            answer = self._netlink(probe.netns).get([Request(RTM_GETROUTE, 0, body)])[0]
        except _errors.KernelError:
            return None
        index = message.unpack_message(answer)[1].get("RTA_OIF") if answer else None
        return None if index is None else self.name_of(probe.netns, index)

    def underlay(self, netns: Netns, nsid: t.Optional[int]) -> t.Tuple[bool, Netns]:
        """Return whether the namespace of that number has a name here, and the name."""
        if nsid is None:
            return True, netns
        for other in self._numbers.named(netns, nsid, [None, *_namespaces.living()]):
            return True, other
        return False, None

    def tentative(self, netns: Netns) -> t.Set[int]:
        """Return the indexes of links with an IPv6 address that the kernel still checks for duplicates."""
        return _addresses.tentative(self._netlink(netns))

    def name_of(self, netns: Netns, index: int) -> str:
        return self._links.name_of(netns, index)


def _found(body: bytes) -> Found:
    header, attributes = _formats.message("ifinfmsg").unpack_message(body, _ASKED)
    info = _formats.link_info().unpack(attributes.get("IFLA_LINKINFO", b""), ("IFLA_INFO_KIND",))
    stats = attributes.get("IFLA_STATS64", b"")
    received, sent, _bytes_in, _bytes_out, _errors_in, _errors_out, _dropped_in, dropped = (
        _STATS.unpack_from(stats) if len(stats) >= _STATS.size else (0,) * 8
    )
    device = Device(
        ifindex=header["index"],
        kind=info.get("IFLA_INFO_KIND"),
        up=bool(header["flags"] & IFF_UP),
        carrier=bool(attributes.get("IFLA_CARRIER", 1)),
        mtu=attributes.get("IFLA_MTU", 0),
    )
    return Found(device, Counters(received, sent, dropped), attributes.get("IFLA_LINK_NETNSID"))


def missing_namespace(netns: Netns) -> t.Optional[str]:
    """Return why a namespace can't be entered."""
    if netns is None or (netns in _namespaces.names() and not _namespaces.is_stale(netns)):
        return None
    return "can't be asked, there is no namespace {0!r} on this host; make it first, with warren.tunnels.netns".format(
        netns
    )
