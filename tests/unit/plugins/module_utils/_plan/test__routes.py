# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _resources
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _planner
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._route._steps import SetRoute
from ansible_collections.warren.tunnels.plugins.module_utils._steps._plan import Plan
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import have, join, link, route, want
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._plan._samples import RED, commands

NET, NET6 = "10.9.0.0/24", "2001:db8:9::/48"
LINKS = (link("tun", "tun0"), link("tun", "tun1"))
HOPS = (_resources.NextHop("10.0.0.1", "tun0", 2), _resources.NextHop("10.0.1.1", "tun1", 1))
THE_HOPS = [{"via": "10.0.0.1", "weight": 2}, {"via": "10.0.1.1"}]


def host(*routes):
    return have(*LINKS, routes=routes)


def wanted(dst=NET, **options):
    return want("route", dst=dst, **options)


def exactly(dst=NET, **options):
    return want("network_state", routes=[{"dst": dst, "state": "replaced", **options}])


ADD = [
    pytest.param(host(), wanted(dev="tun0"), ["ip route append 10.9.0.0/24 dev tun0 proto static"], id="dev"),
    pytest.param(
        host(), wanted("default", via="10.0.0.1"), ["ip route append default via 10.0.0.1 proto static"], id="default"
    ),
    pytest.param(
        host(),
        wanted("default", family="inet6", dev="tun0"),
        ["ip route append ::/0 dev tun0 proto static metric 1024"],
        id="default-of-ipv6",
    ),
    pytest.param(
        host(route("default", dev="tun0")),
        wanted("default", family="inet6", dev="tun0"),
        ["ip route append ::/0 dev tun0 proto static metric 1024"],
        id="the-other-familys-default-is-another",
    ),
    pytest.param(
        host(route(NET, dev="tun0")),
        wanted(dev="tun0", metric="5"),
        ["ip route append 10.9.0.0/24 dev tun0 proto static metric 5"],
        id="other-metric-is-another",
    ),
    pytest.param(
        host(route(NET, dev="tun0")),
        wanted(dev="tun0", table="100"),
        ["ip route append 10.9.0.0/24 dev tun0 proto static table 100"],
        id="other-table-is-another",
    ),
    pytest.param(
        host(),
        wanted(nexthops=THE_HOPS),
        [
            "ip route append 10.9.0.0/24 proto static nexthop via 10.0.0.1 weight 2 nexthop via 10.0.1.1 weight 1",
        ],
        id="next-hops",
    ),
    pytest.param(
        host(), wanted(type="blackhole"), ["ip route append blackhole 10.9.0.0/24 proto static"], id="blackhole"
    ),
]

