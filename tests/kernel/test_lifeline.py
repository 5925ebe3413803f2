# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What carries a connection, as the kernel tells it: through a bridge, a pair, and by a route."""

import contextlib
import json
import socket
import subprocess

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _host, _lifeline, _namespaces
from ansible_collections.warren.tunnels.tests.kernel._engine import apply
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host

PLACES = """
netns add manager
link add name br0 type bridge
link add name card type veth peer name cable netns manager
link add name other type veth peer name loose
link set dev card master br0 up
link set dev other master br0 up
link set dev loose up
link set dev br0 up
address add 192.0.2.8/24 dev br0
route add 198.51.100.0/24 via 192.0.2.1 metric 5
"""
MANAGER = "link set dev cable up\naddress add 192.0.2.1/24 dev cable\naddress add 198.51.100.7/32 dev cable\n"


@contextlib.contextmanager
def connected(monkeypatch):
    """Be a host with a connection from its manager, that our process is known to have come by."""
    new_host()
    subprocess.run(["ip", "-batch", "-"], input=PLACES.encode(), check=True)
    subprocess.run(["ip", "-n", "manager", "-batch", "-"], input=MANAGER.encode(), check=True)
    with socket.create_server(("192.0.2.8", 22)) as server:
        with _namespaces.inside("manager"):
            client = socket.socket()
        with client:
            client.bind(("198.51.100.7", 0))
            client.settimeout(5)
            client.connect(("192.0.2.8", 22))
            with server.accept()[0]:
                found = _lifeline.Connection(*client.getsockname(), *client.getpeername())
                assert _lifeline._is_established(found)
                monkeypatch.setattr(_lifeline, "connection", lambda: found)
                yield


def test_it_goes_down_to_the_last_link(monkeypatch):
    with connected(monkeypatch), _host.Kernel() as kernel:
        lifeline = kernel.lifeline()
    (way,) = lifeline.ways
    assert (way.destination, way.source) == ("198.51.100.7", "192.0.2.8")
    assert (way.route.dst, way.route.metric, way.devices) == ("198.51.100.0/24", 5, ["br0"])
    # By the bridge's table it is not the other port.
    assert set(lifeline.links) == {(None, "br0"), (None, "card"), ("manager", "cable")}
    assert lifeline.macs == {hop()}


def hop():
    told = subprocess.run(["ip", "-j", "neighbour", "show", "192.0.2.1"], check=True, stdout=subprocess.PIPE).stdout
    return json.loads(told)[0]["lladdr"]


def test_frames_to_the_next_hop_stay_on_their_port(monkeypatch):
    with connected(monkeypatch):
        mac = hop()
        entry = {"lladdr": mac, "dev": "other", "master": True}
        for wanted in (entry, {**entry, "dev": "card", "type": "permanent"}, {"lladdr": mac, "dev": "br0"}):
            with pytest.raises(_errors.Conflict, match=f"would cut the connection from .*{mac} is the Ethernet"):
                apply({"fdb": [wanted]}, "merged")
        assert apply({"fdb": [{**entry, "dev": "card"}, {**entry, "lladdr": "02:00:5e:00:53:01"}]}, "merged")
        with pytest.raises(_errors.Conflict, match="would cut the connection from"):
            apply({"fdb": [entry]}, "merged")
        assert apply({"fdb": [entry]}, "merged", force=True)


OTHER_TABLE = "route add default dev loose table 100\nroute add 198.51.100.0/24 via 192.0.2.1 table 101\n"
TURNS = (
    {"priority": 100, "table": "100"},
    {"priority": 100, "from": "192.0.2.8", "table": "100"},
    {"priority": 100, "to": "198.51.100.0/24", "iif": "lo", "type": "prohibit"},
    {"priority": 100, "ipproto": "tcp", "sport": "22", "table": "100"},
    {"priority": 100, "fwmark": "0/0xff", "table": "100"},
    {"priority": 100, "not": True, "iif": "other", "type": "blackhole"},
    {"priority": 100, "uidrange": "0-999", "table": "100"},
    {"priority": 100, "goto": "40000"},
    {"to": "198.51.100.0/24", "table": "100"},
)
STAYS = (
    {"priority": 40000, "table": "100"},
    {"priority": 100, "from": "192.0.2.9", "table": "100"},
    {"priority": 100, "to": "198.51.100.0/25", "iif": "other", "type": "prohibit"},
    {"priority": 100, "ipproto": "udp", "table": "100"},
    {"priority": 100, "sport": "23-99", "table": "100"},
    {"priority": 100, "fwmark": "1", "table": "100"},
    {"priority": 100, "table": "100", "suppress_prefixlength": "0"},
    {"priority": 100, "table": "101"},
    {"priority": 100, "table": "102"},
    {"priority": 100, "goto": "32766"},
    {"priority": 100, "family": "inet6", "type": "blackhole"},
    {"priority": 100, "netns": "manager", "table": "100"},
)


