# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import shlex

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _resources
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Address, Link, NextHop, Sysctl
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._fou_port._state import FouPort
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._fou_port._steps import AddFouPort, DeleteFouPort
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._route._steps import AddRoute, DeleteRoute, SetRoute
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._sysctl._steps import PutSysctl, SetSysctl
from ansible_collections.warren.tunnels.plugins.module_utils._steps._address import (
    AddAddress,
    DeleteAddress,
    SetAddress,
)
from ansible_collections.warren.tunnels.plugins.module_utils._steps._link import AddLink, DeleteLink, MoveLink, SetLink
from ansible_collections.warren.tunnels.plugins.module_utils._steps._member import AddMember, DeleteMember
from ansible_collections.warren.tunnels.plugins.module_utils._steps._namespace import (
    AddNamespace,
    DeleteNamespace,
)
from ansible_collections.warren.tunnels.plugins.module_utils._steps._port import SetPort
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import route
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._strategies import ODD
from hypothesis import given
from hypothesis import strategies as st

TUN, GRE, TAP = Link(None, "tun0", "tun"), Link(None, "tun100", "gre"), Link("red", "tap1", "tap")
BEYOND = Link("red", "g", "gre")
ROUTE = route("10.9.0.0/24", dev="tun0")
PORT = FouPort(None, 2, 5555, "fou", 47)
PEER = Address("10.1.1.1", 32, "10.1.1.2", "link", "tun0:1")
ALL_GRE = {
    "local": "any",
    "remote": "192.0.2.2",
    "dev": "eth0",
    "ttl": "inherit",
    "tos": 16,
    "pmtudisc": False,
    "ikey": 0,
    "okey": "none",
    "csum": True,
    "seq": False,
}