CHANGE = [
    pytest.param(
        host(route(NET, dev="tun0")),
        wanted(dev="tun1"),
        ["ip route replace 10.9.0.0/24 dev tun1 proto static"],
        id="dev",
    ),
    pytest.param(
        host(route(NET, dev="tun0", protocol="boot")),
        wanted(dev="tun0"),
        ["ip route replace 10.9.0.0/24 dev tun0 proto static"],
        id="protocol",
    ),
    pytest.param(
        host(route(NET, dev="tun0", mtu=1400, src="10.0.0.2", metric=5)),
        wanted(dev="tun0", mtu=1300, metric="5"),
        ["ip route replace 10.9.0.0/24 dev tun0 src 10.0.0.2 mtu 1300 proto static metric 5"],
        id="what-is-not-named-stays",
    ),
    pytest.param(
        host(route(NET, via="10.0.0.1", dev="tun0", mtu=1400, src="10.0.0.2", onlink=True)),
        exactly(dev="tun0"),
        ["ip route replace 10.9.0.0/24 dev tun0 proto static"],
        id="what-is-not-named-goes-where-it-is-replaced",
    ),
    pytest.param(
        host(route(NET, dev="tun0", mtu=1400)),
        exactly(via="10.0.0.1", dev="tun0", mtu=1400),
        ["ip route replace 10.9.0.0/24 via 10.0.0.1 dev tun0 mtu 1400 proto static"],
        id="what-is-named-stays-where-it-is-replaced",
    ),
    pytest.param(
        host(route(NET, via="10.0.0.1", dev="tun0")),
        wanted(via="10.0.0.9", dev="tun0"),
        ["ip route replace 10.9.0.0/24 via 10.0.0.9 dev tun0 proto static"],
        id="via",
    ),
    pytest.param(
        host(route(NET, via="10.0.0.1", dev="tun0", mtu=1400)),
        wanted(nexthops=THE_HOPS),
        [
            "ip route replace 10.9.0.0/24 mtu 1400 proto static nexthop via 10.0.0.1 weight 2 "
            "nexthop via 10.0.1.1 weight 1"
        ],
        id="one-way-becomes-several",
    ),
    pytest.param(
        host(route(NET, nexthops=HOPS)),
        wanted(dev="tun0"),
        ["ip route replace 10.9.0.0/24 dev tun0 proto static"],
        id="several-ways-become-one",
    ),
    pytest.param(
        host(route(NET, nexthops=HOPS)),
        wanted(nexthops=THE_HOPS[::-1]),
        ["ip route replace 10.9.0.0/24 proto static nexthop via 10.0.1.1 weight 1 nexthop via 10.0.0.1 weight 2"],
        id="other-order",
    ),
    pytest.param(
        host(route(NET, nexthops=HOPS)),
        wanted(nexthops=[*THE_HOPS, {"dev": "tun0"}]),
        [
            "ip route replace 10.9.0.0/24 proto static nexthop via 10.0.0.1 weight 2 nexthop via 10.0.1.1 weight 1 "
            "nexthop dev tun0 weight 1"
        ],
        id="one-more-way",
    ),
    pytest.param(
        host(route(NET, nexthops=HOPS)),
        wanted(nexthops=[{"via": "10.0.0.1", "dev": "tun1", "weight": 2}, THE_HOPS[1]]),
        [
            "ip route replace 10.9.0.0/24 proto static nexthop via 10.0.0.1 dev tun1 weight 2 "
            "nexthop via 10.0.1.1 weight 1"
        ],
        id="next-hop-through-another-link",
    ),
    pytest.param(
        host(route(NET, via="10.0.0.1", dev="tun0", onlink=True, mtu=1400)),
        wanted(type="unreachable"),
        ["ip route replace unreachable 10.9.0.0/24 mtu 1400 proto static"],
        id="way-goes",
    ),
    pytest.param(
        host(route(NET, type="throw")),
        wanted(type="prohibit"),
        ["ip route replace prohibit 10.9.0.0/24 proto static"],
        id="type",
    ),
    pytest.param(
        host(route(NET6, metric=1024, dev="tun0")),
        wanted(NET6, dev="tun1"),
        ["ip route replace 2001:db8:9::/48 dev tun1 proto static metric 1024"],
        id="ipv6",
    ),
]

