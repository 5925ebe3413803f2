# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the TUN/TAP driver works, and why not, in this kernel's own errors."""

import json
import os
import stat
import subprocess

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _driver
from ansible_collections.warren.tunnels.plugins.modules import tun_driver
from ansible_collections.warren.tunnels.tests.kernel._hosts import in_a_child

FOLDER = "/dev/net"


@pytest.fixture
def devices():
    """A folder of devices with nothing in it, in the place of the machine's own."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "dev", "warren", FOLDER], check=True)
    yield
    subprocess.run(["umount", FOLDER], check=True)


def make(minor, mode):
    try:
        os.mknod(FOLDER + "/tun", stat.S_IFCHR | mode, os.makedev(10, minor))
    except PermissionError:
        pytest.skip("who runs this may make no devices")
    os.chmod(FOLDER + "/tun", mode)


def refusal():
    with pytest.raises(_errors.Unmet) as caught:
        _driver.prove()
    return str(caught.value)


def test_a_driver_that_works_is_left_as_it_is(capsys):
    if _driver.is_module(lambda *command: (subprocess.call(command, stdout=subprocess.DEVNULL), "", "")):
        pytest.skip("the driver is no part of this kernel")
    for check in (True, False):
        with patch_module_args({"_ansible_check_mode": check}), pytest.raises(SystemExit):
            tun_driver.main()
        assert json.loads(capsys.readouterr().out)["changed"] is False


def test_no_device_file(devices):
    assert "does not open: No such file or directory. There is no device file." in refusal()


def test_no_driver(devices):
    make(250, 0o666)
    assert "does not open: No such device. This kernel has no TUN/TAP driver" in refusal()


def test_no_rights(devices):
    make(200, 0o600)

    def nobody():
        os.setuid(65534)
        assert "does not open: Permission denied. This needs root" in refusal()

    in_a_child(nobody)
