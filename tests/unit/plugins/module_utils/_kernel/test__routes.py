# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The oracle is pyroute2's own encoder and decoder."""

import errno
import struct

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors, _nla
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _formats
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Encap, NextHop, Route
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._route import _reading as _routes
from pyroute2.netlink.rtnl.rtmsg import rtmsg

NAMES = {2: "eth0", 3: "tun0", 4: "tun1"}
INDEXES = {name: index for index, name in NAMES.items()}
RTM_F_CLONED, RTNH_F_LINKDOWN, RTNH_F_ONLINK = 0x200, 16, 4
NETLINK_HEADER = 16


def as_pyroute2_reads_it(body):
    message = rtmsg(struct.pack("=IHHII", NETLINK_HEADER + len(body), 24, 0, 1, 0) + body)
    message.decode()
    return message


def as_pyroute2_has_it(fields, attributes):
    message = rtmsg()
    message.update(fields)
    message["attrs"] = list(attributes.items())
    message.encode()
    return bytes(message.data)[NETLINK_HEADER:]


def plain(nest):
    return {row[0]: row[1] for row in nest["attrs"]}


def encode(route):
    return _routes.encode(route, INDEXES.__getitem__)


class Connection:
    """A socket that answers every dump with these bodies, or with an error."""

    def __init__(self, *bodies, error=None):
        self.bodies, self.error, self.asked = bodies, error, []

    def dump(self, type_, body):
        self.asked.append((type_, body))
        if self.error:
            raise self.error
        return list(self.bodies)


def read(*bodies, table=254, family=2):
    return _routes.read_table(Connection(*bodies), "red", family, table, NAMES.__getitem__)


UNSAID = {"table": 254, "proto": 4, "scope": 0, "type": 1, "flags": 0, "dst_len": 24, "family": 2}
DST = {"RTA_TABLE": 254, "RTA_DST": "10.9.0.0"}


def route(dst="10.9.0.0/24", family=2, metric=0, table=254, tos=0, **attributes):
    return Route("red", family, dst, metric, table, {"protocol": "static", **attributes}, tos=tos)


# A route, and the header and the attributes that pyroute2 reads in its message.
ROUTES = [
    pytest.param(route(dev="tun0"), {"scope": 253}, {**DST, "RTA_OIF": 3}, id="direct"),
    pytest.param(route(via="10.0.0.1"), {}, {**DST, "RTA_GATEWAY": "10.0.0.1"}, id="via"),
    pytest.param(
        route(via="10.0.0.1", dev="tun0", onlink=True),
        {"flags": RTNH_F_ONLINK},
        {**DST, "RTA_GATEWAY": "10.0.0.1", "RTA_OIF": 3},
        id="onlink",
    ),
    pytest.param(
        route("default", via="10.0.0.1"), {"dst_len": 0}, {"RTA_TABLE": 254, "RTA_GATEWAY": "10.0.0.1"}, id="default"
    ),
    pytest.param(route(dev="tun0", scope="host"), {"scope": 254}, {**DST, "RTA_OIF": 3}, id="scope"),
    pytest.param(route(dev="tun0", scope="17"), {"scope": 17}, {**DST, "RTA_OIF": 3}, id="scope-by-number"),
    pytest.param(route(dev="tun0", protocol="77"), {"scope": 253, "proto": 77}, {**DST, "RTA_OIF": 3}, id="protocol"),
    pytest.param(route(dev="tun0", protocol="dhcp"), {"scope": 253, "proto": 16}, {**DST, "RTA_OIF": 3}, id="dhcp"),
    pytest.param(
        route(dev="tun0", metric=0xFFFFFFFF),
        {"scope": 253},
        {**DST, "RTA_OIF": 3, "RTA_PRIORITY": 0xFFFFFFFF},
        id="metric",
    ),
    pytest.param(
        route(dev="tun0", table=255), {"scope": 253, "table": 255}, {**DST, "RTA_TABLE": 255, "RTA_OIF": 3}, id="table"
    ),
    pytest.param(
        route(dev="tun0", table=1000),
        {"scope": 253, "table": 0},
        {**DST, "RTA_TABLE": 1000, "RTA_OIF": 3},
        id="table-beyond-a-byte",
    ),
    pytest.param(route(dev="tun0", tos=16), {"scope": 253, "tos": 16}, {**DST, "RTA_OIF": 3}, id="tos"),
    pytest.param(
        route(dev="tun0", src="10.0.0.2"), {"scope": 253}, {**DST, "RTA_OIF": 3, "RTA_PREFSRC": "10.0.0.2"}, id="src"
    ),
    pytest.param(route(type="local", dev="tun0"), {"scope": 254, "type": 2}, {**DST, "RTA_OIF": 3}, id="local"),
    *(
        pytest.param(route(type=type_), {"type": number}, DST, id=type_)
        for type_, number in (("blackhole", 6), ("unreachable", 7), ("prohibit", 8), ("throw", 9))
    ),
    pytest.param(
        route("2001:db8:9::/48", family=10, metric=1024, via="fe80::1", dev="tun0"),
        {"family": 10, "dst_len": 48},
        {
            "RTA_TABLE": 254,
            "RTA_DST": "2001:db8:9::",
            "RTA_PRIORITY": 1024,
            "RTA_GATEWAY": "fe80::1",
            "RTA_OIF": 3,
        },
        id="ipv6",
    ),
    pytest.param(
        route("2001:db8:9::/48", family=10, dev="tun0"),
        {"family": 10, "dst_len": 48},
        {"RTA_TABLE": 254, "RTA_DST": "2001:db8:9::", "RTA_OIF": 3},
        id="ipv6-has-no-scope",
    ),
]


