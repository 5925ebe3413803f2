# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The messages that go to the kernel, read with pyroute2's decoder. What the kernel makes of them: the integration tests."""

import struct

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors, _resources
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _formats, _netlink, _write
from ansible_collections.warren.tunnels.plugins.module_utils._kernel._writing import _link, _writer
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Address, Link
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._route._steps import AddRoute, DeleteRoute, SetRoute
from ansible_collections.warren.tunnels.plugins.module_utils._steps._address import AddAddress, DeleteAddress
from ansible_collections.warren.tunnels.plugins.module_utils._steps._link import AddLink, DeleteLink, MoveLink, SetLink
from pyroute2.netlink.rtnl.ifaddrmsg import ifaddrmsg
from pyroute2.netlink.rtnl.ifinfmsg import ifinfmsg
from pyroute2.netlink.rtnl.rtmsg import rtmsg

INDEXES = {"eth0": 2, "tun0": 3, "tun100": 4, "br0": 5}
UP, NOARP, PROMISC = 0x1, 0x80, 0x100
GRE = Link(None, "tun100", "gre", {"mtu": 1400})
GRE_DATA = _formats.link_data("gre")


class Connection:
    """A socket whose kernel knows some links, and says yes or, where told, no."""

    def __init__(self, error_at=None):
        self.sent, self.error_at = [], error_at

    def change(self, requests):
        self.sent.append(list(requests))
        return [
            _errors.KernelError(22) if number == self.error_at else None for number, _request in enumerate(requests)
        ]


class Indexes:
    """What the kernel knows the links by."""

    def of(self, name):
        if name not in INDEXES:
            raise _errors.KernelError(19, "there is no link {0!r}".format(name))
        return INDEXES[name]


@pytest.fixture(autouse=True)
def indexes(monkeypatch):
    monkeypatch.setattr(_writer._netdevice, "Indexes", Indexes)


def perform(*steps, **options):
    connection = Connection(**options)
    outcomes = _write.perform(_writer.Writer(lambda netns: connection, lambda _netns: None), steps)
    return outcomes, connection.sent


def sent(message_class, step):
    """Return type and flags of the one request that a step becomes, and the request as pyroute2 reads it."""
    outcomes, ((request,),) = perform(step)
    assert outcomes == [None]
    body = request.body
    message = message_class(struct.pack("=IHHII", 16 + len(body), request.type, 0, 1, 0) + body)
    message.decode()
    return request.type, request.flags, message


def plain(nest):
    return {row[0]: row[1] for row in nest["attrs"]}


def info(message):
    return plain(message.get_attr("IFLA_LINKINFO"))


def header(message):
    return {name: message[name] for name in ("index", "flags", "change") if message[name]}


def test_new_tunnel():
    attributes = {"up": True, "arp": True, "mtu": 1400, "remote": "192.0.2.2", "local": "any", "dev": "eth0", "ikey": 7}
    type_, flags, message = sent(ifinfmsg, AddLink(Link(None, "tun100", "gre", attributes)))
    assert (type_, flags) == (16, 0x600)
    assert header(message) == {"flags": UP, "change": UP | NOARP}
    assert (message.get_attr("IFLA_IFNAME"), message.get_attr("IFLA_MTU")) == ("tun100", 1400)
    assert info(message)["IFLA_INFO_KIND"] == "gre"
    assert plain(info(message)["IFLA_INFO_DATA"]) == {
        "IFLA_GRE_REMOTE": "192.0.2.2",
        "IFLA_GRE_LINK": 2,
        "IFLA_GRE_IKEY": 7,
        "IFLA_GRE_IFLAGS": 0x2000,
    }


def test_new_pair():
    near = Link("red", "v0", "veth", {"mtu": 1400, "up": True, "peer": (None, "v1")})
    far = Link("red", "v1", "veth", {"mac": "02:00:5e:00:53:01", "promisc": True, "peer": ("red", "v0")})
    _type, _flags, message = sent(ifinfmsg, AddLink(near, far))
    peer = plain(info(message)["IFLA_INFO_DATA"])["VETH_INFO_PEER"]
    assert (message.get_attr("IFLA_IFNAME"), header(message)) == ("v0", {"flags": UP, "change": UP})
    assert (peer.get_attr("IFLA_IFNAME"), header(peer)) == ("v1", {"flags": PROMISC, "change": PROMISC})
    assert peer.get_attr("IFLA_ADDRESS") == "02:00:5e:00:53:01"
    assert peer.get_attr("IFLA_NET_NS_FD") is None


