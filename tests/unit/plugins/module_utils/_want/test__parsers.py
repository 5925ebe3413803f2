# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors, _resources
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Address
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._fou_port._state import FouPort
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils import _hosts

TUN = {"name": "tun0", "mode": "tun"}
GRE = {"name": "tun100", "mode": "gre"}
IPIP = {"name": "tun200", "mode": "ipip"}
ERSPAN = {"name": "e0", "mode": "erspan"}
VETH = {"name": "v0", "peer": {"name": "v1"}}
RED = {"name": "red"}


def the_link(module, **options):
    (link,) = _hosts.want(module, **options).links.values()
    return link


@pytest.mark.parametrize(
    ("module", "options", "kind", "attributes"),
    [
        pytest.param("tuntap", TUN, "tun", {}, id="unset-is-not-the-default"),
        pytest.param(
            "tuntap",
            {"name": "tap1", "mode": "tap", "owner": "alice", "group": "100", "mac": "2:0:5e:0:53:1"},
            "tap",
            {"owner": "alice", "group": 100, "mac": "02:00:5e:00:53:01"},
            id="tap",
        ),
        pytest.param(
            "ip_tunnel",
            {**GRE, "local": "192.0.2.1", "remote": "192.0.2.2", "ttl": "64", "up": True, "mtu": 1400},
            "gre",
            {"local": "192.0.2.1", "remote": "192.0.2.2", "ttl": 64, "up": True, "mtu": 1400},
            id="gre",
        ),
        pytest.param("ip_tunnel", {**GRE, "key": "7"}, "gre", {"ikey": 7, "okey": 7}, id="key-is-both-keys"),
        pytest.param("ip_tunnel", {**GRE, "key": "none"}, "gre", {"ikey": "none", "okey": "none"}, id="no-key"),
        pytest.param(
            "ip_tunnel", {**GRE, "ikey": "0.0.0.1", "okey": "0"}, "gre", {"ikey": 1, "okey": 0}, id="two-keys"
        ),
        pytest.param("ip_tunnel", {**ERSPAN, "key": "1023"}, "erspan", {"ikey": 1023, "okey": 1023}, id="erspan"),
        pytest.param(
            "ip_tunnel", {**ERSPAN, "ikey": "1", "okey": "2"}, "erspan", {"ikey": 1, "okey": 2}, id="erspan-two-keys"
        ),
        pytest.param("ip_tunnel", {**ERSPAN, "external": True}, "erspan", {"external": True}, id="erspan-external"),
        pytest.param("ip_tunnel", {**ERSPAN, "erspan_ver": 0}, "erspan", {"erspan_ver": 0}, id="erspan-of-type-one"),
        pytest.param(
            "ip_tunnel",
            {
                **GRE,
                "mode": "ip6gre",
                "tos": "inherit",
                "flowlabel": "0x1",
                "encaplimit": "none",
                "remote": "2001:DB8::2",
            },
            "ip6gre",
            {"tos": "inherit", "flowlabel": 1, "encaplimit": "none", "remote": "2001:db8::2"},
            id="ip6gre",
        ),
        pytest.param(
            "ip_tunnel",
            {**GRE, "encap": "gue", "encap_sport": "auto", "encap_dport": 5555, "encap_csum": True, "ignore_df": True},
            "gre",
            {"encap": "gue", "encap_sport": "auto", "encap_dport": 5555, "encap_csum": True, "ignore_df": True},
            id="encapsulation",
        ),
        pytest.param(
            "ip_tunnel", {**GRE, "mode": "vti", "key": "0"}, "vti", {"ikey": "none", "okey": "none"}, id="vti"
        ),
        pytest.param("bridge", {"name": "br0", "stp": True}, "bridge", {"stp": True}, id="bridge"),
        pytest.param("vlan", {"name": "v0", "id": "5", "link": "d0"}, "vlan", {"id": 5, "link": "d0"}, id="vlan"),
        pytest.param(
            "macvlan",
            {"name": "m0", "link": "d0", "mode": "bridge"},
            "macvlan",
            {"link": "d0", "mode": "bridge"},
            id="macvlan",
        ),
        pytest.param("macvtap", {"name": "m0", "bcqueuelen": "5"}, "macvtap", {"bcqueuelen": 5}, id="macvtap"),
        pytest.param("ipvlan", {"name": "i0", "mode": "l2"}, "ipvlan", {"mode": "l2"}, id="ipvlan"),
        pytest.param("ipvtap", {"name": "i0", "flags": "vepa"}, "ipvtap", {"flags": "vepa"}, id="ipvtap"),
        pytest.param("vrf", {"name": "v0", "table": "10"}, "vrf", {"table": 10}, id="vrf"),
        pytest.param("xfrm", {"name": "x0", "if_id": "10"}, "xfrm", {"if_id": 10}, id="xfrm"),
        pytest.param("geneve", {"name": "g0", "id": "5", "ttl": "9"}, "geneve", {"id": 5, "ttl": 9}, id="geneve"),
        pytest.param("dummy", {"name": "d0", "arp": True}, "dummy", {"arp": True}, id="dummy"),
        pytest.param("ifb", {"name": "i0", "txqueuelen": 5}, "ifb", {"txqueuelen": 5}, id="ifb"),
        pytest.param("vxlan", {"name": "vx0", "id": "42"}, "vxlan", {"id": 42}, id="vxlan"),
        pytest.param("link", {"name": "eth1", "promisc": True}, None, {"promisc": True}, id="link"),
        pytest.param("link", {"name": "lo", "up": True}, None, {"up": True}, id="link-lo"),
        pytest.param("ip_tunnel", {**IPIP, "ttl": "inherit"}, "ipip", {"ttl": "inherit"}, id="ipip"),
        pytest.param(
            "ip_tunnel", {**IPIP, "promisc": False, "alias": ""}, "ipip", {"promisc": False, "alias": ""}, id="off"
        ),
    ],
)
def test_link(module, options, kind, attributes):
    assert the_link(module, **options) == _resources.Link(None, options["name"], kind, attributes)


