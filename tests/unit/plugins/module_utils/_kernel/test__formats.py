# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The oracle is pyroute2's own encoder and decoder."""

import struct
import types

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _nla
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _formats
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _catalog
from hypothesis import given
from hypothesis import strategies as st
from pyroute2.netlink.rtnl.ifaddrmsg import ifaddrmsg
from pyroute2.netlink.rtnl.ifinfmsg import ifinfmsg

NETLINK_HEADER = 16
NLA_F_NESTED = 0x8000

LINKS = {
    "gre": {
        "IFLA_GRE_LINK": 7,
        "IFLA_GRE_IFLAGS": 0xB000,
        "IFLA_GRE_OFLAGS": 0x2000,
        "IFLA_GRE_IKEY": 0xFFFFFFFF,
        "IFLA_GRE_OKEY": 0,
        "IFLA_GRE_LOCAL": "192.0.2.1",
        "IFLA_GRE_REMOTE": "192.0.2.2",
        "IFLA_GRE_TTL": 64,
        "IFLA_GRE_TOS": 1,
        "IFLA_GRE_PMTUDISC": 1,
        "IFLA_GRE_ENCAP_DPORT": 5555,
        "IFLA_GRE_FWMARK": 9,
    },
    "ipip": {"IFLA_IPIP_LOCAL": "192.0.2.1", "IFLA_IPIP_TTL": 255, "IFLA_IPIP_PMTUDISC": 0, "IFLA_IPIP_LINK": 1},
    "sit": {"IFLA_SIT_REMOTE": "192.0.2.2", "IFLA_SIT_TOS": 0, "IFLA_SIT_6RD_PREFIX": "2002::"},
    "tun": {"IFLA_TUN_OWNER": 1000, "IFLA_TUN_TYPE": 2, "IFLA_TUN_PI": 0, "IFLA_TUN_PERSIST": 1},
}
COMMON = {
    "IFLA_IFNAME": "tun100",
    "IFLA_MTU": 1400,
    "IFLA_TXQLEN": 0,
    "IFLA_ADDRESS": "02:00:5e:00:53:01",
    "IFLA_IFALIAS": "the lab's",
    "IFLA_MASTER": 12,
}
HEADER = {"family": 0, "ifi_type": 778, "index": 42, "flags": 0x11043, "change": 1}


def as_pyroute2_has_it(kind, data):
    message = ifinfmsg()
    for name, value in HEADER.items():
        message[name] = value
    nested = {"attrs": [("IFLA_INFO_KIND", kind), ("IFLA_INFO_DATA", {"attrs": list(data.items())})]}
    message["attrs"] = [*COMMON.items(), ("IFLA_LINKINFO", nested)]
    message.encode()
    return bytes(message.data)[NETLINK_HEADER:]


def as_we_have_it(kind, data):
    link, info = _formats.message("ifinfmsg"), _formats.link_info()
    nested = info.pack({"IFLA_INFO_KIND": kind, "IFLA_INFO_DATA": _formats.link_data(kind).pack(data)})
    return link.start(**HEADER) + link.pack({**COMMON, "IFLA_LINKINFO": nested})


@pytest.mark.parametrize(("kind", "data"), LINKS.items(), ids=LINKS)
def test_link_is_packed_as_pyroute2_packs_it(kind, data):
    assert as_we_have_it(kind, data).hex() == as_pyroute2_has_it(kind, data).hex()


@pytest.mark.parametrize(("kind", "data"), LINKS.items(), ids=LINKS)
def test_link_is_unpacked_from_what_pyroute2_packs(kind, data):
    header, attributes = _formats.message("ifinfmsg").unpack_message(as_pyroute2_has_it(kind, data))
    info = _formats.link_info().unpack(attributes.pop("IFLA_LINKINFO"))
    assert header == HEADER
    assert attributes == COMMON
    assert info["IFLA_INFO_KIND"] == kind
    assert _formats.link_data(kind).unpack(info["IFLA_INFO_DATA"]) == data


