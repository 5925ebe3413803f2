# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian packages of any release, in a folder and not installed on the machine."""

from __future__ import annotations

import pathlib
import subprocess

from . import cache, mirror
from .requirements import require


class Release:
    """The packages of one Debian release, with lists of their own in the folder `work`.

    `output` is a binary file that takes what the commands print.
    """

    def __init__(self, name: str, work: pathlib.Path, output):
        require("dpkg-deb")
        self._work, self._output = work, output
        for folder in ("lists/partial", "archives/partial", "downloads"):
            (work / folder).mkdir(parents=True)
        (work / "sources.list").write_text("\n".join(mirror.source_lines(name)) + "\n")
        cache.run(["apt-get", "--quiet", *self._options(), "update"], output)

    def closure(self, package: str) -> list[str]:
        """Give the package and all that it depends on, at any depth."""
        command = ["apt-cache", *self._options(), "depends", "--recurse", "--important", package]
        lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
        return [line for line in lines if not line.startswith((" ", "<"))]

    def unpack(self, packages: list[str]) -> pathlib.Path:
        """Give the folder with the files of the packages."""
        downloads, root = self._work / "downloads", self._work / "root"
        cache.run(["apt-get", "--quiet", *self._options(), "download", *packages], self._output, cwd=downloads)
        for package in downloads.iterdir():
            cache.run(["dpkg-deb", "--extract", str(package), str(root)], self._output)
        return root

    def lacking(self, packages: list[str], status: pathlib.Path) -> pathlib.Path:
        """Give the folder with those of the packages, and of all that they depend on, that dpkg's `status` lacks."""
        options = [f"--option=Dir::State::Status={status}", "--option=Debug::NoLocking=true"]
        command = ["apt-get", "--quiet", *self._options(), *options, "--no-install-recommends", "--assume-yes"]
        cache.run([*command, "--download-only", "install", *packages], self._output)
        return self._work / "archives"

    def _options(self) -> list[str]:
        """Give the options of apt that keep it away from the machine's lists and packages."""
        values = (
            f"Dir::Etc::SourceList={self._work}/sources.list",
            "Dir::Etc::SourceParts=/dev/null",
            "Dir::Etc::TrustedParts=/usr/share/keyrings",
            f"Dir::State::Lists={self._work}/lists",
            f"Dir::Cache={self._work}",
            "APT::Sandbox::User=root",
            "Acquire::Languages=none",
        )
        return [f"--option={value}" for value in values]
