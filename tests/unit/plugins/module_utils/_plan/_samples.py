# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wants, links and hosts that the tests of the planner share."""

from ansible_collections.warren.tunnels.plugins.module_utils import _resources
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Address
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import have, link, want

EMPTY = have()
RED = have(namespaces={"red": _resources.Namespace("red")})
ENDS = {"local": "192.0.2.1", "remote": "192.0.2.2"}
ONE = Address("10.0.0.1", 24, None, "global", "tun0")
TWO = Address("10.0.0.2", 24, None, "global", "tun0", secondary=True)
SIX = Address("2001:db8::1", 64, None, "global")
LOCAL_SIX = Address("fe80::1", 64, None, "link", automatic=True)
ROUTE = _resources.Route(None, 2, "10.7.0.0/16", 0, 254, {"dev": "tun0"})


def tun(netns=None, **options):
    return want("tuntap", name="tun0", mode="tun", netns=netns, **options)


def tap(**options):
    return want("tuntap", name="tun0", mode="tap", **options)


def gre(name="tun100", **options):
    return want("ip_tunnel", name=name, mode="gre", **options)


def veth(netns=None, peer_netns=None, **options):
    return want("veth", name="v0", netns=netns, peer={"name": "v1", "netns": peer_netns}, **options)


def veth_link(name, peer, netns=None, **attributes):
    return link("veth", name, netns, peer=peer, **attributes)


def have_tun(*addresses, **attributes):
    return have(link("tun", "tun0", addresses=addresses, **attributes))


def have_gre(**attributes):
    return have(link("gre", "tun100", **attributes))


PAIR = have(veth_link("v0", (None, "v1")), veth_link("v1", (None, "v0")))


def commands(plan):
    return [step.command() for step in plan.operations]