@pytest.mark.parametrize(
    ("options", "policy"),
    [
        ({}, (False, True, False)),
        ({"purge_addresses": True}, (True, True, False)),
        ({"recreate": "never"}, (False, False, False)),
        ({"force": True}, (False, True, True)),
    ],
    ids=["default", "purge", "never-recreate", "force"],
)
def test_policy(options, policy):
    want = _hosts.want("tuntap", **TUN, **options)
    assert (bool(want.purged), want.recreate, want.force) == policy


@pytest.mark.parametrize(
    ("module", "options"),
    [("tuntap", {}), ("ip_tunnel", {}), ("veth", {}), ("bridge", {})],
    ids=["tuntap", "ip_tunnel", "veth", "bridge"],
)
@pytest.mark.parametrize("netns", [None, "red"])
def test_absent_link_may_be_of_the_modules_family_only(module, options, netns):
    want = _hosts.want(module, name="x0", state="absent", netns=netns, **options)
    assert want == _resources.Want(absent_links={(netns, "x0"): module})


def test_absent_keeps_force():
    assert _hosts.want("tuntap", name="tun0", state="absent", force=True).force
    assert _hosts.want("netns", name="red", state="absent", force=True).force


def test_veth_is_two_links_that_name_each_other():
    want = _hosts.want(
        "veth",
        name="v0",
        up=True,
        addresses=["10.0.0.1/30"],
        peer={"name": "v0", "netns": "red", "mtu": 1400, "addresses": ["10.0.0.2/30"]},
    )
    assert want.links == {
        (None, "v0"): _resources.Link(
            None, "v0", "veth", {"up": True, "peer": ("red", "v0")}, (Address("10.0.0.1", 30),)
        ),
        ("red", "v0"): _resources.Link(
            "red", "v0", "veth", {"mtu": 1400, "peer": (None, "v0")}, (Address("10.0.0.2", 30),), prefix="peer."
        ),
    }


@pytest.mark.parametrize(
    ("given", "text"),
    [(1, "1"), ("0", "0"), (True, "1"), (False, "0"), ("4096\t87380  6291456", "4096 87380 6291456")],
    ids=["number", "text", "yes", "no", "several"],
)
def test_sysctl_values_are_what_proc_shows(given, text):
    want = _hosts.want("netns", name="red", sysctl={"net.ipv4.x": given})
    assert want.sysctls == {("red", "net.ipv4.x"): _resources.Sysctl("red", "net.ipv4.x", text)}


@pytest.mark.parametrize("up", [True, False])
def test_namespace_has_a_loopback(up):
    want = _hosts.want("netns", name="red", loopback=up)
    assert want.links == {("red", "lo"): _resources.Link("red", "lo", "loopback", {"up": up})}
    assert want.namespaces == {"red": _resources.Namespace("red")}


def test_absent_namespace():
    assert _hosts.want("netns", name="red", state="absent") == _resources.Want(absent_namespaces=("red",))