GRE = _resources.Encap("ip", "203.0.113.2", "203.0.113.1", 100, 64, 8, key=True, csum=True, seq=True)
ASKED = GRE._asdict()
CHANGE += [
    pytest.param(
        host(route(NET, dev="tun0")),
        wanted(dev="tun0", encap=ASKED),
        [
            "ip route replace 10.9.0.0/24 encap ip id 100 src 203.0.113.1 dst 203.0.113.2 ttl 64 tos 0x8 key csum seq "
            "dev tun0 proto static"
        ],
        id="encap",
    ),
    pytest.param(
        host(route(NET, dev="tun0", encap=GRE)),
        wanted(dev="tun0", encap={"type": "ip6", "dst": "2001:db8::2", "ttl": 5, "tos": 1}),
        ["ip route replace 10.9.0.0/24 encap ip6 id 0 dst 2001:db8::2 hoplimit 5 tc 0x1 dev tun0 proto static"],
        id="another-encap",
    ),
    pytest.param(
        host(route(NET, dev="tun0", encap=GRE)),
        wanted(dev="tun0", encap={"type": "none"}),
        ["ip route replace 10.9.0.0/24 dev tun0 proto static"],
        id="no-encap",
    ),
    pytest.param(
        host(route(NET, dev="tun0", encap=GRE)),
        wanted(dev="tun1"),
        ["ip route replace 10.9.0.0/24 dev tun1 proto static"],
        id="encap-goes-with-its-link",
    ),
    pytest.param(
        host(route(NET, via="10.0.0.1", dev="tun0", encap=GRE)),
        wanted(via="10.0.0.2"),
        ["ip route replace 10.9.0.0/24 via 10.0.0.2 proto static"],
        id="encap-goes-with-its-next-hop",
    ),
    pytest.param(
        host(route(NET, dev="tun0", encap=GRE)),
        wanted(type="blackhole"),
        ["ip route replace blackhole 10.9.0.0/24 proto static"],
        id="encap-goes-with-the-way",
    ),
    pytest.param(
        host(route(NET, dev="tun0", encap=_resources.Encap("ip", "203.0.113.2"))),
        wanted(dev="tun0", mtu=1400),
        ["ip route replace 10.9.0.0/24 encap ip id 0 dst 203.0.113.2 dev tun0 mtu 1400 proto static"],
        id="encap-stays-where-another-option-changes",
    ),
]

DELETE = [
    pytest.param(
        host(route(NET, dev="tun0")),
        wanted(state="absent"),
        ["ip route delete 10.9.0.0/24 dev tun0 proto static"],
        id="delete",
    ),
    pytest.param(
        host(route(NET, dev="tun0", metric=5, table=100), route(NET, dev="tun1")),
        wanted(state="absent", metric="5", table="100"),
        ["ip route delete 10.9.0.0/24 dev tun0 proto static table 100 metric 5"],
        id="delete-one-of-two",
    ),
    pytest.param(
        RED._replace(routes={("red", 2, 254, NET, 0, 0): route(NET, "red", type="blackhole")}),
        wanted(state="absent", netns="red"),
        ["ip -n red route delete blackhole 10.9.0.0/24 proto static"],
        id="delete-in-a-namespace",
    ),
]

# What the kernel makes of the options that are named, and more.
NOTHING = [
    pytest.param(host(), wanted(state="absent"), id="absent"),
    pytest.param(host(route(NET, dev="tun0", metric=5)), wanted(state="absent"), id="absent-at-this-metric"),
    pytest.param(host(route(NET, via="10.0.0.1", dev="tun0")), wanted(via="10.0.0.1"), id="kernel-found-the-link"),
    pytest.param(host(route(NET, dev="tun0", scope="link", mtu=1400)), wanted(dev="tun0"), id="unset-is-left-alone"),
    pytest.param(host(route(NET, nexthops=HOPS)), wanted(nexthops=THE_HOPS), id="kernel-found-the-links"),
    pytest.param(
        host(route(NET, nexthops=HOPS)),
        wanted(nexthops=[{"via": hop.via, "dev": hop.dev, "weight": hop.weight} for hop in HOPS]),
        id="same-next-hops",
    ),
    pytest.param(host(route(NET, dev="tun0")), wanted(dev="tun0", onlink=False, type="unicast"), id="defaults-aloud"),
    pytest.param(host(route(NET, dev="tun0", encap=GRE)), wanted(dev="tun0"), id="encap-is-left-alone"),
    pytest.param(host(route(NET, dev="tun0", encap=GRE)), wanted(dev="tun0", encap=ASKED), id="same-encap"),
    pytest.param(host(route(NET, dev="tun0")), wanted(dev="tun0", encap={"type": "none"}), id="no-encap-either"),
    pytest.param(
        host(route(NET6, metric=1024, type="blackhole", dev="lo")),
        wanted(NET6, type="blackhole"),
        id="ipv6-blackhole-has-a-link",
    ),
]


