# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in the image of a suite. Everything that shapes an image counts towards its digest."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import pathlib
import stat
import tarfile
import zipfile

from .errors import LabError

_SOURCE = pathlib.Path(__file__).resolve().parent.parent / "image"
_OVERLAY = _SOURCE / "overlay"

# The suites, with the seconds a build usually takes.
SUITES = {"bullseye": 45, "bookworm": 40, "trixie": 80}

_EMPTY_FILES = ("etc/fstab", "etc/machine-id", "etc/resolv.conf")
# Folders that the archive of the packages may lack.
MOUNT_POINTS = ("dev", "proc", "sys", "run", "mnt", "tmp")
_UNITS = "etc/systemd/system"


@dataclasses.dataclass(frozen=True)
class Wheel:
    """A Python package from the package index, for a suite whose own is too old."""

    requirement: str
    python: str
    target: str

    @property
    def replaces(self) -> str:
        """The Debian package that it stands in for."""
        return "python3-" + self.requirement.partition("==")[0]


_WHEELS = {"bullseye": Wheel("pyroute2==0.7.12", "3.9", "usr/local/lib/python3.9/dist-packages")}

MMDEBSTRAP_OPTIONS = (
    "--variant=minbase",
    "--format=tar",
    "--skip=output/dev",
    '--aptopt=Acquire::Languages "none"',
    '--aptopt=APT::Install-Recommends "false"',
    "--dpkgopt=path-exclude=/usr/share/doc/*",
    "--dpkgopt=path-exclude=/usr/share/info/*",
    "--dpkgopt=path-exclude=/usr/share/locale/*",
    "--dpkgopt=path-exclude=/usr/share/man/*",
)

MKE2FS_OPTIONS = (
    "-text4",
    "-Llab",
    "-m0",
    "-O^metadata_csum,^64bit",
    "-Elazy_journal_init=1",
    "-Jsize=8",
)
DISK_SIZE = "2G"


@dataclasses.dataclass(frozen=True)
class Recipe:
    """The image of one suite; raises LabError for a suite the lab does not know."""

    suite: str

    def __post_init__(self):
        if self.suite not in SUITES:
            raise LabError(f"no recipe for {self.suite}: the lab knows {', '.join(SUITES)}")

    @property
    def usual_seconds(self) -> int:
        return SUITES[self.suite]

    @property
    def wheel(self) -> Wheel | None:
        return _WHEELS.get(self.suite)

    @property
    def packages(self) -> list[str]:
        packages = _lines(_SOURCE / "packages.txt")
        return [package for package in packages if not self.wheel or package != self.wheel.replaces]

    @property
    def digest(self) -> str:
        """A short text that is another one when the image would be another one."""
        overlay = io.BytesIO()
        self.write_overlay(overlay)
        parts = {
            "suite": self.suite,
            "packages": self.packages,
            "wheel": self.wheel and dataclasses.asdict(self.wheel),
            "mmdebstrap": MMDEBSTRAP_OPTIONS,
            "mke2fs": [*MKE2FS_OPTIONS, DISK_SIZE],
            "overlay": hashlib.sha256(overlay.getvalue()).hexdigest(),
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]

    def write_overlay(self, file, wheel: pathlib.Path | None = None) -> None:
        """Write a tar archive of what the image has beyond its packages, owned by root.

        `file` is a binary file; `wheel` is the file of `self.wheel`, once downloaded.
        """
        with tarfile.open(fileobj=file, mode="w") as archive:
            for path in sorted(_OVERLAY.rglob("*")):
                if path.is_file():
                    executable = path.stat().st_mode & stat.S_IXUSR
                    name = str(path.relative_to(_OVERLAY))
                    _add_file(archive, name, path.read_bytes(), 0o755 if executable else 0o644)
            for name in _EMPTY_FILES:
                _add_file(archive, name, b"")
            for unit in _lines(_SOURCE / "masked-units.txt"):
                _add_link(archive, f"{_UNITS}/{unit}", "/dev/null")
            # The lab's power button is Ctrl-Alt-Delete.
            _add_link(archive, f"{_UNITS}/ctrl-alt-del.target", "/lib/systemd/system/poweroff.target")
            if wheel:
                with zipfile.ZipFile(wheel) as content:
                    for name in content.namelist():
                        _add_file(archive, f"{self.wheel.target}/{name}", content.read(name))


def _lines(path: pathlib.Path) -> list[str]:
    lines = (line.strip() for line in path.read_text().splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _add_file(archive: tarfile.TarFile, name: str, content: bytes, mode: int = 0o644) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), mode
    archive.addfile(member, io.BytesIO(content))


def _add_link(archive: tarfile.TarFile, name: str, target: str) -> None:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = tarfile.SYMTYPE, target
    archive.addfile(member)
