# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kernel's side is played; what the kernel really says is for the integration tests."""

import errno
import struct

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors, _nla
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _netlink
from ansible_collections.warren.tunnels.plugins.module_utils._kernel._netlink import NLM_F_ACK, NLM_F_REQUEST, Request

NLM_F_CAPPED, NLM_F_ACK_TLVS, NLM_F_MULTI, NLM_F_DUMP_INTR = 0x100, 0x200, 0x2, 0x10
NLMSG_ERROR, NLMSG_DONE, RTM_NEWLINK = 2, 3, 16
WORDS, OFFSET = 1, 2


def message(type_, sequence, body=b"", flags=0):
    size = 16 + len(body)
    return struct.pack("=IHHII", size, type_, flags, sequence, 0) + body + b"\0" * (-size % 4)


def answer(sequence, number=0, words=None, capped=True, request=b""):
    """Return an NLMSG_ERROR: the errno, the request or its header, and what the kernel says beside it."""
    size = 16 + len(request)
    body = struct.pack("=i", -number) + struct.pack("=IHHII", size, RTM_NEWLINK, 5, sequence, 0)
    flags = NLM_F_CAPPED if capped else 0
    if not capped:
        body += request + b"\0" * (-size % 4)
    if words is not None:
        flags |= NLM_F_ACK_TLVS
        body += _nla.pack(OFFSET, b"\x10\0\0\0") + _nla.pack(WORDS, words)
    return message(NLMSG_ERROR, sequence, body, flags)


class Wire:
    """A socket with the kernel's answers ready to be received; it keeps what was sent."""

    def __init__(self, *datagrams):
        self.datagrams, self.sent = list(datagrams), []

    def send(self, data):
        self.sent.append(data)

    def recv_into(self, buffer):
        datagram = self.datagrams.pop(0)
        buffer[: len(datagram)] = datagram
        return len(datagram)

    def requests(self):
        """Return type, flags, sequence number and body of each message sent, by datagram."""
        return [list(self._split(data)) for data in self.sent]

    @staticmethod
    def _split(data):
        while data:
            size, type_, flags, sequence, _port = struct.unpack_from("=IHHII", data)
            yield type_, flags, sequence, data[16:size]
            data = data[(size + 3) & ~3 :]


@pytest.fixture
def connect():
    """Return a function that makes a socket whose other end says what it is given."""

    def connected(*datagrams):
        connection = _netlink.Socket()
        connection.close()
        connection._socket = Wire(*datagrams)
        return connection

    return connected


def texts(outcomes):
    return [outcome and str(outcome) for outcome in outcomes]


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        pytest.param(answer(1), None, id="success"),
        pytest.param(answer(1, 0, b"a warning\0"), None, id="success-with-words"),
        pytest.param(answer(1, errno.EPERM), "Operation not permitted (errno 1)", id="number-only"),
        pytest.param(answer(1, errno.EINVAL, b"Unknown device type\0"), "Unknown device type (errno 22)", id="words"),
        pytest.param(
            answer(1, errno.EINVAL, b"no way\0", capped=False, request=b"x" * 21),
            "no way (errno 22)",
            id="behind-request",
        ),
        pytest.param(answer(1, errno.EINVAL, b"caf\xe9\0"), "caf\ufffd (errno 22)", id="words-that-are-no-utf8"),
        pytest.param(answer(1, errno.EINVAL, b""), "Invalid argument (errno 22)", id="no-words-after-all"),
    ],
)
def test_acknowledgement(connect, reply, text):
    (outcome,) = connect(reply).change([Request(RTM_NEWLINK, 0, b"")])
    assert (outcome and str(outcome)) == text


def test_many_requests_are_one_datagram_of_which_the_last_asks_for_an_answer(connect):
    connection = connect(answer(3))
    bodies = [b"", b"abcde", b"abcd"]
    assert connection.change([Request(RTM_NEWLINK, 0x400, body) for body in bodies]) == [None, None, None]
    assert connection._socket.requests() == [
        [
            (RTM_NEWLINK, 0x400 | NLM_F_REQUEST, 1, b""),
            (RTM_NEWLINK, 0x400 | NLM_F_REQUEST, 2, b"abcde"),
            (RTM_NEWLINK, 0x400 | NLM_F_REQUEST | NLM_F_ACK, 3, b"abcd"),
        ]
    ]


