# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The management console of User-mode Linux: how the machine reaches a guest without its network."""

from __future__ import annotations

import pathlib
import socket
import struct

_MAGIC = 0xCAFEBABE
_VERSION = 2
_MAX_DATA = 512


def press_power_button(path: pathlib.Path) -> None:
    """Ask the guest whose console socket is `path` to shut down; raise OSError when it is not there.

    User-mode Linux has no power button: Ctrl-Alt-Delete stands in, and the image makes it power off.
    """
    _send(path, b"cad")


def _send(path: pathlib.Path, command: bytes) -> None:
    request = struct.pack(f"III{_MAX_DATA}s", _MAGIC, _VERSION, len(command), command)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(request, str(path))
