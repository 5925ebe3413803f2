# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the numbers by which namespaces know each other (RTM_GETNSID, RTM_NEWNSID)."""

import errno
import os
import typing as t

from .. import _errors
from . import _formats, _namespaces
from ._netlink import Opener, Request
from ._rtnetlink import NOT_AN_NSID, RTM_GETNSID, RTM_NEWNSID

Netns = t.Optional[str]


class Numbers:
    """Asks through the sockets of a Kernel, and remembers what goes with a number."""

    def __init__(self, open_socket: Opener) -> None:
        self._open = open_socket
        self._asked: t.Dict[Netns, t.Dict[Netns, t.Optional[int]]] = {}

    def named(self, here: Netns, number: int, others: t.Sequence[Netns]) -> t.List[Netns]:
        """Return the one of the others that goes by the number in a namespace; none where it is none of them."""
        asked = self._asked.setdefault(here, {})
        for there in others:
            if there not in asked and there != here:
                asked[there] = known(self._open, here, there)
            if asked.get(there) == number:
                return [there]
        return []


def known(open_socket: Opener, here: Netns, there: Netns) -> t.Optional[int]:
    """Return the number by which one namespace knows another; None: by none, or there is no such namespace any more."""
    message, header = _formats.message("nsidmsg"), _header()
    try:
        answer = _ask(open_socket, here, there, RTM_GETNSID, {})
    except FileNotFoundError:
        return None
    except _errors.KernelError as error:
        # The file of a name that no namespace is mounted on, yet or any more.
        if error.errno != errno.EINVAL:
            raise
        return None
    if answer is None:
        return None
    number = message.unpack(answer[len(header) :], ("NETNSA_NSID",)).get("NETNSA_NSID", NOT_AN_NSID)
    return None if number == NOT_AN_NSID else int(number)


def assigned(open_socket: Opener, here: Netns, there: Netns) -> int:
    """Return the same, for a namespace that gets a number where it has none yet."""
    number = known(open_socket, here, there)
    if number is None:
        # Where another program was faster, that one's number counts.
        _ask(open_socket, here, there, RTM_NEWNSID, {"NETNSA_NSID": NOT_AN_NSID})
        number = known(open_socket, here, there)
    if number is None:
        raise _errors.KernelError(errno.ENOENT, "Namespace {0} has got no number".format(there))
    return number


def _ask(open_socket: Opener, here: Netns, there: Netns, type_: int, more: t.Mapping[str, int]) -> t.Optional[bytes]:
    fd = os.open(_namespaces.path(there) if there else _namespaces.OWN, os.O_RDONLY | os.O_CLOEXEC)
    try:
        body = _header() + _formats.message("nsidmsg").pack({"NETNSA_FD": fd, **more})
        if type_ == RTM_GETNSID:
            return open_socket(here).get([Request(type_, 0, body)])[0]
        (outcome,) = open_socket(here).change([Request(type_, 0, body)])
    finally:
        os.close(fd)
    if outcome is not None and outcome.errno != errno.EEXIST:
        raise outcome
    return None


def _header() -> bytes:
    message = _formats.message("nsidmsg")
    return message.start() + b"\0" * (-message.header.size % 4)
