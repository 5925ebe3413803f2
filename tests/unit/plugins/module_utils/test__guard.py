# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _decide, _errors
from ansible_collections.warren.tunnels.plugins.module_utils._resources import (
    Address,
    Encap,
    Link,
    NextHop,
)
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._fou_port._state import FouPort
from ansible_collections.warren.tunnels.plugins.module_utils._ways import Lifeline, Way
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import Kernel, have, link, route, want

FAR, HOME, GATEWAY = "198.51.100.7", "192.0.2.8", "192.0.2.1"
TUNNEL = {"local": HOME, "remote": "203.0.113.9"}
DEFAULT = route("default", via=GATEWAY, dev="eth0", metric=100)
CARD = Link(
    None,
    "eth0",
    None,
    {"up": True, "mtu": 1500, "arp": True, "mac": "02:00:5e:00:53:01", "master": "none", "promisc": False},
    (Address("192.0.2.7", 24), Address(HOME, 24, secondary=True)),
)
DIRECTLY = Lifeline((Way(None, FAR, DEFAULT, source=HOME),), {(None, "eth0"): "it carries it"})
INSIDE = route("10.1.1.0/30", dev="tun0", protocol="kernel")
BY_TUNNEL = Lifeline(
    (Way(None, "10.1.1.2", INSIDE, source="10.1.1.1"), Way(None, "203.0.113.9", DEFAULT)),
    {(None, "tun0"): "it carries it", (None, "eth0"): "tun0, the tunnel that carries it, goes by it"},
    frozenset({5555}),
)
BY_PAIR = Lifeline(
    (Way(None, "10.0.0.2", route("10.0.0.0/24", dev="v0"), source="10.0.0.1"),),
    {(None, "v0"): "it carries it", ("red", "v1"): "v1 is below v0, and it carries it"},
)
BY_IPV6 = Lifeline(
    (Way(None, "2001:db8::9", route("2001:db8::/64", dev="eth6", protocol="kernel"), source="2001:db8::1"),),
    {(None, "eth6"): "it carries it"},
)
BY_BRIDGE = Lifeline(
    (Way(None, FAR, DEFAULT),),
    {(None, "br0"): "it carries it", (None, "eth1"): "it is a port of br0, which carries it"},
)
PORT = link(
    "dummy",
    "eth1",
    master="br0",
    **{"bridge_slave.hairpin": False, "bridge_slave.isolated": False, "bridge_slave.flood": True},
)
TUN0 = link("gre", "tun0", up=True, mtu=1476, addresses=[Address("10.1.1.1", 30)], encap="fou", **TUNNEL)
PAIR = (
    link("veth", "v0", up=True, peer=("red", "v1"), addresses=[Address("10.0.0.1", 24)]),
    link("veth", "v1", netns="red", up=True, peer=(None, "v0")),
)
OTHERS = (
    link("gre", "tun7", up=True, local=HOME),
    link("bridge", "br0", up=True),
    link("bridge", "eth6", up=True, addresses=[Address("2001:db8::1", 64)]),
)
HOST = have(
    CARD,
    TUN0,
    *PAIR,
    *OTHERS,
    PORT,
    routes=[DEFAULT, route("10.9.0.0/16", dev="tun7")],
    fou_ports=[FouPort(None, 2, 5555, "fou", 47), FouPort(None, 2, 6666, "fou", 47)],
)


def decide(lifeline, module, *, host=HOST, routed=None, **options):
    kernel = Kernel(host)
    kernel.line, kernel.routed = lifeline, routed or {}
    return _decide.decide(kernel, want(module, **options))


