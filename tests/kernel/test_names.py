# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of namespaces where the folder of names is mounted on itself, as ip(8) does on hosts that share their mounts."""

import os
import subprocess

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _namespaces
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host


@pytest.fixture
def shared_mounts():
    subprocess.run(["mount", "--make-rshared", "/run"], check=True)
    yield
    subprocess.run(["umount", "--lazy", _namespaces.DIRECTORY], check=True)
    subprocess.run(["mount", "--make-rprivate", "/run"], check=True)


@pytest.mark.usefixtures("shared_mounts")
def test_name_that_was_taken_and_given_back_can_be_taken_again():
    new_host()
    _namespaces.create("red")
    inode = os.stat(_namespaces.path("red")).st_ino
    former = os.open(_namespaces.path("red"), os.O_RDONLY)
    _namespaces.delete("red")
    _namespaces.create("red", former)
    assert os.stat(_namespaces.path("red")).st_ino == inode
    os.close(former)
    _namespaces.delete("red")
    assert not os.path.exists(_namespaces.path("red"))
    with open("/proc/self/mountinfo", encoding="ascii") as mounts:
        assert "/run/netns/red" not in mounts.read()