@pytest.mark.parametrize(("kind", "data"), LINKS.items(), ids=LINKS)
def test_pyroute2_unpacks_what_is_packed(kind, data):
    body = as_we_have_it(kind, data)
    message = ifinfmsg(struct.pack("=IHHII", NETLINK_HEADER + len(body), 16, 0, 1, 0) + body)
    message.decode()
    decoded = message.get_attr("IFLA_LINKINFO").get_attr("IFLA_INFO_DATA")["attrs"]
    assert {row[0]: row[1] for row in decoded} == data
    assert (message["index"], message["flags"]) == (42, 0x11043)


@pytest.mark.parametrize(
    ("family", "address"),
    [(2, "10.1.1.1"), (10, "2001:db8::1"), (10, "::ffff:10.1.1.1")],
    ids=["ipv4", "ipv6", "mapped"],
)
def test_address_is_packed_as_pyroute2_packs_it(family, address):
    header = {"family": family, "prefixlen": 24, "flags": 0, "scope": 253, "index": 3}
    attributes = {"IFA_LOCAL": address, "IFA_ADDRESS": address, "IFA_FLAGS": 0x80}
    oracle = ifaddrmsg()
    oracle.update(header)
    oracle["attrs"] = list(attributes.items())
    oracle.encode()
    ours = _formats.message("ifaddrmsg")
    packed = ours.start(**header) + ours.pack(attributes)
    assert packed.hex() == bytes(oracle.data)[NETLINK_HEADER:].hex()
    assert ours.unpack_message(packed) == (header, attributes)


def test_gre_key_is_big_endian_and_so_are_its_flags():
    packed = _formats.link_data("gre").pack({"IFLA_GRE_IKEY": 1, "IFLA_GRE_IFLAGS": 0x2000})
    assert packed == b"\x08\0" + b"\x04\0" + b"\0\0\0\1" + b"\x06\0" + b"\x02\0" + b"\x20\0" + b"\0\0"


def test_names_that_are_no_utf8_come_back():
    link = _formats.message("ifinfmsg")
    assert link.unpack(link.pack({"IFLA_IFNAME": "\udcff\udcfe"})) == {"IFLA_IFNAME": "\udcff\udcfe"}


def test_none_is_left_out():
    assert _formats.link_data("ipip").pack({"IFLA_IPIP_LOCAL": None}) == b""


def test_only_the_names_asked_for():
    link = _formats.message("ifinfmsg")
    assert link.unpack(link.pack(COMMON), ("IFLA_MTU",)) == {"IFLA_MTU": 1400}


def test_flags_come_with_those_that_are_told():
    table = _formats.Format(types.SimpleNamespace(nla_map=((2, "FLAGS", "bitfield32"),)))
    packed = table.pack({"FLAGS": 0x10 | 0x12 << 32})
    assert struct.unpack("=HHII", packed) == (12, 2, 0x10, 0x12)
    assert table.unpack(packed) == {"FLAGS": 0x10 | 0x12 << 32}


def test_row_of_ours_takes_the_place_of_one():
    theirs = types.SimpleNamespace(nla_map=(("NONE", "none"), ("DF", "uint16"), ("OTHER", "uint8")))
    table = _formats.Format(theirs, ((1, "DF", "uint8"),))
    assert table.pack({"DF": 2, "OTHER": 3}) == struct.pack("=HHBxxxHHBxxx", 5, 1, 2, 5, 2, 3)


def test_unknown_kind_has_no_format():
    assert _formats.link_data("warren") is None


@pytest.mark.parametrize("kind", sorted({kind.kernel_name for kind in _catalog.KINDS.values() if kind.options}))
def test_every_kind_has_a_format(kind):
    assert _formats.link_data(kind).numbers


TABLE = _formats.Format(
    types.SimpleNamespace(
        fields=(("one", "B"), ("__pad", "x"), ("two", "H")),
        nla_map=((1, "A", "uint32"), (2, "B", "asciiz"), (3, "C", "ip4addr"), (4, "D", "something"), (9, "E", "flag")),
    )
)


