# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of namespaces that are taken, given back and taken again."""

import json
import os
import subprocess

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _host, _namespaces
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Address, Link, Namespace
from ansible_collections.warren.tunnels.plugins.module_utils._steps._address import AddAddress
from ansible_collections.warren.tunnels.plugins.module_utils._steps._link import AddLink
from ansible_collections.warren.tunnels.plugins.module_utils._steps._namespace import AddNamespace, DeleteNamespace
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host


@pytest.fixture
def shared_mounts():
    """Mount the folder of names on itself, as ip(8) does on hosts that share their mounts."""
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


def test_what_is_made_is_in_the_namespace_that_has_the_name_now():
    """As in a way back that undoes what it had begun, and begins once more."""
    new_host()
    with _host.Kernel() as kernel:
        for number in range(2):
            assert kernel.perform([AddNamespace("red")]) == [None]
            for other in range(number):
                # So that the indexes are others than before.
                assert kernel.perform([AddLink(Link("red", "o{0}".format(other), "bridge"))]) == [None]
            assert kernel.perform([AddLink(Link("red", "b0", "bridge"))]) == [None]
            assert kernel.perform([AddAddress("red", "b0", Address("10.0.0.1", 24))]) == [None]
            shown = subprocess.run(
                ["ip", "-n", "red", "-j", "address", "show", "dev", "b0"], check=True, stdout=subprocess.PIPE
            )
            assert [info["local"] for info in json.loads(shown.stdout)[0]["addr_info"]] == ["10.0.0.1"]
            assert kernel.perform([DeleteNamespace(Namespace("red"))]) == [None]
