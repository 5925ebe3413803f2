# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.warren.tunnels.plugins.filter import to_networkd as plugin

to_networkd = plugin.FilterModule().filters()["to_networkd"]

GRE = {"kind": "gre", "name": "t", "remote": "192.0.2.2"}
IP6 = {"name": "t", "remote": "2001:db8::2", "encaplimit": "none"}


NEXTHOP = {"id": 1, "via": "10.0.0.2", "dev": "eth0"}
RULE = {"priority": 100}


def settings(text):
    """The lines of a file with their sections in front of them, without those that every file of its kind has."""
    section, found = "", []
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif "=" in line and (section, line) not in USUAL:
            found.append(f"{section}.{line}")
    return found


USUAL = {
    ("Link", "RequiredForOnline=no"),
    ("Network", "ConfigureWithoutCarrier=yes"),
    ("Network", "IPv6AcceptRA=no"),
    ("Network", "KeepConfiguration=static"),
    ("Tunnel", "Independent=yes"),
}


def files(*links, release=252, **others):
    return {name: settings(text) for name, text in to_networkd({"links": [*links], **others}, release=release).items()}


def test_options_of_a_port():
    options = {
        "guard": True,
        "root_block": True,
        "flood": False,
        "mcast_flood": False,
        "mcast_to_unicast": True,
        "neigh_suppress": True,
        "learning": False,
        "hairpin": True,
        "isolated": True,
        "fastleave": True,
        "proxy_arp": True,
        "proxy_arp_wifi": True,
        "mcast_router": 2,
        "cost": 9,
        "priority": 7,
    }
    as_new = {"vlan_tunnel": False, "bcast_flood": True, "backup_port": "none"}
    port = {"kind": "dummy", "name": "t", "up": True, "master": "br0", "bridge_slave": {**options, **as_new}}
    assert files({"kind": "bridge", "name": "br0"}, port)["t.network"] == [
        "Match.Name=t",
        "Network.Bridge=br0",
        "Bridge.UseBPDU=no",
        "Bridge.AllowPortToBeRoot=no",
        "Bridge.UnicastFlood=no",
        "Bridge.MulticastFlood=no",
        "Bridge.MulticastToUnicast=yes",
        "Bridge.NeighborSuppression=yes",
        "Bridge.Learning=no",
        "Bridge.HairPin=yes",
        "Bridge.Isolated=yes",
        "Bridge.FastLeave=yes",
        "Bridge.ProxyARP=yes",
        "Bridge.ProxyARPWiFi=yes",
        "Bridge.MulticastRouter=permanent",
        "Bridge.Cost=9",
        "Bridge.Priority=7",
    ]


def test_the_documented_example_gives_the_documented_result():
    (example,) = yaml.safe_load(plugin.EXAMPLES)
    documented = yaml.safe_load(plugin.RETURN)["_value"]["sample"]
    assert to_networkd(example["vars"]["state"], release=252) == documented


