# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Forwarding entries from what a person types to what is done, said, and written for the next boot."""

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors, _guard
from ansible_collections.warren.tunnels.plugins.module_utils._boot import _ip_batch, _networkd, _state
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _planner
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._fdb._state import Forwarding
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._list import load
from ansible_collections.warren.tunnels.plugins.module_utils._ways import Lifeline, Way
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import have, join, link, route, want
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._plan._samples import commands

MAC, OTHER = "02:00:5e:00:53:01", "02:00:5e:00:53:02"
ZEROS, GROUP = "00:00:00:00:00:00", "01:00:5e:00:53:01"
BRIDGE = link("bridge", "b", up=True)
TAP, SECOND = link("tap", "t", up=True, master="b"), link("tap", "u", up=True, master="b")
VXLAN = link("vxlan", "vx", up=True, id=7, dstport=4789)
EXTERNAL = link("vxlan", "ex", up=True, external=True)
ON_PORT = Forwarding(None, "t", MAC, master=True, type="static", sticky=False, extern_learn=False)
FAR = Forwarding(None, "vx", MAC, dst="192.0.2.1", type="permanent", sticky=False, extern_learn=False, usual=(4789, 7))
TO_ALL = FAR._replace(lladdr=ZEROS)
LINKS = (BRIDGE, TAP, SECOND, VXLAN, EXTERNAL)
HOST = have(*LINKS, fdb=[ON_PORT, FAR, TO_ALL])


def fdb(lladdr=MAC, dev="t", **options):
    return want("fdb", lladdr=lladdr, dev=dev, **options)