CUTS = {
    "down": (DIRECTLY, "link", {"name": "eth0", "up": False}, "link set dev eth0 down"),
    "no arp": (DIRECTLY, "link", {"name": "eth0", "arp": False}, "arp off"),
    "mac": (DIRECTLY, "link", {"name": "eth0", "mac": "02:00:5e:00:53:02"}, "02:00:5e:00:53:02"),
    "port": (DIRECTLY, "link", {"name": "eth0", "master": "br0"}, "master br0"),
    "what a port may forward": (
        BY_BRIDGE,
        "link",
        {"name": "eth1", "bridge_slave": {"hairpin": True, "isolated": True}},
        "hairpin on isolated on",
    ),
    "what a port forwards": (BY_BRIDGE, "link", {"name": "eth1", "bridge_slave": {"flood": False}}, "flood off"),
    "mtu": (DIRECTLY, "link", {"name": "eth0", "mtu": 500}, "mtu 500"),
    "move": (DIRECTLY, "link", {"name": "eth0", "netns": "red"}, "netns red"),
    "its address": (
        DIRECTLY,
        "link",
        {"name": "eth0", "addresses": ["192.0.2.7/24"], "purge_addresses": True},
        "address delete 192.0.2.8/24",
    ),
    "an end of its address": (
        DIRECTLY,
        "link",
        {"name": "eth0", "addresses": [{"address": "192.0.2.8/24", "valid_lft": 60}]},
        "would go after 60 s",
    ),
    "its address's own route": (
        BY_IPV6,
        "link",
        {"name": "eth6", "addresses": [{"address": "2001:db8::1/64", "noprefixroute": True}]},
        "the route by which packets go to 2001:db8::9 goes with that",
    ),
    "the address that its own is secondary to": (
        DIRECTLY,
        "link",
        {"name": "eth0", "addresses": ["192.0.2.8/24"], "purge_addresses": True},
        "address delete 192.0.2.7/24",
    ),
    "its route": (DIRECTLY, "route", {"dst": "default", "metric": 100, "state": "absent"}, "route delete"),
    "another next hop": (DIRECTLY, "route", {"dst": "default", "metric": 100, "via": "192.0.2.2"}, "192.0.2.2"),
    "a lower metric": (DIRECTLY, "route", {"dst": "default", "dev": "tun7"}, "default dev tun7"),
    "a type of service": (DIRECTLY, "route", {"dst": "default", "dev": "tun7", "metric": 200, "tos": "8"}, "tos 0x8"),
    "a more specific route": (DIRECTLY, "route", {"dst": "198.51.100.0/24", "dev": "tun7"}, "dev tun7"),
    "no way at all": (DIRECTLY, "route", {"dst": "198.51.100.7", "type": "blackhole"}, "blackhole"),
    "half of the way": (
        DIRECTLY,
        "route",
        {"dst": "198.51.100.0/24", "nexthops": [{"dev": "eth0", "via": GATEWAY}, {"dev": "tun7"}]},
        "nexthop",
    ),
    "a network": (DIRECTLY, "ip_tunnel", {"name": "tun7", "mode": "gre", "addresses": ["198.51.100.1/24"]}, "dev tun7"),
    "the other end's address": (
        DIRECTLY,
        "ip_tunnel",
        {"name": "tun7", "mode": "gre", "addresses": [FAR]},
        "198.51.100.7/32",
    ),
    "a tunnel": (BY_TUNNEL, "ip_tunnel", {"name": "tun0", "mode": "gre", "state": "absent"}, "delete dev tun0"),
    "a tunnel's key": (BY_TUNNEL, "ip_tunnel", {"name": "tun0", "mode": "gre", "key": 5}, "key 5"),
    "a tunnel's mode": (BY_TUNNEL, "ip_tunnel", {"name": "tun0", "mode": "ipip", **TUNNEL}, "delete dev tun0"),
    "what a tunnel goes by": (BY_TUNNEL, "link", {"name": "eth0", "up": False}, "goes by it"),
    "the way to a tunnel's remote": (BY_TUNNEL, "route", {"dst": "203.0.113.9", "dev": "tun7"}, "dev tun7"),
    "a tunnel's port": (BY_TUNNEL, "fou", {"port": 5555, "state": "absent"}, "fou del port 5555"),
    "a namespace": (BY_PAIR, "netns", {"name": "red", "state": "absent"}, "netns delete red"),
    "the far end of a pair": (BY_PAIR, "link", {"name": "v1", "netns": "red", "up": False}, "-n red link"),
    "a pair, by its far end": (BY_PAIR, "veth", {"name": "v1", "netns": "red", "state": "absent"}, "delete dev v1"),
}


@pytest.mark.parametrize(("lifeline", "module", "options", "words"), CUTS.values(), ids=list(CUTS))
def test_what_would_cut_the_connection_is_refused(lifeline, module, options, words):
    with pytest.raises(
        _errors.Conflict, match=r"^force: ip .* would cut the connection from .*Nothing was changed\.$"
    ) as caught:
        decide(lifeline, module, **options)
    assert words in str(caught.value)
    assert "force=true" in str(caught.value)


@pytest.mark.parametrize(("lifeline", "module", "options", "words"), CUTS.values(), ids=list(CUTS))
def test_force_goes_on(lifeline, module, options, words):
    _want, _have, plan = decide(lifeline, module, **options, force=True)
    assert plan.operations


@pytest.mark.parametrize(("lifeline", "module", "options", "words"), CUTS.values(), ids=list(CUTS))
def test_without_a_connection_there_is_nothing_to_cut(lifeline, module, options, words):
    _want, _have, plan = decide(Lifeline(), module, **options)
    assert plan.operations


