# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What others made where something of ours was: it is theirs, and stays."""

import os
import subprocess
from pathlib import Path

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _commit, _errors
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _checkpoints, _host, _namespaces
from ansible_collections.warren.tunnels.tests.kernel._engine import apply
from ansible_collections.warren.tunnels.tests.kernel._hosts import CLONE_NEWNET, in_a_child, libc, new_host, told_by_ip

CLONE_NEWNS = 0x20000
RED = {"namespaces": [{"name": "red"}], "links": [{"name": "b0", "kind": "bridge", "netns": "red"}]}
RECORD = Path("/var/lib/warren.tunnels/created.json")


def ip(*commands):
    for command in commands:
        subprocess.run(["ip", *command.split()], check=True)


def inode(name):
    return os.stat(_namespaces.path(name)).st_ino


def make_anew(name):
    """Have somebody delete a namespace and make another with the same name and the same inode, if the kernel lets them."""
    former = inode(name)
    ip("netns delete " + name)
    for _attempt in range(50):
        ip("netns add " + name)
        if inode(name) == former:
            return
        ip("netns delete " + name)
    ip("netns add " + name)


def test_namespace_with_a_former_ones_inode_is_its_makers():
    new_host()
    apply(RED)
    make_anew("red")
    ip("-n red link add b0 type bridge")
    assert apply({}) == ()
    assert "b0" in told_by_ip()["red"][0]


def test_what_is_in_a_namespace_that_somebody_made_anew_is_theirs():
    new_host()
    ip("netns add red")
    wanted = {
        **RED,
        "links": [{**RED["links"][0], "up": True, "addresses": ["10.1.0.1/24"]}],
        "routes": [{"dst": "10.9.0.0/16", "via": "10.1.0.9", "netns": "red"}],
    }
    apply(wanted)
    make_anew("red")
    ip(
        "-n red link add b0 up type bridge",
        "-n red address add 10.1.0.1/24 dev b0",
        "-n red route add 10.9.0.0/16 via 10.1.0.9 proto static",
    )
    before = told_by_ip()
    assert apply({}) == ()
    assert told_by_ip() == before


def test_what_was_made_in_a_namespace_of_somebody_else_is_ours_as_long_as_that_stays():
    new_host()
    ip("netns add red")
    apply(RED)
    assert apply({})
    assert "b0" not in told_by_ip()["red"][0]


def test_route_of_a_daemon_in_the_place_of_ours_is_the_daemons():
    new_host()
    links = [{"name": "b0", "kind": "bridge", "up": True, "addresses": ["10.1.0.1/24"]}]
    apply({"links": links, "routes": [{"dst": "10.9.0.0/16", "via": "10.1.0.9"}]})
    ip("route delete 10.9.0.0/16", "route add 10.9.0.0/16 via 10.1.0.9 proto bird")
    assert apply({"links": links}) == ()
    assert b"proto bird" in subprocess.run(["ip", "route"], check=True, stdout=subprocess.PIPE).stdout


def elsewhere(name, do):
    """Do something as a task does that was brought into a namespace, on a host whose first process nobody may look at."""

    def then():
        assert libc.unshare(CLONE_NEWNS) == 0
        subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "none", "/proc/1"], check=True)
        if name:
            there = os.open(_namespaces.path(name), os.O_RDONLY)
            assert libc.setns(there, CLONE_NEWNET) == 0
        do()

    in_a_child(then)


@pytest.mark.parametrize("named", [True, False])
def test_each_namespace_has_a_record_of_its_own_where_the_first_process_is_out_of_sight(named):
    new_host()
    RECORD.unlink(missing_ok=True)
    ip("netns add red", "-n red link add name a type bridge")
    elsewhere(None, lambda: apply({"links": [{"name": "a", "kind": "bridge"}]}))
    if named:
        elsewhere("red", lambda: apply({}))
    else:
        there = os.open(_namespaces.path("red"), os.O_RDONLY)
        ip("netns delete red")
        elsewhere(None, lambda: (libc.setns(there, CLONE_NEWNET), apply({})))
        elsewhere(None, lambda: (libc.setns(there, CLONE_NEWNET), ip("link show dev a")))
        os.close(there)
    assert "a" in told_by_ip()[""][0]
    assert not named or "a" in told_by_ip()["red"][0]
    elsewhere(None, lambda: apply({}))
    assert "a" not in told_by_ip()[""][0]


@pytest.fixture
def broken():
    new_host()
    RECORD.unlink(missing_ok=True)
    apply({"links": [{"name": "a", "kind": "bridge"}]})
    with _host.Kernel() as kernel:
        checkpoint = _checkpoints.new("test", 60, have=kernel.survey(), record=kernel.recall())
    text = RECORD.read_text()
    RECORD.write_text(text[: len(text) // 2])
    yield checkpoint
    RECORD.unlink(missing_ok=True)


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize("state", ["merged", "overridden"])
def test_record_that_cannot_be_read_is_no_empty_one(state):
    text, before = RECORD.read_text(), told_by_ip()
    with pytest.raises(_errors.TunnelsError, match=str(RECORD)):
        apply({"links": [{"name": "b", "kind": "bridge"}]}, state)
    assert told_by_ip() == before
    assert RECORD.read_text() == text


def test_record_that_cannot_be_read_is_no_end_to_the_way_back(broken):
    ip("link delete dev a", "link add name theirs type bridge")
    with _host.Kernel() as kernel:
        _commit.have_a_record(kernel, broken)
        steps, failures = _commit.bring_back(kernel, broken, _commit.way_back(kernel, broken)[0])
        assert kernel.recall().links.keys() == broken.record.links.keys()
    # One that makes it, and one by which IPv6 does as before.
    assert (len(steps), failures) == (2, [])
    assert sorted(told_by_ip()[""][0]) == ["a", "lo", "theirs"]
