# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Disk images: built once for a recipe, kept in the user's cache, shared by all labs."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import tempfile
import time

from . import mirror, recipe
from .errors import LabError
from .recipe import Recipe
from .requirements import require

# One shell does both steps, because owners known to fakeroot are forgotten when it ends.
_PACK = """
set -eu
root=$1 packages=$2 image=$3 size=$4 folders=$5
shift 5
mkdir "$root"
tar -C "$root" -xf "$packages"
rm "$packages"
cd "$root"
mkdir -p $folders
mke2fs -q "$@" -d "$root" "$image" "$size"
"""


def cache() -> pathlib.Path:
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(base) / "warren-tunnels" / "lab"


def ensure(suite: str) -> pathlib.Path:
    """Give the path of the image of `suite`, building it when it is missing.

    Raises LabError for an unknown suite, or when the build fails.
    """
    plan = Recipe(suite)
    path = cache() / f"{suite}-{plan.digest}.img"
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path.parent / f"{suite}.lock", f"another build of the {suite} image"):
        if not path.exists():
            _build(plan, path)
            _remove_outdated(suite, path)
    return path


@contextlib.contextmanager
def _locked(path: pathlib.Path, holder: str):
    with open(path, "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"Waiting for {holder}", file=sys.stderr, flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(plan: Recipe, path: pathlib.Path) -> None:
    mode = _mmdebstrap_mode()
    print(f"Building the {plan.suite} image: usually {plan.usual_seconds} s", file=sys.stderr, flush=True)
    started = time.monotonic()
    prefix = f".build-{plan.suite}-"
    for leftover in path.parent.glob(prefix + "*"):
        shutil.rmtree(leftover)
    log = path.parent / f"{plan.suite}.log"
    with tempfile.TemporaryDirectory(prefix=prefix, dir=path.parent) as folder, open(log, "wb") as output:
        work = pathlib.Path(folder)
        try:
            _collect(plan, work, mode, output)
            _pack(work, output)
        except subprocess.CalledProcessError as error:
            words = log.read_text(errors="replace").strip().splitlines()[-15:]
            raise LabError(f"{error.cmd[0]} failed; the end of {log}:\n" + "\n".join(words)) from None
        os.rename(work / "image", path)
    seconds = time.monotonic() - started
    print(f"Built {path.name} in {seconds:.0f} s", file=sys.stderr, flush=True)


def _collect(plan: Recipe, work: pathlib.Path, mode: str, output) -> None:
    """Put the packages and the overlay into work/root.tar."""
    wheel = _download_wheel(plan, work, output) if plan.wheel else None
    with open(work / "overlay.tar", "wb") as overlay:
        plan.write_overlay(overlay, wheel)
    (work / "apt.conf").write_text("\n".join(mirror.access_options()) + "\n")
    command = [
        "mmdebstrap",
        f"--mode={mode}",
        *recipe.MMDEBSTRAP_OPTIONS,
        f"--aptopt={work}/apt.conf",
        f"--include={','.join(plan.packages)}",
        f"--customize-hook=tar-in {work}/overlay.tar /",
        '--customize-hook=rm "$1/etc/apt/apt.conf.d/99mmdebstrap"',
        plan.suite,
        str(work / "root.tar"),
        *mirror.source_lines(plan.suite),
    ]
    _run(command, output)


def _pack(work: pathlib.Path, output) -> None:
    """Turn work/root.tar into the file system work/image; only root or fakeroot can keep the owners."""
    files = [str(work / name) for name in ("root", "root.tar", "image")]
    script = ["sh", "-c", _PACK, "sh", *files, recipe.DISK_SIZE, " ".join(recipe.MOUNT_POINTS)]
    as_root = [] if os.geteuid() == 0 else ["fakeroot"]
    _run([*as_root, *script, *recipe.MKE2FS_OPTIONS], output)


def _download_wheel(plan: Recipe, work: pathlib.Path, output) -> pathlib.Path:
    wheel = plan.wheel
    command = [
        *_pip(),
        *("download", "--quiet", "--no-deps", "--only-binary=:all:"),
        *("--python-version", wheel.python, "--dest", str(work), wheel.requirement),
    ]
    _run(command, output)
    return next(work.glob("*.whl"))


def _pip() -> list[str]:
    """Give the command that runs pip; a virtual environment may have none while the machine does."""
    for python in (sys.executable, "/usr/bin/python3"):
        command = [python, "-m", "pip"]
        if os.path.exists(python):
            asked = subprocess.run([*command, "--version"], capture_output=True, check=False)
            if asked.returncode == 0:
                return command
    raise LabError("pip not found: install the Debian package python3-pip ('make setup' does)")


def _mmdebstrap_mode() -> str:
    """Tell how this user can build; raise LabError with the remedy when there is no way."""
    require("mmdebstrap", "mke2fs")
    if os.geteuid() == 0:
        return "root"
    require("fakeroot", "newuidmap")
    user = pwd.getpwuid(os.geteuid()).pw_name
    for file in ("/etc/subuid", "/etc/subgid"):
        if not _has_range(file, user):
            raise LabError(
                f"{file} gives {user} no range of ids, which an image build needs. As root: "
                f"usermod --add-subuids 100000-165535 --add-subgids 100000-165535 {user}"
            )
    return "unshare"


def _has_range(file: str, user: str) -> bool:
    try:
        with open(file) as lines:
            return any(line.split(":")[0] in (user, str(os.geteuid())) for line in lines)
    except FileNotFoundError:
        return False


def _run(command: list[str], output) -> None:
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=output, stderr=output)


def _remove_outdated(suite: str, current: pathlib.Path) -> None:
    """Remove images of earlier recipes, but for those that a lab still runs on."""
    for path in current.parent.glob(f"{suite}-*.img"):
        if path != current:
            with open(path, "rb") as file, contextlib.suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