@pytest.mark.parametrize(
    ("link", "netdev"),
    [
        (
            {"kind": "tap", "name": "t", "owner": 5, "group": "kvm", "multi_queue": True, "packet_info": True},
            ["Tap.MultiQueue=yes", "Tap.PacketInfo=yes", "Tap.User=5", "Tap.Group=7"],
        ),
        ({"kind": "tun", "name": "t", "vnet_hdr": True, "owner": "none"}, ["Tun.VNetHeader=yes"]),
        ({"kind": "dummy", "name": "t", "mtu": 1400}, ["NetDev.MTUBytes=1400"]),
        (
            {"kind": "geneve", "name": "t", "id": 5, "remote": "192.0.2.2", "tos": "inherit", "udpcsum": True},
            ["GENEVE.Id=5", "GENEVE.Remote=192.0.2.2", "GENEVE.TOS=1", "GENEVE.UDPChecksum=yes"],
        ),
        (
            {
                "kind": "geneve",
                "name": "t",
                "id": 0,
                "remote": "2001:db8::2",
                "ttl": "inherit",
                "tos": 4,
                "df": "set",
                "flowlabel": 5,
                "dstport": 6090,
                "udp6zerocsumtx": True,
                "udp6zerocsumrx": True,
            },
            [
                "GENEVE.Id=0",
                "GENEVE.Remote=2001:db8::2",
                "GENEVE.TOS=4",
                "GENEVE.TTL=inherit",
                "GENEVE.UDP6ZeroChecksumTx=yes",
                "GENEVE.UDP6ZeroChecksumRx=yes",
                "GENEVE.DestinationPort=6090",
                "GENEVE.FlowLabel=5",
                "GENEVE.IPDoNotFragment=yes",
            ],
        ),
        (
            {
                "kind": "bridge",
                "name": "t",
                "stp": True,
                "priority": 5,
                "forward_delay": 1500,
                "mac": "02:00:00:00:00:01",
            },
            [
                "NetDev.MACAddress=02:00:00:00:00:01",
                "Bridge.STP=yes",
                "Bridge.Priority=5",
                "Bridge.ForwardDelaySec=15000ms",
            ],
        ),
        (
            {"kind": "bridge", "name": "t", "vlan_filtering": False, "ageing_time": 30000},
            ["Bridge.VLANFiltering=no", "Bridge.AgeingTimeSec=300000ms"],
        ),
        (
            {
                **GRE,
                "local": "192.0.2.1",
                "ikey": 7,
                "okey": "0.0.0.8",
                "tos": "inherit",
                "seq": True,
                "pmtudisc": False,
            },
            [
                "Tunnel.Local=192.0.2.1",
                "Tunnel.Remote=192.0.2.2",
                "Tunnel.TOS=1",
                "Tunnel.DiscoverPathMTU=no",
                "Tunnel.InputKey=7",
                "Tunnel.OutputKey=8",
                "Tunnel.SerializeTunneledPackets=yes",
            ],
        ),
        ({**GRE, "key": 9, "mtu": 1400}, ["NetDev.MTUBytes=1400", "Tunnel.Remote=192.0.2.2", "Tunnel.Key=9"]),
        ({**GRE, "kind": "sit", "ttl": 64}, ["Tunnel.Remote=192.0.2.2", "Tunnel.TTL=64"]),
        ({"kind": "gre", "name": "t", "external": True}, ["Tunnel.External=yes"]),
        (
            {**IP6, "kind": "ip6gre", "flowlabel": "0x10", "ttl": "inherit"},
            ["Tunnel.Remote=2001:db8::2", "Tunnel.TTL=0", "Tunnel.IPv6FlowLabel=16", "Tunnel.EncapsulationLimit=none"],
        ),
        (
            {**IP6, "kind": "ip6tnl", "encaplimit": 3, "flowlabel": "inherit"},
            [
                "Tunnel.Remote=2001:db8::2",
                "Tunnel.Mode=any",
                "Tunnel.TTL=64",
                "Tunnel.IPv6FlowLabel=inherit",
                "Tunnel.EncapsulationLimit=3",
            ],
        ),
        (
            {**GRE, "kind": "erspan", "key": 1, "erspan_ver": 2, "erspan_dir": "egress", "erspan_hwid": 3},
            [
                "Tunnel.Remote=192.0.2.2",
                "Tunnel.Key=1",
                "Tunnel.SerializeTunneledPackets=yes",
                "Tunnel.ERSPANVersion=2",
                "Tunnel.ERSPANDirection=egress",
                "Tunnel.ERSPANHardwareId=3",
            ],
        ),
    ],
)
def test_a_device_alone_is_left_alone_once_it_is_made(link, netdev):
    result = to_networkd({"links": [link]}, groups={"kvm": 7}, release=252)
    assert settings(result["t.network"]) == ["Match.Name=t", "Link.Unmanaged=yes"]
    expected = ["NetDev.Name=t", "NetDev.Kind=" + link["kind"]]
    assert settings(result["t.netdev"]) == expected + netdev


