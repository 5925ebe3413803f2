# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what the module does that has files for the next boot."""

import typing as t

from .. import _boot_files
from . import _module


def run(spec: t.Dict[str, t.Any]) -> None:
    """Be the module that has files for the next boot, and leave by exit_json or fail_json."""
    module = _module.start(spec)
    with _module.told(module):
        steps = _boot_files.plan(_boot_files.wanted(module.params), _boot_files.read(module.params["name"]))
        if not module.check_mode:
            _boot_files.perform(steps, module.params["name"])
    module.exit_json(
        changed=bool(steps),
        written=[step.path for step in steps if step.new],
        removed=[step.path for step in steps if not step.new],
        diff=[_boot_files.difference(step) for step in steps],
    )
