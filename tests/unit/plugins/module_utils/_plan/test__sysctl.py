# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _planner
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Sysctl
from ansible_collections.warren.tunnels.plugins.module_utils._ways import Lifeline, Way
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import have, link, route, want
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._plan._samples import EMPTY, SIX, commands

FORWARD, FILTER, OFF6 = "net.ipv4.ip_forward", "net.ipv4.conf.tun0.rp_filter", "net.ipv6.conf.tun0.disable_ipv6"
NEW = EMPTY._replace(usual={(None, FILTER): "0"})
TUN = {"name": "tun0", "kind": "tun", "up": True}
THERE = have(link("tun", "tun0", up=True), sysctls=[Sysctl(None, FILTER, "0"), Sysctl(None, FORWARD, "0")])


def plan(host, links=(), **sysctls):
    return _planner.make(want("network_state", links=list(links), sysctls=sysctls), host)


def test_a_devices_own_comes_between_the_device_and_its_coming_up():
    assert commands(plan(NEW, [TUN], **{FILTER: 1})) == [
        "ip tuntap add dev tun0 mode tun",
        "sysctl -w net.ipv4.conf.tun0.rp_filter=1",
        "ip link set dev tun0 up",
    ]


def test_those_of_all_devices_come_before_any_device():
    host = have(sysctls=[Sysctl(None, "net.ipv4.conf.default.rp_filter", "0")])
    steps = commands(plan(host, [TUN], **{"net.ipv4.conf.default.rp_filter": 1}))
    assert steps[0] == "sysctl -w net.ipv4.conf.default.rp_filter=1"


def test_those_of_a_new_namespace_come_with_it_and_its_loopback_devices_own_is_known():
    namespaces = [{"name": "red", "sysctl": {"net.ipv4.conf.lo.rp_filter": 1, FORWARD: 1}}]
    plan = _planner.make(want("network_state", namespaces=namespaces), EMPTY)
    assert (plan.unmet, commands(plan)[:3]) == (
        (),
        [
            "ip netns add red",
            "ip netns exec red sysctl -w net.ipv4.ip_forward=1",
            "ip netns exec red sysctl -w net.ipv4.conf.lo.rp_filter=1",
        ],
    )


def test_what_is_as_wanted_stays():
    assert plan(THERE, **{FORWARD: 0, FILTER: "0"}) == _planner.Plan()


@pytest.mark.parametrize(
    ("host", "links", "key", "said"),
    [
        (EMPTY, [], FORWARD, "there is no net.ipv4.ip_forward on this host"),
        (EMPTY, [], FILTER, "there is no link 'tun0' on this host"),
        (EMPTY, [TUN], FILTER, "there is no net.ipv4.conf.tun0.rp_filter on this host"),
        (have(link("tun", "tun0", up=True)), [TUN], FILTER, "there is no net.ipv4.conf.tun0.rp_filter on this host"),
    ],
    ids=["of-the-host", "of-no-device", "no-new-device-has-it", "the-device-has-none"],
)
def test_what_is_not_there_is_told(host, links, key, said):
    (unmet,) = plan(host, links, **{key: 1}).unmet
    assert unmet.startswith("sysctls: ")
    assert said in unmet


def test_a_devices_own_does_not_outlive_it():
    wanted = want("network_state", sysctls={FILTER: 1})._replace(absent_links={(None, "tun0"): "tuntap"})
    assert "there is no link 'tun0'" in _planner.make(wanted, THERE).unmet[0]


def test_ipv6_that_is_turned_off_takes_addresses_and_routes_which_an_undo_puts_back():
    routes = (route("2001:db8:9::/48", dev="tun0"), route("10.9.0.0/16", dev="tun0"))
    device = link("tun", "tun0", up=True, addresses=[SIX])._replace(routes=routes)
    (step,) = plan(have(device, sysctls=[Sysctl(None, OFF6, "0")]), **{OFF6: 1}).operations
    assert step.disturbs == (None, "tun0")
    assert [inverse.command() for inverse in step.inverse()] == [
        "sysctl -w net.ipv6.conf.tun0.disable_ipv6=0",
        "ip address replace 2001:db8::1/64 dev tun0",
        "ip route append 2001:db8:9::/48 dev tun0 proto static",
    ]


def test_it_cuts_a_connection_that_comes_by_ipv6_through_the_device():
    (step,) = plan(have(link("tun", "tun0"), sysctls=[Sysctl(None, OFF6, "0")]), **{OFF6: 1}).operations
    ways = [Way(None, "x", route(network, dev="tun0")) for network in ("10.0.0.0/8", "2001:db8::/32")]
    links = {(None, "tun0"): "it carries it"}
    assert [step.cuts(Lifeline((way,), links), THERE) for way in ways] == ["", "it carries it"]


def test_ipv6_is_not_turned_off_on_all_devices_unless_forced():
    key = "net.ipv6.conf.all.disable_ipv6"
    host, wanted = have(sysctls=[Sysctl(None, key, "0")]), want("network_state", sysctls={key: 1})
    with pytest.raises(_errors.Conflict, match=r"Name the devices one by one"):
        _planner.make(wanted, host)
    assert commands(_planner.make(wanted._replace(force=True), host)) == [f"sysctl -w {key}=1"]