def test_what_is_beyond_the_device_has_another_file():
    tap = {
        "kind": "tap",
        "name": "t",
        "up": True,
        "mtu": 1400,
        "mac": "02:00:00:00:00:01",
        "promisc": True,
        "arp": False,
        "multicast": True,
        "master": "br0",
        "addresses": [
            {"address": "10.0.0.1", "peer": "10.0.0.2/30"},
            {"address": "10.0.1.1/24", "scope": "link", "label": "t:1"},
            "2001:db8::1/64",
        ],
    }
    result = files(
        tap,
        {"kind": "bridge", "name": "br0", "up": True},
        routes=[
            {"dst": "default", "via": "10.0.1.2", "dev": "t", "src": "10.0.1.1", "mtu": 1300, "metric": 5},
            {"dst": "2001:db8:9::/48", "via": "2001:db8::2", "table": 100},
            {"dst": "10.9.0.0/16", "dev": "t", "scope": "global", "protocol": "redirect"},
            {"dst": "10.8.0.0/16", "via": "10.0.2.1", "dev": "t", "onlink": True},
            {"dst": "10.0.0.7", "type": "local", "dev": "br0"},
        ],
    )
    assert result == {
        "t.netdev": ["NetDev.Name=t", "NetDev.Kind=tap"],
        "t.network": [
            "Match.Name=t",
            "Link.MTUBytes=1400",
            "Link.MACAddress=02:00:00:00:00:01",
            "Link.ARP=no",
            "Link.Multicast=yes",
            "Link.Promiscuous=yes",
            "Network.Bridge=br0",
            "Address.Address=10.0.0.1/30",
            "Address.Peer=10.0.0.2/30",
            "Address.Address=10.0.1.1/24",
            "Address.Scope=link",
            "Address.Label=t:1",
            "Address.Broadcast=no",
            "Address.Address=2001:db8::1/64",
            "Route.Destination=0.0.0.0/0",
            "Route.Gateway=10.0.1.2",
            "Route.PreferredSource=10.0.1.1",
            "Route.MTUBytes=1300",
            "Route.Protocol=static",
            "Route.Metric=5",
            "Route.Destination=2001:db8:9::/48",
            "Route.Gateway=2001:db8::2",
            "Route.Protocol=static",
            "Route.Table=100",
            "Route.Metric=1024",
            "Route.Destination=10.9.0.0/16",
            "Route.Scope=global",
            "Route.Protocol=1",
            "Route.Destination=10.8.0.0/16",
            "Route.Gateway=10.0.2.1",
            "Route.GatewayOnLink=yes",
            "Route.Protocol=static",
        ],
        "br0.netdev": ["NetDev.Name=br0", "NetDev.Kind=bridge"],
        "br0.network": ["Match.Name=br0", "Route.Destination=10.0.0.7/32", "Route.Type=local", "Route.Protocol=static"],
    }


STACKED = {
    "vlan": (
        {
            "id": 5,
            "protocol": "802.1ad",
            "gvrp": True,
            "mvrp": True,
            "loose_binding": True,
            "reorder_hdr": False,
            "egress_qos_map": "6:5 7:7",
            "ingress_qos_map": "3:2",
        },
        [
            "VLAN.Id=5",
            "VLAN.Protocol=802.1ad",
            "VLAN.GVRP=yes",
            "VLAN.MVRP=yes",
            "VLAN.LooseBinding=yes",
            "VLAN.ReorderHeader=no",
            "VLAN.EgressQOSMaps=6-5 7-7",
            "VLAN.IngressQOSMaps=3-2",
        ],
    ),
    "macvlan": (
        {"mode": "source", "macaddr": "02:00:00:00:00:02 02:00:00:00:00:01", "bcqueuelen": 5},
        [
            "MACVLAN.Mode=source",
            "MACVLAN.SourceMACAddress=02:00:00:00:00:01 02:00:00:00:00:02",
            "MACVLAN.BroadcastMulticastQueueLength=5",
        ],
    ),
    "ipvlan": ({"mode": "l3s", "flags": "vepa"}, ["IPVLAN.Mode=L3S", "IPVLAN.Flags=vepa"]),
    "ipvtap": ({"mode": "l2"}, ["IPVTAP.Mode=L2"]),
    "macvtap": ({"mode": "bridge"}, ["MACVTAP.Mode=bridge"]),
}


@pytest.mark.parametrize("kind", sorted(STACKED))
def test_link_that_stands_on_another(kind):
    options, section = STACKED[kind]
    stacked = {"name": "x", "kind": kind, "link": "d", "mtu": 1400, "up": True, **options}
    word = section[0].split(".")[0]
    assert files({"name": "d", "kind": "dummy", "up": True}, stacked) == {
        "d.netdev": ["NetDev.Name=d", "NetDev.Kind=dummy"],
        "d.network": ["Match.Name=d", f"Network.{word}=x"],
        "x.netdev": ["NetDev.Name=x", f"NetDev.Kind={kind}", "NetDev.MTUBytes=1400", *section],
        "x.network": ["Match.Name=x"],
    }


