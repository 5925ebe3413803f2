# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: steps about routes as requests to the kernel."""

import errno
import typing as t

from ..._kernel._netlink import Request
from ..._kernel._rtnetlink import NLM_F_APPEND, NLM_F_CREATE, NLM_F_REPLACE, RTM_DELROUTE, RTM_NEWROUTE
from ..._kernel._writing._writer import Outcome, Writer
from . import _reading as _routes
from ._steps import AddRoute, DeleteRoute, SetRoute

Steps = t.Sequence[t.Any]


def _add(writer: Writer, steps: Steps) -> t.List[Outcome]:
    # Appending is the one way to add an IPv4 route beside another that differs in its protocol only. One that is put back
    # as the kernel dumped it may be there again.
    flags = NLM_F_CREATE | NLM_F_APPEND
    return _send(writer, steps, RTM_NEWROUTE, flags, lambda step: errno.EEXIST if step.route.message else 0)


def _set(writer: Writer, steps: Steps) -> t.List[Outcome]:
    return _send(writer, steps, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, lambda _step: 0)


def _delete(writer: Writer, steps: Steps) -> t.List[Outcome]:
    return _send(writer, steps, RTM_DELROUTE, 0, lambda _step: errno.ESRCH)


def _send(writer: Writer, steps: Steps, type_: int, flags: int, harmless: t.Callable[[t.Any], int]) -> t.List[Outcome]:
    def request(step: t.Any) -> Request:
        return Request(type_, flags, _routes.encode(step.route, lambda name: writer.index((step.netns, name))))

    return writer.pipelined(steps, request, harmless)


PERFORM = {AddRoute: _add, SetRoute: _set, DeleteRoute: _delete}
