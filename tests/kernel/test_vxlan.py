# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""VXLAN devices: each option as ip(8) tells it, in place where the kernel can, and by a new device elsewhere."""

import json
import subprocess

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _document, _errors
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _host
from ansible_collections.warren.tunnels.tests.kernel import _engine
from ansible_collections.warren.tunnels.tests.kernel._engine import apply
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host

TAPS = [{"name": name, "kind": "tap", "up": True} for name in ("t0", "t1")]
VXLAN = {"name": "vx0", "kind": "vxlan", "id": "42", "dstport": 4789}
SIX = {"remote": "2001:db8::2", "local": "2001:db8::1"}


def told(*words):
    return json.loads(subprocess.run(["ip", "-d", "-j", *words], check=True, stdout=subprocess.PIPE).stdout)


def vxlan(name="vx0"):
    """Return what ip says of a device: its index, its mtu and its own options."""
    (link,) = told("link", "show", name)
    return link["ifindex"], link["mtu"], link["linkinfo"]["info_data"]


def have(*links, state="merged", **options):
    return apply({"links": [*TAPS, *links]}, state, **options)


@pytest.fixture(autouse=True)
def _host_of_its_own():
    new_host()


IN_PLACE = [
    pytest.param({}, {"remote": "192.0.2.2"}, {"remote": "192.0.2.2"}, id="remote"),
    pytest.param({"remote": "192.0.2.2"}, {"remote": "192.0.2.3"}, {"remote": "192.0.2.3"}, id="another-remote"),
    pytest.param({"remote": "192.0.2.2"}, {"remote": "any"}, {"remote": None}, id="no-remote"),
    pytest.param({"local": "192.0.2.1"}, {"local": "any"}, {"local": None}, id="no-local"),
    pytest.param({"dev": "t0"}, {"remote": "239.1.1.1"}, {"group": "239.1.1.1"}, id="group"),
    pytest.param(SIX, {"remote": "2001:db8::3"}, {"remote6": "2001:db8::3"}, id="remote-of-ipv6"),
    pytest.param(SIX, {"remote": "any"}, {"remote6": None, "local6": "2001:db8::1"}, id="no-remote-of-ipv6"),
    pytest.param(SIX, {"flowlabel": "0x12345"}, {"label": "0x12345"}, id="flowlabel"),
    pytest.param({}, {"dev": "t0"}, {"link": "t0"}, id="dev"),
    pytest.param({"dev": "t0"}, {"dev": "t1"}, {"link": "t1"}, id="another-dev"),
    pytest.param({}, {"ttl": "7"}, {"ttl": 7}, id="ttl"),
    pytest.param({"ttl": "7"}, {"ttl": "auto"}, {"ttl": 0}, id="ttl-auto"),
    pytest.param({}, {"tos": "0x10"}, {"tos": "0x10"}, id="tos"),
    pytest.param({}, {"tos": "inherit"}, {"tos": "0x1"}, id="tos-inherit"),
    pytest.param({}, {"df": "inherit"}, {"df": "inherit"}, id="df"),
    pytest.param({}, {"learning": False}, {"learning": False}, id="learning"),
    pytest.param({}, {"ageing": 77}, {"ageing": 77}, id="ageing"),
]
ANEW = [
    pytest.param({}, {"id": "43"}, {"id": 43}, id="id"),
    pytest.param({}, {"remote": "2001:db8::2"}, {"remote6": "2001:db8::2"}, id="other-family"),
    pytest.param({"dev": "t0"}, {"dev": "none"}, {"link": None}, id="no-dev"),
    pytest.param({}, {"dstport": 4790}, {"port": 4790}, id="dstport"),
    pytest.param({}, {"srcport": "1000-2000"}, {"port_range": {"low": 1000, "high": 2000}}, id="srcport"),
    pytest.param(
        {"srcport": "1000-2000"}, {"srcport": "auto"}, {"port_range": {"low": 0, "high": 0}}, id="srcport-auto"
    ),
    pytest.param({"ttl": "7"}, {"ttl": "inherit"}, {"ttl": None}, id="ttl-inherit"),
    pytest.param({"ttl": "inherit"}, {"ttl": "7"}, {"ttl": 7}, id="ttl-of-its-own"),
    pytest.param({}, {"maxaddress": "5"}, {"limit": 5}, id="maxaddress"),
    pytest.param({"maxaddress": "5"}, {"maxaddress": "unlimited"}, {"limit": None}, id="unlimited"),
    pytest.param({}, {"proxy": True}, {"proxy": True}, id="proxy"),
    pytest.param({"proxy": True}, {"proxy": False}, {"proxy": None}, id="no-proxy"),
    pytest.param({}, {"rsc": True}, {"rsc": True}, id="rsc"),
    pytest.param({}, {"l2miss": True}, {"l2miss": True}, id="l2miss"),
    pytest.param({}, {"l3miss": True}, {"l3miss": True}, id="l3miss"),
    pytest.param({}, {"udpcsum": False}, {"udp_csum": False}, id="udpcsum"),
    pytest.param({}, {"udp6zerocsumtx": True}, {"udp_zero_csum6_tx": True}, id="udp6zerocsumtx"),
    pytest.param({}, {"udp6zerocsumrx": True}, {"udp_zero_csum6_rx": True}, id="udp6zerocsumrx"),
    pytest.param({}, {"remcsumtx": True}, {"remcsum_tx": True}, id="remcsumtx"),
    pytest.param({}, {"remcsumrx": True}, {"remcsum_rx": True}, id="remcsumrx"),
    pytest.param({}, {"gbp": True}, {"gbp": True}, id="gbp"),
    pytest.param({}, {"external": True, "id": "none"}, {"external": True, "id": 0}, id="external"),
]


