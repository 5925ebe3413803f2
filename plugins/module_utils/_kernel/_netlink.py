# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: an rtnetlink socket (RFC 3549) that takes many requests at a time."""

import contextlib
import errno
import os
import socket
import struct
import typing as t

from .. import _errors, _nla

NETLINK_ROUTE, NETLINK_GENERIC = 0, 16
SOL_NETLINK = 270
NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK = 10, 11, 12

NLMSG_ERROR, NLMSG_DONE = 2, 3
NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP_INTR = 0x1, 0x4, 0x10
NLM_F_DUMP, NLM_F_EXCL, NLM_F_CREATE = 0x300, 0x200, 0x400
NLM_F_CAPPED, NLM_F_ACK_TLVS = 0x100, 0x200
NLMSGERR_ATTR_MSG = 1

BATCH = 100
"""Requests in one send. Their answers must fit the default receive buffer, or the kernel drops some (ENOBUFS)."""
GETS = 32
"""The same for requests that are answered with a whole message each."""
RECEIVE = 1 << 18
"""Bytes that a datagram has at most."""
ATTEMPTS = 5
"""How often a dump is begun again when the table changed under it."""

ABSENT = (errno.ENODEV, errno.ENOENT, errno.ESRCH)
"""What the kernel says where there is nothing of what was asked about, such as a link that has gone in the meantime."""

_BUFFER = memoryview(bytearray(RECEIVE))
"""For all sockets: what is in it is copied before anything else is received."""

_HEADER = struct.Struct("=IHHII")
_ERROR = struct.Struct("=i")


class Request(t.NamedTuple):
    """One message to the kernel."""

    type: int
    flags: int
    """``NLM_F_REQUEST`` and ``NLM_F_ACK`` are seen to here."""
    body: bytes


Outcome = t.Optional[_errors.KernelError]


class Socket:
    """A netlink socket of the namespace in which it was made."""

    def __init__(self, protocol: int = NETLINK_ROUTE) -> None:
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, protocol)
        self._sequence = 0
        for option in (NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK):
            # Linux 4.2, 4.12 and 4.20 brought these; without them errors say less and dumps more.
            with contextlib.suppress(OSError):
                self._socket.setsockopt(SOL_NETLINK, option, 1)
        self._socket.bind((0, 0))

    def close(self) -> None:
        self._socket.close()

    def change(self, requests: t.Sequence[Request]) -> t.List[Outcome]:
        """Send the requests in order and return what became of each, None being success.

        After a batch of ``BATCH`` in which one failed, nothing more is sent: the list is as long as what was.
        """
        outcomes: t.List[Outcome] = []
        for start in range(0, len(requests), BATCH):
            batch = requests[start : start + BATCH]
            first = self._send(batch, acknowledge=True)
            results: t.List[Outcome] = [None] * len(batch)
            last = first + len(batch) - 1
            done = False
            while not done:
                for type_, flags, sequence, body in self._receive():
                    if type_ == NLMSG_ERROR and first <= sequence <= last:
                        results[sequence - first] = _error(flags, body)
                        done = done or sequence == last
            outcomes += results
            if any(results):
                break
        return outcomes

    def get(self, requests: t.Sequence[Request]) -> t.List[t.Optional[bytes]]:
        """Send requests that are answered by one message each; return the answers, None where there is no such thing."""
        answers: t.List[t.Optional[bytes]] = []
        for start in range(0, len(requests), GETS):
            batch = requests[start : start + GETS]
            first = self._send(batch, acknowledge=False)
            results: t.List[t.Optional[bytes]] = [None] * len(batch)
            missing = len(batch)
            while missing:
                for type_, flags, sequence, body in self._receive():
                    if not first <= sequence < first + len(batch):
                        continue
                    missing -= 1
                    if type_ != NLMSG_ERROR:
                        results[sequence - first] = body
                        continue
                    error = _error(flags, body)
                    if error and error.errno not in ABSENT:
                        raise error
            answers += results
        return answers

    def dump(self, type_: int, body: bytes) -> t.List[bytes]:
        """Return all messages that the kernel answers to a dump request, from one unchanged table where it can."""
        for _attempt in range(ATTEMPTS):
            messages, interrupted = self._dump_once(type_, body)
            if not interrupted:
                break
        return messages

    def _dump_once(self, type_: int, body: bytes) -> t.Tuple[t.List[bytes], bool]:
        first = self._send([Request(type_, NLM_F_DUMP, body)], acknowledge=False)
        messages: t.List[bytes] = []
        interrupted = False
        while True:
            for answer, flags, sequence, content in self._receive():
                if sequence != first:
                    continue
                interrupted = interrupted or bool(flags & NLM_F_DUMP_INTR)
                if answer == NLMSG_DONE:
                    error = _done(flags, content)
                    if error and error.errno not in ABSENT:
                        raise error
                    return messages, interrupted
                if answer == NLMSG_ERROR:
                    error = _error(flags, content)
                    if error:
                        raise error
                    return messages, interrupted
                messages.append(content)

    def _send(self, batch: t.Sequence[Request], acknowledge: bool) -> int:
        """Send the batch in one piece, its last message to be acknowledged or not; return its first sequence number."""
        first = self._sequence + 1
        parts = []
        for number, request in enumerate(batch):
            self._sequence += 1
            asked = acknowledge and number == len(batch) - 1
            flags = request.flags | NLM_F_REQUEST | (NLM_F_ACK if asked else 0)
            size = _HEADER.size + len(request.body)
            parts.append(
                _HEADER.pack(size, request.type, flags, self._sequence, 0) + request.body + b"\0" * (-size % 4)
            )
        self._socket.send(b"".join(parts))
        return first

    def _drain(self) -> None:
        """Receive what waits: after an overrun the kernel drops all other answers until then (``netlink_rcv_wake``)."""
        with contextlib.suppress(BlockingIOError):
            while self._socket.recv_into(_BUFFER, 0, socket.MSG_DONTWAIT):
                pass

    def _receive(self) -> t.Iterator[t.Tuple[int, int, int, bytes]]:
        """Yield type, flags, sequence number and body of each message of one datagram."""
        # A buffer of this size costs more to get than a datagram costs to copy.
        try:
            end = self._socket.recv_into(_BUFFER)
        except OSError:
            self._drain()
            raise
        datagram = bytes(_BUFFER[:end])
        position = 0
        while position + _HEADER.size <= end:
            size, type_, flags, sequence, _port = _HEADER.unpack_from(datagram, position)
            if not _HEADER.size <= size <= end - position:
                return
            yield type_, flags, sequence, datagram[position + _HEADER.size : position + size]
            position += (size + 3) & ~3