def the_entry(**options):
    (found,) = fdb(**options).fdb.values()
    return found


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({}, Forwarding(None, "t", MAC), id="own"),
        pytest.param({"lladdr": "2-0-5E-0-53-1", "master": True}, Forwarding(None, "t", MAC, master=True), id="port"),
        pytest.param(
            {"master": True, "vlan": 7, "sticky": True, "type": "static", "netns": "red"},
            Forwarding("red", "t", MAC, master=True, vlan=7, type="static", sticky=True),
            id="port-in-full",
        ),
        pytest.param({"lladdr": GROUP}, Forwarding(None, "t", GROUP), id="group"),
        pytest.param({"lladdr": ZEROS, "dst": "192.0.2.1"}, Forwarding(None, "t", ZEROS, dst="192.0.2.1"), id="all"),
        pytest.param(
            {"dst": "2001:DB8::0:1", "port": 1, "vni": 2, "src_vni": 3, "via": "u", "extern_learn": True},
            Forwarding(None, "t", MAC, dst="2001:db8::1", port=1, vni=2, src_vni=3, via="u", extern_learn=True),
            id="far-end-in-full",
        ),
        pytest.param({"src_vni": 3, "state": "absent"}, None, id="one-far-end-is-known-by-its-address"),
    ],
)
def test_what_is_typed(options, expected):
    if expected is None:
        assert fdb(**options).absent_fdb == ((None, "t", MAC, False, 0, 3, "", 0, 0, ""),)
    else:
        assert the_entry(**options) == expected


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"lladdr": "somewhere"}, "lladdr: 'somewhere' is not an Ethernet address"),
        ({"lladdr": "020000"}, "so put it in quotes"),
        ({"lladdr": ZEROS}, "lladdr: all zeros stand for frames that no other entry"),
        ({"lladdr": ZEROS, "master": True}, "lladdr: all zeros"),
        ({"dev": "a b"}, "dev: "),
        ({"via": "a b", "dst": "192.0.2.1"}, "via: "),
        ({"dst": "192.0.2.0/24"}, "dst: '192.0.2.0/24' is not an IP address"),
        ({"dst": "0.0.0.0"}, "dst: 0.0.0.0 is no host's address"),
        ({"dst": "192.0.2.1", "master": True}, "dst: only a VXLAN device's own entries have it"),
        ({"src_vni": 7, "master": True}, "src_vni: only a VXLAN device's own entries have it"),
        ({"dst": "192.0.2.1", "vlan": 7}, "vlan: a VXLAN device's own entries have none"),
        ({"port": 7}, "dst: it is missing; say which far end port is of"),
        ({"lladdr": GROUP, "src_vni": 7, "state": "absent"}, "dst: it is missing"),
        ({"vlan": 4095, "master": True}, "vlan: "),
        ({"dst": "192.0.2.1", "vni": 1 << 24}, "vni: "),
        ({"type": "static"}, "type: what a device has of its own is permanent"),
        ({"extern_learn": True}, "extern_learn: only entries of bridges and VXLAN devices"),
        ({"sticky": True}, "sticky: only entries of a bridge's ports"),
        ({"sticky": True, "master": True, "type": "permanent"}, "sticky: a permanent entry is for the bridge"),
        ({"extern_learn": True, "master": True, "type": "static"}, "type: a bridge keeps none"),
    ],
)
def test_what_can_not_be_is_told(options, told):
    with pytest.raises(_errors.BadOption) as refused:
        fdb(**options)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("wanted", "steps"),
    [
        pytest.param(fdb(master=True), [], id="same"),
        pytest.param(fdb(master=True, type="static", sticky=False, extern_learn=False), [], id="same-in-full"),
        pytest.param(
            fdb(master=True, sticky=True), [f"bridge fdb replace {MAC} dev t master static sticky"], id="change"
        ),
        pytest.param(fdb(), [f"bridge fdb append {MAC} dev t self permanent"], id="another-table"),
        pytest.param(fdb(dev="vx", dst="192.0.2.1", port=4789, vni=7), [], id="same-far-end-in-full"),
        pytest.param(
            fdb(dev="vx", dst="192.0.2.2", via="u"),
            [f"bridge fdb replace {MAC} dev vx self permanent dst 192.0.2.2 via u"],
            id="another-far-end",
        ),
        pytest.param(
            fdb(lladdr=ZEROS, dev="vx", dst="192.0.2.2"),
            [f"bridge fdb append {ZEROS} dev vx self permanent dst 192.0.2.2"],
            id="one-more-far-end",
        ),
        pytest.param(
            join(
                fdb(lladdr=GROUP, dev="vx", dst="192.0.2.1"),
                fdb(lladdr=GROUP, dev="vx", dst="192.0.2.2", type="static"),
            ),
            [f"bridge fdb append {GROUP} dev vx self static dst 192.0.2.{number}" for number in (1, 2)],
            id="one-type-for-all-far-ends",
        ),
        pytest.param(
            fdb(dev="vx", dst="192.0.2.1", extern_learn=True),
            [
                f"bridge fdb delete {MAC} dev vx self dst 192.0.2.1",
                f"bridge fdb replace {MAC} dev vx self permanent dst 192.0.2.1 extern_learn",
            ],
            id="not-made-of-another",
        ),
        pytest.param(fdb(master=True, state="absent"), [f"bridge fdb delete {MAC} dev t master"], id="delete"),
        pytest.param(
            fdb(dev="vx", state="absent"), [f"bridge fdb delete {MAC} dev vx self dst 192.0.2.1"], id="delete-far-end"
        ),
        pytest.param(fdb(state="absent"), [], id="absent"),
        pytest.param(
            join(fdb(master=True), want("link", name="t", up=False)),
            ["ip link set dev t down", f"bridge fdb replace {MAC} dev t master static"],
            id="said-again",
        ),
        pytest.param(
            join(fdb(master=True, vlan=7), fdb(master=True, state="absent")),
            [f"bridge fdb delete {MAC} dev t master", f"bridge fdb replace {MAC} dev t master vlan 7 static"],
            id="in-one-vlan",
        ),
        pytest.param(
            join(fdb(dev="vx", state="absent"), want("vxlan", name="vx", state="absent")),
            [f"bridge fdb delete {MAC} dev vx self dst 192.0.2.1", "ip link delete dev vx"],
            id="before-its-link",
        ),
    ],
)
def test_steps(wanted, steps):
    plan = _planner.make(wanted, HOST)
    assert commands(plan) == steps
    assert plan[1:] == ((), ())


def test_what_is_in_all_vlans_takes_that_in_one_along():
    of_vlan = ON_PORT._replace(vlan=7)
    plan = _planner.make(
        join(fdb(master=True, vlan=7), fdb(master=True, state="absent")), have(*LINKS, fdb=[ON_PORT, of_vlan])
    )
    assert commands(plan) == [
        f"bridge fdb delete {MAC} dev t master", f"bridge fdb replace {MAC} dev t master vlan 7 static",
    ]  # fmt: skip