@pytest.mark.parametrize(("wanted", "fields", "attributes"), ROUTES)
def test_pyroute2_reads_what_is_encoded(wanted, fields, attributes):
    message = as_pyroute2_reads_it(encode(wanted))
    expected = {**UNSAID, **fields}
    assert {name: message[name] for name in expected} == expected
    assert plain(message) == attributes


@pytest.mark.parametrize(("wanted", "fields", "attributes"), ROUTES)
def test_encoded_as_pyroute2_encodes_it(wanted, fields, attributes):
    ordered = as_pyroute2_has_it({**UNSAID, **fields}, attributes)
    ours = encode(wanted)
    assert ours[:12].hex() == ordered[:12].hex()
    split = [sorted((number, bytes(content)) for number, content in _nla.read(body[12:])) for body in (ours, ordered)]
    assert split[0] == split[1]


@pytest.mark.parametrize(("wanted", "fields", "attributes"), ROUTES)
def test_decoded_from_what_pyroute2_encodes(wanted, fields, attributes):
    body = as_pyroute2_has_it({**UNSAID, **fields}, attributes)
    (found,) = read(body, table=wanted.table)
    assert found.message == body
    assert found.id == wanted.id
    assert {name: found.attributes[name] for name in wanted.attributes} == dict(wanted.attributes)
    assert set(found.attributes) - set(wanted.attributes) <= {"type", "scope", "onlink"}


HOPS = (NextHop("10.0.0.1", "tun0", 1), NextHop(None, "tun1", 256), NextHop("10.0.1.1", None, 3))


def test_next_hops_as_pyroute2_reads_them():
    message = as_pyroute2_reads_it(encode(route(nexthops=HOPS)))
    assert message["scope"] == 0
    hops = [
        (hop["oif"], hop["hops"], hop["flags"], hop.get_attr("RTA_GATEWAY"))
        for hop in message.get_attr("RTA_MULTIPATH")
    ]
    assert hops == [(3, 0, 0, "10.0.0.1"), (4, 255, 0, None), (0, 2, 0, "10.0.1.1")]


@pytest.mark.parametrize("family", [2, 10])
def test_next_hops_there_and_back(family):
    hops = HOPS if family == 2 else tuple(hop._replace(via=hop.via and "fe80::1") for hop in HOPS)
    wanted = route("default", family=family, nexthops=hops)
    (found,) = read(encode(wanted), family=family)
    assert found.attributes["nexthops"] == hops
    assert "dev" not in found.attributes


