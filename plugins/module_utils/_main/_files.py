# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what the module does that has files for the next boot."""

import contextlib
import os
import typing as t

from .. import _files, _managers
from .._boot import _backends, _state
from .._boot import _files as _boot_files
from .._kernel import _init
from .._kernel import _managers as _running
from . import _module

_UNREAD = "/run/warren-{0}.unread"
"""Is there while systemd or a network manager may not have read what was written: a run may be cut off in between."""

_LATE = "{0} runs, and leaves the devices alone only when it has started again."
_SYSTEMD = "systemd"


class _Change(t.NamedTuple):
    """What is to be done."""

    steps: t.Sequence[_boot_files.Step]
    reload: bool
    """Whether systemd must read its units again."""
    enable: bool
    """Whether the init script is not run at boot yet."""
    due: t.Sequence[_managers.Manager]
    """The network managers that must read their files again."""
    devices: t.Sequence[str]


def run(spec: t.Dict[str, t.Any]) -> None:
    """Be the module that has files for the next boot, and leave by exit_json or fail_json."""
    module = _module.start(spec)
    with _module.told(module):
        name = _files.check_name(module.params["name"])
        backend, want, devices = _wanted(name, module.params)
        have = _boot_files.read(name)
        if not module.params["purge"]:
            want = dict(have, **want)
            devices = _boot_files.with_former(name, devices, have)
        _managers.check(devices)
        _running.check_claims(devices)
        managers = _running.present()
        want.update(_boot_files.guards(name, devices, managers, want, have))
        change = _plan(name, backend, devices, managers, want, have)
        if not module.check_mode:
            _perform(name, change)
            for manager in filter(_running.must_start_again, managers):
                if _boot_files.added(name, manager, want, have):
                    module.warn(_LATE.format(manager.name))
    module.exit_json(
        # Of the document, the task itself tells. It may have thousands of entries.
        invocation={"module_args": {name: value for name, value in module.params.items() if name != "document"}},
        changed=bool(change.steps or change.due or change.enable),
        backend=backend,
        written=[step.path for step in change.steps if step.new],
        removed=[step.path for step in change.steps if not step.new],
        reread=[_SYSTEMD] * change.reload + [manager.name for manager in change.due],
        enabled=change.enable,
        diff=[_boot_files.difference(step) for step in change.steps],
    )


def _wanted(name: str, params: t.Mapping[str, t.Any]) -> t.Tuple[str, _boot_files.Entries, t.List[str]]:
    """Return the backend, its files, and the devices that network managers are to leave alone."""
    devices = set(params["devices"])
    if params["state"] == "absent":
        return _backends.NONE, {}, sorted(devices)
    want = _state.fit(params["document"])
    devices.update(_state.devices(want))
    if params["state"] == "unmanaged":
        return _backends.NONE, {}, sorted(devices)
    users, groups = (
        _init.numbers(database, _state.names_of(want, option))
        for option, database in (("owner", "user"), ("group", "group"))
    )
    want = _state.with_numbers(want, users, groups)
    state = _backends.State(name, want, _init.look(), params["keep_foreign_routes"])
    backend = state.backend(params["backend"])
    return backend, state.files(backend), sorted(devices)


def _plan(
    name: str,
    backend: str,
    devices: t.Sequence[str],
    managers: t.Sequence[_managers.Manager],
    want: _boot_files.Entries,
    have: _boot_files.Entries,
) -> _Change:
    steps = _boot_files.plan(want, have)
    is_unread = os.path.exists(_UNREAD.format(name))
    due = [
        manager
        for manager in managers
        if devices
        and _running.can_read_again(manager)
        and (is_unread or _boot_files.added(name, manager, want, have) or _running.held(manager, devices))
    ]
    reload = is_unread or _boot_files.concern_systemd(steps)
    enable = backend == _backends.SYSV and not _boot_files.runs_at_boot(have)
    return _Change(steps, reload, enable, due, devices)


def _perform(name: str, change: _Change) -> None:
    unread = _UNREAD.format(name)
    if change.due or change.reload:
        with open(unread, "w", encoding="ascii"):
            pass
    try:
        _boot_files.perform(change.steps, name)
        if change.reload:
            _init.reload()
        if change.enable:
            _init.enable("warren-" + name)
        for manager in change.due:
            _running.release(manager, change.devices)
    finally:
        # A failure is told, and its remedy.
        with contextlib.suppress(FileNotFoundError):
            os.unlink(unread)