@pytest.mark.parametrize(("first", "then", "expected"), IN_PLACE)
def test_change_in_place(first, then, expected):
    have({**VXLAN, **first})
    index, _mtu, before = vxlan()
    have({**VXLAN, **then})
    now, _mtu, after = vxlan()
    assert now == index
    assert {name: after.get(name) for name in expected} == expected
    kept = {name: value for name, value in before.items() if name not in expected}
    renamed = {"remote", "local", "group", "port_range"}
    assert {name: after.get(name) for name in kept if name not in renamed} == {
        name: value for name, value in kept.items() if name not in renamed
    }
    assert have({**VXLAN, **then}) == ()


@pytest.mark.parametrize(("first", "then", "expected"), ANEW)
def test_change_by_a_new_device(first, then, expected):
    have({**VXLAN, **first, "mtu": 1321, "addresses": ["10.9.0.1/24"]})
    index, _mtu, _before = vxlan()
    have({**VXLAN, **then})
    now, mtu, after = vxlan()
    assert (now == index, mtu) == (False, 1321)
    assert {name: after.get(name) for name in expected} == expected
    (link,) = told("address", "show", "vx0")
    assert "10.9.0.1" in [address["local"] for address in link["addr_info"]]
    assert have({**VXLAN, **then}) == ()


def test_mtu_and_an_option_of_its_own_at_once():
    have(VXLAN)
    index, _mtu, _data = vxlan()
    have({**VXLAN, "mtu": 1300, "ttl": "9"})
    now, mtu, data = vxlan()
    assert (now, mtu, data["ttl"]) == (index, 1300, 9)


@pytest.mark.parametrize("step", ["vxlan", "after-it"])
def test_change_that_fails_leaves_nothing(step):
    """Not even the mtu, which the kernel lowers when the device gets a link to leave by."""
    options = {"remote": "192.0.2.2", "local": "192.0.2.1", "ttl": "7"}
    have({**VXLAN, **options})
    before = vxlan()
    wanted = {**VXLAN, "remote": "any", "local": "192.0.2.9", "ttl": "auto", "dev": "t0", "tos": "inherit"}
    more = [] if step == "vxlan" else [{"name": "b0", "kind": "bridge"}, {**TAPS[0], "alias": "changed"}]
    refused = 0
    for error in _engine.refusals({"links": [wanted, TAPS[1], *more, *([] if more else [TAPS[0]])]}, "merged"):
        refused += 1
        assert error.left == []
        assert vxlan() == before
    assert refused


def test_address_that_it_did_not_have_goes_with_an_undo():
    have(VXLAN)
    before = vxlan()
    wanted = {**VXLAN, "remote": "192.0.2.2", "local": "192.0.2.1"}
    for error in _engine.refusals({"links": [wanted, {**TAPS[0], "alias": "changed"}, TAPS[1]]}, "merged"):
        assert error.left == []
        assert vxlan() == before