def test_next_hops_from_what_pyroute2_encodes():
    hops = [{"oif": 3, "hops": 4, "attrs": [("RTA_GATEWAY", "10.0.0.1")]}, {"oif": 4, "hops": 0, "attrs": []}]
    (found,) = read(as_pyroute2_has_it(UNSAID, {**DST, "RTA_MULTIPATH": hops}))
    assert found.attributes["nexthops"] == (NextHop("10.0.0.1", "tun0", 5), NextHop(None, "tun1", 1))


@pytest.mark.parametrize(
    "rest", [b"\x01", b"\x04\0\0\0\x03\0\0\0", b"\xff\0\0\0\x03\0\0\0"], ids=["stub", "short", "long"]
)
def test_next_hops_end_where_one_does_not_fit(rest):
    whole = struct.pack("=HBBi", 8, 0, 0, 3)
    body = encode(route()) + _formats.message("rtmsg").pack({"RTA_MULTIPATH": whole + rest})
    (found,) = read(body)
    assert found.attributes["nexthops"] == (NextHop(None, "tun0", 1),)


def test_mtu_there_and_back():
    body = encode(route(dev="tun0", mtu=1400))
    assert plain(as_pyroute2_reads_it(body).get_attr("RTA_METRICS")) == {"RTAX_MTU": 1400}
    assert read(body)[0].attributes["mtu"] == 1400
    nested = {"attrs": [("RTAX_ADVMSS", 1000), ("RTAX_MTU", 1300)]}
    assert read(as_pyroute2_has_it(UNSAID, {**DST, "RTA_METRICS": nested}))[0].attributes["mtu"] == 1300


# What a route puts around packets, its type to the kernel, and the bytes (linux/lwtunnel.h).
ENCAPS = [
    pytest.param(
        Encap("ip", "203.0.113.2"),
        2,
        "0c000100 0000000000000000 08000200 cb007102 05000400 00000000 05000500 00000000 06000600 00000000",
        id="ip",
    ),
    pytest.param(
        Encap("ip", "203.0.113.2", "203.0.113.1", 100, 64, 8, key=True, csum=True, seq=True),
        2,
        "0c000100 0000000000000064 08000200 cb007102 08000300 cb007101 05000400 40000000 05000500 08000000 06000600 000d0000",
        id="ip-with-all",
    ),
    pytest.param(
        Encap("ip6", "2001:db8::2", id=0xFFFFFFFFFFFFFFFF, key=True),
        4,
        "0c000100 ffffffffffffffff 14000200 20010db8000000000000000000000002 05000400 00000000 05000500 00000000 "
        "06000600 00040000",
        id="ip6",
    ),
]


def parts(payload):
    return {number: bytes(content) for number, content in _nla.read(payload)}


@pytest.mark.parametrize(("encap", "type_", "payload"), ENCAPS)
def test_encap_as_the_kernel_has_it(encap, type_, payload):
    body = encode(route(dev="tun0", encap=encap))
    found = parts(body[12:])
    assert found[21] == struct.pack("=H", type_)
    assert parts(found[22]) == parts(bytes.fromhex(payload))
    assert read(body)[0].attributes["encap"] == encap


@pytest.mark.parametrize(
    ("encap", "dst", "src"), [("ip", "203.0.113.2", "0.0.0.0"), ("ip6", "2001:db8::2", "::")], ids=["ip", "ip6"]
)
def test_encap_without_a_source_is_as_the_kernel_tells_it(encap, dst, src):
    (found,) = read(encode(route(dev="tun0", encap=Encap(encap, dst, src))))
    assert found.attributes["encap"] == Encap(encap, dst)


@pytest.mark.parametrize(
    "rest", [{"RTA_ENCAP_TYPE": 1, "RTA_ENCAP": b"\x08\0\x01\0\0\x06\x41\0"}, {"RTA_ENCAP_TYPE": 2}, {}], ids=str
)
def test_encap_that_is_no_tunnel_is_left_out_and_goes_back_to_the_letter(rest):
    body = encode(route(dev="tun0")) + _formats.message("rtmsg").pack(rest)
    (found,) = read(body)
    assert "encap" not in found.attributes
    assert parts(encode(found)[12:]) == parts(body[12:])


