# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""GENEVE devices: each option as ip(8) tells it, in place where the kernel can, and by a new device elsewhere."""

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.tests.kernel import _engine, _kinds
from ansible_collections.warren.tunnels.tests.kernel._engine import apply

TAP = {"name": "t0", "kind": "tap", "up": True}
GENEVE = {"name": "x0", "kind": "geneve", "id": 42, "remote": "192.0.2.2"}
SIX = {"remote": "2001:db8::2"}


@pytest.fixture(autouse=True)
def _host_of_its_own():
    _kinds.new_host_with("x9 type geneve id 9 remote 192.0.2.9")


def have(*links):
    return apply({"links": [TAP, *links]}, "merged")


def told_of(expected, name="x0"):
    data = _kinds.link(name)["linkinfo"]["info_data"]
    return {key: data.get(key) for key in expected}


IN_PLACE = [
    pytest.param({}, {"remote": "192.0.2.3"}, {"remote": "192.0.2.3"}, id="remote"),
    pytest.param({}, {"ttl": "7"}, {"ttl": 7}, id="ttl"),
    pytest.param({"ttl": "7"}, {"ttl": "auto"}, {"ttl": 0}, id="ttl-auto"),
    pytest.param({"ttl": "7"}, {"ttl": "inherit"}, {"ttl": None}, id="ttl-inherit"),
    pytest.param({"ttl": "inherit"}, {"ttl": "9"}, {"ttl": 9}, id="ttl-of-its-own"),
    pytest.param({}, {"tos": "0x10"}, {"tos": "0x10"}, id="tos"),
    pytest.param({}, {"tos": "inherit"}, {"tos": "0x1"}, id="tos-inherit"),
    pytest.param({}, {"df": "set"}, {"df": "set"}, id="df"),
    pytest.param({"df": "set"}, {"df": "inherit"}, {"df": "inherit"}, id="df-inherit"),
    pytest.param(SIX, {"flowlabel": 0x12345}, {"label": "0x12345"}, id="flowlabel"),
]
ANEW = [
    pytest.param({}, {"id": 43}, {"id": 43}, id="id"),
    pytest.param({}, SIX, {"remote6": "2001:db8::2"}, id="other-family"),
    pytest.param(
        {**SIX, "udp6zerocsumtx": True, "udp6zerocsumrx": True},
        {"remote": "2001:db8::3"},
        {"remote6": "2001:db8::3", "udp_zero_csum6_tx": True, "udp_zero_csum6_rx": True},
        id="remote-of-ipv6",
    ),
    pytest.param({}, {"dstport": 6090}, {"port": 6090}, id="dstport"),
    pytest.param({}, {"udpcsum": True}, {"udp_csum": True}, id="udpcsum"),
    pytest.param(SIX, {"udp6zerocsumtx": True}, {"udp_zero_csum6_tx": True}, id="udp6zerocsumtx"),
    pytest.param(SIX, {"udp6zerocsumrx": True}, {"udp_zero_csum6_rx": True}, id="udp6zerocsumrx"),
]


@pytest.mark.parametrize(("first", "then", "expected"), IN_PLACE)
def test_change_in_place(first, then, expected):
    have({**GENEVE, **first})
    index = _kinds.link("x0")["ifindex"]
    have({**GENEVE, **first, **then})
    assert _kinds.link("x0")["ifindex"] == index
    assert told_of(expected) == expected
    assert have({**GENEVE, **first, **then}) == ()


@pytest.mark.parametrize(("first", "then", "expected"), ANEW)
def test_change_by_a_new_device(first, then, expected):
    have({**GENEVE, **first, "tos": "4", "mtu": 1321, "addresses": ["10.9.0.1/24"]})
    index = _kinds.link("x0")["ifindex"]
    have({**GENEVE, **first, **then})
    assert (_kinds.link("x0")["ifindex"] == index, _kinds.link("x0")["mtu"]) == (False, 1321)
    assert told_of({**expected, "tos": "0x4"}) == {**expected, "tos": "0x4"}
    assert "10.9.0.1" in _kinds.addresses("x0")
    assert have({**GENEVE, **first, **then}) == ()


def test_change_that_fails_leaves_nothing():
    have({**GENEVE, "ttl": "inherit"})
    before = _kinds.lasting("x0")
    wanted = {**GENEVE, "remote": "192.0.2.3", "ttl": "9", "tos": "4", "df": "set"}
    for error in _engine.refusals({"links": [wanted, {**TAP, "alias": "changed"}]}, "merged"):
        assert error.left == []
        assert _kinds.lasting("x0") == before


def test_external_ones():
    have(
        {"name": "x0", "kind": "geneve", "external": True},
        {"name": "x1", "kind": "geneve", "external": True, "dstport": 6090},
    )
    assert told_of({"external": True, "port": 6090}, "x1") == {"external": True, "port": 6090}
    have({"name": "x2", "kind": "geneve", "external": True, "innerprotoinherit": True, "dstport": 6091})
    assert told_of({"inner_proto_inherit": True}, "x2") == {"inner_proto_inherit": True}


def test_two_devices_that_can_not_be():
    have(GENEVE)
    with pytest.raises(_errors.Conflict, match=r"^id: x0 is a geneve with id 42, remote 192.0.2.2, dstport 6081"):
        have({**GENEVE, "name": "x1"})
    have({**GENEVE, "name": "x1", "remote": "192.0.2.3"}, {**GENEVE, "name": "x2", "id": 43})
    assert [told_of({"id": 0}, name)["id"] for name in ("x0", "x1", "x2")] == [42, 42, 43]


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        pytest.param({"id": None}, "id: a geneve needs one", id="no-id"),
        pytest.param({"remote": None}, "remote: a geneve needs the address", id="no-remote"),
        pytest.param({"remote": "239.1.1.1"}, "remote: 239.1.1.1 is a multicast group", id="group"),
        pytest.param({"external": True}, "id: an external geneve has none", id="external-with-id"),
        pytest.param({"flowlabel": 5}, "flowlabel: it is for packets over IPv6 only", id="flowlabel"),
        pytest.param({**SIX, "udpcsum": True}, "udpcsum: it is for packets over IPv4 only", id="udpcsum"),
    ],
)
def test_what_can_not_be_is_refused_before_anything_is_done(options, complaint):
    with pytest.raises(_errors.Conflict, match="^" + complaint):
        have({name: value for name, value in {**GENEVE, **options}.items() if value is not None})
    assert _kinds.names() == []


def test_what_is_told_makes_the_same_elsewhere():
    have(
        {**GENEVE, **SIX, "ttl": "inherit", "flowlabel": 7, "udp6zerocsumtx": True, "mac": "02:00:5e:00:53:01"},
        {"name": "x1", "kind": "geneve", "external": True, "dstport": 6090, "mac": "02:00:5e:00:53:02", "up": True},
    )
    _kinds.assert_told_makes_the_same_elsewhere("x0", "x1")
