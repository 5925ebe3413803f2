# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What others attach to a link beside its options is there again after a change that failed, or the change is refused."""

import subprocess

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.tests.kernel import _engine, _look, _strangers
from ansible_collections.warren.tunnels.tests.kernel._engine import apply, refusals

TAP = {"name": "t0", "kind": "tap", "up": True, "addresses": ["10.0.0.1/24", "2001:db8::1/64"]}
BRIDGE = {"name": "br0", "kind": "bridge", "up": True}
OTHER = {"name": "n0", "kind": "bridge"}
"""What is made after all that goes, so that its step can fail."""

BESIDE = [
    "ip link property add dev t0 altname other",
    "ip link set dev t0 group 7",
    "ip link set dev t0 addrgenmode none",
    "ip neighbour add 10.0.0.9 lladdr 02:00:00:00:00:09 dev t0 nud permanent",
    "ip neighbour add 2001:db8::9 lladdr 02:00:00:00:00:09 dev t0 nud permanent",
    "ip neighbour add proxy 10.0.0.8 dev t0",
    # Of the bridge, whose address may be that of its port.
    "ip neighbour add 10.7.0.9 lladdr 02:00:00:00:00:09 dev br0 nud permanent",
    "bridge fdb add 02:00:00:00:00:07 dev t0 self permanent",
    "bridge fdb add 02:00:00:00:00:07 dev t0 master static",
    "bridge fdb add 02:00:00:00:00:08 dev t0 master permanent",
    "ip link set dev t0 type bridge_slave cost 50 hairpin on",
    "tc qdisc add dev t0 clsact",
    "ip address add 10.7.0.1/24 dev t0 valid_lft 3500 preferred_lft 2500",
]
ROOTS = {
    "pfifo": "tc qdisc add dev t0 root pfifo limit 77",
    "tbf": "tc qdisc add dev t0 root handle 5: tbf rate 1mbit burst 10k latency 50ms",
}
LASTING = [
    (
        "tc qdisc add dev t0 root handle 1: htb default 1;tc class add dev t0 parent 1: classid 1:1 htb rate 1mbit",
        "queueing discipline htb 1:",
    ),
    (
        "tc qdisc add dev t0 clsact;tc filter add dev t0 ingress protocol ip prio 1 u32 match u32 0 0 flowid 1:1",
        "queueing discipline clsact ffff:",
    ),
]
"""What the kernel does not take back as it tells of it, and how it is named."""
GOES = {
    "deleted": [BRIDGE, OTHER],
    "replaced": [BRIDGE, {**TAP, "kind": "tun", "addresses": []}, OTHER],
    "changed": [BRIDGE, {**TAP, "up": False, "addresses": ["10.9.0.1/24"], "master": "none"}, OTHER],
    "another-address": [BRIDGE, {**TAP, "mac": "02:00:00:00:00:01", "master": "br0"}, OTHER],
    "without-a-bridge": [{**TAP, "master": "none"}, OTHER],
}


@pytest.fixture
def host():
    with _strangers.Host(0) as there:
        apply({"links": [BRIDGE, {**TAP, "master": "br0"}]})
        yield there


def do(text):
    for words in text.split(";"):
        subprocess.run(words.split(), check=True)


@pytest.mark.parametrize("root", ROOTS.values(), ids=ROOTS)
@pytest.mark.parametrize("after", GOES.values(), ids=GOES)
def test_it_is_there_again_after_an_undo(host, after, root):
    do(";".join([*BESIDE, root]))
    before = host.look()
    found = [(error.left, _look.differences(before, host.look())) for error in refusals({"links": after})]
    assert len(found) > 1
    assert found == [([], [])] * len(found)


def test_an_owner_that_no_change_takes_away(host):
    do(";".join(BESIDE))
    before = host.look()
    found = [
        (error.left, _look.differences(before, host.look()))
        for error in refusals({"links": [BRIDGE, {**TAP, "master": "br0", "owner": "7", "alias": "ours"}]})
    ]
    assert len(found) > 1
    assert found == [([], [])] * len(found)


def test_an_owner_of_what_others_stand_on(host):
    apply({"links": [BRIDGE, {**TAP, "master": "none"}]})
    do("ip link add name mv0 link t0 type macvlan")
    before = host.look()
    document = {"links": [BRIDGE, {**TAP, "owner": "7"}]}
    with pytest.raises(_errors.Conflict, match=r"^force: t0 can't be changed so that it could be changed back, .*mv0"):
        apply(document)
    assert _look.differences(before, host.look()) == []
    apply(document, force=True)


