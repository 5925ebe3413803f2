# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole courses on a line in memory, whose clock jumps to whatever comes next."""

import errno

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._probing import _course, _packets
from ansible_collections.warren.tunnels.plugins.module_utils._probing._packets import Marks, Outer, Seen
from ansible_collections.warren.tunnels.plugins.module_utils._probing._types import Device, Probe, Sighting
from ansible_collections.warren.tunnels.plugins.module_utils._values import IPV4

DELAY = 0.01
OUTER = Outer(47, "192.0.2.1", "192.0.2.2")


class Line(_course.Line):
    """Answers after DELAY what ``passes`` lets through: number and size to yes or no, or to an exception."""

    def __init__(self, passes, told=None, reads=None):
        self.passes, self.told, self.reads = passes, told, reads or (lambda now: 0)
        self.time, self.sent, self.coming = 0.0, [], []

    def now(self):
        return self.time

    def send(self, marks, size):
        passes = self.passes(marks.number, size)
        if isinstance(passes, OSError):
            raise passes
        self.sent.append((round(self.time, 3), size))
        if passes or self.told:
            self.coming.append((self.time + DELAY, marks, passes))

    def taken(self):
        return self.reads(self.time)

    def fly(self, course):
        """Run the course to its end."""
        for deadline in course.run():
            self.coming.sort()
            if self.coming and self.coming[0][0] <= deadline:
                self.time, marks, passes = self.coming.pop(0)
                if passes:
                    course.replied(marks.number, course.device.ifindex if passes is True else passes)
                else:
                    course.refused("192.0.2.9", _packets.Error(marks, "packet too big", self.told))
            else:
                assert deadline > self.time
                self.time = deadline
        return course


def course(line, mtu=1400, **options):
    probe = Probe(None, "t0", IPV4, "10.1.1.2", **options)
    return line.fly(_course.Course(0, probe, Device(5, "gre", True, True, mtu), line))


def always(number, size):
    return True


def never(number, size):
    return False


def test_it_sends_as_often_as_asked_and_ends_with_the_last_answer():
    line = Line(always)
    done = course(line, requests=3, interval=0.5, timeout=9)
    assert line.sent == [(0, 84), (0.5, 84), (1, 84)]
    assert line.time == pytest.approx(1 + DELAY)
    assert done.rtts == pytest.approx((DELAY,) * 3)


def test_it_waits_for_answers_as_long_as_asked():
    line = Line(never)
    done = course(line, requests=2, interval=0.5, timeout=9)
    assert line.time == pytest.approx(9.5)
    assert (done.sent, done.rtts) == (2, ())


def test_what_is_lost_is_counted():
    done = course(Line(lambda number, size: number != 2))
    assert (done.sent, len(done.rtts)) == (3, 2)


def test_an_answer_that_comes_twice_counts_once():
    line = Line(always)
    done = course(line)
    done.replied(1, 5)
    done.replied(99, 5)
    assert len(done.rtts) == 3


def test_an_answer_by_another_link_is_none():
    done = course(Line(lambda number, size: "t1"))
    assert (done.rtts, done.elsewhere) == ((), ["t1"])


def test_a_small_link_gets_small_packets():
    line = Line(always)
    course(line, mtu=60)
    assert {size for _time, size in line.sent} == {60}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(Line(always), 1400, id="the whole link"),
        pytest.param(Line(lambda number, size: size <= 1300), 1300, id="silence"),
        pytest.param(Line(lambda number, size: size <= 1300, told=1300), 1300, id="a router"),
        pytest.param(Line(lambda number, size: size <= 1300, told=0), 1300, id="an old router"),
        pytest.param(Line(lambda number, size: size <= 1300 or OSError(errno.EMSGSIZE, "")), 1300, id="the host"),
        pytest.param(Line(lambda number, size: size <= 84), 84, id="none larger"),
        pytest.param(Line(lambda number, size: size <= 1300 and (size == 84 or number % 3 > 0)), 1300, id="loss"),
        pytest.param(Line(never), None, id="no answer"),
    ],
)
def test_path_mtu(line, expected):
    assert course(line, path_mtu=True).path_mtu == expected


def test_a_router_shortens_the_search():
    line = Line(lambda number, size: size <= 1300, told=1300)
    course(line, path_mtu=True)
    assert line.time < 1


def test_path_mtu_is_found_only_where_asked_for():
    line = Line(always)
    assert course(line).path_mtu is None
    assert len(line.sent) == 3


@pytest.mark.parametrize(
    ("number", "source", "words"),
    [
        (errno.ENETUNREACH, None, "no route to it through this link"),
        (errno.EADDRNOTAVAIL, None, "no address of its family"),
        (errno.EPERM, None, "a firewall on this host"),
        (errno.EINVAL, "10.9.9.9", "10.9.9.9 is no address of this host"),
        (errno.EIO, None, "the kernel refuses to send: Input/output error"),
    ],
)
def test_what_the_kernel_refuses_to_send(number, source, words):
    line = Line(lambda *packet: OSError(number, "refused"))
    done = course(line, source=source)
    assert done.sent == 0
    assert words in done.trouble
    assert line.time < 1


def test_a_reader_ends_it_when_it_has_read():
    line = Line(never, reads=lambda now: 3 if now >= 0.7 else 0)
    course(line, expect="reader", timeout=9)
    assert 0.7 <= line.time < 0.8


def test_without_a_reader_it_waits():
    line = Line(never)
    course(line, expect="reader", timeout=2)
    assert line.time == pytest.approx(2.4)


def sighted(*sightings):
    probed = course(Line(always))
    for seen, device, outgoing in sightings:
        probed.seen(seen, device, outgoing, own=True)
    return probed


def test_the_least_around_a_packet_is_the_tunnels_own():
    deeper = Seen(Marks(0, 1), 48, Outer(4, "198.51.100.1", "198.51.100.2"))
    incoming = Seen(Marks(0, 1), 20, Outer(4, "203.0.113.1", "203.0.113.2"))
    own = Seen(Marks(0, 1), 24, OUTER)
    for order in ([deeper, incoming, own], [own, incoming, deeper]):
        probed = sighted(*((seen, "eth0", seen is not incoming) for seen in order))
        assert probed.sighting == Sighting(OUTER, "eth0")


def test_answers_that_come_out_of_the_device_are_counted_once():
    bare = Seen(Marks(0, 1), 0, None, is_answer=True)
    probed = sighted((bare, "t0", False), (bare, "t0", False), (bare, "eth0", False), (bare, "t0", True))
    probed.seen(bare, "t0", False, own=False)
    probed.seen(bare._replace(depth=24), "eth0", False, own=True)
    assert (probed.returned, probed.handed, probed.sighting) == (1, 0, None)


def test_packets_that_reach_the_device_are_counted_once():
    bare = Seen(Marks(0, 1), 0, None)
    probed = sighted((bare, "t0", True), (bare, "t0", True), (bare, "eth0", True))
    probed.seen(bare._replace(marks=Marks(0, 2)), "t0", True, own=False)
    assert (probed.handed, probed.sighting) == (1, None)
