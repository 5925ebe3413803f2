# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: steps about nexthop objects as requests to the kernel."""

import errno
import typing as t

from ..._kernel._netlink import Request
from ..._kernel._rtnetlink import NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE
from ..._kernel._writing._writer import Outcome, Writer
from . import _reading
from ._steps import AddNexthop, DeleteNexthop, SetNexthop

Steps = t.Sequence[t.Any]


def _add(writer: Writer, steps: Steps) -> t.List[Outcome]:
    return _send(writer, steps, NLM_F_CREATE | NLM_F_EXCL)


def _set(writer: Writer, steps: Steps) -> t.List[Outcome]:
    # It may have gone meanwhile, with what another step takes away.
    return _send(writer, steps, NLM_F_CREATE | NLM_F_REPLACE)


def _send(writer: Writer, steps: Steps, flags: int) -> t.List[Outcome]:
    def request(step: t.Any) -> Request:
        body = _reading.encode(step.nexthop, lambda name: writer.index((step.netns, name)))
        return Request(_reading.RTM_NEWNEXTHOP, flags, body)

    return writer.pipelined(steps, request)


def _delete(writer: Writer, steps: Steps) -> t.List[Outcome]:
    return writer.pipelined(steps, lambda step: _reading.deletion(step.nexthop), lambda _step: errno.ENOENT)


PERFORM = {AddNexthop: _add, SetNexthop: _set, DeleteNexthop: _delete}
