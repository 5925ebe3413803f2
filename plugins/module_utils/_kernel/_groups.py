# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: links deleted as one group (``IFLA_GROUP``)."""

import os
import typing as t

from . import _formats, _links
from ._netlink import Request, Socket
from ._rtnetlink import RTM_DELLINK, RTM_NEWLINK


def delete(connection: Socket, indexes: t.Sequence[int]) -> bool:
    """Delete the links with these indexes: the kernel waits for its readers (RCU) once, not once for each link.

    Return whether they are gone; else all are there, in the groups that they were in.
    """
    former = _links.groups(connection, indexes)
    # Any number that nobody else uses would do.
    group = 1 << 30 | int.from_bytes(os.urandom(4), "big") >> 2
    gone = False
    try:
        gone = not any(connection.change([_regroup(index, group) for index in indexes]))
        gone = gone and not any(connection.change([Request(RTM_DELLINK, 0, _grouped(0, group))]))
    finally:
        if not gone:
            connection.change([_regroup(index, former[index]) for index in indexes if index in former])
    return gone


def _regroup(index: int, group: int) -> Request:
    return Request(RTM_NEWLINK, 0, _grouped(index, group))


def _grouped(index: int, group: int) -> bytes:
    message = _formats.message("ifinfmsg")
    return message.start(index=index) + message.pack({"IFLA_GROUP": group})
