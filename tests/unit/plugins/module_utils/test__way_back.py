# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import json

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _decide, _errors, _foresee, _way_back
from ansible_collections.warren.tunnels.plugins.module_utils._record import Made, Record
from ansible_collections.warren.tunnels.plugins.module_utils._resources import (
    Address,
    Encap,
    Link,
    Namespace,
    NextHop,
    Want,
)
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._fou_port._state import FouPort
from ansible_collections.warren.tunnels.plugins.module_utils._way_back import Checkpoint
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import Kernel, have, link, route

CARD = Link(
    None,
    "eth0",
    None,
    {"up": True, "mtu": 1500, "mac": "02:00:5e:00:53:01"},
    (Address("192.0.2.8", 24, message=b"\0\1"),),
)
TAP = link("tap", "tap0", up=True, addresses=[Address("10.0.0.1", 24)])
DEFAULT = route("default", via="192.0.2.1", dev="eth0")
HOST = have(CARD, TAP, namespaces={"red": Namespace("red")}, routes=[DEFAULT])
OURS = Record(links={(None, "tap0"): Made("tap", (), 0)}, namespaces=frozenset({"red"}))


def taken(host=HOST, record=OURS):
    return Checkpoint("test", "token", "boot", 60.0, 60, host, record)


def way_back(now, record, checkpoint=None):
    """Return the steps that lead from now to a former state."""
    kernel = Kernel(now)
    kernel.record = record
    want = _way_back.restore(checkpoint or taken(), now, record)
    _want, have_, plan = _decide.decide(kernel, want)
    assert not plan.unmet
    after = _foresee.foresee(have_, plan.operations)
    return [step.command() for step in plan.operations], after


def test_text_holds_it_all():
    hops = (NextHop("192.0.2.1", "eth0", 2), NextHop(None, "tap0"))
    ways = [route("10.9.0.0/16", nexthops=hops), route("10.8.0.0/16", dev="tun1", encap=Encap("ip", "192.0.2.3", id=7))]
    host = HOST._replace(
        routes={route_.id: route_ for route_ in (DEFAULT, *ways)},
        fou_ports={(None, 2, 5555): FouPort(None, 2, 5555, "fou", 47)},
    )
    checkpoint = taken(host, OURS._replace(addresses=frozenset({((None, "eth0"), "192.0.2.9", 24, None)})))
    assert _way_back.unpack(json.loads(json.dumps(_way_back.pack(checkpoint)))) == checkpoint


@pytest.mark.parametrize("text", ['{"is": "os.system", "of": ["id"]}', '{"of": []}', '{"is": "Link", "of": []}'])
def test_text_is_nothing_but_data(text):
    with pytest.raises((LookupError, TypeError, ValueError)):
        _way_back.unpack(json.loads(text))


def test_nothing_has_changed():
    assert way_back(HOST, OURS)[0] == []


def test_what_was_changed_is_as_before():
    changed = CARD._replace(attributes={**CARD.attributes, "up": False, "mtu": 1400}, addresses=())
    steps, after = way_back(have(changed, TAP, namespaces=HOST.namespaces), OURS)
    assert steps[0] == "ip link set dev eth0 up mtu 1500"
    assert after.links[CARD.id].addresses == CARD.addresses
    assert after.routes[DEFAULT.id] == DEFAULT


def test_what_is_gone_is_made_again():
    steps, after = way_back(have(CARD, routes=[DEFAULT]), Record())
    assert steps[0] == "ip netns add red"
    assert after.links[TAP.id].addresses == TAP.addresses


def test_what_we_made_since_goes_and_what_others_made_stays():
    ours, theirs = link("bridge", "br0"), link("bridge", "docker0")
    now = have(CARD, TAP, ours, theirs, namespaces=HOST.namespaces, routes=[DEFAULT])
    record = OURS._replace(links={**OURS.links, ours.id: Made("bridge", (), 0)})
    steps, after = way_back(now, record)
    assert steps == ["ip link delete dev br0"]
    assert theirs.id in after.links