@contextlib.contextmanager
def with_tables(monkeypatch):
    with connected(monkeypatch):
        subprocess.run(["ip", "-batch", "-"], input=OTHER_TABLE.encode(), check=True)
        subprocess.run(["ip", "rule", "add", "priority", "40000", "unreachable"], check=True)
        yield


def way():
    told = subprocess.run(["ip", "-o", "route", "get", "198.51.100.7", "from", "192.0.2.8", "ipproto", "tcp", "sport", "22"],
                          stdout=subprocess.PIPE, check=False)  # fmt: skip
    return told.stdout.split(b" uid")[0].replace(b" table 101", b"")


def test_it_is_known_which_table_it_goes_by(monkeypatch):
    with with_tables(monkeypatch), _host.Kernel() as kernel:
        subprocess.run(["ip", "rule", "add", "priority", "100", "from", "192.0.2.8", "table", "101"], check=True)
        assert [way.route.table for way in kernel.lifeline().ways] == [101]
        assert apply({"routes": [{"dst": "198.51.100.7", "dev": "loose"}]}, "merged")
        with pytest.raises(_errors.Conflict, match="would cut the connection from"):
            apply({"routes": [{"dst": "198.51.100.7", "dev": "loose", "table": "101"}]}, "merged")


@pytest.mark.parametrize("rule", TURNS, ids=str)
def test_a_rule_that_would_turn_it_is_refused(rule, monkeypatch):
    with with_tables(monkeypatch):
        before = way()
        with pytest.raises(
            _errors.Conflict, match=r"ip rule add .* would cut the connection from .*rules would lead them no"
        ):
            apply({"rules": [rule]}, "merged")
        apply({"rules": [rule]}, "merged", force=True)
        assert way() != before


@pytest.mark.parametrize("rule", STAYS, ids=str)
def test_a_rule_that_does_not_turn_it_is_free(rule, monkeypatch):
    with with_tables(monkeypatch):
        before = way()
        assert apply({"rules": [rule]}, "merged")
        assert way() == before


def test_the_rule_that_leads_it_stays(monkeypatch):
    rule = {"priority": 100, "from": "192.0.2.8", "table": "101"}
    with with_tables(monkeypatch):
        assert apply({"rules": [rule]})
        subprocess.run(["ip", "route", "delete", "198.51.100.0/24"], check=True)
        with pytest.raises(_errors.Conflict, match=r"ip rule delete .* would cut the connection from"):
            apply({})
        assert apply({"rules": [{**rule, "priority": 101}]})
        with pytest.raises(_errors.Conflict, match=r"ip rule add .* would cut the connection from"):
            apply({"routes": [{"dst": "198.51.100.7", "dev": "loose", "table": "103"}],
                   "rules": [{**rule, "priority": 101}, {"priority": 50, "table": "103"}]})  # fmt: skip


@pytest.mark.parametrize(
    "cut",
    [
        {"links": [{"name": "card", "master": "none"}]},
        {"links": [{"name": "br0", "kind": "bridge", "up": False}]},
        {"links": [{"name": "cable", "netns": "manager", "up": False}]},
        {"routes": [{"dst": "198.51.100.0/24", "metric": 5, "via": "192.0.2.9"}]},
        {"routes": [{"dst": "198.51.100.0/25", "dev": "loose"}]},
    ],
    ids=str,
)
def test_what_would_cut_it_is_refused(cut, monkeypatch):
    with connected(monkeypatch), pytest.raises(_errors.Conflict, match="would cut the connection from"):
        apply(cut, "merged")


def test_other_links_are_free(monkeypatch):
    with connected(monkeypatch):
        assert apply({"links": [{"name": "other", "master": "none", "up": False}]}, "merged")