def test_change_sends_all_that_the_tunnel_has():
    """What is not sent the kernel resets."""
    had = {"IFLA_GRE_REMOTE": "192.0.2.2", "IFLA_GRE_TTL": 9, "IFLA_GRE_IKEY": 7, "IFLA_GRE_IFLAGS": 0x2000}
    old = GRE._replace(data=GRE_DATA.pack({**had, "IFLA_GRE_OFLAGS": 0, "IFLA_GRE_FWMARK": 5}))
    type_, flags, message = sent(ifinfmsg, SetLink(old, {"ttl": 64, "okey": 8}, {}))
    assert (type_, flags, header(message)) == (16, 0, {"index": 4})
    data = plain(info(message)["IFLA_INFO_DATA"])
    expected = {**had, "IFLA_GRE_TTL": 64, "IFLA_GRE_OKEY": 8, "IFLA_GRE_OFLAGS": 0x2000, "IFLA_GRE_FWMARK": 5}
    assert {name: data[name] for name in expected} == expected
    assert message.get_attr("IFLA_MTU") == 1400


def test_key_that_is_removed_loses_its_flag():
    old = GRE._replace(data=GRE_DATA.pack({"IFLA_GRE_IKEY": 7, "IFLA_GRE_IFLAGS": 0xA000, "IFLA_GRE_OFLAGS": 0x8000}))
    data = plain(info(sent(ifinfmsg, SetLink(old, {"ikey": "none"}, {}))[2])["IFLA_INFO_DATA"])
    assert (data["IFLA_GRE_IFLAGS"], data["IFLA_GRE_OFLAGS"]) == (0x8000, 0x8000)


@pytest.mark.parametrize(
    ("changes", "flags", "attributes"),
    [
        pytest.param({"up": False}, {"change": UP}, {}, id="down"),
        pytest.param({"up": True, "promisc": False}, {"flags": UP, "change": UP | PROMISC}, {}, id="two-flags"),
        pytest.param({"arp": False}, {"flags": NOARP, "change": NOARP}, {}, id="inverted-flag"),
        pytest.param({"mtu": 1280, "alias": ""}, {}, {"IFLA_MTU": 1280, "IFLA_IFALIAS": ""}, id="attributes"),
        pytest.param({"master": "br0"}, {}, {"IFLA_MASTER": 5}, id="master"),
        pytest.param({"master": "none"}, {}, {"IFLA_MASTER": 0}, id="no-master"),
    ],
)
def test_common_change_touches_nothing_else(changes, flags, attributes):
    tap = Link(None, "tun0", "tap", {"mtu": 1500, "up": True})
    _type, _flags, message = sent(ifinfmsg, SetLink(tap, changes, {}))
    assert header(message) == {"index": 3, **flags}
    assert plain(message) == attributes


def test_delete_link():
    type_, _flags, message = sent(ifinfmsg, DeleteLink(GRE))
    assert (type_, header(message), plain(message)) == (17, {"index": 4}, {})


@pytest.mark.parametrize(
    ("address", "fields", "attributes"),
    [
        pytest.param(
            Address("10.1.1.1", 24, None, "global", "tun0:1"),
            (2, 24, 0),
            {"IFA_LOCAL": "10.1.1.1", "IFA_ADDRESS": "10.1.1.1", "IFA_LABEL": "tun0:1"},
            id="ipv4",
        ),
        pytest.param(
            Address("10.1.1.1", 32, "10.1.1.2", "link"),
            (2, 32, 253),
            {"IFA_LOCAL": "10.1.1.1", "IFA_ADDRESS": "10.1.1.2"},
            id="peer",
        ),
        pytest.param(
            Address("2001:db8::1", 64, None, "17"),
            (10, 64, 17),
            {"IFA_LOCAL": "2001:db8::1", "IFA_ADDRESS": "2001:db8::1"},
            id="ipv6-of-an-odd-scope",
        ),
    ],
)
def test_address(address, fields, attributes):
    for step, type_, flags in ((AddAddress, 20, 0x500), (DeleteAddress, 21, 0)):
        *request, message = sent(ifaddrmsg, step(None, "tun0", address))
        assert request == [type_, flags]
        assert (message["index"], message["family"], message["prefixlen"], message["scope"]) == (3, *fields)
        assert plain(message) == attributes


