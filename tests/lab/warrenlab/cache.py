# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What takes long to make and is made once: kept in the user's cache, shared by all labs."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import typing

from .errors import LabError

Build = typing.Callable[[pathlib.Path, typing.BinaryIO], pathlib.Path]
"""Takes a folder to work in, and the log; gives what it has made in there."""


def folder() -> pathlib.Path:
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(base) / "warren-tunnels" / "lab"


def have(path: pathlib.Path, name: str, what: str, usual_seconds: int, build: Build) -> pathlib.Path:
    """Give `path`, which `build` makes when it is missing; lock and log are called `name`.

    Raises LabError with the end of the log when a command of `build` fails.
    """
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path.parent / f"{name}.lock", f"another build of {what}"):
        if not path.exists():
            print(f"Building {what}: usually {usual_seconds} s", file=sys.stderr, flush=True)
            started = time.monotonic()
            _build(path, name, build)
            print(f"Built {path.name} in {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    return path


def run(command: list[str], output: typing.BinaryIO, **options) -> None:
    """Run a command of a build."""
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **options)


def _build(path: pathlib.Path, name: str, build: Build) -> None:
    prefix = f".build-{name}-"
    for leftover in path.parent.glob(prefix + "*"):
        shutil.rmtree(leftover)
    log = path.parent / f"{name}.log"
    with tempfile.TemporaryDirectory(prefix=prefix, dir=path.parent) as work, open(log, "wb") as output:
        try:
            os.rename(build(pathlib.Path(work), output), path)
        except subprocess.CalledProcessError as error:
            words = log.read_text(errors="replace").strip().splitlines()[-15:]
            raise LabError(f"{error.cmd[0]} failed; the end of {log}:\n" + "\n".join(words)) from None


@contextlib.contextmanager
def _locked(path: pathlib.Path, holder: str):
    with open(path, "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"Waiting for {holder}", file=sys.stderr, flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