def test_table_with_numbers():
    assert TABLE.numbers == {"A": 1, "B": 2, "C": 3, "D": 4, "E": 9}
    assert TABLE.start(two=5) == struct.pack("=BxH", 0, 5)


def test_attributes_are_padded_to_four_bytes():
    assert TABLE.pack({"B": "ab", "E": True}) == b"\x07\0\x02\0ab\0" + b"\0" + b"\x04\0\x09\0"


@pytest.mark.parametrize(
    ("payload", "values"),
    [
        pytest.param(b"\x08\0\x01\0\x07\0\0\0", {"A": 7}, id="whole"),
        pytest.param(b"\x06\0\x01\0\x07\0\0\0", {}, id="too-short-for-its-type"),
        pytest.param(b"\x08\0\x63\0\x07\0\0\0", {}, id="unknown-number"),
        pytest.param(
            b"\x08\0\x03\0\x0a\0\0\x01\x09\0\x03\0\x0a\0\0\x01\x02\0\0\0", {"C": "10.0.0.1"}, id="longer-later"
        ),
        pytest.param(b"\x08\0\x01\0\x07\0\0\0\xff\0\x01\0\x08\0\0\0", {"A": 7}, id="longer-than-the-payload"),
        pytest.param(b"\x03\0\x01\0\x08\0\x01\0\x07\0\0\0", {}, id="shorter-than-its-header"),
        pytest.param(b"\x08\0\x04\x80abcd", {"D": b"abcd"}, id="nested-is-left-as-it-is"),
        pytest.param(b"\x07\0\x02\0ab\0", {"B": "ab"}, id="last-one-without-padding"),
        pytest.param(b"\x06\0\x02\0ab", {"B": "ab"}, id="text-without-its-end"),
    ],
)
def test_unpack(payload, values):
    assert TABLE.unpack(payload) == values


def test_merge_replaces_and_keeps_the_rest_to_the_letter():
    nest = _nla.pack(4 | NLA_F_NESTED, b"abcd")
    unknown = _nla.pack(0x63, b"x")
    payload = nest + _nla.pack(1, b"\1\0\0\0") + unknown
    assert TABLE.merge(payload, {"A": 2}) == nest + unknown + _nla.pack(1, b"\2\0\0\0")


def test_merge_removes_what_is_none():
    assert TABLE.merge(TABLE.pack({"A": 1, "C": "10.0.0.1"}), {"C": None}) == TABLE.pack({"A": 1})


FORMATS = st.sampled_from(
    [TABLE, _formats.message("ifinfmsg"), _formats.message("rtmsg"), _formats.link_info()]
    + [_formats.link_data(kind) for kind in LINKS]
)
ATTRIBUTES = st.lists(st.builds(_nla.pack, st.integers(0, 70), st.binary(max_size=20))).map(b"".join)


@given(FORMATS, st.binary() | ATTRIBUTES)
def test_malformed_input_does_not_raise(table, payload):
    assert set(table.unpack(payload)) <= set(table.numbers)


@given(FORMATS, st.binary() | ATTRIBUTES)
def test_merging_nothing_changes_no_attribute(table, payload):
    assert list(_nla.read(table.merge(payload, {}))) == list(_nla.read(payload))


@pytest.mark.parametrize(
    ("content", "value"),
    [pytest.param(b"", True, id="there"), pytest.param(b"\1", True, id="on"), pytest.param(b"\0", False, id="off")],
)
def test_flag_that_the_kernel_may_tell_by_a_byte(content, value):
    table = _formats.Format(types.SimpleNamespace(nla_map=((7, "FLAG", "flag"),)))
    assert table.unpack(_nla.pack(7, content)) == {"FLAG": value}
    assert table.pack({"FLAG": value}) == (_nla.pack(7, b"") if value else b"")