Opener = t.Callable[..., Socket]
"""Takes a namespace's name, and a protocol where it is not NETLINK_ROUTE; returns the socket for them."""


def reaches(open_socket: Opener, netns: t.Optional[str], *protocols: int) -> bool:
    """Return whether there is a namespace of that name. If so, its sockets keep it, whoever takes the name away later."""
    try:
        for protocol in protocols or (NETLINK_ROUTE,):
            open_socket(netns, protocol)
    except FileNotFoundError:
        return False
    return True


def is_open(open_socket: Opener, netns: t.Optional[str]) -> bool:
    """Return whether there is a namespace of that name, and we may enter it."""
    try:
        return reaches(open_socket, netns)
    except PermissionError:
        return False


def _error(flags: int, body: bytes) -> Outcome:
    """Return the error in an ``NLMSG_ERROR``, None if it says that all went well."""
    if len(body) < _ERROR.size + _HEADER.size:
        raise _errors.Malformed("an acknowledgement of {0} bytes".format(len(body)))
    request_size = _HEADER.unpack_from(body, _ERROR.size)[0]
    return _told(flags, body, _HEADER.size if flags & NLM_F_CAPPED else (request_size + 3) & ~3)


def _done(flags: int, body: bytes) -> Outcome:
    """Return the error that a dump ended with before its time, in an ``NLMSG_DONE``; old kernels tell of none there."""
    return _told(flags, body, 0) if len(body) >= _ERROR.size else None


def _told(flags: int, body: bytes, skip: int) -> Outcome:
    """:arg skip: how much there is between the number and what else is told."""
    number = -_ERROR.unpack_from(body)[0]
    # What a dump ends with may be a length.
    if number <= 0:
        return None
    words = ""
    if flags & NLM_F_ACK_TLVS:
        for kind, content in _nla.read(body[_ERROR.size + skip :]):
            if kind == NLMSGERR_ATTR_MSG:
                words = content.rstrip(b"\0").decode("utf-8", "replace")
    return _errors.KernelError(number, words or os.strerror(number))
