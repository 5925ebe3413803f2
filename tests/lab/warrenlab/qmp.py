# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The QEMU Machine Protocol: how the machine reaches a guest without its network."""

from __future__ import annotations

import json
import pathlib
import socket

_TIMEOUT = 10.0


def press_power_button(path: pathlib.Path) -> None:
    """Press the power button of the guest whose socket is `path`; raise OSError when it is not there or refuses."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_TIMEOUT)
        connection.connect(str(path))
        with connection.makefile("rw") as stream:
            stream.readline()  # it names itself
            for command in ("qmp_capabilities", "system_powerdown"):
                _execute(stream, command)


def _execute(stream, command: str) -> None:
    print(json.dumps({"execute": command}), file=stream, flush=True)
    for line in stream:
        answer = json.loads(line)
        if "error" in answer:
            raise OSError(f"QEMU refuses {command}: {answer['error']['desc']}")
        if "return" in answer:  # and not an event
            return
    raise OSError(f"QEMU ended before it answered {command}")