def test_failures_find_their_requests(connect):
    connection = connect(answer(1, errno.EEXIST), answer(3, errno.EPERM) + answer(4))
    outcomes = connection.change([Request(RTM_NEWLINK, 0, b"")] * 4)
    assert texts(outcomes) == ["File exists (errno 17)", None, "Operation not permitted (errno 1)", None]


def test_answers_to_others_are_passed_over(connect):
    connection = connect(answer(99, errno.EPERM), message(RTM_NEWLINK, 0), answer(1))
    assert connection.change([Request(RTM_NEWLINK, 0, b"")]) == [None]


def test_nothing_is_sent_after_a_batch_that_failed(connect):
    size = _netlink.BATCH
    connection = connect(answer(5, errno.EPERM) + answer(size))
    outcomes = connection.change([Request(RTM_NEWLINK, 0, b"")] * (size + 1))
    assert [number for number, outcome in enumerate(outcomes) if outcome] == [4]
    assert (len(outcomes), len(connection._socket.sent)) == (size, 1)


def test_batches_follow_one_another(connect):
    size = _netlink.BATCH
    connection = connect(answer(size), answer(size + 1))
    assert connection.change([Request(RTM_NEWLINK, 0, b"")] * (size + 1)) == [None] * (size + 1)
    assert [len(batch) for batch in connection._socket.requests()] == [size, 1]


def test_get(connect):
    connection = connect(message(RTM_NEWLINK, 1, b"one!") + answer(2, errno.ENODEV), message(RTM_NEWLINK, 3, b"three"))
    assert connection.get([Request(18, 0, b"")] * 3) == [b"one!", None, b"three"]


def test_get_raises_what_is_not_mere_absence(connect):
    with pytest.raises(_errors.KernelError, match="Operation not permitted"):
        connect(answer(1, errno.EPERM)).get([Request(18, 0, b"")])


def test_dump_comes_in_parts(connect):
    connection = connect(
        message(RTM_NEWLINK, 1, b"one!", NLM_F_MULTI) + message(RTM_NEWLINK, 7, b"not ours"),
        message(RTM_NEWLINK, 1, b"two!", NLM_F_MULTI),
        message(NLMSG_DONE, 1, b"\0\0\0\0", NLM_F_MULTI),
    )
    assert connection.dump(18, b"body") == [b"one!", b"two!"]
    assert connection._socket.requests() == [[(18, NLM_F_REQUEST | 0x300, 1, b"body")]]


def test_dump_is_begun_again_where_the_table_changed(connect):
    connection = connect(
        message(RTM_NEWLINK, 1, b"old!", NLM_F_MULTI | NLM_F_DUMP_INTR) + message(NLMSG_DONE, 1),
        message(RTM_NEWLINK, 2, b"new!", NLM_F_MULTI) + message(NLMSG_DONE, 2),
    )
    assert connection.dump(18, b"") == [b"new!"]


def test_dump_that_is_refused(connect):
    with pytest.raises(_errors.KernelError, match=r"Operation not supported \(errno 95\)"):
        connect(answer(1, errno.EOPNOTSUPP)).dump(18, b"")


def test_dump_that_ends_before_its_time(connect):
    connection = connect(
        message(RTM_NEWLINK, 1, b"one!", NLM_F_MULTI),
        message(NLMSG_DONE, 1, struct.pack("=i", -errno.EMSGSIZE), NLM_F_MULTI),
    )
    with pytest.raises(_errors.KernelError, match=r"Message too long \(errno 90\)"):
        connection.dump(18, b"")


def test_dump_that_says_why_it_ends_before_its_time(connect):
    words = _nla.pack(1, b"Invalid mask\0")
    done = message(NLMSG_DONE, 1, struct.pack("=i", -errno.EINVAL) + words, NLM_F_MULTI | 0x200)
    with pytest.raises(_errors.KernelError, match=r"^Invalid mask \(errno 22\)"):
        connect(done).dump(18, b"")


def test_dump_of_what_is_not_there(connect):
    """Of the addresses of a link that went while it was looked at."""
    assert connect(message(NLMSG_DONE, 1, struct.pack("=i", -errno.ENODEV), NLM_F_MULTI)).dump(22, b"") == []


@pytest.mark.parametrize(
    "rest", [b"\x01", b"\xff\0\0\0" + b"\0" * 12, b"\0" * 16], ids=["stub", "too-long", "too-short"]
)
def test_what_follows_a_message_and_is_none_is_dropped(connect, rest):
    assert connect(answer(1) + rest).change([Request(RTM_NEWLINK, 0, b"")]) == [None]