def test_an_address_that_the_bridge_has_elsewhere_is_moved_and_moved_back():
    elsewhere = ON_PORT._replace(dev="u", at=("t", True))
    host = have(*LINKS, fdb=[elsewhere])
    (step,) = _planner.make(fdb(dev="u", master=True), host).operations
    assert step.command() == f"bridge fdb replace {MAC} dev u master static"
    assert [each.command() for each in step.inverse()] == [f"bridge fdb replace {MAC} dev t master static"]
    assert _planner.make(fdb(dev="u", master=True, state="absent"), host).operations == ()
    told = load("fdb", "_state")
    assert told.state(elsewhere) == {"state": "absent"}
    assert told.entries(host.fdb, host) == []
    assert told.options(elsewhere) == {"type": "static", "dev": "t"}
    of_bridge = elsewhere._replace(at=("b", False), type="permanent")
    (step,) = _planner.make(fdb(dev="u", master=True), have(*LINKS, fdb=[of_bridge])).operations
    assert [each.command() for each in step.inverse()] == [f"bridge fdb append {MAC} dev b self permanent"]


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (fdb(dev="u", dst="192.0.2.1"), "dst: only a VXLAN device sends frames to far ends, and u is a tap"),
        (fdb(lladdr=OTHER, dev="vx"), "dst: it is missing; vx is a vxlan"),
        (fdb(dev="vx", dst="192.0.2.1", src_vni=7), "src_vni: only an external vxlan"),
        (join(fdb(master=True), want("link", name="t", master="none")), "master: t is no port of a bridge"),
        (join(fdb(master=True), fdb(dev="u", master=True)), "lladdr: b has 02:00:5e:00:53:01 either on t or on u"),
        (join(fdb(master=True), fdb(dev="b")), "either on t or on b"),
    ],
)
def test_what_the_kernel_has_no_place_for_is_refused(wanted, told):
    with pytest.raises(_errors.Conflict) as refused:
        _planner.make(wanted, HOST)
    assert told in str(refused.value)


def test_a_link_that_is_missing_is_told():
    assert "there is no link 'x'" in _planner.make(fdb(dev="x"), HOST).unmet[0]
    assert "via: there is no link 'x'" in _planner.make(fdb(dev="vx", dst="192.0.2.1", via="x"), HOST).unmet[0]


@pytest.mark.parametrize(
    ("wanted", "carrying", "is_cut"),
    [
        pytest.param(fdb(master=True, sticky=True), ("b", "t"), False, id="stays-where-it-is"),
        pytest.param(fdb(master=True, type="permanent"), ("b", "t"), True, id="for-the-bridge-itself"),
        pytest.param(fdb(dev="u", master=True), ("b", "t"), True, id="by-another-port"),
        pytest.param(fdb(lladdr=OTHER, dev="u", master=True), ("b", "t"), False, id="another-address"),
        pytest.param(fdb(dev="u", master=True), ("vx",), False, id="another-bridge"),
        pytest.param(fdb(master=True, state="absent"), ("b", "t"), False, id="found-by-all-ports"),
        pytest.param(fdb(dev="vx", dst="192.0.2.2"), ("vx",), True, id="to-another-far-end"),
        pytest.param(fdb(dev="vx", state="absent"), ("vx",), True, id="to-no-far-end"),
        pytest.param(fdb(dev="vx", dst="192.0.2.2"), ("b", "t"), False, id="another-device"),
        pytest.param(fdb(), ("b", "t"), False, id="let-in-by-the-device"),
        pytest.param(fdb(dev="b"), ("b", "t"), True, id="of-the-bridge"),
    ],
)
def test_frames_to_the_next_hop_of_our_connection_go_where_they_went(wanted, carrying, is_cut):
    way = Way(None, "192.0.2.7", route("default", dev=carrying[0], via="10.0.0.2"))
    lifeline = Lifeline((way,), {(None, name): "it carries it" for name in carrying}, macs=frozenset([MAC]))
    (step,) = _planner.make(wanted, HOST).operations
    assert bool(step.cuts(lifeline, HOST)) == is_cut
    if is_cut:
        with pytest.raises(_errors.Conflict, match=f"{MAC} is the Ethernet address of its next hop"):
            _guard.check([step], HOST, lifeline, {}, {})


