# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What others made on our links: nothing of it goes unasked."""

import ctypes
import os
import re
import subprocess

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _host
from ansible_collections.warren.tunnels.plugins.module_utils._steps._address import AddAddress
from ansible_collections.warren.tunnels.tests.kernel import _engine, _faults
from ansible_collections.warren.tunnels.tests.kernel._engine import apply
from ansible_collections.warren.tunnels.tests.kernel._hosts import in_a_child, libc, new_host

CAP_SYS_ADMIN, CAPABILITY_VERSION = 21, 0x20080522
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
    """Return what ip(8) says in the namespace of a process, but for indexes."""
    command = ["nsenter", "--net=/proc/{0}/ns/net".format(pid), "ip", *words]
    return re.sub("@if[0-9]+", "", subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode())


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
def test_a_link_in_a_namespace_that_goes_is_the_namespaces():
    apply({**RED, "links": [PAIR]})
    ip("-n red link add name mv0 link v1 type macvlan")
    with pytest.raises(_errors.Conflict, match=r"^state: namespace red .*: mv0\. "):
        apply({})


@pytest.mark.parametrize("goes", [lambda: apply({}), lambda: apply(RED, state="deleted")], ids=["dropped", "deleted"])
def test_a_link_elsewhere_on_one_in_a_namespace_that_goes(container, goes):
    apply({**RED, "links": [{**TAP, "netns": "red"}]})
    ip("-n red link add name mv0 link t0 type macvlan")
    ip("-n red link set mv0 netns {0}".format(container))
    before = _faults.look()
    with pytest.raises(_errors.Conflict, match=r"^name: namespace red .*: mv0 in namespace /proc/[0-9]+/ns/net"):
        goes()
    assert _faults.look() == before
    assert "mv0" in inside(container, "link")
    apply({}, force=True)
    assert "red" not in os.listdir("/run/netns")


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


class Failing(_engine.Failing):
    """A kernel that refuses the first address that it is to add, which comes after all that goes."""

    def perform(self, steps):
        if self.failed or not isinstance(steps[0], AddAddress):
            return _host.Kernel.perform(self, steps)
        self.failed = True
        return [_errors.KernelError(5, _engine.REFUSED)]


NEW = {"name": "n0", "kind": "tap", "addresses": ["10.9.0.1/24"]}
UNDONE = _engine.REFUSED + r".* Nothing is left of the change, but what was made again has lost its [^:]+: [^:]+\.$"


@pytest.mark.usefixtures("container")
def test_ports_are_put_back_with_their_bridge():
    """Those of others, our own, and the one that would have become another's."""
    own = [{**TAP, "name": name, "master": "br0", "alias": "before"} for name in ("t0", "t1", "t2")]
    apply({**RED, "links": [BRIDGE, *own]})
    ip("tuntap add dev p0 mode tap")
    ip("link set p0 up master br0")
    before = _faults.look()
    after = [{**BRIDGE, "name": "br1"}, {**own[0], "master": "br1", "alias": "after"}, {**TAP, "name": "t1"}, NEW]
    with pytest.raises(_errors.StepFailed, match=UNDONE):
        apply({**RED, "links": after}, kernel=Failing, force=True)
    assert _faults.look() == before


@pytest.mark.parametrize("after", [[NEW], [{**PAIR, "peer": {"name": "v1"}}, NEW]], ids=["deleted", "replaced"])
def test_the_far_end_in_a_container_is_put_back(container, after):
    apply({"links": [{**PAIR, "peer": {"name": "v1", "up": True}, "addresses": ["10.5.0.1/24"]}]})
    ip("link set v1 netns {0} name eth0".format(container))
    for words in ("link set eth0 up", "address add 10.5.0.2/24 dev eth0", "route add default via 10.5.0.1"):
        inside(container, *words.split())
    before, looks = _faults.look(), [["-d", "-br", "address"], ["route"]]
    told = [inside(container, *words) for words in looks]
    with pytest.raises(_errors.StepFailed, match=UNDONE):
        apply({"links": after}, kernel=Failing, force=True)
    assert _faults.look() == before
    assert [inside(container, *words) for words in looks] == told


def test_the_far_end_of_a_container_is_not_taken_from_it(container):
    apply({"links": [{**PAIR, "peer": {"name": "v1"}}]})
    ip("link set v1 netns {0} name eth0".format(container))
    with pytest.raises(
        _errors.Conflict, match=r"^force: .*\bv0\b.*its other end eth0 in namespace /proc/[0-9]+/ns/net"
    ):
        apply({"links": [{**PAIR, "peer": {"name": "v1"}}]})
    assert "eth0" in inside(container, "link")


@pytest.mark.usefixtures("container")
def test_a_far_end_that_can_not_be_looked_at():
    """Its namespace is held by a file alone."""
    apply({**RED, "links": [PAIR]})
    fd = os.open("/run/netns/red", os.O_RDONLY)
    ip("netns delete red")
    with pytest.raises(_errors.Conflict, match=r"^force: .*\bv0\b.*its other end, which is where this task can't look"):
        apply({})
    assert "v0" in str(_faults.look())
    apply({}, force=True)
    os.close(fd)
    assert "v0" not in str(_faults.look())


def without_rights(do):
    """Do something as a task does that may change links, but may not enter namespaces."""

    def then():
        header, sets = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0), (ctypes.c_uint32 * 6)()
        assert libc.capget(header, sets) == 0
        for number in range(3):
            sets[number] &= ~(1 << CAP_SYS_ADMIN)
        assert libc.capset(header, sets) == 0
        do()

    in_a_child(then)


def test_a_far_end_where_this_task_may_not_go(container):
    apply({"links": [{**PAIR, "peer": {"name": "v1"}}]})
    ip("link set v1 netns {0}".format(container))

    def refused():
        with pytest.raises(_errors.Conflict, match=r"^force: .*\bv0\b.*which is where this task can't look"):
            apply({})

    without_rights(refused)
    assert "v1" in inside(container, "link")
    without_rights(lambda: apply({}, force=True))
    assert "v1" not in inside(container, "link")


@pytest.mark.usefixtures("container")
def test_routes_of_the_far_end_are_put_back():
    apply({**RED, "links": [{**PAIR, "peer": {**PAIR["peer"], "addresses": ["10.5.0.2/24"]}}]})
    ip("-n red route add 10.99.0.0/16 via 10.5.0.1")
    before = _faults.look()
    with pytest.raises(_errors.StepFailed, match=UNDONE):
        apply({**RED, "links": [NEW]}, kernel=Failing)
    assert _faults.look() == before


@pytest.mark.usefixtures("container")
def test_what_could_not_be_put_back_is_named():
    """A macvlan goes by force, and nobody but its maker can make it again."""
    apply({"links": [TAP]})
    ip("link add name mv0 link t0 type macvlan")
    with pytest.raises(
        _errors.StepFailed, match=r"may not be as it was: link t0: macvlan mv0 on it is absent, was present"
    ):
        apply({"links": [NEW]}, kernel=Failing, force=True)
