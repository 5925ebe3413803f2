# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: steps about forwarding entries as requests to the kernel."""

import errno
import typing as t

from ..._kernel._netlink import Request
from ..._kernel._rtnetlink import NLM_F_APPEND, NLM_F_CREATE, NLM_F_REPLACE, RTM_NEWNEIGH
from ..._kernel._writing._writer import Outcome, Writer
from . import _reading
from ._steps import AddForwarding, DeleteForwarding, SetForwarding, verb

RTM_DELNEIGH = 29
_FLAGS = {"append": NLM_F_CREATE | NLM_F_APPEND, "replace": NLM_F_CREATE | NLM_F_REPLACE}


def _put(writer: Writer, steps: t.Sequence[t.Any]) -> t.List[Outcome]:
    return writer.pipelined(
        steps, lambda step: Request(RTM_NEWNEIGH, _FLAGS[verb(step.forwarding)], _body(writer, step))
    )


def _delete(writer: Writer, steps: t.Sequence[t.Any]) -> t.List[Outcome]:
    return writer.pipelined(
        steps, lambda step: Request(RTM_DELNEIGH, 0, _body(writer, step)), lambda _step: errno.ENOENT
    )


def _body(writer: Writer, step: t.Any) -> bytes:
    forwarding = step.forwarding.standing
    via = writer.index((forwarding.netns, forwarding.via)) if forwarding.via else 0
    return _reading.encode(forwarding, writer.index((forwarding.netns, forwarding.dev)), via)


PERFORM = {AddForwarding: _put, SetForwarding: _put, DeleteForwarding: _delete}
