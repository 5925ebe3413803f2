# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import struct

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _nla
from hypothesis import given
from hypothesis import strategies as st

PAIRS = st.lists(st.tuples(st.integers(0, 70), st.binary(max_size=20)))


def packed(pairs):
    return b"".join(_nla.pack(*pair) for pair in pairs)


def test_pack_pads_and_does_not_count_it():
    assert _nla.pack(3, b"abcde") == struct.pack("=HH", 9, 3) + b"abcde\0\0\0"


def test_nest():
    inner = _nla.pack(8, b"\1")
    assert _nla.nest(10, inner) == struct.pack("=HH", 12, 10 | 0x8000) + struct.pack("=HH", 5, 8) + b"\1\0\0\0"


@given(PAIRS)
def test_what_is_packed_is_read(pairs):
    assert list(_nla.read(packed(pairs))) == pairs


@pytest.mark.parametrize("flag", [0x8000, 0x4000, 0xC000])
def test_flags_are_no_part_of_the_number(flag):
    payload = _nla.pack(7 | flag, b"abcd")
    assert list(_nla.read(payload)) == [(7, b"abcd")]
    assert _nla.only(payload, {7}) == payload
    assert _nla.without(payload, {7}) == b""


@given(PAIRS, st.sets(st.integers(0, 70)))
def test_only_and_without_share_what_is_there(pairs, numbers):
    payload = packed(pairs)
    assert list(_nla.read(_nla.only(payload, numbers))) == [pair for pair in pairs if pair[0] in numbers]
    assert list(_nla.read(_nla.without(payload, numbers))) == [pair for pair in pairs if pair[0] not in numbers]


@given(PAIRS, st.integers(0, 200))
def test_truncated_input_gives_what_came_before(pairs, length):
    part = list(_nla.read(packed(pairs)[:length]))
    assert pairs[: len(part)] == part


@given(st.binary())
def test_malformed_input_does_not_raise(payload):
    list(_nla.read(payload))


@pytest.mark.parametrize("size", [0, 3, 9])
def test_size_that_cant_be_ends_the_reading(size):
    first = _nla.pack(1, b"abcd")
    assert list(_nla.read(first + struct.pack("=HH", size, 2) + b"efgh")) == [(1, b"abcd")]


@pytest.mark.parametrize("text", ["tun0", "", "\u00e9\udcff"])
def test_text(text):
    assert _nla.read_text(_nla.pack_text(text)) == text
    assert _nla.pack_text(text)[-1:] == b"\0"


def test_text_ends_at_the_first_nul():
    assert _nla.read_text(b"tun0\0rest\0") == "tun0"
