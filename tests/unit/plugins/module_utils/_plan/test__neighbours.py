# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Neighbours from what a person types to what is done, said, and written for the next boot."""

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors, _guard
from ansible_collections.warren.tunnels.plugins.module_utils._boot import _networkd, _state
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _planner
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._list import load
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._neighbour._state import Neighbour
from ansible_collections.warren.tunnels.plugins.module_utils._ways import Lifeline, Way
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import have, join, link, route, want
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._plan._samples import commands

MAC, OTHER = "02:00:5e:00:53:01", "02:00:5e:00:53:02"
TAP, BRIDGE = link("tap", "t", up=True), link("bridge", "b", up=True)
THERE = Neighbour(None, "t", "10.0.0.2", False, MAC, False)
ON_BRIDGE = THERE._replace(dev="b")
HOST = have(TAP, BRIDGE, neighbours=[THERE, ON_BRIDGE])
AGAIN = f"ip neighbour replace 10.0.0.2 lladdr {MAC} dev {{0}} nud permanent"


def neighbour(to="10.0.0.2", dev="t", **options):
    return want("neighbour", to=to, dev=dev, **options)


def the_neighbour(**options):
    (found,) = neighbour(**options).neighbours.values()
    return found


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({"lladdr": MAC}, Neighbour(None, "t", "10.0.0.2", False, MAC), id="ethernet"),
        pytest.param({"lladdr": "2:0:5E:0:53:1"}, Neighbour(None, "t", "10.0.0.2", False, MAC), id="in-short"),
        pytest.param({"lladdr": "192.0.2.2"}, Neighbour(None, "t", "10.0.0.2", False, "192.0.2.2"), id="far-end"),
        pytest.param(
            {"to": "2001:DB8::0:2", "lladdr": MAC, "router": True, "protocol": "4", "netns": "red"},
            Neighbour("red", "t", "2001:db8::2", False, MAC, True, "static"),
            id="all",
        ),
        pytest.param({"proxy": True}, Neighbour(None, "t", "10.0.0.2", True), id="proxy"),
    ],
)
def test_what_is_typed(options, expected):
    assert the_neighbour(**options) == expected


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "lladdr: it is missing"),
        ({"lladdr": MAC, "proxy": True}, "lladdr: this host answers for the address itself"),
        ({"lladdr": "somewhere"}, "lladdr: 'somewhere' is neither an Ethernet address"),
        ({"lladdr": "020000"}, "so put it in quotes"),
        ({"lladdr": "10.0.0"}, "lladdr: '10.0.0' is not an IP address"),
        ({"lladdr": MAC, "to": "10.0.0.0/24"}, "to: '10.0.0.0/24' is not an IP address"),
        ({"lladdr": MAC, "to": "::"}, "to: :: is no host's address"),
        ({"lladdr": MAC, "dev": "a b"}, "dev: "),
        ({"lladdr": MAC, "protocol": "nobody"}, "protocol: 'nobody' is not a number from 1 to 255 or static, boot"),
    ],
)
def test_what_can_not_be_is_told(options, told):
    with pytest.raises(_errors.BadOption) as refused:
        neighbour(**options)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("wanted", "steps"),
    [
        pytest.param(neighbour(lladdr=MAC), [], id="same"),
        pytest.param(neighbour(lladdr=MAC, router=False), [], id="same-in-full"),
        pytest.param(
            neighbour(lladdr=OTHER, router=True, protocol="static"),
            [f"ip neighbour replace 10.0.0.2 lladdr {OTHER} dev t nud permanent router protocol static"],
            id="change",
        ),
        pytest.param(neighbour(proxy=True), ["ip neighbour replace proxy 10.0.0.2 dev t"], id="another-entry"),
        pytest.param(neighbour(state="absent"), ["ip neighbour delete 10.0.0.2 dev t"], id="delete"),
        pytest.param(neighbour(state="absent", proxy=True), [], id="absent"),
        pytest.param(
            join(neighbour(lladdr=MAC), want("link", name="t", up=False)),
            ["ip link set dev t down", AGAIN.format("t")],
            id="forgotten",
        ),
        pytest.param(
            join(neighbour(lladdr=MAC, dev="b"), want("link", name="t", master="b")),
            ["ip link set dev t master b", AGAIN.format("b")],
            id="forgotten-with-the-address-of-a-port",
        ),
        pytest.param(
            join(neighbour(dev="new", lladdr=MAC), want("tuntap", name="new", mode="tap")),
            ["ip tuntap add dev new mode tap", AGAIN.format("new")],
            id="on-a-new-link",
        ),
        pytest.param(
            join(neighbour(state="absent"), want("tuntap", name="t", state="absent")),
            ["ip neighbour delete 10.0.0.2 dev t", "ip link delete dev t"],
            id="before-its-link",
        ),
    ],
)
def test_steps(wanted, steps):
    plan = _planner.make(wanted, HOST)
    assert commands(plan) == steps
    assert plan[1:] == ((), ())


