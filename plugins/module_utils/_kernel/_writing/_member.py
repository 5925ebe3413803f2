# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: steps about members of options as requests to the kernel."""

import errno
import typing as t

from ... import _nla
from ..._steps._member import AddMember, DeleteMember
from .. import _formats
from .._netlink import Request
from .._rtnetlink import NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL, RTM_DELLINKPROP, RTM_NEWLINKPROP
from ._writer import Outcome, Writer

Requests = t.Callable[[Writer, t.Any], Request]


def _add(writer: Writer, steps: t.Sequence[AddMember]) -> t.List[Outcome]:
    return writer.pipelined(steps, lambda step: _COMING[step.option](writer, step))


def _delete(writer: Writer, steps: t.Sequence[DeleteMember]) -> t.List[Outcome]:
    return writer.pipelined(steps, lambda step: _GOING[step.option](writer, step), lambda _step: errno.ENOENT)


def _new_name(writer: Writer, step: AddMember) -> Request:
    return Request(RTM_NEWLINKPROP, NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND, _name(writer, step))


def _former_name(writer: Writer, step: DeleteMember) -> Request:
    return Request(RTM_DELLINKPROP, 0, _name(writer, step))


def _name(writer: Writer, step: t.Any) -> bytes:
    message = _formats.message("ifinfmsg")
    names = _nla.nest(message.numbers["IFLA_PROP_LIST"], step.value.encode([step.member]))
    return message.start(index=writer.index(step.link.id)) + names


_COMING: t.Dict[str, Requests] = {"altnames": _new_name}
_GOING: t.Dict[str, Requests] = {"altnames": _former_name}

PERFORM = {AddMember: _add, DeleteMember: _delete}