@pytest.mark.parametrize("flags", [0, RTNH_F_LINKDOWN, RTNH_F_LINKDOWN | 1, RTNH_F_ONLINK | RTNH_F_LINKDOWN])
def test_found_route_goes_back_to_the_letter_but_for_what_the_kernel_only_reports(flags):
    kept = {**DST, "RTA_PRIORITY": 5, "RTA_MARK": 9}
    body = as_pyroute2_has_it({**UNSAID, "proto": 77, "flags": flags}, {**kept, "RTA_OIF": 2, "RTA_CACHEINFO": {}})
    (found,) = read(body)
    message = as_pyroute2_reads_it(encode(found._replace(attributes={**found.attributes, "dev": "tun1"})))
    assert (message["proto"], message["flags"]) == (77, flags & RTNH_F_ONLINK)
    assert plain(message) == {**kept, "RTA_OIF": 4}


def test_cached_routes_are_none():
    assert read(as_pyroute2_has_it({**UNSAID, "flags": RTM_F_CLONED}, DST)) == []


def test_other_tables_are_left_out_where_the_kernel_does_not_filter():
    assert read(as_pyroute2_has_it({**UNSAID, "table": 100}, {**DST, "RTA_TABLE": 100})) == []


def test_table_is_in_the_header_where_no_attribute_has_it():
    assert read(as_pyroute2_has_it({**UNSAID, "table": 100}, {"RTA_DST": "10.9.0.0"}), table=100)[0].table == 100


def test_words_for_numbers_that_have_none():
    (found,) = read(as_pyroute2_has_it({**UNSAID, "proto": 77, "scope": 17, "type": 11}, DST))
    assert [found.attributes[name] for name in ("protocol", "scope", "type")] == ["77", "17", "11"]


def test_table_that_is_not_there():
    missing = Connection(error=_errors.KernelError(errno.ENOENT, "FIB table does not exist"))
    assert _routes.read_table(missing, None, 2, 100, NAMES.__getitem__) == []
    with pytest.raises(_errors.KernelError):
        _routes.read_table(Connection(error=_errors.KernelError(errno.EPERM)), None, 2, 100, NAMES.__getitem__)


@pytest.mark.parametrize(
    ("fields", "attributes", "taken"),
    [
        pytest.param({}, {"RTA_OIF": 3}, True, id="static"),
        pytest.param({"proto": 3}, {"RTA_OIF": 3}, True, id="boot"),
        pytest.param({"proto": 2}, {"RTA_OIF": 3}, False, id="comes-with-an-address"),
        pytest.param({"proto": 1}, {"RTA_OIF": 3}, False, id="by-a-redirect"),
        pytest.param({}, {"RTA_OIF": 4}, False, id="through-another-link"),
        pytest.param({"type": 2}, {"RTA_OIF": 3}, False, id="local"),
        pytest.param({"type": 3}, {"RTA_OIF": 3}, False, id="broadcast"),
        pytest.param({"table": 255}, {"RTA_OIF": 3, "RTA_TABLE": 255}, False, id="table-local"),
        pytest.param({"table": 100}, {"RTA_OIF": 3, "RTA_TABLE": 100}, True, id="another-table"),
    ],
)
def test_routes_through_a_link(fields, attributes, taken):
    connection = Connection(as_pyroute2_has_it({**UNSAID, **fields}, {**DST, **attributes}))
    found = _routes.through(_routes.read_all(connection, None, NAMES.__getitem__, 3))
    assert len(found.get(NAMES[3], [])) == (2 if taken else 0)
    asked = [as_pyroute2_reads_it(body) for _type, body in connection.asked]
    assert [(message["family"], plain(message)) for message in asked] == [(2, {"RTA_OIF": 3}), (10, {"RTA_OIF": 3})]


def test_kernel_without_ipv6_has_routes_all_the_same():
    class Old(Connection):
        def dump(self, type_, body):
            if body[0] == 10:
                raise _errors.KernelError(errno.EOPNOTSUPP)
            return super().dump(type_, body)

    found = _routes.read_all(Old(encode(route(dev="tun0"))), None, NAMES.__getitem__)
    assert [each.dst for each in found] == ["10.9.0.0/24"]
