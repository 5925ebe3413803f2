# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in an image, and when it is another image."""

import io
import tarfile
import zipfile

import pytest
from warrenlab import recipe
from warrenlab.errors import LabError
from warrenlab.recipe import SUITES, Recipe


@pytest.fixture
def overlay():
    file = io.BytesIO()
    Recipe("bookworm").write_overlay(file)
    return tarfile.open(fileobj=io.BytesIO(file.getvalue()))


def test_unknown_suite_is_refused():
    with pytest.raises(LabError, match="bullseye, bookworm, trixie"):
        Recipe("potato")


def test_digests_are_stable_and_differ():
    digests = {Recipe(suite).digest for suite in SUITES}
    assert len(digests) == len(SUITES)
    assert digests == {Recipe(suite).digest for suite in SUITES}


def test_digest_changes_with_the_packages(monkeypatch):
    before = Recipe("bookworm").digest
    monkeypatch.setattr(Recipe, "packages", ["systemd-sysv"])
    assert Recipe("bookworm").digest != before


def test_digest_changes_with_an_option(monkeypatch):
    before = Recipe("bookworm").digest
    monkeypatch.setattr(recipe, "DISK_SIZE", "4G")
    assert Recipe("bookworm").digest != before


def test_bullseye_gets_a_newer_pyroute2_than_its_own():
    assert "python3-pyroute2" not in Recipe("bullseye").packages
    assert Recipe("bullseye").wheel.requirement == "pyroute2==0.7.12"
    assert "python3-pyroute2" in Recipe("bookworm").packages
    assert Recipe("bookworm").wheel is None


def test_overlay_belongs_to_root(overlay):
    assert {(member.uid, member.gid) for member in overlay} == {(0, 0)}


def test_overlay_has_an_executable_first_process(overlay):
    assert overlay.getmember("usr/sbin/lab-init").mode == 0o755


def test_overlay_masks_units(overlay):
    assert overlay.getmember("etc/systemd/system/getty.target").linkname == "/dev/null"


def test_overlay_replaces_no_folder(overlay):
    assert not any(member.isdir() for member in overlay)


def test_wheel_is_unpacked(tmp_path):
    wheel = tmp_path / "pyroute2.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("pyroute2/__init__.py", "")
    file = io.BytesIO()
    Recipe("bullseye").write_overlay(file, wheel)
    with tarfile.open(fileobj=io.BytesIO(file.getvalue())) as archive:
        assert "usr/local/lib/python3.9/dist-packages/pyroute2/__init__.py" in archive.getnames()