def test_vrf_and_its_port():
    vrf = {"name": "v", "kind": "vrf", "table": 10, "up": True}
    assert files(vrf, {"name": "d", "kind": "dummy", "master": "v", "up": True}) == {
        "v.netdev": ["NetDev.Name=v", "NetDev.Kind=vrf", "VRF.Table=10"],
        "v.network": ["Match.Name=v"],
        "d.netdev": ["NetDev.Name=d", "NetDev.Kind=dummy"],
        "d.network": ["Match.Name=d", "Network.VRF=v"],
    }


def test_a_pair():
    pair = {
        "kind": "veth",
        "name": "a",
        "mtu": 1400,
        "up": True,
        "peer": {"name": "b", "mac": "02:00:00:00:00:01", "mtu": 1300, "up": True, "addresses": ["10.0.0.1/24"]},
    }
    assert files(pair) == {
        "a.netdev": [
            "NetDev.Name=a",
            "NetDev.Kind=veth",
            "NetDev.MTUBytes=1400",
            "Peer.Name=b",
            "Peer.MACAddress=02:00:00:00:00:01",
        ],
        "a.network": ["Match.Name=a"],
        "b.network": ["Match.Name=b", "Link.MTUBytes=1300", "Address.Address=10.0.0.1/24", "Address.Broadcast=no"],
    }


def test_group_of_devices():
    found = files({**TAP, "ifgroup": 7, "up": True}, {**TAP, "name": "u", "ifgroup": "default"})
    assert found["t.network"] == ["Match.Name=t", "Link.Group=7"]
    assert found["u.network"] == ["Match.Name=u", "Link.Unmanaged=yes"]


def test_options_of_addresses():
    options = {"metric": 7, "noprefixroute": True, "nodad": True, "home": True, "mngtmpaddr": True, "preferred_lft": 0}
    found = files({**TAP, "up": True, "addresses": [{"address": "fd00::1/64", **options}]})
    assert found["t.network"] == [
        "Match.Name=t",
        "Address.Address=fd00::1/64",
        "Address.PreferredLifetime=0",
        "Address.RouteMetric=7",
        "Address.HomeAddress=yes",
        "Address.DuplicateAddressDetection=none",
        "Address.ManageTemporaryAddress=yes",
        "Address.AddPrefixRoute=no",
    ]


def test_how_addresses_are_made():
    found = files({**TAP, "addrgenmode": "none", "up": True})
    assert found["t.network"] == ["Match.Name=t", "Network.IPv6LinkLocalAddressGenerationMode=none"]


TAP = {"kind": "tap", "name": "t"}
VETH = {"kind": "veth", "name": "a", "peer": {"name": "b", "netns": "red"}}
VLAN = {"kind": "vlan", "name": "v", "link": "eth0", "id": 5}


