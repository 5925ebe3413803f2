# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: steps about ports of bridges as requests to the kernel."""

import typing as t

from ..._kinds import _option, _port
from ..._steps._port import SetPort
from .. import _formats, _ports
from .._netlink import Request
from .._rtnetlink import RTM_NEWLINK
from . import _link
from ._writer import Outcome, Writer


def _set(writer: Writer, steps: t.Sequence[SetPort]) -> t.List[Outcome]:
    return writer.pipelined(steps, lambda step: _changed(writer, step))


def _changed(writer: Writer, step: SetPort) -> Request:
    values = _link.with_indexes(writer, step.link, step.changes)
    data = _ports.FORMAT.pack(_option.encode(_port.OPTIONS, values))
    info = {"IFLA_INFO_SLAVE_KIND": _port.KERNEL_NAME, "IFLA_INFO_SLAVE_DATA": data}
    message = _formats.message("ifinfmsg")
    body = message.start(index=writer.index(step.link.id))
    return Request(RTM_NEWLINK, 0, body + message.pack({"IFLA_LINKINFO": _formats.link_info().pack(info)}))


PERFORM = {SetPort: _set}
