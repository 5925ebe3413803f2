# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _values
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _option, _tunnel_values

KEY = _option.Option("key", _tunnel_values.Key(), "KEY", (("FLAGS", 0x20),), default="none")
SEQ = _option.Option("seq", _tunnel_values.NoSwitch(), flags=(("FLAGS", 0x10), ("OTHER", 0x10)), default=False)
ARP = _option.Option("arp", _values.Switch(inverted=True), flags=(("FLAGS", 0x80),))
TTL = _option.Option("ttl", _values.Number(1, 255, zero="inherit"), "TTL", word="hops")
LOCAL = _option.Option("local", _tunnel_values.Endpoint(_values.IPV4), "LOCAL", default="any")
REMOTE = _option.Option("remote", _tunnel_values.EitherEndpoint(), "GROUP", attribute6="GROUP6", default="any")
AUTO_OR_INHERIT = _option.Option("ttl", _tunnel_values.HopLimit(), "TTL", flags=(("TTL_INHERIT", 1),), default="auto")
OPTIONS = (KEY, SEQ, ARP, TTL, LOCAL)
HIGH = _option.Option("high", _values.Number(0, 255), "SHARED", default=0, mask=0xFF0)
LOW = _option.Option("low", _tunnel_values.Inheritable(15), "SHARED", (("FLAGS", 0x2),), default=0, mask=0xF)


@pytest.mark.parametrize(
    ("values", "base", "raw"),
    [
        pytest.param({}, None, {}, id="nothing"),
        pytest.param({}, {"X": 1}, {"X": 1}, id="what-is-there-stays"),
        pytest.param({"ttl": 64}, {"TTL": 1, "X": 1}, {"TTL": 64, "X": 1}, id="what-is-named-changes"),
        pytest.param({"key": 7}, None, {"KEY": 7, "FLAGS": 0x20}, id="flag-announces"),
        pytest.param({"key": 0}, None, {"KEY": 0, "FLAGS": 0x20}, id="flag-announces-zero"),
        pytest.param({"key": "none"}, {"KEY": 7, "FLAGS": 0x30}, {"KEY": 0, "FLAGS": 0x10}, id="only-its-own-bit-goes"),
        pytest.param({"seq": True}, {"FLAGS": 0x20}, {"FLAGS": 0x30, "OTHER": 0x10}, id="two-flags-on"),
        pytest.param({"seq": False}, {"FLAGS": 0x30}, {"FLAGS": 0x20, "OTHER": 0}, id="two-flags-off"),
        pytest.param({"arp": True}, {"FLAGS": 0x90}, {"FLAGS": 0x10}, id="inverted-flag-off"),
        pytest.param({"arp": False}, None, {"FLAGS": 0x80}, id="inverted-flag-on"),
        pytest.param({"local": "any"}, {"LOCAL": "192.0.2.1"}, {"LOCAL": None}, id="any-is-no-attribute"),
        pytest.param({"stranger": 1}, None, {}, id="strangers-are-not-encoded"),
    ],
)
def test_encode(values, base, raw):
    before = dict(base or {})
    assert _option.encode(OPTIONS, values, base) == raw
    assert (base or {}) == before


@pytest.mark.parametrize(
    ("value", "former", "raw"),
    [
        pytest.param("192.0.2.1", None, {"GROUP": "192.0.2.1", "GROUP6": None}, id="ipv4"),
        pytest.param("2001:db8::1", None, {"GROUP": None, "GROUP6": "2001:db8::1"}, id="ipv6"),
        pytest.param("any", None, {"GROUP": None, "GROUP6": None}, id="none"),
        pytest.param("any", "192.0.2.1", {"GROUP": "0.0.0.0", "GROUP6": None}, id="none-any-more"),
        pytest.param("any", "2001:db8::1", {"GROUP": None, "GROUP6": "::"}, id="none-any-more-of-ipv6"),
        pytest.param("2001:db8::1", "192.0.2.1", {"GROUP": None, "GROUP6": "2001:db8::1"}, id="other-family"),
    ],
)
def test_address_of_either_family(value, former, raw):
    assert _option.encode([REMOTE], {"remote": value}, {}, {"remote": former} if former else None) == raw
    told = {name: address for name, address in raw.items() if address is not None}
    assert _option.decode([REMOTE], told) == {"remote": value}


class _Sum(_values.Number):
    def over(self, former, value):
        return value - (former or 0)


@pytest.mark.parametrize(("former", "told"), [(None, 7), ({}, 7), ({"x": 5}, 2)])
def test_value_that_takes_the_former_one_to_get_there(former, told):
    option = _option.Option("x", _Sum(0, 9), "X")
    assert _option.encode([option], {"x": 7}, {}, former) == {"X": told}


def test_flag_that_an_older_kernel_does_not_know_is_off():
    assert _option.decode([AUTO_OR_INHERIT], {"TTL": 5}) == {"ttl": 5}
    assert _option.decode([AUTO_OR_INHERIT], {"TTL": 0, "TTL_INHERIT": True}) == {"ttl": "inherit"}


@pytest.mark.parametrize(
    ("raw", "values"),
    [
        pytest.param({}, {}, id="defaults-where-nothing-is-known"),
        pytest.param({"KEY": 7, "FLAGS": 0x20}, {"key": 7, "arp": True}, id="key"),
        pytest.param({"KEY": 0, "FLAGS": 0x20}, {"key": 0, "arp": True}, id="key-zero"),
        pytest.param({"KEY": 7, "FLAGS": 0}, {"arp": True}, id="key-without-its-flag"),
        pytest.param({"KEY": 7}, {}, id="key-without-any-flags"),
        pytest.param({"FLAGS": 0x90, "OTHER": 0x10}, {"arp": False, "seq": True}, id="both-flags"),
        pytest.param({"FLAGS": 0x10, "OTHER": 0}, {"arp": True}, id="one-flag-of-two"),
        pytest.param({"TTL": 0, "LOCAL": "0.0.0.0"}, {"ttl": "inherit"}, id="zeros"),
        pytest.param({"TTL": 64, "LOCAL": "192.0.2.1"}, {"ttl": 64, "local": "192.0.2.1"}, id="values"),
    ],
)
def test_decode(raw, values):
    assert _option.decode(OPTIONS, raw) == {"key": "none", "seq": False, "local": "any", **values}


def test_words_begin_with_the_name_or_what_stands_for_it():
    assert LOCAL.words("192.0.2.1") == ["local", "192.0.2.1"]
    assert TTL.words(64) == ["hops", "64"]


@pytest.mark.parametrize(
    ("values", "base", "raw"),
    [
        pytest.param({"high": 0x12}, None, {"SHARED": 0x120}, id="one"),
        pytest.param({"high": 0x12}, {"SHARED": 0xF005}, {"SHARED": 0xF125}, id="beside-others"),
        pytest.param({"high": 0, "low": 15}, {"SHARED": 0xFFF}, {"SHARED": 0x00F, "FLAGS": 0}, id="both"),
        pytest.param({"low": "inherit"}, {"SHARED": 0x345}, {"SHARED": 0x340, "FLAGS": 2}, id="flag"),
    ],
)
def test_options_that_share_an_attribute(values, base, raw):
    assert _option.encode((HIGH, LOW), values, base) == raw
    told = _option.decode((HIGH, LOW), {"FLAGS": 0, **raw})
    assert {name: told[name] for name in values} == values
