# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _formats
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _catalog, _option
from ansible_collections.warren.tunnels.plugins.module_utils._steps._link import AddLink
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils import _hosts

GENEVE = _catalog.KINDS["geneve"]
P = "IFLA_GENEVE_"


@pytest.mark.parametrize(
    ("option", "value", "raw", "words"),
    [
        ("id", 42, {P + "ID": 42}, "id 42"),
        ("remote", "192.0.2.2", {P + "REMOTE": "192.0.2.2", P + "REMOTE6": None}, "remote 192.0.2.2"),
        ("remote", "2001:db8::1", {P + "REMOTE": None, P + "REMOTE6": "2001:db8::1"}, "remote 2001:db8::1"),
        ("ttl", "inherit", {P + "TTL": 0, P + "TTL_INHERIT": 1}, "ttl inherit"),
        ("ttl", 9, {P + "TTL": 9, P + "TTL_INHERIT": 0}, "ttl 9"),
        ("df", "inherit", {P + "DF": 2}, "df inherit"),
        ("flowlabel", 5, {P + "LABEL": 5}, "flowlabel 5"),
        ("udpcsum", True, {P + "UDP_CSUM": 1}, "udpcsum"),
        ("udp6zerocsumrx", False, {P + "UDP_ZERO_CSUM6_RX": 0}, "noudp6zerocsumrx"),
        ("external", True, {P + "COLLECT_METADATA": True}, "external"),
    ],
)
def test_option(option, value, raw, words):
    assert _option.encode(GENEVE.options, {option: value}) == raw
    told = {name: content for name, content in raw.items() if content is not None}
    assert _option.decode(GENEVE.options, told)[option] == value
    assert GENEVE.option(option).words(value) == words.split()


def test_the_kernel_is_told_a_time_to_live_or_where_it_is_from():
    table = _formats.link_data("geneve")
    assert table.pack({P + "TTL": 9, P + "TTL_INHERIT": 0}) == table.pack({P + "TTL": 9})
    assert table.unpack(table.pack({P + "TTL": 0, P + "TTL_INHERIT": 1})) == {P + "TTL": 0, P + "TTL_INHERIT": True}


def test_command():
    link = _hosts.link("geneve", "g0")._replace(attributes={"id": 5, "remote": "192.0.2.2", "tos": "inherit"})
    assert AddLink(link).command() == "ip link add dev g0 type geneve id 5 remote 192.0.2.2 tos inherit"
