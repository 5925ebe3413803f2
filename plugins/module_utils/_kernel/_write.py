# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: steps as requests to the kernel, by one room per resource. Everything that changes a host is
done there."""

import typing as t

from .._sorts._list import load
from .._steps._step import Step
from ._writing import _address, _link, _member, _namespace, _port
from ._writing._writer import Outcome, Writer

_PERFORM: t.Dict[t.Any, t.Callable[[Writer, t.Any], t.List[Outcome]]] = {}
"""What does the steps of each type about namespaces and links."""
for _room in (_namespace, _link, _port, _member, _address):
    _PERFORM.update(t.cast("t.Any", _room).PERFORM)


def perform(writer: Writer, steps: t.Sequence[Step]) -> t.List[Outcome]:
    """Do the steps, all of one type and in one namespace; return what became of each, None being success.

    The list ends early where steps were not tried because an earlier one failed.
    """
    field = steps[0].field
    perform_these: t.Mapping[t.Any, t.Any] = load(field, "_writing").PERFORM if field else _PERFORM
    outcomes: t.List[Outcome] = perform_these[type(steps[0])](writer, steps)
    return outcomes