@pytest.mark.parametrize(
    ("step", "text"),
    [
        pytest.param(AddNamespace("red"), "ip netns add red", id="add-namespace"),
        pytest.param(DeleteNamespace(_resources.Namespace("red")), "ip netns delete red", id="delete-namespace"),
        pytest.param(SetSysctl(Sysctl("red", "net.x", "1"), None), "ip netns exec red sysctl -w net.x=1", id="sysctl"),
        pytest.param(SetSysctl(Sysctl(None, "net.x", "1 2"), None), "sysctl -w 'net.x=1 2'", id="sysctl-of-the-host"),
        pytest.param(
            PutSysctl("red", "net/ipv4/conf/eth0.1/rp_filter", "2"),
            "ip netns exec red sysctl -w net/ipv4/conf/eth0.1/rp_filter=2",
            id="sysctl-of-a-device",
        ),
        pytest.param(
            AddLink(BEYOND._replace(attributes={"link_netns": "host", "remote": "192.0.2.2", "mtu": 1400})),
            "ip -n red link add dev g mtu 1400 link-netns /proc/1/ns/net type gre remote 192.0.2.2",
            id="add-with-the-underlay-on-the-host",
        ),
        pytest.param(
            AddLink(Link(None, "g", "ipip", {"link_netns": "red"})),
            "ip link add dev g link-netns red type ipip mode ipip",
            id="add-with-the-underlay-in-a-namespace",
        ),
        pytest.param(
            AddLink(BEYOND._replace(attributes={"link_netns": "nsid 3"})),
            "ip -n red link add dev g link-netnsid 3 type gre",
            id="add-with-the-underlay-in-a-namespace-without-a-name",
        ),
        pytest.param(
            AddLink(Link("red", "m", "macvlan", {"link_netns": "blue", "link": "eth0", "mtu": 1400, "master": "br0"})),
            "ip -n blue link add dev m mtu 1400 link eth0 type macvlan && ip -n blue link set dev m netns red && "
            "ip -n red link set dev m master br0",
            id="add-on-a-link-elsewhere",
        ),
        pytest.param(
            AddLink(BEYOND._replace(netns=None, attributes={"link_netns": "blue", "dev": "eth0"})),
            "ip -n blue link add dev g type gre dev eth0 && ip -n blue link set dev g netns 1",
            id="add-by-a-link-elsewhere",
        ),
        pytest.param(AddLink(TUN), "ip tuntap add dev tun0 mode tun", id="add-tun"),
        pytest.param(
            AddLink(
                TAP._replace(
                    attributes={
                        "multi_queue": True,
                        "owner": "alice",
                        "group": 5,
                        "packet_info": True,
                        "vnet_hdr": False,
                    }
                )
            ),
            "ip -n red tuntap add dev tap1 mode tap user alice group 5 pi multi_queue",
            id="add-tap",
        ),
        pytest.param(
            AddLink(GRE._replace(attributes={**ALL_GRE, "up": True, "mtu": 1400, "arp": False})),
            "ip link add dev tun100 up mtu 1400 arp off type gre local any remote 192.0.2.2 dev eth0 ttl inherit "
            "tos 0x10 nopmtudisc ikey 0 nookey noseq csum",
            id="add-gre",
        ),
        pytest.param(
            AddLink(Link(None, "v0", "veth", {"mtu": 1400}), Link(None, "v1", "veth", {"mac": "02:00:5e:00:53:01"})),
            "ip link add dev v0 mtu 1400 type veth peer name v1 address 02:00:5e:00:53:01",
            id="add-veth",
        ),
        pytest.param(
            AddLink(Link("red", "v0", "veth"), Link("blue", "v0", "veth")),
            "ip -n red link add dev v0 type veth peer name v0 netns blue",
            id="add-veth-between-namespaces",
        ),
        pytest.param(DeleteLink(TAP), "ip -n red link delete dev tap1", id="delete-link"),
        pytest.param(
            AddMember(TAP, "altnames", "a"), "ip -n red link property add dev tap1 altname a", id="add-alternative-name"
        ),
        pytest.param(
            DeleteMember(TAP, "altnames", "a"),
            "ip -n red link property del dev tap1 altname a",
            id="delete-alternative-name",
        ),
        pytest.param(
            SetLink(GRE, {"up": False, "ttl": 64, "alias": "it's"}, {}),
            "ip link set dev tun100 down alias 'it'\"'\"'s' type gre ttl 64",
            id="set-gre",
        ),
        pytest.param(
            SetLink(TAP, {"master": "none", "promisc": True, "multicast": False, "txqueuelen": 0}, {}),
            "ip -n red link set dev tap1 promisc on multicast off txqueuelen 0 nomaster",
            id="set-common",
        ),
        pytest.param(
            SetLink(TAP, {"owner": 5, "packet_info": False}, {}),
            "ioctl TUNSETIFF tap1 in namespace red: owner=5 packet_info=False",
            id="set-tap",
        ),
        pytest.param(
            AddAddress(None, "tun0", Address("10.0.0.1", 24)),
            "ip address replace 10.0.0.1/24 dev tun0",
            id="add-address",
        ),
        pytest.param(
            AddAddress(None, "t", Address("fd00::1", 64, options={"home": True, "metric": 7, "valid_lft": "forever"})),
            "ip address replace fd00::1/64 metric 7 home dev t",
            id="add-address-with-options",
        ),
        pytest.param(
            SetAddress(
                None, "t", Address("10.0.0.1", 24, options={"metric": 7}), {"valid_lft": 60, "preferred_lft": 0}
            ),
            "ip address replace 10.0.0.1/24 metric 7 valid_lft 60 preferred_lft 0 dev t",
            id="set-address",
        ),
        pytest.param(
            AddAddress("red", "tun0", PEER),
            "ip -n red address replace 10.1.1.1 peer 10.1.1.2/32 scope link label tun0:1 dev tun0",
            id="add-address-with-all",
        ),
        pytest.param(
            DeleteAddress(None, "tun0", Address("10.0.0.1", 24, None, "global", "tun0")),
            "ip address delete 10.0.0.1/24 dev tun0",
            id="delete-address-with-what-goes-without-saying",
        ),
        pytest.param(
            AddRoute(_resources.Route("red", 2, "default", 0, 254, {"via": "10.0.0.2", "dev": "tun0"})),
            "ip -n red route append default via 10.0.0.2 dev tun0",
            id="add-route",
        ),
        pytest.param(AddRoute(ROUTE), "ip route append 10.9.0.0/24 dev tun0 proto static", id="add-plain-route"),
        pytest.param(
            AddRoute(route("default", family="inet6", dev="tun0")),
            "ip route append ::/0 dev tun0 proto static",
            id="add-default-of-ipv6",
        ),
        pytest.param(
            AddRoute(route("10.9.0.0/24", dev="tun0", scope="host")),
            "ip route append 10.9.0.0/24 dev tun0 scope host proto static",
            id="add-route-of-another-scope",
        ),
        pytest.param(
            SetRoute(
                route(
                    "10.9.0.0/24",
                    metric=5,
                    table=100,
                    via="10.0.0.1",
                    dev="tun0",
                    src="10.0.0.2",
                    mtu=1400,
                    onlink=True,
                    protocol="77",
                ),
                ROUTE,
            ),
            "ip route replace 10.9.0.0/24 via 10.0.0.1 dev tun0 src 10.0.0.2 mtu 1400 onlink proto 77 table 100 metric 5",
            id="set-route-with-all",
        ),
        pytest.param(
            AddRoute(route("10.9.0.0/24", dev="tun0", metric=5, tos=16)),
            "ip route append 10.9.0.0/24 tos 0x10 dev tun0 proto static metric 5",
            id="add-route-of-a-type-of-service",
        ),
        pytest.param(
            DeleteRoute(route("default", "red", type="unreachable")),
            "ip -n red route delete unreachable default proto static",
            id="delete-route",
        ),
        pytest.param(
            AddRoute(
                route(
                    "2001:db8::/48",
                    nexthops=(NextHop("fe80::1", "t0", 2), NextHop(None, "t1"), NextHop("fe80::2", None)),
                )
            ),
            "ip route append 2001:db8::/48 proto static nexthop via fe80::1 dev t0 weight 2 nexthop dev t1 weight 1 "
            "nexthop via fe80::2 weight 1",
            id="add-route-of-several-ways",
        ),
        pytest.param(
            SetPort(
                TAP,
                {
                    "bridge_slave.backup_port": "none",
                    "bridge_slave.hairpin": True,
                    "bridge_slave.learning": False,
                    "bridge_slave.cost": 9,
                    "bridge_slave.group_fwd_mask": 8,
                },
                {},
            ),
            "ip -n red link set dev tap1 type bridge_slave cost 9 hairpin on learning off group_fwd_mask 8 nobackup_port",
            id="set-port",
        ),
        pytest.param(MoveLink(TUN, "red"), "ip link set dev tun0 netns red", id="move"),
        pytest.param(MoveLink(TAP, "blue"), "ip -n red link set dev tap1 netns blue", id="move-between"),
        pytest.param(MoveLink(TAP, None), "ip -n red link set dev tap1 netns 1", id="move-back"),
        pytest.param(AddFouPort(PORT), "ip fou add port 5555 ipproto 47", id="add-port"),
        pytest.param(
            AddFouPort(FouPort("red", 10, 5555, "gue")), "ip -n red fou add port 5555 -6 gue", id="add-port-of-gue"
        ),
        pytest.param(DeleteFouPort(PORT), "ip fou del port 5555", id="delete-port"),
        pytest.param(DeleteFouPort(PORT._replace(family=10)), "ip fou del port 5555 -6", id="delete-port-of-ipv6"),
        pytest.param(
            AddLink(Link(None, "t", "ip6tnl", {"remote": "2001:db8::2", "tos": "inherit", "flowlabel": 1})),
            "ip link add dev t type ip6tnl mode any remote 2001:db8::2 ttl inherit tos inherit flowlabel 0x1 encaplimit 0",
            id="add-ip6tnl",
        ),
        pytest.param(
            AddLink(Link(None, "t", "ip6tnl", {"encap": "gue", "encap_dport": 5555, "encaplimit": 4, "ttl": 64})),
            "ip link add dev t type ip6tnl mode any ttl 64 encaplimit 4 encap gue encap-dport 5555 noencap-csum6",
            id="add-ip6tnl-in-udp",
        ),
        pytest.param(
            SetLink(Link(None, "t", "ipip6"), {"encaplimit": "none"}, {}),
            "ip link set dev t type ip6tnl mode ipip6 encaplimit none",
            id="set-ipip6",
        ),
        pytest.param(
            AddLink(
                Link(None, "t", "erspan", {"ikey": 1, "okey": 1, "seq": True, "erspan_ver": 2, "erspan_dir": "egress"})
            ),
            "ip link add dev t type erspan ikey 1 okey 1 seq erspan_ver 2 erspan_dir egress",
            id="add-erspan",
        ),
        pytest.param(
            AddLink(Link(None, "t", "gre", {"external": True, "ignore_df": True})),
            "ip link add dev t type gre ignore-df external",
            id="add-external",
        ),
        pytest.param(
            SetLink(
                Link(None, "t", "sit"),
                {"encap": "fou", "encap_sport": "auto", "encap_dport": 5555, "encap_csum": False, "encap_csum6": True},
                {},
            ),
            "ip link set dev t type sit mode ip6ip encap fou encap-sport auto encap-dport 5555 noencap-csum encap-csum6",
            id="set-encapsulation",
        ),
        pytest.param(
            AddLink(Link(None, "br0", "bridge", {"stp": True, "priority": 0, "vlan_filtering": False})),
            "ip link add dev br0 type bridge stp_state 1 priority 0 vlan_filtering 0",
            id="add-bridge",
        ),
    ],
)
def test_command(step, text):
    assert step.command() == text


@given(st.text(ODD, min_size=1), st.text(ODD, min_size=1), st.text(ODD))
def test_odd_text_stays_one_word_of_a_shell(name, netns, alias):
    command = SetLink(Link(netns, name, "gre"), {"alias": alias}, {}).command()
    assert shlex.split(command) == ["ip", "-n", netns, "link", "set", "dev", name, "alias", alias]


@given(st.text(ODD, min_size=1), st.text(ODD))
def test_odd_sysctl_stays_one_word_of_a_shell(netns, value):
    command = SetSysctl(Sysctl(netns, "net.x", value), None).command()
    assert shlex.split(command) == ["ip", "netns", "exec", netns, "sysctl", "-w", "net.x=" + value]