@pytest.mark.parametrize(
    ("state", "fault"),
    [
        ({"namespaces": [{"name": "red"}]}, "namespace red: networkd knows the host's own only"),
        ({"links": [{**TAP, "netns": "red"}]}, "t: netns: "),
        ({"links": [VETH]}, "b: netns: "),
        ({"links": [{**GRE, "link_netns": "red"}]}, "t: link_netns: networkd knows the host's own"),
        ({"links": [{"name": "eth0", "promisc": True}]}, "eth0: kind: it is there already"),
        ({"links": [{**TAP, "name": "a#"}]}, "a#: name: "),
        ({"links": [{**TAP, "alias": "x"}]}, "t: alias: "),
        ({"links": [{**TAP, "altnames": ["x"]}]}, "t: altnames: networkd has none"),
        (
            {"links": [{**TAP, "up": True, "addresses": [{"address": "10.0.0.1/24", "valid_lft": 60}]}]},
            "t: addresses: networkd gives 10.0.0.1 no lifetime that ends",
        ),
        ({"links": [{**TAP, "addrgenmode": "none"}]}, "t: up: networkd brings every link up"),
        (
            {"links": [{**TAP, "up": True, "addrgenmode": "stable_secret"}]},
            "t: addrgenmode: networkd makes up a secret",
        ),
        ({"links": [{**TAP, "txqueuelen": 5}]}, "t: txqueuelen: "),
        ({"links": [{**TAP, "addresses": ["10.0.0.1/24"]}]}, "t: up: "),
        ({"links": [{**TAP, "up": True, "master": "br0"}]}, "t: master: "),
        *(
            (
                {
                    "links": [
                        {"kind": "bridge", "name": "br0"},
                        {**TAP, "up": True, "master": "br0", "bridge_slave": {name: value}},
                    ]
                },
                f"t: bridge_slave.{name}: {problem}",
            )
            for name, value, problem in (
                ("guard", True, "networkd 247 can't do that, 252 can"),
                ("root_block", True, "networkd 247 can't do that, 252 can"),
                ("locked", True, "this collection writes none for networkd; have ip -batch"),
                ("isolated", True, "networkd 247 can't do that, 251 can"),
            )
        ),
        (
            {"links": [{**TAP, "up": True, "promisc": True}]},
            "t: promisc: networkd 247 can't do that, 252 can",
        ),
        ({"links": [{**GRE, "dev": "eth0"}]}, "t: dev: "),
        ({"links": [{**GRE, "csum": True}]}, "t: csum: "),
        ({"links": [{**GRE, "pmtudisc": False, "ignore_df": True}]}, "t: ignore_df: "),
        ({"links": [{**GRE, "key": 0}]}, "t: ikey: networkd takes 0 for no key"),
        ({"links": [{"kind": "gre", "name": "t", "external": True}]}, "t: external: networkd 247 can't"),
        ({"links": [{"kind": "gretap", "name": "t"}]}, "t: remote: "),
        ({"links": [{**GRE, "kind": "ipip", "tos": 4}]}, "t: tos: "),
        ({"links": [{**GRE, "kind": "erspan", "key": 1}]}, "t: kind: networkd 247 can't"),
        ({"links": [{**GRE, "encap": "fou", "encap_dport": 5}]}, "t: encap: "),
        ({"links": [{**IP6, "kind": "ip6gretap", "key": 5}]}, "t: ikey: networkd 247 can't"),
        ({"links": [{**IP6, "kind": "ip6gre"}]}, "t: kind: networkd 247 can't"),
        ({"links": [{**IP6, "kind": "ip6gre", "seq": True}]}, "t: seq: "),
        ({"links": [{**IP6, "kind": "ip6gre", "encaplimit": 4}]}, "t: encaplimit: networkd gives these tunnels"),
        ({"links": [{"kind": "ip6gre", "name": "t", "remote": "2001:db8::2"}]}, "t: encaplimit: "),
        ({"links": [{**IP6, "kind": "ip6tnl", "tos": 4}]}, "t: tos: "),
        ({"links": [{"kind": "vti6", "name": "t"}]}, "t: remote: networkd needs one, or local"),
        (
            {"links": [{"name": "vx0", "kind": "vxlan", "id": 42}]},
            "vx0: kind: this collection writes none for networkd",
        ),
        ({"links": [VLAN]}, "v: link: networkd makes it by the file of eth0"),
        ({"links": [VLAN, {"name": "eth0", "up": True}]}, "v: link: networkd makes it by the file of eth0"),
        ({"links": [{"kind": "geneve", "name": "t", "external": True}]}, "t: external: networkd has none"),
        ({"links": [{**VLAN, "kind": "macvlan", "id": None, "flag": "nodst"}]}, "v: flag: networkd has none"),
        ({"links": [{**VLAN, "link": "d"}, {"name": "d", "kind": "dummy"}]}, "d: up: networkd brings every link up"),
        ({"links": [{**VLAN, "bridge_binding": True}]}, "v: bridge_binding: networkd has none"),
        ({"links": [{**VLAN, "protocol": "802.1ad"}]}, "v: protocol: networkd 247 can't do that, 248 can"),
        ({"links": [{**VLAN, "ingress_qos_map": "1:2"}]}, "v: ingress_qos_map: networkd 247 can't do that, 248 can"),
        ({"routes": [{"dst": "default", "dev": "eth0"}]}, "route to default: dev: "),
        ({"routes": [{"dst": "default", "via": "10.0.0.1"}]}, "route to default: dev: "),
        ({"routes": [{"dst": "default", "type": "blackhole"}]}, "route to default: dev: "),
        ({"routes": [{"dst": "default", "dev": "x", "netns": "red"}]}, "route to default: netns: "),
        (
            {"routes": [{"dst": "default", "nexthops": [{"via": "10.0.0.1"}, {"via": "10.0.0.2"}]}]},
            "route to default: nex",
        ),
        (
            {"links": [GRE], "routes": [{"dst": "default", "dev": "t", "encap": {"type": "ip", "dst": "192.0.2.2"}}]},
            "route to default: encap: networkd has no such routes; have ip -batch bring them back",
        ),
        (
            {"links": [GRE], "routes": [{"dst": "default", "dev": "t", "tos": "8"}]},
            "route to default: tos: networkd has no such routes; have ip -batch bring them back",
        ),
        ({"fou_ports": [{"port": 5, "encap": "gue"}]}, "FOU port 5: "),
        ({"nexthops": [NEXTHOP]}, "nexthop 1: networkd 247 can't do that, 248 can"),
        ({"nexthops": [NEXTHOP]}, "nexthop 1: dev: networkd needs a link of this state, in whose file the nexthop"),
        ({"nexthops": [{**NEXTHOP, "netns": "red"}]}, "nexthop 1: netns: networkd knows the host's own namespace only"),
        ({"nexthops": [{**NEXTHOP, "protocol": "boot"}]}, "nexthop 1: protocol: networkd has no such nexthops"),
        ({"nexthops": [{"id": 2, "via": "192.0.2.7", "fdb": True}]}, "nexthop 2: fdb: networkd has no such nexthops"),
        (
            {"nexthops": [{**NEXTHOP, "encap": {"type": "ip", "dst": "192.0.2.7"}}]},
            "nexthop 1: encap: networkd has no such nexthops; have ip -batch",
        ),
        (
            {"nexthops": [NEXTHOP, {"id": 9, "group": [{"id": 1}], "type": "resilient", "buckets": 8}]},
            "nexthop 9: type: networkd has no such nexthops",
        ),
        ({"nexthops": [NEXTHOP], "routes": [{"dst": "default", "nhid": 1}]}, "route to default: dev: networkd needs"),
        ({"rules": [{**RULE, "netns": "red"}]}, "rule of priority 100: netns: networkd knows the host's own"),
        ({"rules": [{**RULE, "goto": 200}]}, "rule of priority 100: goto: networkd has no such rules; have ip -batch"),
        ({"rules": [{**RULE, "tun_id": 5}]}, "rule of priority 100: tun_id: networkd has no such rules"),
        ({"rules": [{**RULE, "protocol": "boot"}]}, "rule of priority 100: protocol: networkd has no such rules"),
        ({"rules": [{**RULE, "fwmark": 0}]}, "rule of priority 100: fwmark: networkd has no such rules"),
        ({"rules": [{**RULE, "type": "prohibit"}]}, "rule of priority 100: type: networkd 247 can't do that, 248 can"),
        ({"rules": [RULE]}, "rule of priority 100: protocol: networkd 247 can't do that, 249 can"),
        ({"rules": [{**RULE, "suppress_ifgroup": 5}]}, "rule of priority 100: suppress_ifgroup: networkd 247 can't"),
        ({"rules": [{**RULE, "l3mdev": True}]}, "rule of priority 100: l3mdev: networkd 247 can't do that, 256 can"),
        ({"links": [TAP], "rules": [RULE]}, "rule of priority 100: networkd needs a link of this state that is up"),
        (
            {"sysctls": {"net.ipv4.ip_forward": 1}},
            "sysctls: net.ipv4.ip_forward: no file of networkd has it; write it to",
        ),
    ],
)
def test_what_networkd_cannot_have(state, fault):
    found = to_networkd(state, faults=True)
    assert [text for text in found if text.startswith(fault)], found
    with pytest.raises(AnsibleFilterError) as caught:
        to_networkd(state)
    assert str(caught.value).startswith("systemd-networkd can't have this state: ")
    assert fault in str(caught.value)