# What a task says, the option that is at fault, a part of the sentence.
BAD = [
    pytest.param("tuntap", {**TUN, "name": "x" * 16}, "name", "16 bytes", id="name-too-long"),
    pytest.param("tuntap", {**TUN, "name": "a/b"}, "name", "slash", id="name-slash"),
    pytest.param("tuntap", {**TUN, "name": ""}, "name", "empty", id="name-empty"),
    pytest.param("tuntap", {**TUN, "name": "lo"}, "name", "loopback", id="name-lo"),
    pytest.param("ip_tunnel", {**GRE, "name": "gre0"}, "name", "driver's own device", id="name-fallback"),
    pytest.param("ip_tunnel", {"name": "sit0", "state": "absent"}, "name", "driver's own device", id="absent-fallback"),
    pytest.param("tuntap", {"name": "a b", "state": "absent"}, "name", "white space", id="absent-bad-name"),
    pytest.param("tuntap", {**TUN, "netns": "../red"}, "netns", "slash", id="netns-slash"),
    pytest.param("tuntap", {**TUN, "netns": ""}, "netns", "empty", id="netns-empty"),
    pytest.param(
        "tuntap",
        {**TUN, "mac": "02:00:5e:00:53:01"},
        "mac",
        "tun devices have no such option; only tap devices have it",
        id="mac-on-tun",
    ),
    pytest.param("tuntap", {**TUN, "mtu": 10}, "mtu", "from 68", id="mtu-low"),
    pytest.param("tuntap", {**TUN, "txqueuelen": -1}, "txqueuelen", "from 0", id="txqueuelen"),
    pytest.param("tuntap", {**TUN, "alias": "x" * 256}, "alias", "256 bytes", id="alias-too-long"),
    pytest.param("tuntap", {**TUN, "owner": "4294967295"}, "owner", "from 0", id="owner-minus-one"),
    pytest.param(
        "tuntap", {**TUN, "group": ""}, "group", "can't be a group; give a name, a number, or none", id="group-empty"
    ),
    pytest.param("tuntap", {**TUN, "mode": "tap", "mac": "01:00:00:00:00:00"}, "mac", "multicast", id="mac-multicast"),
    pytest.param("tuntap", {**TUN, "mode": "tap", "master": "a/b"}, "master", "slash", id="master-name"),
    pytest.param("ip_tunnel", {**GRE, "local": "192.0.2.1/24"}, "local", "without a prefix", id="local-prefix"),
    pytest.param("ip_tunnel", {**GRE, "remote": "host2"}, "remote", "not an IPv4 address", id="remote-name"),
    pytest.param("ip_tunnel", {**GRE, "remote": "2001:db8::1"}, "remote", "IPv4", id="remote-ipv6"),
    pytest.param("ip_tunnel", {**GRE, "dev": "eth0:1"}, "dev", "colon", id="dev-name"),
    pytest.param("ip_tunnel", {**GRE, "ttl": "300"}, "ttl", "from 1 to 255 or inherit", id="ttl-high"),
    pytest.param("ip_tunnel", {**GRE, "tos": "256"}, "tos", "from 0 to 255", id="tos-high"),
    pytest.param("ip_tunnel", {**GRE, "key": "x"}, "key", "dotted quad", id="key-text"),
    pytest.param("ip_tunnel", {**GRE, "ikey": "-1"}, "ikey", "dotted quad", id="ikey-negative"),
    pytest.param("ip_tunnel", {**GRE, "key": "1", "ikey": "1"}, "ikey", "part of key", id="key-and-ikey"),
    pytest.param("ip_tunnel", {**GRE, "key": "1", "okey": "2"}, "okey", "part of key", id="key-and-okey"),
    pytest.param(
        "ip_tunnel",
        {**IPIP, "key": "1"},
        "key",
        "only erspan, gre, gretap, ip6gre, ip6gretap, vti, vti6 devices",
        id="key-on-ipip",
    ),
    pytest.param(
        "ip_tunnel",
        {**IPIP, "okey": "1"},
        "okey",
        "only erspan, gre, gretap, ip6gre, ip6gretap, vti, vti6 devices",
        id="okey-on-ipip",
    ),
    pytest.param(
        "ip_tunnel", {**IPIP, "csum": True}, "csum", "only gre, gretap, ip6gre, ip6gretap devices", id="csum-on-ipip"
    ),
    pytest.param(
        "ip_tunnel",
        {**IPIP, "mode": "sit", "seq": False},
        "seq",
        "only erspan, gre, gretap, ip6gre, ip6gretap devices",
        id="seq-on-sit",
    ),
    pytest.param(
        "ip_tunnel",
        {**GRE, "mac": "02:00:5e:00:53:01"},
        "mac",
        "only erspan, gretap, ip6gretap devices",
        id="mac-on-gre",
    ),
    pytest.param(
        "ip_tunnel", {**GRE, "mode": "gre", "encap": "fou", "encap_dport": 65536}, "encap_dport", "65535", id="dport"
    ),
    pytest.param("ip_tunnel", {**GRE, "encap_sport": "65536"}, "encap_sport", "or auto", id="sport"),
    pytest.param("ip_tunnel", {**GRE, "mode": "vti", "encap": "fou"}, "encap", "only erspan, gre", id="encap-on-vti"),
    pytest.param("ip_tunnel", {**IPIP, "mode": "sit", "external": True}, "external", "only", id="external-on-sit"),
    pytest.param("ip_tunnel", {**GRE, "erspan_ver": 1}, "erspan_ver", "only erspan devices", id="erspan-ver-on-gre"),
    pytest.param("ip_tunnel", {**GRE, "mode": "ip6gre", "pmtudisc": True}, "pmtudisc", "only", id="pmtudisc-on-ip6gre"),
    pytest.param("ip_tunnel", {**GRE, "mode": "ip6gre", "remote": "192.0.2.1"}, "remote", "IPv6", id="remote-ipv4"),
    pytest.param("ip_tunnel", {**GRE, "mode": "ip6gre", "flowlabel": "0x100000"}, "flowlabel", "inherit", id="label"),
    pytest.param("ip_tunnel", {**GRE, "mode": "ip6gre", "encaplimit": "256"}, "encaplimit", "or none", id="limit"),
    pytest.param("ip_tunnel", {**GRE, "flowlabel": "1"}, "flowlabel", "only ip6gre", id="label-on-gre"),
    pytest.param("ip_tunnel", {**GRE, "name": "ip6gre0", "mode": "ip6gre"}, "name", "driver's own", id="ip6gre0"),
    pytest.param("ip_tunnel", {**ERSPAN, "key": "1024"}, "key", "from 0 to 1023", id="erspan-key-high"),
    pytest.param("ip_tunnel", {**ERSPAN, "ikey": "1", "okey": "1024"}, "okey", "from 0 to 1023", id="erspan-okey-high"),
    pytest.param("ip_tunnel", {**ERSPAN, "key": "1", "erspan_ver": 3}, "erspan_ver", "from 0 to 2", id="erspan-ver"),
    pytest.param("ip_tunnel", {**ERSPAN, "key": "1", "erspan": 0x100000}, "erspan", "1048575", id="erspan-index"),
    pytest.param("ip_tunnel", {**ERSPAN, "key": "1", "erspan_hwid": 64}, "erspan_hwid", "63", id="erspan-hwid"),
    pytest.param("ip_tunnel", {**ERSPAN, "key": "1", "csum": True}, "csum", "only gre", id="csum-on-erspan"),
    pytest.param("bridge", {"name": "br0", "priority": 65536}, "priority", "from 0 to 65535", id="bridge-priority"),
    pytest.param("bridge", {"name": "br0", "ageing_time": -1}, "ageing_time", "from 0", id="bridge-ageing-time"),
    pytest.param("bridge", {"name": "lo"}, "name", "loopback", id="bridge-lo"),
    pytest.param("link", {"name": "gre0"}, "name", "driver's own", id="link-fallback"),
    pytest.param("link", {"name": "x0", "netns": "red", "move_from": "red"}, "move_from", "same", id="move-to-itself"),
    pytest.param("link", {"name": "x0", "move_from": ""}, "move_from", "same", id="move-from-here-to-here"),
    pytest.param("link", {"name": "x0", "move_from": "a/b"}, "move_from", "slash", id="move-from"),
    pytest.param("link", {"name": "x0", "mtu": 1}, "mtu", "from 68", id="link-mtu"),
    pytest.param("fou", {"port": 0}, "port", "from 1 to 65535", id="fou-port-zero"),
    pytest.param("fou", {"port": 65536, "state": "absent"}, "port", "from 1 to 65535", id="fou-port-high"),
    pytest.param("fou", {"port": 1, "netns": "a/b", "encap": "gue"}, "netns", "slash", id="fou-netns"),
    pytest.param("fou", {"port": 1}, "ipproto", "FOU needs one", id="fou-without-a-protocol"),
    pytest.param("fou", {"port": 1, "ipproto": "0"}, "ipproto", "from 1 to 255", id="fou-protocol-zero"),
    pytest.param("fou", {"port": 1, "ipproto": "tcp"}, "ipproto", "or gre, ipip, sit", id="fou-protocol-name"),
    pytest.param("fou", {"port": 1, "ipproto": "gre", "encap": "gue"}, "ipproto", "leave it out", id="gue-protocol"),
    pytest.param("veth", {**VETH, "peer": {"name": "v0"}}, "peer.name", "both ends", id="veth-with-itself"),
    pytest.param("veth", {**VETH, "peer": {"name": "a/b"}}, "peer.name", "slash", id="peer-name"),
    pytest.param("veth", {**VETH, "peer": {"name": "lo", "netns": "red"}}, "peer.name", "loopback", id="peer-lo"),
    pytest.param(
        "veth", {**VETH, "peer": {"name": "v1", "netns": "a b"}}, "peer.netns", "white space", id="peer-netns"
    ),
    pytest.param("veth", {**VETH, "peer": {"name": "v1", "mtu": 1}}, "peer.mtu", "from 68", id="peer-mtu"),
    pytest.param(
        "veth",
        {**VETH, "peer": {"name": "v1", "addresses": ["x"]}},
        "peer.addresses[0].address",
        "not an IP",
        id="peer-ip",
    ),
    pytest.param("netns", {"name": "a/b"}, "name", "slash", id="netns-name"),
    pytest.param("netns", {"name": "..", "state": "absent"}, "name", "can't be", id="netns-dots"),
    pytest.param("netns", {**RED, "sysctl": {"kernel.hostname": "x"}}, "sysctl", "below net", id="sysctl-elsewhere"),
    pytest.param("netns", {**RED, "sysctl": {"net.ipv4/../../x": 1}}, "sysctl", "below net", id="sysctl-dots"),
    pytest.param("netns", {**RED, "sysctl": {"net": 1}}, "sysctl", "below net", id="sysctl-net"),
    pytest.param("netns", {**RED, "sysctl": {"net.ipv4.ip_forward\n": 1}}, "sysctl", "below net", id="sysctl-newline"),
    pytest.param(
        "netns", {**RED, "sysctl": {"net.ipv4.ip_forward": None}}, "sysctl", "value", id="sysctl-without-value"
    ),
    pytest.param("netns", {**RED, "sysctl": {"net.ipv4.x": [1, 2]}}, "sysctl", "[1, 2] for a value", id="sysctl-list"),
]


