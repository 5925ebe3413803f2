# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What others made on our links: nothing of it goes unasked."""

import subprocess

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.tests.kernel import _faults
from ansible_collections.warren.tunnels.tests.kernel._engine import apply
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host

TAP = {"name": "t0", "kind": "tap", "up": True}
BRIDGE = {"name": "br0", "kind": "bridge", "up": True}
PAIR = {"name": "v0", "kind": "veth", "up": True, "peer": {"name": "v1", "netns": "red", "up": True}}
RED = {"namespaces": [{"name": "red"}]}


def ip(*words):
    subprocess.run(["ip", *" ".join(words).split()], check=True)


@pytest.fixture
def container():
    """A process in a network namespace without a name."""
    new_host()
    command = ["unshare", "--net", "sh", "-c", "echo; exec sleep infinity"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        yield process.pid
        process.kill()


def inside(pid, *words):
    return subprocess.run(
        ["nsenter", "--net=/proc/{0}/ns/net".format(pid), "ip", *words], check=True, stdout=subprocess.PIPE
    ).stdout.decode()


@pytest.mark.parametrize(
    ("made", "named"),
    [
        pytest.param("link add name mv0 link t0 type macvlan", r"mv0 \(macvlan\)", id="macvlan"),
        pytest.param("link add name vx0 type vxlan id 7 dstport 4789 dev t0", r"vx0 \(vxlan\)", id="vxlan"),
        pytest.param("link add name mv0 netns red link t0 type macvlan", r"mv0 in namespace red", id="in-a-namespace"),
    ],
)
@pytest.mark.parametrize(
    "after", [[], [{**TAP, "owner": "none"}], [{**TAP, "kind": "tun"}]], ids=["deleted", "replaced", "other-mode"]
)
@pytest.mark.usefixtures("container")
def test_links_of_others_on_ours(made, named, after):
    apply({**RED, "links": [{**TAP, "owner": "8"}]})
    ip(made)
    before = _faults.look()
    with pytest.raises(_errors.Conflict, match=r"^force: .*\bt0\b.*{0}.*force=true".format(named)):
        apply({**RED, "links": after})
    assert _faults.look() == before
    apply({**RED, "links": after}, force=True)
    assert "mv0" not in str(_faults.look())


def test_a_link_of_a_container_on_ours(container):
    apply({"links": [TAP]})
    ip("link add name mv0 link t0 type macvlan")
    ip("link set mv0 netns {0}".format(container))
    with pytest.raises(_errors.Conflict, match=r"^force: .*\bt0\b.*mv0 in namespace /proc/[0-9]+/ns/net"):
        apply({"links": []})
    assert "mv0" in inside(container, "link")


@pytest.mark.usefixtures("container")
def test_a_link_of_others_on_the_far_end():
    apply({**RED, "links": [PAIR]})
    ip("-n red link add name mv0 link v1 type macvlan")
    before = _faults.look()
    with pytest.raises(_errors.Conflict, match=r"^force: .*\bv0\b.*mv0 in namespace red"):
        apply(RED)
    assert _faults.look() == before


@pytest.mark.usefixtures("container")
def test_a_link_of_others_on_one_that_moves():
    """A vxlan goes when its device leaves the namespace, a macvlan stays."""
    moved = {**RED, "links": [{"name": "t0", "move_from": "red", "up": True}]}
    apply({**RED, "links": [{**TAP, "netns": "red"}]})
    ip("-n red link add name mv0 link t0 type macvlan")
    ip("-n red link add name vx0 type vxlan id 7 dstport 4789 dev t0")
    before = _faults.look()
    with pytest.raises(_errors.Conflict, match=r"^force: .*\bt0\b.*: vx0 in namespace red \(vxlan\)\."):
        apply(moved)
    assert _faults.look() == before


@pytest.mark.usefixtures("container")
def test_ports_of_others_on_our_bridge():
    apply({"links": [BRIDGE]})
    ip("tuntap add dev p0 mode tap")
    ip("link set p0 master br0")
    before = _faults.look()
    with pytest.raises(_errors.Conflict, match=r"^force: .*\bbr0\b.*port p0"):
        apply({"links": []})
    assert _faults.look() == before
    apply({"links": []}, force=True)
    assert "br0" not in str(_faults.look())


@pytest.mark.parametrize("after", [[], [TAP]], ids=["goes-too", "stays"])
@pytest.mark.usefixtures("container")
def test_our_own_ports(after):
    apply({"links": [BRIDGE, {**TAP, "master": "br0"}]})
    apply({"links": [{**link, "master": "none"} for link in after]})
    assert "br0" not in str(_faults.look())


@pytest.mark.usefixtures("container")
def test_a_link_of_others_on_what_stays():
    apply({"links": [TAP]})
    ip("link add name mv0 link t0 type macvlan")
    apply({"links": [{**TAP, "mtu": 1400, "up": False}]})
    assert "mv0" in str(_faults.look())