@pytest.mark.parametrize("map_", ["0:1", "1:2"])
def test_map_that_networkd_cannot_have(map_):
    (fault,) = [
        text
        for text in to_networkd({"links": [{**VLAN, "egress_qos_map": map_}]}, release=252, faults=True)
        if "link:" not in text
    ]
    assert fault == "v: egress_qos_map: networkd maps no priority to a higher one, and not 0; leave it out"


def test_rules_are_in_the_file_of_a_link_that_is_up_and_that_their_table_uses():
    taps = [{"kind": "tap", "name": name, "up": name != "a"} for name in "abc"]
    told = files(
        *taps,
        routes=[{"dst": "10.9.0.0/16", "dev": "c", "table": 100}],
        rules=[
            {"priority": 1, "from": "10.0.0.0/8", "to": "10.9.0.0/16", "tos": 8, "fwmark": "0x1/0xff", "table": 100},
            {"priority": 2, "not": True, "iif": "lo", "oif": "x", "uidrange": 5, "ipproto": "tcp", "sport": 22, "dport": "80-90"},
            {"priority": 3, "family": "inet6", "type": "prohibit"},
            {"priority": 4, "table": "main", "suppress_prefixlength": 0, "suppress_ifgroup": 3},
        ],
    )  # fmt: skip
    assert [line for line in told["c.network"] if line.startswith("RoutingPolicyRule")] == [
        "RoutingPolicyRule." + line
        for line in (
            "Priority=1",
            "From=10.0.0.0/8",
            "To=10.9.0.0/16",
            "TypeOfService=8",
            "FirewallMark=0x1/0xff",
            "Table=100",
        )
    ]
    assert [line for line in told["b.network"] if line.startswith("RoutingPolicyRule")] == [
        "RoutingPolicyRule." + line
        for line in (
            *("Priority=2", "Family=ipv4", "IncomingInterface=lo", "OutgoingInterface=x", "User=5-5", "IPProtocol=6"),
            *("SourcePort=22", "DestinationPort=80-90", "Table=254", "InvertRule=yes"),
            *("Priority=3", "Family=ipv6", "Type=prohibit"),
            *("Priority=4", "Family=ipv4", "Table=254", "SuppressPrefixLength=0", "SuppressInterfaceGroup=3"),
        )
    ]


