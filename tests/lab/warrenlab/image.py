# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Disk images: built once for a recipe."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pathlib
import pwd
import subprocess
import sys

from . import cache, mirror, recipe
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


def ensure(suite: str) -> pathlib.Path:
    """Give the path of the image of `suite`, building it when it is missing.

    Raises LabError for an unknown suite, or when the build fails.
    """
    plan = Recipe(suite)
    path = cache.folder() / f"{suite}-{plan.digest}.img"

    def build(work: pathlib.Path, output) -> pathlib.Path:
        _collect(plan, work, _mmdebstrap_mode(), output)
        _pack(work, output)
        _remove_outdated(suite, path)
        return work / "image"

    return cache.have(path, suite, f"the {suite} image", plan.usual_seconds, build)


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
    cache.run(command, output)


def _pack(work: pathlib.Path, output) -> None:
    """Turn work/root.tar into the file system work/image; only root or fakeroot can keep the owners."""
    files = [str(work / name) for name in ("root", "root.tar", "image")]
    script = ["sh", "-c", _PACK, "sh", *files, recipe.DISK_SIZE, " ".join(recipe.MOUNT_POINTS)]
    as_root = [] if os.geteuid() == 0 else ["fakeroot"]
    cache.run([*as_root, *script, *recipe.MKE2FS_OPTIONS], output)


def _download_wheel(plan: Recipe, work: pathlib.Path, output) -> pathlib.Path:
    wheel = plan.wheel
    command = [
        *_pip(),
        *("download", "--quiet", "--no-deps", "--only-binary=:all:"),
        *("--python-version", wheel.python, "--dest", str(work), wheel.requirement),
    ]
    cache.run(command, output)
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


def _remove_outdated(suite: str, current: pathlib.Path) -> None:
    """Remove images of earlier recipes, but for those that a lab still runs on."""
    for path in current.parent.glob(f"{suite}-*.img"):
        if path != current:
            with open(path, "rb") as file, contextlib.suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
