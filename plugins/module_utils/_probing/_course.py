# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the course of one probe: what it sends when, and what it makes of what comes back.

It does no input or output and has no clock of its own, so that one thread can have hundreds on their way at a time. The
line that it is given has those.
"""

import errno
import os
import typing as t

from . import _packets, _pathmtu
from ._types import READER, Device, Probe, Sighting

ATTEMPTS = 3
"""How often a size is sent before its silence counts."""
PATIENCE = 0.5
"""The least time that the answers of a round may take, in seconds; more where round trips take long."""
POLL = 0.05
"""Seconds between two looks at counters or addresses."""

_NO_WAY = "there is no route to it through this link; see the addresses and routes of the link"
_REMEDIES = {
    errno.ENETUNREACH: _NO_WAY,
    errno.EHOSTUNREACH: _NO_WAY,
    errno.EADDRNOTAVAIL: "the link has no address of its family to send from; give it one",
    errno.EACCES: "it is a broadcast address, or a route prohibits it; give the address of a host",
    errno.EPERM: "a firewall on this host drops what is sent; see its rules for output",
    errno.ENODEV: "the link is gone",
}
_REMEDIES_WITH_SOURCE = {
    number: "either {{0}} is no address of this host, or {0}".format(_NO_WAY)
    for number in (errno.ENETUNREACH, errno.EINVAL, errno.EADDRNOTAVAIL)
}


class Line:
    """What a course sends by, and reads counters and the time from."""

    def now(self) -> float:
        """Return a time in seconds, of a clock that is never set."""
        raise NotImplementedError

    def send(self, marks: _packets.Marks, size: int) -> None:
        """Send an echo request; raise OSError where the kernel won't."""
        raise NotImplementedError

    def taken(self) -> int:
        """Return how many packets were read from the TUN/TAP device since the course began."""
        raise NotImplementedError


class Packet:
    """One that was sent."""

    def __init__(self, size: int, sent_at: float) -> None:
        self.size, self.sent_at = size, sent_at
        self.rtt: t.Optional[float] = None
        self.refused = False
        self.told: t.Optional[int] = None