def test_a_change_leads_back_to_what_was_there():
    (step,) = _planner.make(neighbour(lladdr=OTHER), HOST).operations
    (back,) = step.inverse()
    assert back.command() == AGAIN.format("t")
    (step,) = _planner.make(neighbour(state="absent"), HOST).operations
    assert [each.command() for each in step.inverse()] == [AGAIN.format("t")]


def test_a_link_that_is_missing_is_told():
    assert "there is no link 'x'" in _planner.make(neighbour(dev="x", lladdr=MAC), HOST).unmet[0]


@pytest.mark.parametrize(
    ("wanted", "is_cut"),
    [
        (neighbour(lladdr=OTHER), True),
        (neighbour(lladdr=MAC, protocol="static"), False),
        (neighbour(to="10.0.0.3", lladdr=OTHER), False),
        (neighbour(state="absent"), True),
        (neighbour(proxy=True), False),
        (neighbour(dev="b", lladdr=OTHER), False),
    ],
)
def test_the_next_hop_of_our_connection_stays_where_it_is(wanted, is_cut):
    way = Way(None, "192.0.2.7", route("default", dev="t", via="10.0.0.2"))
    (step,) = _planner.make(wanted, HOST).operations
    assert bool(step.cuts(Lifeline((way,), {TAP.id: "carries it"}), HOST)) == is_cut
    if is_cut:
        with pytest.raises(_errors.Conflict, match=r"packets to 192\.0\.2\.7 go to that neighbour"):
            _guard.check([step], HOST, Lifeline((way,), {}), {}, {})


def test_files_of_networkd():
    tap = {"name": "t", "kind": "tap", "up": True}
    given = {"links": [tap], "neighbours": [{"to": "10.0.0.2", "dev": "t", "lladdr": MAC}]}
    files, faults = _networkd.files(_state.fit(given))
    assert files["t.network"].endswith(f"\n[Neighbor]\nAddress=10.0.0.2\nLinkLayerAddress={MAC}\n")
    assert faults == []
    faulty = [
        {"to": "10.0.0.3", "dev": "t", "lladdr": MAC, "router": True, "protocol": "static"},
        {"to": "10.0.0.4", "dev": "t", "proxy": True},
        {"to": "10.0.0.5", "dev": "eth0", "lladdr": MAC},
    ]
    _files, faults = _networkd.files(_state.fit({"links": [tap], "neighbours": faulty}))
    assert [fault.split(": networkd")[0] for fault in faults] == [
        "neighbour 10.0.0.3: router", "neighbour 10.0.0.3: protocol", "neighbour 10.0.0.4: proxy", "neighbour 10.0.0.5: dev",
    ]  # fmt: skip


def test_what_is_shown():
    told = load("neighbours", "_state")
    assert told.state(None) == {"state": "absent"}
    assert told.state(THERE) == {"state": "present", "to": "10.0.0.2", "dev": "t", "lladdr": MAC}
    assert told.label(THERE.id) == {"neighbour": "10.0.0.2", "dev": "t", "netns": None}
    assert told.options(THERE._replace(router=True)) == {"lladdr": MAC, "router": True}
