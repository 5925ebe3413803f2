# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does SSH answer on a host?"""

from __future__ import annotations

import socket
import time

_PATIENCE = 15.0


class Probe:
    """One attempt to read an SSH banner, without blocking: a busy guest may take a while to answer."""

    def __init__(self, address: str):
        self._deadline = time.monotonic() + _PATIENCE
        self._socket = socket.socket()
        self._socket.setblocking(False)
        self._socket.connect_ex((address, 22))

    def poll(self) -> bool | None:
        """Tell whether SSH answered; None while that is open."""
        answer = self._read()
        if answer is None and time.monotonic() > self._deadline:
            answer = False
        if answer is not None:
            self._socket.close()
        return answer

    def close(self) -> None:
        self._socket.close()

    def _read(self) -> bool | None:
        try:
            return self._socket.recv(4) == b"SSH-"
        except BlockingIOError:
            return None
        except OSError:
            refused = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            return False if refused else None
