# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: probes of links, all at a time, from one thread. It sends, and changes nothing."""

import contextlib
import errno
import os
import select
import socket
import time
import typing as t

from .._probing import _course, _packets, _verdict
from .._probing._course import Course, Line
from .._probing._types import READER, Observation, Probe, Reader
from .._values import IPV4
from . import _icmp, _namespaces, _processes
from ._probe_asker import Asker, Counters, Found, Netns, missing_namespace

TENTATIVE = 5.0
"""Seconds that an IPv6 address may stay tentative. The kernel needs two at most, if it is not busy."""
STAGGER = 0.001
"""Seconds between the beginnings of two probes, so that hundreds do not make a burst."""


def run(probes: t.Sequence[Probe]) -> t.List[Observation]:
    """Return what was found for each of the probes."""
    with contextlib.ExitStack() as stack:
        return _Prober(stack).run(probes)


class _Prober:
    def __init__(self, stack: contextlib.ExitStack) -> None:
        self._stack = stack
        self.mark = os.urandom(_packets.MARK_SIZE)
        self._icmp: t.Dict[t.Tuple[Netns, int], _icmp.IcmpSocket] = {}
        self._captures: t.Dict[Netns, t.Optional[_icmp.Capture]] = {}
        self._asker = Asker(stack)
        self._poll = select.poll()
        self._readers: t.Dict[int, t.Callable[[], t.Set[int]]] = {}
        """Of each open socket, what takes in all that came and returns the positions of the probes it is about."""
        self._courses: t.Dict[int, Course] = {}
        self._underlays: t.Dict[int, t.Optional[Netns]] = {}
        self._blind: t.Dict[int, str] = {}

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
                course.replied(read.marks.number, index if own else self._asker.name_of(netns, index))
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
            missing = missing_namespace(netns)
            found = {} if missing else self._asker.find(netns, sorted({probe.name for _position, probe in here}))
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
            routed = self._asker.route(probe)
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
            named, underlay = self._asker.underlay(probe.netns, found.nsid)
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
            while indexes & self._asker.tentative(netns) and time.monotonic() < deadline:
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
        found = self._asker.find(probe.netns, [probe.name]).get(probe.name)
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
            is_told=course.is_told,
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