@pytest.mark.parametrize(("host", "wanted", "steps"), [*ADD, *CHANGE, *DELETE])
def test_steps(host, wanted, steps):
    plan = _planner.make(wanted, host)
    assert commands(plan) == steps
    assert (plan.unmet, plan.losses, _planner.disturbed(plan)) == ((), (), frozenset())


@pytest.mark.parametrize(("host", "wanted"), NOTHING)
def test_nothing_to_do(host, wanted):
    assert _planner.make(wanted, host) == Plan(())


def test_changed_route_leads_back_to_the_one_that_was():
    old = route(NET, dev="tun0")._replace(message=b"as it was")
    (step,) = _planner.make(wanted(dev="tun1"), host(old)).operations
    assert (step.old, step.route.message) == (old, b"")
    assert step.inverse() == [SetRoute(old, step.route)]


def test_scope_that_is_not_named_is_chosen_anew():
    old = route(NET, dev="tun0", scope="link")
    (step,) = _planner.make(wanted(nexthops=THE_HOPS), host(old)).operations
    assert "scope" not in step.route.attributes
    (step,) = _planner.make(wanted(dev="tun0", scope="host"), host(old)).operations
    assert step.route.attributes["scope"] == "host"


def test_way_through_another_next_hop_is_not_bound_to_the_link_of_the_former():
    (step,) = _planner.make(wanted(via="10.0.1.1"), host(route(NET, via="10.0.0.1", dev="tun0"))).operations
    assert "dev" not in step.route.attributes


def test_way_by_another_link_has_no_next_hop_of_the_former():
    (step,) = _planner.make(wanted(dev="tun1"), host(route(NET, via="10.0.0.1", dev="tun0"))).operations
    assert "via" not in step.route.attributes


@pytest.mark.parametrize("way", [{"dev": "tun0"}, {"via": "10.0.0.1"}, {"nexthops": THE_HOPS}], ids=str)
@pytest.mark.parametrize("old", ["blackhole", "unreachable", "prohibit", "throw"])
def test_route_that_gets_a_way_is_no_longer_without_one(old, way):
    (step,) = _planner.make(wanted(**way), host(route(NET, type=old))).operations
    assert step.route.attributes.get("type", "unicast") == "unicast"


@pytest.mark.parametrize(
    "found",
    [
        pytest.param({"via": "10.0.0.1", "dev": "tun0"}, id="ipv4"),
    ],
)
def test_single_next_hop_comes_back_as_a_plain_way(found):
    hops = [{"via": "10.0.0.1", "dev": "tun0"}]
    assert _planner.make(wanted(nexthops=hops), host(route(NET, **found))).operations == ()


@pytest.mark.parametrize(
    ("task", "complaints"),
    [
        pytest.param({"dev": "eth7"}, ["dev: there is no link 'eth7' on this host"], id="dev"),
        pytest.param(
            {"nexthops": [{"dev": "tun0"}, {"dev": "eth7"}]}, ["dev: there is no link 'eth7' on this host"], id="hop"
        ),
        pytest.param(
            {"dev": "tun0", "netns": "red"},
            ["netns: there is no namespace 'red' on this host", "dev: there is no link 'tun0' in namespace red"],
            id="namespace",
        ),
    ],
)
def test_unmet_needs_are_told(task, complaints):
    plan = _planner.make(wanted(**task), host())
    assert [need.partition(";")[0] for need in plan.unmet] == complaints
    assert plan.operations


def test_route_follows_the_link_that_the_same_plan_makes():
    plan = _planner.make(join(wanted(dev="new"), want("tuntap", name="new", mode="tun", up=True)), have())
    assert plan.unmet == ()
    assert [type(step).__name__ for step in plan.operations] == ["AddLink", "SetLink", "AddRoute"]