STATE = {
    "namespaces": [{"name": "red"}],
    "links": [
        {"name": "b", "kind": "bridge", "up": True},
        {"name": "t", "kind": "tap", "up": True, "master": "b"},
        {"name": "vx", "kind": "vxlan", "id": "7", "up": True},
        {"name": "rx", "kind": "vxlan", "id": "8", "netns": "red", "up": True},
    ],
    "fdb": [
        {"lladdr": ZEROS, "dev": "vx", "dst": "192.0.2.1", "vni": 9, "via": "t"},
        {"lladdr": MAC, "dev": "t", "master": True, "type": "permanent"},
        {"lladdr": ZEROS, "dev": "rx", "netns": "red", "dst": "192.0.2.1"},
    ],
}


def test_files_of_ip_batch():
    asked = _state.fit(STATE)
    files = _ip_batch.files(asked, _state.steps(asked))
    assert files["host.bridge"].splitlines()[2:] == [
        f"fdb append {ZEROS} dev vx self permanent dst 192.0.2.1 vni 9 via t",
        f"fdb replace {MAC} dev t master permanent",
    ]
    assert files["netns-red.bridge"].splitlines()[2:] == [f"fdb append {ZEROS} dev rx self permanent dst 192.0.2.1"]
    assert "fdb" not in files["host.batch"] + files["netns-red.batch"]
    assert list(files)[-4:] == ["host.batch", "host.bridge", "netns-red.batch", "netns-red.bridge"]


def test_files_of_networkd():
    bridge, tap, *_others = STATE["links"]
    entries = [
        {"lladdr": MAC, "dev": "t", "master": True, "vlan": 7, "type": "permanent"},
        {"lladdr": OTHER, "dev": "b"},
    ]
    files, faults = _networkd.files(_state.fit({"links": [bridge, tap], "fdb": entries}))
    assert faults == []
    assert files["t.network"].endswith(f"\n[BridgeFDB]\nMACAddress={MAC}\nVLANId=7\nAssociatedWith=master\n")
    assert files["b.network"].endswith(f"\n[BridgeFDB]\nMACAddress={OTHER}\nAssociatedWith=self\n")
    faulty = [
        {"lladdr": MAC, "dev": "t", "master": True, "sticky": True},
        {"lladdr": OTHER, "dev": "t", "master": True, "extern_learn": True},
        {"lladdr": OTHER, "dev": "vx", "dst": "192.0.2.1"},
        {"lladdr": MAC, "dev": "eth0"},
        {"lladdr": ZEROS, "dev": "rx", "netns": "red", "dst": "192.0.2.1"},
    ]
    _files, faults = _networkd.files(_state.fit({**STATE, "fdb": faulty}))
    assert [fault.split(": networkd")[0] for fault in faults if fault.startswith("forwarding")] == [
        f"forwarding entry {MAC}: sticky", f"forwarding entry {MAC}: type", f"forwarding entry {OTHER}: extern_learn",
        f"forwarding entry {OTHER}: type", f"forwarding entry {OTHER}: dst", f"forwarding entry {MAC}: dev",
        f"forwarding entry {ZEROS}: dst", f"forwarding entry {ZEROS}: netns",
    ]  # fmt: skip


def test_what_is_shown():
    told = load("fdb", "_state")
    assert told.state(None) == {"state": "absent"}
    assert told.state(FAR) == {"state": "present", "lladdr": MAC, "dev": "vx", "dst": "192.0.2.1", "type": "permanent"}
    assert told.label(ON_PORT.id) == {"fdb": MAC, "dev": "t", "master": True, "netns": None}
    assert told.label(TO_ALL.id) == {"fdb": ZEROS, "dev": "vx", "dst": "192.0.2.1", "netns": None}
    assert told.options(FAR) == {"dst": "192.0.2.1", "type": "permanent"}
    assert told.options(TO_ALL._replace(extern_learn=True)) == {"type": "permanent", "extern_learn": True}
