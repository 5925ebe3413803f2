# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what the module does that has the TUN/TAP driver."""

import typing as t

from .._kernel import _driver
from . import _module


def run(spec: t.Dict[str, t.Any]) -> None:
    """Be the module that has the TUN/TAP driver, and leave by exit_json or fail_json."""
    module = _module.start(spec)

    def program(name: str, *arguments: str) -> t.Tuple[int, str, str]:
        path = module.get_bin_path(name)
        if path is None:
            return 127, "", "this host has no {0}".format(name)
        return t.cast("t.Tuple[int, str, str]", module.run_command([path, *arguments], environ_update={"LC_ALL": "C"}))

    with _module.told(module):
        is_module = _driver.is_module(program)
        to_load = is_module and not _driver.is_loaded()
        to_write = is_module and module.params["at_boot"] and not _driver.is_at_boot()
        if to_load and not module.check_mode:
            _driver.load(program)
        # Opening the device would load the driver.
        if not (to_load and module.check_mode):
            _driver.prove()
        if to_write and not module.check_mode:
            _driver.load_at_boot()
    module.exit_json(changed=to_load or to_write, loaded=to_load, written=to_write)
