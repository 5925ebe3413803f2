# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: probes of links, all at a time, from one thread. It sends, and changes nothing."""

import contextlib
import errno
import os
import select
import socket
import struct
import time
import typing as t

from .. import _errors
from .._probing import _course, _packets, _verdict
from .._probing._course import Course, Line
from .._probing._types import READER, Device, Observation, Probe, Reader
from .._values import IPV4
from . import _addresses, _formats, _icmp, _links, _namespaces, _processes
from ._netlink import NETLINK_ROUTE, Request, Socket
from ._rtnetlink import RTM_GETLINK, RTM_GETROUTE

IFF_UP = 0x1
TENTATIVE = 5.0
"""Seconds that an IPv6 address may stay tentative. The kernel needs two at most, if it is not busy."""
STAGGER = 0.001
"""Seconds between the beginnings of two probes, so that hundreds do not make a burst."""
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


def run(probes: t.Sequence[Probe]) -> t.List[Observation]:
    """Return what was found for each of the probes."""
    with contextlib.ExitStack() as stack:
        return _Prober(stack).run(probes)


class _Prober:
    def __init__(self, stack: contextlib.ExitStack) -> None:
        self._stack = stack
        self.mark = os.urandom(_packets.MARK_SIZE)
        self._netlinks: t.Dict[t.Tuple[Netns, int], Socket] = {}
        self._icmp: t.Dict[t.Tuple[Netns, int], _icmp.IcmpSocket] = {}
        self._captures: t.Dict[Netns, t.Optional[_icmp.Capture]] = {}
        self._links = _links.LinkReader(self._netlink)
        self._poll = select.poll()
        self._readers: t.Dict[int, t.Callable[[], t.Set[int]]] = {}
        """Of each open socket, what takes in all that came and returns the positions of the probes it is about."""
        self._courses: t.Dict[int, Course] = {}
        self._underlays: t.Dict[int, t.Optional[Netns]] = {}
        self._blind: t.Dict[int, str] = {}

    # What is asked of one namespace or link

    def _netlink(self, netns: Netns, protocol: int = NETLINK_ROUTE) -> Socket:
        if (netns, protocol) not in self._netlinks:
            with _namespaces.inside(netns):
                connection = self._netlinks[(netns, protocol)] = Socket(protocol)
            self._stack.callback(connection.close)
        return self._netlinks[(netns, protocol)]

    def _find(self, netns: Netns, names: t.Sequence[str]) -> t.Dict[str, Found]:
        message = _formats.message("ifinfmsg")
        requests = [Request(RTM_GETLINK, 0, message.start() + message.pack({"IFLA_IFNAME": name})) for name in names]
        answers = self._netlink(netns).get(requests)
        return {name: _found(body) for name, body in zip(names, answers) if body is not None}

    def _route(self, probe: Probe) -> t.Optional[str]:
        """Return the name of the link that packets to the destination are routed to; None: there is no route."""
        message = _formats.message("rtmsg")
        size = 32 if probe.family == IPV4 else 128
        body = message.start(family=probe.family, dst_len=size) + message.pack({"RTA_DST": probe.destination})
        try:
            answer = self._netlink(probe.netns).get([Request(RTM_GETROUTE, 0, body)])[0]
        except _errors.KernelError:
            return None
        index = message.unpack_message(answer)[1].get("RTA_OIF") if answer else None
        return None if index is None else self._links.name_of(probe.netns, index)

    def _underlay(self, netns: Netns, nsid: t.Optional[int]) -> t.Tuple[bool, Netns]:
        """Return whether the namespace of that number has a name here, and the name."""
        if nsid is None:
            return True, netns
        for other in [None, *_namespaces.living()]:
            if other != netns and self._links.nsid(netns, other) == nsid:
                return True, other
        return False, None

    # Sockets

    def _icmp_socket(self, netns: Netns, family: int) -> _icmp.IcmpSocket:
        if (netns, family) not in self._icmp:
            with _namespaces.inside(netns):
                opened = self._icmp[(netns, family)] = _icmp.IcmpSocket(family)
            self._stack.callback(opened.close)
            self._watch(opened.socket, lambda: self._take_answers(netns, opened))
        return self._icmp[(netns, family)]

    def _capture(self, netns: Netns) -> bool:
        """Have a capture in that namespace; return whether this kernel has packet sockets."""
        if netns not in self._captures:
            self._captures[netns] = None
            try:
                with _namespaces.inside(netns):
                    opened = self._captures[netns] = _icmp.Capture(self.mark)
            except OSError as error:
                if error.errno != errno.EAFNOSUPPORT:
                    raise
            else:
                self._stack.callback(opened.socket.close)
                self._watch(opened.socket, lambda: self._take_sightings(netns, opened))
        return self._captures[netns] is not None

    def _watch(self, opened: socket.socket, reader: t.Callable[[], t.Set[int]]) -> None:
        self._readers[opened.fileno()] = reader
        self._poll.register(opened, select.POLLIN)

    # What comes in

    def _take_answers(self, netns: Netns, opened: _icmp.IcmpSocket) -> t.Set[int]:
        touched = set()
        for data, sender, index in opened.receive():
            read = _packets.read(opened.family, self.mark, data)
            course = self._courses.get(read.marks.probe) if read else None
            if read is None or course is None or course.probe.netns != netns:
                continue
            touched.add(course.position)
            if isinstance(read, _packets.Error):
                course.refused(sender, read)
            elif sender == course.probe.destination:
                own = index == course.device.ifindex
                course.replied(read.marks.number, index if own else self._links.name_of(netns, index))
        return touched

    def _take_sightings(self, netns: Netns, opened: _icmp.Capture) -> t.Set[int]:
        for data, device, outgoing in opened.receive():
            seen = _packets.seen(self.mark, data)
            course = self._courses.get(seen.marks.probe) if seen else None
            if seen is None or course is None:
                continue
            if netns in (course.probe.netns, self._underlays.get(course.position, course.probe.netns)):
                course.seen(seen, device, outgoing, own=netns == course.probe.netns)
        return set()

    # All of it

    def run(self, probes: t.Sequence[Probe]) -> t.List[Observation]:
        troubles: t.Dict[int, str] = {}
        befores: t.Dict[int, Counters] = {}
        for netns in sorted({probe.netns for probe in probes}, key=str):
            here = [(position, probe) for position, probe in enumerate(probes) if probe.netns == netns]
            missing = _missing(netns)
            found = {} if missing else self._find(netns, sorted({probe.name for _position, probe in here}))
            for position, probe in here:
                trouble = missing or self._prepare(position, probe, found.get(probe.name))
                if trouble:
                    troubles[position] = trouble
                else:
                    befores[position] = found[probe.name].counters
        self._wait_for_addresses()
        self._fly()
        return [
            Observation(trouble=troubles[position], device=None)
            if position in troubles
            else self._observation(self._courses[position], befores[position])
            for position in range(len(probes))
        ]

    def _prepare(self, position: int, probe: Probe, found: t.Optional[Found]) -> t.Optional[str]:
        """Have all that the probe needs; return why there can be none."""
        if found is None:
            return "can't be asked, there is no link of that name; make it first, or mend the name"
        if not found.device.up:
            return "can't be asked, the link is down; set it up first, with warren.tunnels.link and up=true"
        if probe.expect == READER and found.device.kind == "tun":
            routed = self._route(probe)
            if routed != probe.name:
                where = "is routed to {0} and not to the link".format(routed) if routed else "has no route"
                return "{0}; give the link an address or a route for it".format(where)
        try:
            socket_ = self._icmp_socket(probe.netns, probe.family)
        except PermissionError:
            raise
        except OSError as error:
            return "can't be asked, {0}; this kernel lacks that address family".format(error.strerror)
        self._look(position, probe, found)
        line = _Line(self, probe, found, socket_)
        self._courses[position] = Course(position, probe, found.device, line)
        return None

    def _look(self, position: int, probe: Probe, found: Found) -> None:
        """Have captures where the probe's packets pass."""
        if not self._capture(probe.netns):
            self._blind[position] = "this kernel has no packet sockets; see CONFIG_PACKET"
        elif not _verdict.is_plain(found.device.kind):
            named, underlay = self._underlay(probe.netns, found.nsid)
            if not named:
                self._blind[position] = "the underlay of the link is in a namespace without a name"
            elif self._capture(underlay):
                self._underlays[position] = underlay

    def _wait_for_addresses(self) -> None:
        """Wait until the links have the IPv6 addresses that they were given."""
        awaited: t.Dict[Netns, t.Set[int]] = {}
        for course in self._courses.values():
            if course.probe.family != IPV4 and course.probe.requests and course.device.carrier:
                awaited.setdefault(course.probe.netns, set()).add(course.device.ifindex)
        deadline = time.monotonic() + TENTATIVE
        for netns, indexes in awaited.items():
            while indexes & _addresses.tentative(self._netlink(netns)) and time.monotonic() < deadline:
                time.sleep(_course.POLL)

    def _fly(self) -> None:
        """Run all courses to their ends."""
        start = time.monotonic()
        runs = {position: course.run() for position, course in self._courses.items()}
        deadlines = {position: start + STAGGER * turn for turn, position in enumerate(runs)}
        while deadlines:
            wait = max(0.0, min(deadlines.values()) - time.monotonic())
            # Rounded up, so that no deadline is awaited in a busy loop.
            ready = self._poll.poll(int(wait * 1000) + 1 if wait else 0)
            touched = self._take_in(descriptor for descriptor, _event in ready)
            now = time.monotonic()
            for position in [position for position, at in deadlines.items() if at <= now or position in touched]:
                try:
                    deadlines[position] = next(runs[position])
                except StopIteration:
                    del deadlines[position]
        self._take_in(list(self._readers))

    def _take_in(self, descriptors: t.Iterable[int]) -> t.Set[int]:
        touched: t.Set[int] = set()
        for descriptor in descriptors:
            touched |= self._readers[descriptor]()
        return touched

    def look(self) -> None:
        """Take in what was seen, and leave answers for later."""
        for netns, opened in self._captures.items():
            if opened:
                self._take_sightings(netns, opened)

    def counters(self, probe: Probe) -> t.Optional[Counters]:
        """Return what the link counts now; None: it is gone."""
        found = self._find(probe.netns, [probe.name]).get(probe.name)
        return found.counters if found else None

    def _observation(self, course: Course, before: Counters) -> Observation:
        after = self.counters(course.probe) or before
        sighting = None if _verdict.is_plain(course.device.kind) else course.sighting
        return Observation(
            trouble=course.trouble if not course.sent else None,
            device=course.device,
            sent=course.sent,
            rtts=course.rtts,
            path_mtu=course.path_mtu,
            sighting=sighting,
            blind=self._blind.get(course.position),
            errors=tuple(course.errors),
            elsewhere=tuple(course.elsewhere),
            incoming=after.received - before.received,
            returned=course.returned,
            counters=(after.received, after.sent),
            reader=self._reader(course, before, after) if course.device.kind == "tun" else None,
        )

    @staticmethod
    def _reader(course: Course, before: Counters, after: Counters) -> Reader:
        return Reader(
            processes=tuple(_processes.attached(course.probe.name)) if course.device.carrier else (),
            handed=course.handed,
            taken=after.sent - before.sent,
            dropped=after.dropped - before.dropped,
        )


class _Line(Line):
    """One probe's way out."""

    def __init__(self, prober: _Prober, probe: Probe, found: Found, opened: _icmp.IcmpSocket) -> None:
        self._prober, self._probe, self._found, self._socket = prober, probe, found, opened

    def now(self) -> float:
        return time.monotonic()

    def send(self, marks: _packets.Marks, size: int) -> None:
        packet = _packets.echo(self._probe.family, self._prober.mark, marks, size)
        link = (self._probe.name, self._found.device.ifindex)
        self._socket.send(link, self._probe.source, self._probe.destination, packet)

    def taken(self) -> int:
        # What was handed to the device is to be known before what was taken from it.
        self._prober.look()
        counters = self._prober.counters(self._probe)
        return counters.sent - self._found.counters.sent if counters else 0


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


def _missing(netns: Netns) -> t.Optional[str]:
    """Return why a namespace can't be entered."""
    if netns is None or (netns in _namespaces.names() and not _namespaces.is_stale(netns)):
        return None
    return "can't be asked, there is no namespace {0!r} on this host; make it first, with warren.tunnels.netns".format(
        netns
    )