@pytest.mark.parametrize(("module", "options", "option", "complaint"), BAD)
def test_bad_option_is_named(module, options, option, complaint):
    with pytest.raises(_errors.BadOption) as caught:
        _hosts.want(module, **options)
    assert (caught.value.option, str(caught.value).partition(": ")[0]) == (option, option)
    assert complaint in str(caught.value)


@pytest.mark.parametrize(("module", "mode"), [("tuntap", "tap"), ("ip_tunnel", "gre")])
def test_parameters_are_not_changed(module, mode):
    given = _hosts.params(module, {"name": "x0", "mode": mode})
    before = dict(given)
    _parsers.of_module(module)(given)
    assert given == before


@pytest.mark.parametrize(
    ("options", "sources"),
    [
        pytest.param({}, {}, id="here"),
        pytest.param({"netns": "red"}, {("red", "x0"): None}, id="from-here"),
        pytest.param({"netns": "red", "move_from": "blue"}, {("red", "x0"): "blue"}, id="from-another"),
        pytest.param({"netns": "red", "move_from": ""}, {("red", "x0"): None}, id="from-here-aloud"),
        pytest.param({"move_from": "red"}, {(None, "x0"): "red"}, id="back"),
    ],
)
def test_where_a_link_is_fetched_from(options, sources):
    assert _hosts.want("link", name="x0", **options).sources == sources


@pytest.mark.parametrize(
    ("options", "port"),
    [
        pytest.param({"ipproto": "gre"}, FouPort(None, 2, 5555, "fou", 47), id="gre"),
        pytest.param({"ipproto": "sit", "netns": "red"}, FouPort("red", 2, 5555, "fou", 41), id="sit"),
        pytest.param({"ipproto": "0x04"}, FouPort(None, 2, 5555, "fou", 4), id="number"),
        pytest.param({"encap": "gue", "family": "inet6"}, FouPort(None, 10, 5555, "gue", 0), id="gue"),
    ],
)
def test_fou_port(options, port):
    assert _hosts.want("fou", port=5555, **options) == _resources.Want(fou_ports={port.id: port})
    place = {name: options[name] for name in ("netns", "family") if name in options}
    assert _hosts.want("fou", port=5555, state="absent", **place) == _resources.Want(absent_fou_ports=(port.id,))


def test_absent_erspan_needs_no_key():
    assert _hosts.want("ip_tunnel", **ERSPAN, state="absent").absent_links
