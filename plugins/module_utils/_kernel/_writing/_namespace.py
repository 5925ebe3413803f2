# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: steps about namespaces."""

import os
import typing as t

from ..._steps._namespace import AddNamespace, DeleteNamespace
from .. import _namespaces
from ._writer import Outcome, Writer, one_by_one


def _add(writer: Writer, steps: t.Sequence[AddNamespace]) -> t.List[Outcome]:
    def create(step: AddNamespace) -> None:
        writer.forget_namespace(step.name)
        if not step.restored and step.name in writer.kept:
            os.close(writer.kept.pop(step.name))
        _namespaces.create(step.name, writer.kept.get(step.name))

    return one_by_one(create, steps)


def _delete(writer: Writer, steps: t.Sequence[DeleteNamespace]) -> t.List[Outcome]:
    def delete(step: DeleteNamespace) -> None:
        name = step.namespace.name
        if not step.namespace.stale and name not in writer.kept:
            writer.kept[name] = os.open(_namespaces.path(name), os.O_RDONLY | os.O_CLOEXEC)
        _namespaces.delete(name)

    return one_by_one(delete, steps)


PERFORM = {AddNamespace: _add, DeleteNamespace: _delete}
