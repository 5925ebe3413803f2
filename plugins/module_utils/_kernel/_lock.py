# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: one run at a time on a host. The kernel gives the lock back however its holder ends."""

import contextlib
import fcntl
import os
import time
import typing as t

from .. import _errors

PATH = "/run/warren.tunnels.lock"
PATIENCE = 120.0
"""For how many seconds a run waits for another."""


@contextlib.contextmanager
def alone(patience: float = PATIENCE) -> t.Iterator[None]:
    """Keep other runs of this collection's modules from changing the host for the length of the block."""
    try:
        handle = os.open(PATH, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except PermissionError:
        # Who may not write there may not change links either, and hears that from the kernel.
        yield
        return
    try:
        _wait(handle, time.monotonic() + patience)
        yield
    finally:
        os.close(handle)


def _wait(handle: int, end: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise _errors.TunnelsError(
                    "Another run of this collection's modules holds {0}, for longer than {1:.0f} s. fuser {0} names it; "
                    "run again when it is done. Nothing was changed.".format(PATH, PATIENCE)
                ) from None
            time.sleep(0.05)
        else:
            return
