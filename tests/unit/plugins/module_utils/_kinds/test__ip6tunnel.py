# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import sys

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _nla
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _formats
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _catalog, _option

# linux/ip6_tunnel.h
IGN_ENCAP_LIMIT, USE_ORIG_TCLASS, USE_ORIG_FLOWLABEL = 0x1, 0x2, 0x4
OPTIONS = _catalog.KINDS["ip6tnl"].options
INFO, FLAGS, LIMIT = "IFLA_IP6TNL_FLOWINFO", "IFLA_IP6TNL_FLAGS", "IFLA_IP6TNL_ENCAP_LIMIT"


@pytest.mark.parametrize(
    ("values", "base", "raw"),
    [
        pytest.param({"tos": 0x10}, {}, {INFO: 0x01000000, FLAGS: 0}, id="tos"),
        pytest.param({"flowlabel": 0xABCDE}, {}, {INFO: 0xABCDE, FLAGS: 0}, id="label"),
        pytest.param({"tos": 255}, {INFO: 0xABCDE, FLAGS: 4}, {INFO: 0x0FFABCDE, FLAGS: 4}, id="tos-beside-a-label"),
        pytest.param({"flowlabel": 1}, {INFO: 0x0FFABCDE, FLAGS: 6}, {INFO: 0x0FF00001, FLAGS: 2}, id="label-for-one"),
        pytest.param({"tos": "inherit"}, {INFO: 0x0FFABCDE}, {INFO: 0xABCDE, FLAGS: USE_ORIG_TCLASS}, id="tos-inherit"),
        pytest.param({"flowlabel": "inherit"}, {}, {INFO: 0, FLAGS: USE_ORIG_FLOWLABEL}, id="label-inherit"),
        pytest.param({"encaplimit": "none"}, {FLAGS: 2}, {LIMIT: 0, FLAGS: 2 | IGN_ENCAP_LIMIT}, id="no-limit"),
        pytest.param({"encaplimit": 0}, {FLAGS: 3}, {LIMIT: 0, FLAGS: 2}, id="limit-of-zero-is-one"),
        pytest.param({"encaplimit": 255}, {FLAGS: 1}, {LIMIT: 255, FLAGS: 0}, id="limit"),
    ],
)
def test_flow_and_limit(values, base, raw):
    encoded = _option.encode(OPTIONS, values, base)
    assert encoded == raw
    told = _option.decode(OPTIONS, {INFO: 0, FLAGS: 0, LIMIT: 0, **encoded})
    assert {name: told[name] for name in values} == values


@pytest.mark.parametrize(
    ("option", "value", "received", "sent"),
    [
        ("ikey", 1, 0x2000, None),
        ("okey", 1, None, 0x2000),
        ("seq", True, 0x1000, 0x1000),
        ("csum", True, 0x8000, 0x8000),
    ],
)
@pytest.mark.parametrize("mode", ["ip6gre", "ip6gretap"])
def test_gre_flags_are_big_endian_on_the_wire(mode, option, value, received, sent):
    table = _formats.link_data(mode)
    payload = table.pack(_option.encode(_catalog.KINDS[mode].options, {option: value}))
    wire = {number: bytes(content) for number, content in _nla.read(payload)}
    for name, bits in (("IFLA_IP6GRE_IFLAGS", received), ("IFLA_IP6GRE_OFLAGS", sent)):
        assert wire.get(table.numbers[name]) == (None if bits is None else bits.to_bytes(2, "big"))


@pytest.mark.skipif(sys.byteorder == "big", reason="the byte orders are one there")
def test_gre_flags_are_not_those_of_the_host():
    assert _catalog.KINDS["ip6gre"].option("csum").flags[0][1] == 0x0080


@pytest.mark.parametrize(
    ("mode", "protocol", "word"), [("ip6tnl", 0, "any"), ("ip6ip6", 41, "ip6ip6"), ("ipip6", 4, "ipip6")]
)
def test_modes_of_ip6tnl_differ_by_protocol(mode, protocol, word):
    kind = _catalog.KINDS[mode]
    assert (kind.kernel_name, kind.module, dict(kind.constants)) == (
        "ip6tnl",
        "ip6_tunnel",
        {"IFLA_IP6TNL_PROTO": protocol},
    )
    assert kind.mode_word == word


@pytest.mark.parametrize("mode", ["ip6gre", "ip6gretap", "ip6tnl", "ip6ip6", "ipip6"])
def test_new_tunnel_is_as_ip_makes_it(mode):
    assert _catalog.KINDS[mode].initial == {"ttl": 64, "encaplimit": 4}


def test_remote_may_always_change_in_place():
    for kind in _catalog.family("ip_tunnel"):
        if kind.name.endswith("6") or kind.name.startswith("ip6"):
            assert kind.option("remote").recreate("any", "2001:db8::1") is False
