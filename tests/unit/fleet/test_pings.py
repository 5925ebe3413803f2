# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many packets were lost, by what ping prints."""

from ansible_collections.warren.tunnels.tests.fleet._pings import _lost


def text(sent, answered):
    lines = [f"64 bytes from 10.1.1.2: icmp_seq={number} ttl=64 time=0.3 ms" for number in answered]
    return "\n".join([*lines, f"{sent} packets transmitted, {len(answered)} received, 0% packet loss, time 99ms"])


def test_all_are_back():
    assert _lost(text(20, range(1, 21))) == (20, [])


def test_some_in_the_middle_are_lost():
    assert _lost(text(20, [*range(1, 8), *range(10, 21)])) == (20, [8, 9])


def test_the_last_ones_may_be_on_their_way():
    assert _lost(text(20, range(1, 18))) == (20, [])


def test_a_tunnel_that_went_down_for_good_is_not_on_its_way():
    assert _lost(text(20, range(1, 11))) == (20, [*range(11, 16)])


def test_none_is_back():
    assert _lost(text(20, [])) == (20, [*range(1, 21)])


def test_a_ping_that_never_began_sent_nothing():
    assert _lost("ping: unknown iface tun100") == (0, [])
