# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what a module does that only looks."""

import typing as t

from .._resources import Have
from . import _module

if t.TYPE_CHECKING:
    from .._document import Choice


def run(
    spec: t.Dict[str, t.Any],
    parse: t.Callable[[t.Mapping[str, t.Any]], "Choice"],
    view: t.Callable[["Choice", Have], t.Dict[str, t.Any]],
) -> None:
    """Be a module that only reads: take its parameters, look and leave by exit_json or fail_json.

    :arg parse: parameters to what is asked about. :arg view: that and what the host has to the result.
    """
    module = _module.start(spec)
    with _module.told(module):
        choice = parse(module.params)
        result = seen(choice, view)
    module.exit_json(changed=False, **result)


def seen(choice: "Choice", view: t.Callable[["Choice", Have], t.Dict[str, t.Any]]) -> t.Dict[str, t.Any]:
    """Look, and return what was asked about."""
    from .._kernel import _host

    with _host.Kernel() as kernel:
        return dict(view(choice, kernel.survey(choice.namespaces)), checkpoints=kernel.checkpoints())