HARMLESS = {
    "promisc": ("link", {"name": "eth0", "promisc": True}),
    "mtu": ("link", {"name": "eth0", "mtu": 1400}),
    "another address": ("link", {"name": "eth0", "addresses": ["192.0.2.9/24"]}),
    "another link": ("ip_tunnel", {"name": "tun7", "mode": "gre", "state": "absent"}),
    "another route": ("route", {"dst": "10.9.0.0/16", "state": "absent"}),
    "a higher metric": ("route", {"dst": "default", "dev": "tun7", "metric": 200}),
    "another table": ("route", {"dst": "default", "dev": "tun7", "table": 7}),
    "the same way": ("route", {"dst": "198.51.100.0/24", "dev": "eth0", "via": GATEWAY}),
    "its path mtu": ("route", {"dst": "default", "metric": 100, "via": GATEWAY, "dev": "eth0", "mtu": 1400}),
    "a new port": ("tuntap", {"name": "tap0", "mode": "tap", "master": "br0"}),
    "another port": ("fou", {"port": 6666, "state": "absent"}),
}


@pytest.mark.parametrize(("module", "options"), HARMLESS.values(), ids=list(HARMLESS))
def test_what_leaves_the_connection_is_done(module, options):
    _want, _have, plan = decide(DIRECTLY, module, **options)
    assert plan.operations


def test_what_else_leads_there_counts():
    """A default route by a tunnel is fine where the other end has a route of its own in the same change."""
    routes = [{"dst": "default", "dev": "tun7"}, {"dst": "198.51.100.7", "dev": "eth0", "via": GATEWAY}]
    _want, _have, plan = decide(DIRECTLY, "network_state", routes=routes)
    assert len(plan.operations) == 2
    with pytest.raises(_errors.Conflict, match="default dev tun7"):
        decide(DIRECTLY, "network_state", routes=routes[:1])


def test_an_old_kernel_does_not_tell_the_route():
    """Then any that it could be is taken for it."""
    unknown = Way(None, FAR, route("198.51.100.7/32", via=GATEWAY, dev="eth0"), is_exact=False, source=HOME)
    lifeline = DIRECTLY._replace(ways=(unknown,))
    for options in ({"dst": "default", "metric": 100, "state": "absent"}, {"dst": "198.0.0.0/8", "dev": "tun7"}):
        with pytest.raises(_errors.Conflict, match="would cut"):
            decide(lifeline, "route", **options)
    assert decide(lifeline, "route", dst="10.9.0.0/16", state="absent")[2].operations


def test_several_ways():
    hops = (NextHop(GATEWAY, "eth0", 1), NextHop("192.0.2.2", "eth0", 1))
    several = route("default", metric=100, nexthops=hops)
    lifeline = DIRECTLY._replace(ways=(Way(None, FAR, several, source=HOME),))
    host = HOST._replace(routes={several.id: several})
    with pytest.raises(_errors.Conflict, match="would cut"):
        decide(lifeline, "route", host=host, dst="default", metric=100, via="192.0.2.2")


def with_encap(dst, **others):
    return {"dst": dst, "dev": "ext0", "encap": {"type": "ip", "dst": "203.0.113.9", "id": 5, "key": True}, **others}


EXTERNAL = link("gre", "ext0", up=True, external=True)
OUTSIDE = route("10.5.0.2/32", dev="ext0", encap=Encap("ip", "203.0.113.9", id=5, key=True))
BY_ENCAP = Lifeline(
    (Way(None, "10.5.0.2", OUTSIDE, source="10.5.0.1"), Way(None, "203.0.113.9", DEFAULT)),
    {(None, "ext0"): "it carries it", (None, "eth0"): "ext0, the tunnel that carries it, goes by it"},
)
BY_ROUTE = have(CARD, EXTERNAL, *OTHERS, routes=[DEFAULT, OUTSIDE])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (with_encap("10.5.0.2", encap={"type": "ip", "dst": "203.0.113.8", "id": 5, "key": True}), "dst 203.0.113.8"),
        (with_encap("10.5.0.2", encap={"type": "ip", "dst": "203.0.113.9", "id": 6, "key": True}), "id 6"),
        (with_encap("10.5.0.2", encap={"type": "none"}), "replace"),
        ({"dst": "203.0.113.9", "dev": "tun7"}, "dev tun7"),
        ({"dst": "10.5.0.2", "state": "absent"}, "delete"),
    ],
    ids=["remote", "key", "none", "outer", "gone"],
)
def test_a_connection_by_a_route_with_encap_is_not_cut(options, words):
    with pytest.raises(_errors.Conflict, match=r"would cut the connection from 10\.5\.0\.2") as caught:
        decide(BY_ENCAP, "route", host=BY_ROUTE, **options)
    assert words in str(caught.value)