def test_routes_of_several_ways_are_as_they_were(host):
    do("ip route add 10.5.0.0/16 nexthop via 10.9.9.9 dev t0 onlink weight 3 nexthop via 10.8.8.8 dev t0 onlink")
    before = host.look()
    found = [(error.left, _look.differences(before, host.look())) for error in refusals({"links": GOES["deleted"]})]
    assert len(found) > 1
    assert found == [([], [])] * len(found)


UNDONE = [
    pytest.param(
        "ip address flush dev t0;ip route add 10.5.0.0/16 dev t0 metric 7;ip route add 10.6.0.0/16 dev t0 tos 0x10",
        [BRIDGE, {**TAP, "master": "br0", "addresses": ["10.3.0.1/24"]}, OTHER],
        id="routes-of-a-link-that-had-no-address",
    ),
    pytest.param(
        "ip address add 10.3.0.1/24 dev t0;ip address add 2001:db8:3::1/64 dev t0 nodad;"
        "ip address add 2001:db8:4::1/64 dev t0 nodad;ip route add 10.6.0.0/16 dev t0 src 10.3.0.1",
        [BRIDGE, {**TAP, "master": "br0", "addresses": ["10.3.0.1/24", "2001:db8:3::1/64"]}, OTHER],
        id="order-of-addresses",
    ),
    pytest.param(
        "ip link set t0 nomaster;ip link add mv0 link t0 type macvlan",
        [BRIDGE, {**TAP, "mtu": 1400, "alias": "ours"}, OTHER],
        id="mtu-of-what-stands-on-a-link",
    ),
    pytest.param(
        "bridge fdb add 02:00:00:00:00:07 dev br0 self permanent",
        [{**TAP, "master": "none"}, OTHER],
        id="entry-of-a-bridge",
    ),
]


@pytest.mark.parametrize(("words", "after"), UNDONE)
def test_what_the_kernel_does_besides_is_undone(host, words, after):
    do(words)
    before = host.look()
    found = [(error.left, _look.differences(before, host.look())) for error in refusals({"links": after})]
    assert len(found) > 1
    assert found == [([], [])] * len(found)


def test_what_a_port_of_others_has_is_there_again(host):
    do(
        "ip tuntap add dev p0 mode tap;ip link set p0 up master br0;ip link set p0 type bridge_slave cost 50 learning off"
    )
    do("bridge fdb add 02:00:00:00:00:07 dev p0 master static")
    before = host.look()
    _engine.Failing.at = 2
    with pytest.raises(_errors.StepFailed, match="Nothing is left of the change"):
        apply({"links": [{**TAP, "master": "none"}, OTHER]}, force=True, kernel=_engine.Failing)
    assert _look.differences(before, host.look()) == []


def test_what_the_far_end_in_a_container_has_is_there_again(host):
    pair = {"name": "v0", "kind": "veth", "up": True, "peer": {"name": "v1", "up": True}}
    apply({"links": [pair]})
    pid = host.containers[0]
    do("ip link set v1 netns {0} name eth0".format(pid))
    with _look.inside("/proc/{0}/ns/net".format(pid)):
        do("ip link set eth0 up;ip address add 10.5.0.2/24 dev eth0;ip link property add dev eth0 altname uplink")
        do("ip neighbour add 10.5.0.1 lladdr 02:00:00:00:00:07 dev eth0 nud permanent;tc qdisc add dev eth0 clsact")
    before = host.look()
    _engine.Failing.at = 1
    with pytest.raises(_errors.StepFailed, match="Nothing is left of the change"):
        apply({"links": [OTHER]}, kernel=_engine.Failing)
    assert _look.differences(before, host.look()) == []


@pytest.mark.parametrize(("words", "named"), LASTING, ids=["classes", "filters"])
@pytest.mark.parametrize("after", [GOES["deleted"], GOES["replaced"]], ids=["deleted", "replaced"])
def test_what_can_not_be_put_back_is_not_taken(host, words, named, after):
    do(words)
    before = host.look()
    with pytest.raises(_errors.Conflict, match=r"^force: t0 can't be .*: {0}\..*force=true".format(named)):
        apply({"links": after})
    assert _look.differences(before, host.look()) == []
    _engine.Failing.at = 1
    with pytest.raises(_errors.StepFailed, match=r"may not be as it was: link t0: {0} is absent".format(named)):
        apply({"links": after}, force=True, kernel=_engine.Failing)


def test_addresses_that_are_purged_from_a_link_that_goes_down_have_their_order_again(host):
    do(";".join("ip address add 2001:db8:{0}::1/64 dev t0 nodad".format(number) for number in range(1, 4)))
    before = host.look()
    after = {"links": [BRIDGE, {**TAP, "up": False, "addresses": [], "purge_addresses": True}, OTHER]}
    found = [(error.left, _look.differences(before, host.look())) for error in refusals(after)]
    assert found
    assert found == [([], [])] * len(found)