class Course:
    """One probe on its way."""

    def __init__(self, position: int, probe: Probe, device: Device, line: Line) -> None:
        """:arg position: the number of the probe, by which its packets are known."""
        self.position, self.probe, self.device = position, probe, device
        self._line = line
        self._packets: t.Dict[int, Packet] = {}
        self._number = 0
        self._asked: t.List[Packet] = []
        self._handed: t.Set[int] = set()
        self._returned: t.Set[int] = set()
        self._sighting: t.Optional[t.Tuple[t.Tuple[bool, int], Sighting]] = None
        self.trouble: t.Optional[str] = None
        self.path_mtu: t.Optional[int] = None
        self.is_told = False
        self.errors: t.List[str] = []
        self.elsewhere: t.List[str] = []

    @property
    def sent(self) -> int:
        """How many packets asked for an answer, those of the search for the path MTU left out."""
        return len(self._asked)

    @property
    def rtts(self) -> t.Tuple[float, ...]:
        return tuple(packet.rtt for packet in self._asked if packet.rtt is not None)

    @property
    def handed(self) -> int:
        """How many packets were seen to get to the device."""
        return len(self._handed)

    @property
    def returned(self) -> int:
        """How many answers were seen to come out of the device, let in or not."""
        return len(self._returned)

    @property
    def sighting(self) -> t.Optional[Sighting]:
        return self._sighting[1] if self._sighting else None

    # What is done

    def run(self) -> t.Generator[float, None, None]:
        """Do it all; yield the time until which there is nothing to do unless something comes in."""
        size = min(_packets.USUAL_SIZE[self.probe.family], self.device.mtu)
        for turn in range(self.probe.requests):
            packet = self._send(size)
            if packet:
                self._asked.append(packet)
            yield from self._until(lambda: False, self.probe.interval if turn < self.probe.requests - 1 else 0)
        yield from self._until(self._all_back, self.probe.timeout)
        if self.probe.path_mtu and self.rtts:
            yield from self._search(size)

    def _until(self, over: t.Callable[[], bool], seconds: float) -> t.Generator[float, None, None]:
        deadline = self._line.now() + seconds
        while not over() and self._line.now() < deadline:
            yield deadline if self.probe.expect != READER else min(deadline, self._line.now() + POLL)

    def _all_back(self) -> bool:
        if not self._asked:
            return True
        if self.probe.expect == READER:
            return self._line.taken() >= max(1, self.handed)
        return len(self.rtts) == len(self._asked)

    def _send(self, size: int) -> t.Optional[Packet]:
        self._number += 1
        packet = self._packets[self._number] = Packet(size, self._line.now())
        try:
            self._line.send(_packets.Marks(self.position, self._number), size)
        except OSError as error:
            packet.refused = True
            if error.errno != errno.EMSGSIZE:
                self.trouble = "can't be asked, " + self._remedy(error.errno or errno.EIO)
            return None
        return packet

    def _remedy(self, number: int) -> str:
        if self.probe.source and number in _REMEDIES_WITH_SOURCE:
            return _REMEDIES_WITH_SOURCE[number].format(self.probe.source)
        return _REMEDIES.get(number, "the kernel refuses to send: {0}".format(os.strerror(number)))

    def _search(self, known: int) -> t.Generator[float, None, None]:
        search = _pathmtu.search(known, self.device.mtu)
        try:
            sizes = next(search)
            while True:
                outcome = yield from self._round(sizes)
                sizes = search.send(outcome)
        except StopIteration as stop:
            self.path_mtu = int(stop.value)

    def _round(self, sizes: t.Sequence[int]) -> t.Generator[float, None, _pathmtu.Round]:
        sent: t.List[Packet] = []

        def passed() -> t.Set[int]:
            return {packet.size for packet in sent if packet.rtt is not None}

        def open_() -> t.List[int]:
            """Return the sizes of which it is not known yet whether they pass; those below one that does are."""
            known = max(passed(), default=0)
            refused = {packet.size for packet in sent if packet.refused}
            return [size for size in sizes if size > known and size not in refused]

        patience = min(self.probe.timeout, max([PATIENCE, *(4 * rtt for rtt in self.rtts)]))
        for attempt in range(ATTEMPTS):
            for size in open_():
                self._send(size)
                sent.append(self._packets[self._number])
            last = attempt == ATTEMPTS - 1
            yield from self._until(lambda: not open_(), patience if last else min(patience, self.probe.interval))
        told = [packet.told for packet in sent if packet.told is not None]
        return _pathmtu.Round(passed(), min(told, default=None))

    # What comes in

    def replied(self, number: int, link: t.Union[int, str]) -> None:
        """Take an answer in. :arg link: the index of the probe's own link, or the name of another."""
        packet = self._packets.get(number)
        if packet is None:
            return
        if link != self.device.ifindex:
            if str(link) not in self.elsewhere:
                self.elsewhere.append(str(link))
        elif packet.rtt is None:
            packet.rtt = self._line.now() - packet.sent_at

    def refused(self, sender: str, error: _packets.Error) -> None:
        """Take in what a router says."""
        packet = self._packets.get(error.marks.number)
        if packet is None:
            return
        if error.mtu is not None:
            packet.refused, packet.told = True, error.mtu
            self.is_told = True
        words = "{0} says {1}".format(sender, error.words)
        if error.mtu is None and words not in self.errors:
            self.errors.append(words)

    def seen(self, seen: _packets.Seen, device: str, outgoing: bool, own: bool) -> None:
        """Take in that a packet passed a device. :arg own: the device is in the namespace of the link."""
        if seen.marks.number not in self._packets:
            return
        if seen.is_answer:
            if seen.depth == 0 and own and not outgoing and device == self.probe.name:
                self._returned.add(seen.marks.number)
        elif seen.depth == 0:
            if own and device == self.probe.name:
                self._handed.add(seen.marks.number)
        elif seen.outer is not None:
            # The least there is around a packet is what the link itself put there; the way may lead into more tunnels.
            rank = (not outgoing, seen.depth)
            if self._sighting is None or rank < self._sighting[0]:
                self._sighting = (rank, Sighting(seen.outer, device))