def test_other_routes_of_its_link_may_change():
    assert decide(BY_ENCAP, "route", host=BY_ROUTE, **with_encap("10.5.0.3"))[2].operations
    assert decide(BY_ENCAP, "route", host=BY_ROUTE, **with_encap("10.5.0.2", mtu=1400))[2].operations


@pytest.mark.parametrize("dst", ["203.0.113.0/24", "203.0.113.9", "default"])
def test_a_route_does_not_lead_its_own_outer_packets(dst):
    routed = {(None, "203.0.113.9"): Way(None, "203.0.113.9", DEFAULT)}
    with pytest.raises(
        _errors.Conflict, match=r"that ext0 sends to its remote 203\.0\.113\.9 would be routed into ext0"
    ):
        decide(Lifeline(), "route", host=BY_ROUTE, routed=routed, **with_encap(dst))
    decide(Lifeline(), "route", host=BY_ROUTE, routed=routed, **with_encap(dst, force=True))
    elsewhere = have(
        CARD, EXTERNAL._replace(attributes={**EXTERNAL.attributes, "link_netns": "blue"}), routes=[DEFAULT]
    )
    decide(Lifeline(), "route", host=elsewhere, routed=routed, **with_encap(dst))


def test_one_tunnel_of_a_link_may_lead_the_outer_packets_of_another():
    other = {"type": "ip", "dst": "192.0.2.20", "id": 5}
    routes = [with_encap("10.5.0.9"), with_encap("203.0.113.9", encap=other)]
    assert decide(Lifeline(), "network_state", host=BY_ROUTE, routes=routes)[2].operations


UNDERLAY = {(None, "203.0.113.9"): Way(None, "203.0.113.9", DEFAULT)}
INTO_ITSELF = {
    "by a network": {"addresses": ["203.0.113.1/24"], **TUNNEL},
    "by a peer": {"addresses": [{"address": "10.0.0.1", "peer": "203.0.113.9"}], **TUNNEL},
}


@pytest.mark.parametrize("options", INTO_ITSELF.values(), ids=list(INTO_ITSELF))
def test_a_tunnel_is_not_led_into_itself(options):
    with pytest.raises(_errors.Conflict, match=r"^force: by ip address .* routed into tun9 itself"):
        decide(Lifeline(), "ip_tunnel", host=have(CARD), routed=UNDERLAY, name="tun9", mode="gre", **options)
    decide(Lifeline(), "ip_tunnel", host=have(CARD), routed=UNDERLAY, name="tun9", mode="gre", force=True, **options)
    # Packets of a tunnel with a dev leave by that, whatever the routes are.
    decide(Lifeline(), "ip_tunnel", host=have(CARD), routed=UNDERLAY, name="tun9", mode="gre", dev="eth0", **options)


def test_a_tunnel_is_not_led_into_itself_by_a_route():
    host = have(CARD, TUN0)
    with pytest.raises(
        _errors.Conflict, match=r"^force: by ip route append default dev tun0 .* routed into tun0 itself"
    ):
        decide(
            Lifeline(),
            "network_state",
            host=host,
            routed=UNDERLAY,
            links=[{"name": "tun0"}],
            routes=[{"dst": "default", "dev": "tun0"}],
        )
    better = {(None, "203.0.113.9"): Way(None, "203.0.113.9", route("203.0.113.9/32", via=GATEWAY, dev="eth0"))}
    decide(
        Lifeline(),
        "network_state",
        host=host,
        routed=better,
        links=[{"name": "tun0"}],
        routes=[{"dst": "default", "dev": "tun0"}],
    )


def test_a_tunnel_does_not_get_a_remote_that_it_leads_to_itself():
    routed = {(None, "10.1.1.2"): Way(None, "10.1.1.2", INSIDE)}
    with pytest.raises(_errors.Conflict, match=r"remote 10\.1\.1\.2 .* routed into tun0 itself"):
        decide(Lifeline(), "ip_tunnel", routed=routed, name="tun0", mode="gre", local=HOME, remote="10.1.1.2")


def test_a_tunnel_whose_underlay_is_elsewhere_may_take_everything():
    moved = TUN0._replace(netns="red", attributes={**TUN0.attributes, "link_netns": "host"}, addresses=())
    decide(
        Lifeline(),
        "network_state",
        host=have(moved),
        links=[{"name": "tun0", "netns": "red"}],
        routes=[{"dst": "default", "dev": "tun0", "netns": "red"}],
    )