def test_nexthops_are_in_the_files_of_their_links_and_so_are_routes_by_them():
    told = files(
        {"kind": "veth", "name": "a", "up": True, "peer": {"name": "b", "up": True}},
        nexthops=[
            {"id": 9, "group": [{"id": 1, "weight": 3}, {"id": 2}]},
            {"id": 1, "via": "10.0.0.2", "dev": "a", "onlink": True},
            {"id": 2, "dev": "b"},
            {"id": 3, "blackhole": True},
        ],
        routes=[{"dst": "10.9.0.0/16", "nhid": 9}, {"dst": "10.8.0.0/16", "nhid": 1}],
    )

    def sections(name):
        return [line for line in told[name] if line.startswith(("NextHop.", "Route."))]

    assert sections("a.network") == [
        *("NextHop.Id=1", "NextHop.Gateway=10.0.0.2", "NextHop.OnLink=yes"),
        *("Route.Destination=10.8.0.0/16", "Route.NextHop=1", "Route.Protocol=static"),
    ]
    assert sections("b.network") == [
        *("NextHop.Id=9", "NextHop.Group=1:3 2"),
        *("NextHop.Id=2", "NextHop.Family=ipv4"),
        *("NextHop.Id=3", "NextHop.Blackhole=yes", "NextHop.Family=ipv4"),
        *("Route.Destination=10.9.0.0/16", "Route.NextHop=9", "Route.Protocol=static"),
    ]


def test_nothing_is_in_the_way():
    assert to_networkd({"links": [GRE]}, faults=True) == []


def test_a_wrong_state_is_no_fault_of_networkd():
    with pytest.raises(AnsibleFilterError, match=r"links\[0\].ttl"):
        to_networkd({"links": [{**GRE, "ttl": 300}]}, faults=True)


@pytest.mark.parametrize(
    ("release", "address", "told"),
    [
        (248, "10.0.0.1/24", ["Address.Broadcast=no"]),
        (247, "10.0.0.1/24", []),
        (252, "10.0.0.1/31", []),
        (252, "10.0.0.1/32", []),
        (252, "2001:db8::1/64", []),
        (252, {"address": "10.0.0.1/30", "peer": "10.0.0.2/30"}, []),
    ],
)
def test_ipv4_addresses_get_no_broadcast_address_where_networkd_can_leave_it(release, address, told):
    link = {"name": "t", "kind": "tap", "up": True, "addresses": [address]}
    assert [line for line in files(link, release=release)["t.network"] if "Broadcast" in line] == told
