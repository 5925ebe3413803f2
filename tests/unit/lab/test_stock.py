# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kernel of a Debian release, out of its packages."""

from typing import ClassVar

import pytest
from warrenlab import stock
from warrenlab.errors import LabError


class Release:
    """Packages as apt has them, of a release whose name says in which of the known ways it has a kernel."""

    CLOSURES: ClassVar = {
        "old": ["linux-image-cloud-amd64", "linux-image-6.1.0-50-cloud-amd64", "linux-base", "kmod"],
        "new": [
            "linux-image-cloud-amd64",
            "linux-image-7.2.1-cloud-amd64",
            "linux-binary-7.2.1-cloud-amd64",
            "linux-modules-7.2.1-cloud-amd64",
        ],
        "none": ["linux-image-cloud-amd64", "linux-base"],
    }
    FILES: ClassVar = {
        "old": ("boot/vmlinuz-6.1.0", "lib/modules/6.1.0/kernel/fou.ko"),
        "new": ("usr/lib/modules/7.2.1/vmlinuz", "usr/lib/modules/7.2.1/kernel/fou.ko"),
    }
    unpacked = ()

    def __init__(self, name, work, _output):
        self._name, self._root = name, work / "root"

    def closure(self, _package):
        return self.CLOSURES[self._name]

    def unpack(self, packages):
        Release.unpacked = tuple(packages)
        for file in self.FILES[self._name]:
            path = self._root / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file)
        return self._root


@pytest.fixture
def commands(monkeypatch):
    """Have packages of our own, and give the commands that are run on them."""
    ran = []
    monkeypatch.setattr(stock, "Release", Release)
    monkeypatch.setattr(stock, "require", lambda *_: None)
    monkeypatch.setattr("warrenlab.cache.run", lambda command, _output: ran.append(command))
    return ran


@pytest.mark.parametrize(("release", "version", "parts"), [("old", "6.1.0", 1), ("new", "7.2.1", 3)])
def test_the_kernel_and_a_file_system_of_its_modules(release, version, parts, commands, tmp_path):
    kernel = stock._fetch(release, tmp_path, None)
    assert len(Release.unpacked) == parts
    assert (kernel / "vmlinuz").read_text() == Release.FILES[release][0]
    depmod, mke2fs = commands
    assert depmod == ["depmod", "--basedir", f"{tmp_path}/root", version]
    assert mke2fs[-2:] == [f"{kernel}/modules.img", "16M"]
    # Whichever of the two places depmod and mke2fs look in.
    for place in ("lib/modules", "usr/lib/modules"):
        assert (tmp_path / "root" / place / version / "kernel/fou.ko").exists()


def test_a_release_whose_kernel_has_another_name(commands, tmp_path):
    with pytest.raises(LabError, match="depends on no kernel"):
        stock._fetch("none", tmp_path, None)
    assert not commands
