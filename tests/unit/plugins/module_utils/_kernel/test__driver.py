# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The TUN/TAP driver where it is a module, of which the kernel of a test may have none."""

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _driver
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils import _hosts

THERE = "/lib/modules/6.1.0/kernel/drivers/net/tun.ko.xz\n"


def programs(**answers):
    """Return what runs programs, which do nothing but answer. :arg answers: by the name of each."""
    return lambda name, *arguments: answers[name]


def test_it_is_loaded_at_boot_unless_that_is_to_stay_as_it_is():
    assert _hosts.params("tun_driver", {}) == {"at_boot": True}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The place of files for the boot."""
    monkeypatch.setattr(_driver, "_AT_BOOT", str(tmp_path / "modules-load.d"))
    return tmp_path / "modules-load.d"


@pytest.mark.parametrize(
    ("answer", "is_module"),
    [
        pytest.param((0, THERE, ""), True, id="module"),
        pytest.param((0, "(builtin)\n", ""), False, id="built-in"),
        pytest.param((1, "", "modinfo: ERROR: Module tun not found."), False, id="none"),
        pytest.param((127, "", "this host has no modinfo"), False, id="no-kmod"),
    ],
)
def test_only_a_module_can_be_loaded(answer, is_module):
    assert _driver.is_module(programs(modinfo=answer)) is is_module


@pytest.mark.parametrize(
    ("text", "is_loaded"),
    [
        ("tun 61440 2 - Live 0x0\n", True),
        ("tunnel4 16384 1 ipip, Live 0x0\nxt_tun 1 0 - Live 0x0\n", False),
        ("", False),
    ],
)
def test_a_loaded_module_is_known_by_its_name(tmp_path, monkeypatch, text, is_loaded):
    (tmp_path / "modules").write_text(text)
    monkeypatch.setattr(_driver, "_LOADED", str(tmp_path / "modules"))
    assert _driver.is_loaded() is is_loaded


def test_one_file_is_enough(folder):
    assert not _driver.is_at_boot()
    _driver.load_at_boot()
    assert _driver.is_at_boot()
    assert (folder / "tun.conf").read_text() == "tun\n"
    (folder / "tun.conf").rename(folder / "mine.conf")
    assert _driver.is_at_boot()
    (folder / "mine.conf").write_text("# tun\ntunnel4\n")
    assert not _driver.is_at_boot()


@pytest.mark.parametrize(
    ("sealed", "words"), [("0\n", "the journal of the kernel."), ("1\n", "until it is booted again")]
)
def test_what_does_not_load_says_why(tmp_path, monkeypatch, sealed, words):
    (tmp_path / "sealed").write_text(sealed)
    monkeypatch.setattr(_driver, "_SEALED", str(tmp_path / "sealed"))
    with pytest.raises(_errors.Unmet) as caught:
        _driver.load(programs(modprobe=(1, "", "modprobe: ERROR: could not insert 'tun'\n")))
    assert str(caught.value).startswith("modprobe tun fails: modprobe: ERROR: could not insert 'tun'. ")
    assert words in str(caught.value)
