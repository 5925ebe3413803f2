# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian packages for a host that is up: the machine fetches them, because hosts reach no mirror."""

from __future__ import annotations

import hashlib
import pathlib
import subprocess

from . import cache
from .errors import LabError
from .folder import LabFolder
from .packages import Release

_USUAL_SECONDS = 20

_INSTALL = """
set -e
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
tar -x -C "$folder"
DEBIAN_FRONTEND=noninteractive dpkg --force-confold --install "$folder"/*.deb
"""


def install(folder: LabFolder, host: str, packages: list[str]) -> None:
    """Install packages of the host's release with what they depend on; raise LabError with the words of what fails."""
    status = _on(folder, host, "cat /var/lib/dpkg/status")
    fetched = _ensure(folder.load().suite, packages, status)
    files = sorted(path.name for path in fetched.glob("*.deb"))
    if files:
        archive = subprocess.run(["tar", "-c", "-C", str(fetched), *files], check=True, stdout=subprocess.PIPE).stdout
        _on(folder, host, _INSTALL, archive)


def _ensure(suite: str, packages: list[str], status: bytes) -> pathlib.Path:
    """Give the folder with the packages that a host lacks, by its dpkg's `status`."""
    digest = hashlib.sha256(" ".join(sorted(packages)).encode() + b"\n" + status).hexdigest()[:12]
    name = f"packages-{suite}-{digest}"

    def build(work: pathlib.Path, output) -> pathlib.Path:
        (work / "status").write_bytes(status)
        return Release(suite, work, output).lacking(packages, work / "status")

    return cache.have(cache.folder() / name, name, f"{' '.join(packages)} for {suite}", _USUAL_SECONDS, build)


def _on(folder: LabFolder, host: str, script: str, given: bytes = b"") -> bytes:
    """Run a script on a host; give what it prints."""
    done = subprocess.run(
        ["ssh", "-F", str(folder.ssh_config), host, script],
        input=given,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        words = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()[-15:]
        raise LabError(f"{host}: " + "\n".join(words))
    return done.stdout