def test_two_devices_that_can_not_be():
    have(VXLAN)
    with pytest.raises(_errors.Conflict, match=r"^id: vx0 is a vxlan with id 42, dstport 4789.* Give vx1 another id"):
        have({**VXLAN, "name": "vx1", "remote": "192.0.2.9"})
    have({**VXLAN, "name": "vx1", "remote": "2001:db8::9"})
    have({**VXLAN, "name": "vx2", "dstport": 4790})
    assert {vxlan(name)[2]["id"] for name in ("vx0", "vx1", "vx2")} == {42}


def test_same_number_by_link_local_addresses_on_two_links():
    for number in (0, 1):
        have({**VXLAN, "name": f"vx{number}", "local": "fe80::1", "remote": "fe80::2", "dev": f"t{number}"})
    assert (vxlan("vx0")[2]["link"], vxlan("vx1")[2]["link"]) == ("t0", "t1")


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        pytest.param({"remote": "239.1.1.1"}, "dev: a vxlan to the group 239.1.1.1", id="group-without-dev"),
        pytest.param(
            {"remote": "192.0.2.2", "local": "2001:db8::1"}, "remote and local: .* of IPv4 and", id="families"
        ),
        pytest.param({"flowlabel": "5"}, "flowlabel: only packets over IPv6", id="flowlabel"),
        pytest.param({"id": "none"}, "id: a vxlan needs one", id="no-id"),
        pytest.param({"external": True}, "id: an external vxlan has none", id="external-with-id"),
        pytest.param({"local": "239.1.1.1"}, "local: 239.1.1.1 is a multicast group", id="local-group"),
    ],
)
def test_what_can_not_be_is_refused_before_anything_is_done(options, complaint):
    with pytest.raises(_errors.Conflict, match="^" + complaint):
        apply({"links": [{**VXLAN, **options}]}, "merged")
    assert [link["ifname"] for link in told("link")] == ["lo"]


def test_link_that_it_stands_on_is_made_again():
    """And so is the device, which goes with it."""
    have({**VXLAN, "dev": "t0", "ttl": "9", "addresses": ["10.9.0.1/24"]})
    index, _mtu, _data = vxlan()
    apply({"links": [{**TAPS[0], "multi_queue": True}, {"name": "vx0", "kind": "vxlan"}]}, "merged")
    now, _mtu, data = vxlan()
    assert (now == index, data["link"], data["ttl"], data["id"]) == (False, "t0", 9, 42)


def test_link_that_it_stands_on_goes_and_it_goes_over_to_another():
    have({**VXLAN, "dev": "t0"})
    apply({"links": [TAPS[1], {**VXLAN, "dev": "t1"}]}, "overridden")
    assert vxlan()[2]["link"] == "t1"
    assert [link["ifname"] for link in told("link")] == ["lo", "t1", "vx0"]


def test_both_go_at_once():
    have({**VXLAN, "dev": "t0"})
    apply({"links": []}, "overridden")
    assert [link["ifname"] for link in told("link")] == ["lo"]


def test_link_that_it_stands_on_does_not_go_alone():
    have({**VXLAN, "dev": "t0"})
    with pytest.raises(_errors.Conflict, match=r"t0 can't be replaced without what others made on it: vx0 \(vxlan\)"):
        apply({"links": [{**TAPS[0], "multi_queue": True}]}, "merged")


def test_what_is_told_makes_the_same_elsewhere():
    have(
        {**VXLAN, **SIX, "dev": "t0", "ttl": "inherit", "flowlabel": "7", "srcport": "1000-2000", "gbp": True},
        {"name": "vx1", "kind": "vxlan", "external": True, "dstport": 4790, "udpcsum": False},
        {"name": "vx2", "kind": "vxlan", "id": "7", "remote": "239.1.1.1", "dev": "t1", "up": True, "mtu": 1300},
    )
    before = {name: vxlan(name)[1:] for name in ("vx0", "vx1", "vx2")}
    with _host.Kernel() as kernel:
        document = _document.of_choice(_document.Choice(), kernel.survey())["network"]
    new_host()
    apply(document)
    assert {name: vxlan(name)[1:] for name in ("vx0", "vx1", "vx2")} == before