def test_an_address_that_we_gave_to_anothers_link_goes():
    mine, theirs = Address("198.51.100.1", 24), Address("203.0.113.1", 24)
    now = have(
        CARD._replace(addresses=(*CARD.addresses, mine, theirs)), TAP, routes=[DEFAULT], namespaces=HOST.namespaces
    )
    record = OURS._replace(addresses=frozenset({(CARD.id, *mine[:3])}))
    assert way_back(now, record)[0] == ["ip address delete 198.51.100.1/24 dev eth0"]


def test_a_card_that_was_moved_comes_back():
    moved = CARD._replace(netns="blue", addresses=())
    now = have(moved, TAP, namespaces={**HOST.namespaces, "blue": Namespace("blue")})
    steps, after = way_back(now, OURS._replace(namespaces=frozenset({"red", "blue"})))
    assert steps[0] == "ip -n blue link set dev eth0 netns 1"
    assert steps[-1] == "ip netns delete blue"
    assert after.links[CARD.id].attributes["up"] is True


@pytest.mark.parametrize(
    "new",
    [
        pytest.param({"namespaces": {"blue": Namespace("blue", processes=("7 (sleep)",))}}, id="process"),
        pytest.param({"links": (link("tap", "theirs", netns="blue"),)}, id="link"),
    ],
)
def test_a_new_namespace_that_others_use_stays(new):
    namespaces = {**HOST.namespaces, "blue": Namespace("blue"), **new.get("namespaces", {})}
    own = link("bridge", "br0", netns="blue")
    now = have(CARD, TAP, own, *new.get("links", ()), namespaces=namespaces, routes=[DEFAULT])
    record = OURS._replace(namespaces=frozenset({"red", "blue"}), links={**OURS.links, own.id: Made("bridge", (), 0)})
    assert way_back(now, record)[0] == ["ip -n blue link delete dev br0"]


def test_hardware_that_was_taken_out_is_not_missed():
    steps, _after = way_back(have(TAP, namespaces=HOST.namespaces), OURS)
    assert steps == []


def test_pairs_come_in_one_part():
    ends = (link("veth", "v0", peer=("red", "v1")), link("veth", "v1", netns="red", peer=(None, "v0")))
    want = Want(links={end.id: end for end in ends})
    assert [set(part.links) for part in _way_back.parts(want) if part.links] == [{end.id for end in ends}] * 2


def test_each_namespace_is_a_part_so_that_one_that_can_not_be_keeps_none_from_coming_back():
    want = Want(namespaces={name: Namespace(name) for name in ("red", "blue")})
    assert [set(part.namespaces) for part in _way_back.parts(want) if part.namespaces] == [{"red"}, {"blue"}]


def test_a_pair_of_which_one_end_was_seen_without_the_other_is_not_missed():
    """It came or went while the host was looked at, end by end."""
    lost = link("veth", "v0", peer="index 7 in another namespace")
    end = link("veth", "eth0", netns="red", peer=(None, "v0"))
    checkpoint = taken(HOST._replace(links={**HOST.links, lost.id: lost, end.id: end}))
    assert way_back(HOST, OURS, checkpoint)[0] == []


def test_record_is_the_former_one_with_what_links_are_known_by_now():
    record = Record(links={(None, "tap0"): Made("tap", (), 9), (None, "br0"): Made("bridge", (), 8)})
    after = _way_back.record_after(taken(), record)
    assert after == OURS._replace(links={(None, "tap0"): Made("tap", (), 9)})


def test_what_was_chosen_for_a_link_is_what_was_before_its_way_back():
    """The way back names each option, of which the user may have chosen none."""
    record = Record(links={(None, "tap0"): Made("tap", (), 9, frozenset({"mtu"}))})
    assert _way_back.record_after(taken(), record).links[None, "tap0"].chosen == frozenset()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": "../x"}, "name: '../x'"),
        ({"name": "x" * 21}, "name: "),
        ({"name": ""}, "name: ''"),
        ({"timeout": 0}, "timeout: 0"),
        ({"timeout": 86401}, "timeout: 86401"),
    ],
)
def test_what_can_not_be_is_refused(options, words):
    with pytest.raises(_errors.BadOption) as caught:
        _way_back.parse({"name": "default", "state": "armed", "timeout": 120, **options})
    assert str(caught.value).startswith(words)