def test_route_goes_back_as_it_was_through_the_link_as_it_is_now():
    table = _formats.message("rtmsg")
    had = {"RTA_OIF": 99, "RTA_DST": "10.7.0.0", "RTA_TABLE": 254, "RTA_PRIORITY": 5}
    found = table.start(family=2, dst_len=16, proto=3, type=1) + table.pack({**had, "RTA_CACHEINFO": bytes(32)})
    route = _resources.Route(None, 2, "10.7.0.0/16", 5, 254, {"dev": "tun0"}, found)
    type_, flags, message = sent(rtmsg, AddRoute(route))
    assert (type_, flags, message["dst_len"], message["proto"]) == (24, 0xC00, 16, 3)
    assert plain(message) == {**had, "RTA_OIF": 3}


ROUTE = _resources.Route(None, 2, "10.9.0.0/24", 5, 254, {"dev": "tun0", "protocol": "static"})


@pytest.mark.parametrize(
    ("step", "request_"),
    [
        pytest.param(AddRoute(ROUTE), (24, 0xC00), id="add"),
        pytest.param(SetRoute(ROUTE, ROUTE), (24, 0x500), id="set"),
        pytest.param(DeleteRoute(ROUTE), (25, 0), id="delete"),
    ],
)
def test_route(step, request_):
    type_, flags, message = sent(rtmsg, step)
    assert (type_, flags) == request_
    assert (message["family"], message["dst_len"], message["proto"], message["type"]) == (2, 24, 4, 1)
    assert plain(message) == {"RTA_TABLE": 254, "RTA_DST": "10.9.0.0", "RTA_PRIORITY": 5, "RTA_OIF": 3}


def test_route_through_a_link_that_is_gone():
    ((outcome,), requests) = perform(AddRoute(ROUTE._replace(attributes={"dev": "gone"})))
    assert "there is no link 'gone'" in str(outcome)
    assert requests == []


def test_moved_link(monkeypatch):
    monkeypatch.setattr(_writer._namespaces, "path", lambda name: "/proc/self/ns/net")
    type_, flags, message = sent(ifinfmsg, MoveLink(Link(None, "tun0", "tap", {"up": True}), "red"))
    assert (type_, flags, header(message)) == (16, 0, {"index": 3})
    assert list(plain(message)) == ["IFLA_NET_NS_FD"]


def test_protocol_of_an_ip6tnl_is_sent_with_every_change():
    had = _formats.link_data("ip6tnl").pack({"IFLA_IP6TNL_PROTO": 4, "IFLA_IP6TNL_TTL": 9, "IFLA_IP6TNL_FLOWINFO": 5})
    old = Link(None, "tun100", "ipip6", {}, data=had)
    for step in (AddLink(old._replace(data=b"", attributes={"ttl": 64})), SetLink(old, {"ttl": 64}, {})):
        told = info(sent(ifinfmsg, step)[2])
        assert told["IFLA_INFO_KIND"] == "ip6tnl"
        data = plain(told["IFLA_INFO_DATA"])
        assert (data["IFLA_IP6TNL_PROTO"], data["IFLA_IP6TNL_TTL"]) == (4, 64)


def test_external_is_an_attribute_only_where_it_is_on():
    told = info(sent(ifinfmsg, AddLink(Link(None, "tun100", "gre", {"external": True})))[2])
    assert "IFLA_GRE_COLLECT_METADATA" in plain(told["IFLA_INFO_DATA"])
    told = info(sent(ifinfmsg, AddLink(Link(None, "tun100", "gre", {"external": False, "ttl": 9})))[2])
    assert "IFLA_GRE_COLLECT_METADATA" not in plain(told["IFLA_INFO_DATA"])


