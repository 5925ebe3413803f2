# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: checkpoints as files of this host, and the alarms that bring them back.

The file is what counts: an alarm that goes off and does not find its own checkpoint there does nothing.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
import typing as t
import zipfile

from .. import _errors, _files
from .._way_back import Checkpoint, Outcome, pack, unpack
from . import _namespaces, _place

PACKAGE = __name__.rpartition("._kernel")[0]
SYSTEMD = "/run/systemd/system"
"""It exists where systemd is the first process (sd_booted(3))."""

_OUTCOME, _PROGRAM = "outcome.json", "revert.py"
_TEXT = (
    "# Brings a checkpoint of warren.tunnels back when its time is over.\nfrom {0} import _commit\n\n_commit.alarm()\n"
)


def check_place() -> None:
    """Raise TunnelsError where a checkpoint would be about another namespace than the alarm goes off in."""
    with contextlib.suppress(OSError):
        if os.stat("/proc/1/ns/net").st_ino != os.stat(_namespaces.OWN).st_ino:
            raise _errors.TunnelsError(
                "A checkpoint is about the host and all its namespaces; run this task on the host itself, without "
                "becoming part of a namespace. Nothing was changed."
            )


def new(name: str, timeout: int, **content: t.Any) -> Checkpoint:
    """Return a checkpoint whose time begins now. :arg content: its other fields."""
    return Checkpoint(name, os.urandom(8).hex(), _place.boot(), time.monotonic() + timeout, timeout, **content)


def load(name: str) -> t.Optional[Checkpoint]:
    """Return the checkpoint of that name that is armed, even if its time is over; None: there is none."""
    found = _read(name, _place.checkpoint_state())
    return found if isinstance(found, Checkpoint) else None


def outcome(name: str) -> t.Optional[Outcome]:
    """Return what became of the last checkpoint of that name, if its time ran out."""
    found = _read(name, _OUTCOME)
    return found if isinstance(found, Outcome) else None


def _read(name: str, file_name: str) -> t.Any:
    try:
        with open(os.path.join(_place.checkpoint(name), file_name), encoding="utf-8") as file:
            return unpack(json.load(file))
    except (FileNotFoundError, LookupError, TypeError, ValueError):
        return None


def arm(checkpoint: Checkpoint) -> None:
    """Keep the checkpoint, and bring it back when its time is over."""
    folder = _place.checkpoint(checkpoint.name)
    former = load(checkpoint.name)
    os.makedirs(_place.DIRECTORY, mode=0o755, exist_ok=True)
    mask = os.umask(0o077)
    try:
        _copy_ourselves(os.path.join(folder, checkpoint.token))
    finally:
        os.umask(mask)
    _files.replace(os.path.join(folder, _place.checkpoint_state()), json.dumps(pack(checkpoint)), 0o600)
    _set_alarm(checkpoint)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(os.path.join(folder, _OUTCOME))
    _tidy(checkpoint.name, former, checkpoint.token)


def disarm(checkpoint: Checkpoint, became: t.Optional[Outcome] = None) -> None:
    """Let go of the checkpoint. :arg became: what is to be remembered of it."""
    folder = _place.checkpoint(checkpoint.name)
    if became is not None:
        # A full disk takes no more, but gives away.
        with contextlib.suppress(OSError):
            _files.replace(os.path.join(folder, _OUTCOME), json.dumps(pack(became)), 0o600)
    os.unlink(os.path.join(folder, _place.checkpoint_state()))
    _tidy(checkpoint.name, checkpoint, "")


def _tidy(name: str, former: t.Optional[Checkpoint], token: str) -> None:
    """Remove what former checkpoints left: copies of ourselves but the one in use, and an alarm."""
    folder = _place.checkpoint(name)
    for entry in os.listdir(folder):
        path = os.path.join(folder, entry)
        if os.path.isdir(path) and entry != token:
            shutil.rmtree(path, ignore_errors=True)
        elif entry not in (_place.checkpoint_state(), _OUTCOME, token):
            os.unlink(path)
    if former is not None and os.path.isdir(SYSTEMD):
        _run(["systemctl", "--quiet", "stop", _unit(former) + ".timer"])


# A copy of ourselves, because Ansible takes its own away when the module ends


def _copy_ourselves(folder: str) -> None:
    for path, content in _sources():
        place = os.path.join(folder, path)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        _write(place, content)
    path = os.path.join(folder, *PACKAGE.split("."))
    while path != folder:
        # A package of the same name elsewhere would win over one without this.
        _write(os.path.join(path, "__init__.py"), b"")
        path = os.path.dirname(path)
    _write(os.path.join(folder, _PROGRAM), _TEXT.format(PACKAGE).encode())


def _write(path: str, content: bytes) -> None:
    """Write a file of a new folder that only root can see; it is of no use after a reboot, so nothing waits for the disk."""
    with open(path, "wb") as file:
        file.write(content)


def _sources() -> t.Iterator[t.Tuple[str, bytes]]:
    """Yield path and content of all our source files, from Ansible's archive or from a folder."""
    inside = PACKAGE.replace(".", "/") + "/"
    archive = getattr(__spec__.loader, "archive", None)
    if archive:
        with zipfile.ZipFile(archive) as opened:
            for name in opened.namelist():
                if name.startswith(inside) and name.endswith(".py"):
                    yield name, opened.read(name)
        return
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for folder, _folders, names in os.walk(root):
        for name in names:
            if name.endswith(".py"):
                path = os.path.join(folder, name)
                with open(path, "rb") as file:
                    yield inside + os.path.relpath(path, root), file.read()


# The alarm


def _set_alarm(checkpoint: Checkpoint) -> None:
    program = os.path.join(_place.checkpoint(checkpoint.name), checkpoint.token, _PROGRAM)
    command = [sys.executable, program, checkpoint.name, checkpoint.token]
    if os.path.isdir(SYSTEMD):
        timer = ["systemd-run", "--quiet", "--unit", _unit(checkpoint), "--on-active", str(checkpoint.timeout)]
        timer += ["--timer-property=AccuracySec=100ms", "--setenv=PYTHONPATH=" + os.environ.get("PYTHONPATH", "")]
        if _run([*timer, *command]):
            return
    # A process of its own, which no terminal, session or parent takes along.
    process = subprocess.Popen(
        command,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        close_fds=True,
        start_new_session=True,
    )
    # It outlives us, which Popen would warn of.
    process.returncode = 0


def _unit(checkpoint: Checkpoint) -> str:
    return "warren-checkpoint-{0}-{1}".format(checkpoint.name, checkpoint.token)


def _run(command: t.List[str]) -> bool:
    """Return whether the command did its work."""
    try:
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def wait(name: str, token: str) -> t.Optional[Checkpoint]:
    """Return the checkpoint when its time is over; None: it was let go of before."""
    while True:
        checkpoint = load(name)
        if checkpoint is None or checkpoint.token != token:
            return None
        left = checkpoint.deadline - time.monotonic()
        if left <= 0:
            return checkpoint
        time.sleep(min(left, 1.0))
