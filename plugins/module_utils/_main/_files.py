# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what the module does that has files for the next boot."""

import contextlib
import os
import typing as t

from .. import _boot_files
from .._kernel import _managers
from .._managers import Manager
from . import _module

_UNREAD = "/run/warren-{0}.unread"
"""Is there while a network manager may not have read what was written: a run may be cut off in between."""

_LATE = "{0} runs, and leaves the devices alone only when it has started again."


def run(spec: t.Dict[str, t.Any]) -> None:
    """Be the module that has files for the next boot, and leave by exit_json or fail_json."""
    module = _module.start(spec)
    with _module.told(module):
        want, devices = _boot_files.wanted(module.params)
        name = module.params["name"]
        have = _boot_files.read(name)
        if not module.params["purge"]:
            want = dict(have, **want)
            devices = _boot_files.with_former(name, devices, have)
        _managers.check_claims(devices)
        managers = _managers.present()
        want.update(_boot_files.guards(name, devices, managers, want, have))
        steps = _boot_files.plan(want, have)
        due = [
            manager
            for manager in managers
            if devices and _managers.can_read_again(manager) and _is_due(manager, name, devices, want, have)
        ]
        if not module.check_mode:
            _perform(name, steps, due, devices)
            for manager in filter(_managers.must_start_again, managers):
                if _boot_files.added(name, manager, want, have):
                    module.warn(_LATE.format(manager.name))
    module.exit_json(
        changed=bool(steps or due),
        written=[step.path for step in steps if step.new],
        removed=[step.path for step in steps if not step.new],
        reread=[manager.name for manager in due],
        diff=[_boot_files.difference(step) for step in steps],
    )


def _is_due(
    manager: Manager, name: str, devices: t.Sequence[str], want: _boot_files.Entries, have: _boot_files.Entries
) -> bool:
    """Return whether a manager must read its files again, to leave the devices alone now."""
    return bool(
        os.path.exists(_UNREAD.format(name))
        or _boot_files.added(name, manager, want, have)
        or _managers.held(manager, devices)
    )


def _perform(
    name: str, steps: t.Sequence[_boot_files.Step], due: t.Sequence[Manager], devices: t.Sequence[str]
) -> None:
    unread = _UNREAD.format(name)
    if due:
        with open(unread, "w", encoding="ascii"):
            pass
    try:
        _boot_files.perform(steps, name)
        for manager in due:
            _managers.release(manager, devices)
    finally:
        # A failure is told, and its remedy.
        with contextlib.suppress(FileNotFoundError):
            os.unlink(unread)
