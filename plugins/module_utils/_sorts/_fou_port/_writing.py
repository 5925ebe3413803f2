# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: steps about FOU ports as requests to the kernel."""

import functools
import typing as t

from ..._kernel._netlink import NETLINK_GENERIC
from ..._kernel._writing._writer import Outcome, Writer, one_by_one
from . import _reading as _fou
from ._steps import AddFouPort, DeleteFouPort


def _perform(add: bool, writer: Writer, steps: t.Sequence[t.Any]) -> t.List[Outcome]:
    def change(step: t.Any) -> None:
        connection = writer.open(step.netns, NETLINK_GENERIC)
        for error in connection.change([_fou.request(connection, step.port, add)]):
            if error is not None:
                raise error

    return one_by_one(change, steps)


PERFORM = {AddFouPort: functools.partial(_perform, True), DeleteFouPort: functools.partial(_perform, False)}
