# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: steps about neighbours as requests to the kernel."""

import errno
import typing as t

from ..._kernel._netlink import Request
from ..._kernel._rtnetlink import NLM_F_CREATE, NLM_F_REPLACE, RTM_NEWNEIGH
from ..._kernel._writing._writer import Outcome, Writer
from . import _reading
from ._steps import AddNeighbour, DeleteNeighbour, SetNeighbour

RTM_DELNEIGH = 29


def _put(writer: Writer, steps: t.Sequence[t.Any]) -> t.List[Outcome]:
    # One that the kernel found by itself may be there.
    return writer.pipelined(
        steps, lambda step: Request(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, _body(writer, step))
    )


def _delete(writer: Writer, steps: t.Sequence[t.Any]) -> t.List[Outcome]:
    return writer.pipelined(
        steps, lambda step: Request(RTM_DELNEIGH, 0, _body(writer, step)), lambda _step: errno.ENOENT
    )


def _body(writer: Writer, step: t.Any) -> bytes:
    return _reading.encode(step.neighbour, writer.index((step.netns, step.neighbour.dev)))


PERFORM = {AddNeighbour: _put, SetNeighbour: _put, DeleteNeighbour: _delete}