def test_link_that_is_gone():
    ((outcome,), requests) = perform(DeleteLink(Link(None, "gone", "gre")))
    assert "there is no link 'gone'" in str(outcome)
    assert requests == []


def gre(name, **attributes):
    return AddLink(Link(None, name, "gre", attributes))


def pair(name, peer, **attributes):
    return AddLink(Link(None, name, "veth", {}), Link(None, peer, "veth", attributes))


@pytest.mark.parametrize(
    ("steps", "batches"),
    [
        pytest.param([gre("a"), gre("b"), gre("c")], [3], id="all-at-once"),
        pytest.param([gre("a"), gre("b", dev="eth0"), gre("c", dev="eth0")], [3], id="on-one-that-is-there"),
        pytest.param([gre("eth0"), gre("b", dev="eth0"), gre("c")], [1, 2], id="on-one-of-the-same-plan"),
        pytest.param([pair("v", "eth0"), gre("b", dev="eth0"), gre("c")], [1, 2], id="on-the-far-end-of-a-pair"),
        pytest.param([gre("br0"), pair("v", "w", master="br0"), gre("c")], [1, 2], id="below-a-far-end"),
    ],
)
def test_links_that_need_one_another_are_not_sent_together(steps, batches):
    outcomes, requests = perform(*steps)
    assert outcomes == [None] * len(steps)
    assert [len(batch) for batch in requests] == batches


def test_nothing_follows_a_stretch_that_failed():
    outcomes, requests = perform(gre("eth0"), gre("b", dev="eth0"), error_at=0)
    assert [str(outcome) for outcome in outcomes] == ["Invalid argument (errno 22)"]
    assert len(requests) == 1


def test_batch_limit_is_the_sockets_own_business():
    outcomes, requests = perform(*[gre("t{0}".format(number)) for number in range(_netlink.BATCH + 1)])
    assert (len(outcomes), len(requests)) == (_netlink.BATCH + 1, 1)


def tap(number, netns=None):
    return AddLink(Link(netns, "t{0}".format(number), "tap", {}))


def test_tap_that_fails_ends_the_stretch(monkeypatch):
    made = []

    def create(name, kind, options):
        if name == "t2":
            raise _errors.KernelError(16)
        made.append((name, kind))

    monkeypatch.setattr(_link._tuntap, "create", create)
    outcomes, sent_ = perform(*map(tap, range(5)))
    assert (outcomes[:2], outcomes[2].errno, len(outcomes)) == ([None, None], 16, 3)
    assert (made, sent_) == ([("t0", "tap"), ("t1", "tap")], [])


def test_namespace_for_taps_that_is_gone():
    outcomes, _sent = perform(tap(0, "warren-missing"), tap(1, "warren-missing"))
    assert [type(outcome) for outcome in outcomes] == [FileNotFoundError]


def test_change_of_a_bridge_sends_nothing_besides():
    """Neither an mtu, which only tunnels would lose, nor what it reports."""
    table = _formats.link_data("bridge")
    old = Link(None, "br0", "bridge", {"mtu": 1400}, ifindex=5, data=table.pack({"IFLA_BR_HELLO_TIME": 300}))
    message = sent(ifinfmsg, SetLink(old, {"priority": 5}, {}))[2]
    assert message.get_attr("IFLA_MTU") is None
    assert plain(info(message)["IFLA_INFO_DATA"]) == {"IFLA_BR_PRIORITY": 5}


def test_bridge_that_is_made_again_is_told_what_the_kernel_takes_back():
    had = {"IFLA_BR_HELLO_TIME": 300, "IFLA_BR_ROOT_PORT": 1, "IFLA_BR_PRIORITY": 9}
    again = Link(None, "br9", "bridge", {"priority": 5}, data=_formats.link_data("bridge").pack(had))
    message = sent(ifinfmsg, AddLink(again))[2]
    assert plain(info(message)["IFLA_INFO_DATA"]) == {"IFLA_BR_HELLO_TIME": 300, "IFLA_BR_PRIORITY": 5}
