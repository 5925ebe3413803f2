# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages of a release, apart from those of the machine."""

import subprocess

import pytest
from warrenlab import packages

DEPENDS = """\
linux-image-cloud-amd64
  Depends: linux-image-6.1.0-50-cloud-amd64
linux-image-6.1.0-50-cloud-amd64
  Depends: kmod
 |Depends: <linux-initramfs-tool>
    initramfs-tools
<linux-initramfs-tool>
kmod
"""


@pytest.fixture
def ran(monkeypatch):
    commands = []

    def run(command, **_options):
        commands.append(command)
        return subprocess.CompletedProcess(command, 0, DEPENDS)

    monkeypatch.setattr(packages, "require", lambda *_: None)
    monkeypatch.setattr("warrenlab.mirror.source_lines", lambda suite: [f"deb http://mirror.test/debian {suite} main"])
    monkeypatch.setattr("warrenlab.cache.run", lambda command, _output, **_options: commands.append(command))
    monkeypatch.setattr(subprocess, "run", run)
    return commands


def test_lists_of_their_own(ran, tmp_path):
    release = packages.Release("sid", tmp_path, None)
    release.closure("kmod")
    release.unpack(["kmod"])
    assert (tmp_path / "sources.list").read_text() == "deb http://mirror.test/debian sid main\n"
    for command in ran:
        assert f"--option=Dir::Etc::SourceList={tmp_path}/sources.list" in command
        assert f"--option=Dir::State::Lists={tmp_path}/lists" in command


def test_the_closure_is_of_packages_alone(ran, tmp_path):
    assert packages.Release("bookworm", tmp_path, None).closure("linux-image-cloud-amd64") == [
        "linux-image-cloud-amd64",
        "linux-image-6.1.0-50-cloud-amd64",
        "kmod",
    ]


def test_only_what_a_host_lacks_is_fetched(ran, tmp_path):
    folder = packages.Release("bookworm", tmp_path, None).lacking(["dhcpcd"], tmp_path / "status")
    assert folder == tmp_path / "archives"
    assert ran[-1][-2:] == ["install", "dhcpcd"]
    for option in (
        f"--option=Dir::State::Status={tmp_path}/status",
        "--download-only",
        "--option=Debug::NoLocking=true",
    ):
        assert option in ran[-1]
