# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: steps about addresses as requests to the kernel."""

import errno
import typing as t

from ..._steps._address import AddAddress, DeleteAddress, SetAddress
from .. import _addresses
from .._netlink import Request
from .._rtnetlink import NLM_F_CREATE, NLM_F_REPLACE, RTM_DELADDR, RTM_NEWADDR
from ._writer import Outcome, Writer


def _add(writer: Writer, steps: t.Sequence[t.Any]) -> t.List[Outcome]:
    flags = NLM_F_CREATE | NLM_F_REPLACE
    return writer.pipelined(steps, lambda step: Request(RTM_NEWADDR, flags, _body(writer, step)))


def _delete(writer: Writer, steps: t.Sequence[DeleteAddress]) -> t.List[Outcome]:
    return writer.pipelined(
        steps, lambda step: Request(RTM_DELADDR, 0, _body(writer, step)), lambda _step: errno.EADDRNOTAVAIL
    )


def _body(writer: Writer, step: t.Any) -> bytes:
    changes = step.changes if isinstance(step, SetAddress) else None
    return _addresses.encode(writer.index((step.netns, step.name)), step.address, changes)


PERFORM = {AddAddress: _add, SetAddress: _add, DeleteAddress: _delete}
