# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a link has as a port of a bridge: set, changed, reset, undone and told, and not lost with a link that is made again."""

import re

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _commit, _errors
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _checkpoints, _host
from ansible_collections.warren.tunnels.tests.kernel import _look, _strangers
from ansible_collections.warren.tunnels.tests.kernel._engine import apply, refusals
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host
from ansible_collections.warren.tunnels.tests.kernel._kinds import document, ip, link

BRIDGE = {"name": "br0", "kind": "bridge"}
BACKUP = {"name": "z0", "kind": "tap", "master": "br0"}
LINKS = {
    "tap": {"name": "x0", "kind": "tap", "master": "br0"},
    "veth": {"name": "x0", "kind": "veth", "master": "br0", "peer": {"name": "x1"}},
}
KINDS = pytest.mark.parametrize("entry", LINKS.values(), ids=LINKS)

# What ip says, in its words for JSON, of two values beside what a new port has.
VALUES = {
    "priority": (7, 63, 32, "priority"),
    "guard": (True, False, False, "guard"),
    "hairpin": (True, False, False, "hairpin"),
    "fastleave": (True, False, False, "fastleave"),
    "root_block": (True, False, False, "root_block"),
    "learning": (False, True, True, "learning"),
    "flood": (False, True, True, "flood"),
    "proxy_arp": (True, False, False, "proxy_arp"),
    "proxy_arp_wifi": (True, False, False, "proxy_arp_wifi"),
    "mcast_router": (2, 0, 1, "multicast_router"),
    "mcast_flood": (False, True, True, "mcast_flood"),
    "bcast_flood": (False, True, True, "bcast_flood"),
    "mcast_to_unicast": (True, False, False, "mcast_to_unicast"),
    "group_fwd_mask": ("0x8", "0xfffd", "0", "group_fwd_mask"),
    "neigh_suppress": (True, False, False, "neigh_suppress"),
    "vlan_tunnel": (True, False, False, "vlan_tunnel"),
    "isolated": (True, False, False, "isolated"),
    "locked": (True, False, False, "locked"),
    "backup_port": ("z0", "z0", None, "backup_port"),
}
FIRST, SECOND, NEW = ({name: values[place] for name, values in VALUES.items()} for place in range(3))
OF_ORDER = re.compile("/info_slave_data/(id|no): ")
"""What ports have by the order in which they come to a bridge."""
UNKNOWN_TO_IP = ("mab", "neigh_vlan_suppress")
"""iproute2 6.1 tells nothing of these."""


@pytest.fixture(autouse=True)
def _host_of_its_own():
    new_host()


def port(name="x0"):
    return link(name)["linkinfo"]["info_slave_data"]


def told(name="x0"):
    """Return what ip says of all the options."""
    found = port(name)
    return {option: found.get(words[3]) for option, words in VALUES.items()}


def with_options(entry, options):
    return {**entry, "bridge_slave": options}


def on_one_bridge(entry):
    return {"links": [BRIDGE, BACKUP, entry]}


@KINDS
def test_options_are_set_changed_and_reset(entry):
    assert apply(on_one_bridge(with_options(entry, FIRST)))
    assert told() == FIRST
    assert not apply(on_one_bridge(with_options(entry, FIRST)))
    assert not apply({"links": [entry]}, "merged")
    assert apply(on_one_bridge(with_options(entry, SECOND)), "merged")
    assert told() == SECOND
    assert apply({"links": [with_options(entry, {"hairpin": True})]}, "merged")
    assert told() == {**SECOND, "hairpin": True}
    assert apply(on_one_bridge(entry), "replaced")
    assert told() == NEW
    assert not apply(on_one_bridge(entry), "replaced")


def test_one_option_after_the_other():
    entry = LINKS["tap"]
    apply(on_one_bridge(entry))
    for name, values in FIRST.items():
        steps = apply({"links": [with_options(entry, {name: values})]}, "merged")
        assert [type(step).__name__ for step in steps] == ["SetPort"]
        assert told() == {**NEW, name: values}
        assert apply({"links": [entry]}, "replaced")
        assert told() == NEW


def test_a_cost_goes_with_a_link_that_is_made_again():
    entry = LINKS["tap"]
    apply(on_one_bridge(entry))
    usual = port()["cost"]
    apply(on_one_bridge(with_options(entry, {"cost": 50})))
    assert port()["cost"] == 50
    assert not apply({"links": [entry]}, "merged")
    assert apply(on_one_bridge(entry))
    assert port()["cost"] == usual
    assert not apply(on_one_bridge(entry))


def test_a_card_of_others_has_them_too():
    ip("link add br0 type bridge", "tuntap add x0 mode tap", "link set x0 master br0")
    assert apply({"links": [{"name": "x0", "bridge_slave": {"isolated": True}}]}, "merged")
    assert told() == {**NEW, "isolated": True}


def test_both_ends_of_a_pair_have_them():
    peer = {"name": "x1", "master": "br1", "bridge_slave": {"learning": False}}
    pair = {**LINKS["veth"], "bridge_slave": {"hairpin": True}, "peer": peer}
    document_ = {"links": [BRIDGE, {"name": "br1", "kind": "bridge"}, pair]}
    assert apply(document_)
    assert [told(name) for name in ("x0", "x1")] == [{**NEW, "hairpin": True}, {**NEW, "learning": False}]
    assert not apply(document_)


def test_ports_stand_in_for_each_other():
    ends = [
        {"name": name, "kind": "tap", "master": "br0", "bridge_slave": {"backup_port": other}}
        for name, other in (("x0", "y0"), ("y0", "x0"))
    ]
    assert apply({"links": [*ends, BRIDGE]})
    assert [port(name)["backup_port"] for name in ("x0", "y0")] == ["y0", "x0"]
    assert not apply({"links": [*ends, BRIDGE]})


@KINDS
def test_a_port_of_another_bridge_has_what_is_asked_for_and_nothing_else(entry):
    other = {"name": "br1", "kind": "bridge"}
    apply({"links": [BRIDGE, other, with_options(entry, {"hairpin": True, "isolated": True})]})
    apply({"links": [with_options({**entry, "master": "br1"}, {"hairpin": True})]}, "merged")
    assert link("x0")["master"] == "br1"
    assert told() == {**NEW, "hairpin": True}


@KINDS
def test_what_is_told_makes_the_same_elsewhere(entry):
    apply(on_one_bridge(with_options(entry, {**FIRST, "cost": 50})))
    ip("link set dev x0 type bridge_slave priority 9")
    before, found = port(), document()
    (own,) = [each["bridge_slave"] for each in found["links"] if each["name"] == "x0"]
    assert own == {**FIRST, "group_fwd_mask": 8, "priority": 9, "cost": 50}
    new_host()
    apply(found)
    stays = [*(words[3] for words in VALUES.values()), "cost"]
    assert {name: port()[name] for name in stays} == {name: before[name] for name in stays}
    assert not apply(found)


def test_a_port_as_it_comes_has_nothing_to_tell_but_its_cost():
    apply(on_one_bridge(LINKS["tap"]))
    assert [each.get("bridge_slave") for each in document()["links"]] == [None, {"cost": 2}, {"cost": 2}]


UNDONE = {
    "changed": [with_options(LINKS["tap"], {**SECOND, "cost": 9})],
    "reset": [LINKS["tap"]],
    "taken-out": [{**LINKS["tap"], "master": "none"}],
    "another-bridge": [with_options({**LINKS["tap"], "master": "br1"}, {"hairpin": False, "priority": 3})],
    "made-again": [{"name": "x0", "kind": "tun"}],
    "deleted": [],
    "without-its-bridge": None,
}


@pytest.mark.parametrize("after", UNDONE.values(), ids=UNDONE)
def test_a_change_is_undone(after):
    with _strangers.Host(0) as host:
        former = [BRIDGE, {"name": "br1", "kind": "bridge"}, BACKUP]
        apply({"links": [*former, with_options(LINKS["tap"], {**FIRST, "cost": 50})]})
        before = host.look()
        others = [{"name": "x0", "kind": "tap", "master": "none"}] if after is None else [*former, *after]
        found = [
            (error.left, [row for row in _look.differences(before, host.look()) if not OF_ORDER.search(row)])
            for error in refusals({"links": [*others, {"name": "n0", "kind": "bridge"}]})
        ]
        assert found
        assert found == [([], [])] * len(found)


def test_a_port_that_is_made_again_is_the_port_that_it_was():
    apply({"links": [BRIDGE, {**LINKS["tap"], "owner": "7"}]})
    ip("link set dev x0 type bridge_slave cost 50 hairpin on")
    before = port()
    apply({"links": [{**LINKS["tap"], "owner": "none"}]}, "merged")
    assert "user" not in link("x0")["linkinfo"]["info_data"]
    assert {name: port()[name] for name in ("cost", "hairpin")} == {"cost": 50, "hairpin": True}
    assert port() == before


@pytest.mark.parametrize("after", [after for after in UNDONE.values() if after], ids=[n for n in UNDONE if UNDONE[n]])
def test_a_checkpoint_brings_back_what_ours_and_others_had(after):
    bridges = [BRIDGE, {"name": "br1", "kind": "bridge"}]
    apply({"links": [*bridges, BACKUP, with_options(LINKS["tap"], FIRST)]})
    ip("tuntap add e0 mode tap", "link set e0 master br0", "link set dev e0 type bridge_slave cost 9 learning off")
    before = told(), told("e0"), port("e0")["cost"]
    with _host.Kernel() as kernel:
        checkpoint = _checkpoints.new("test", 60, have=_commit.state_of_now(kernel), record=kernel.recall())
    apply({"links": [*bridges, BACKUP, *after]})
    ip("link set e0 nomaster")
    with _host.Kernel() as kernel:
        _steps, failures = _commit.bring_back(kernel, checkpoint, _commit.way_back(kernel, checkpoint)[0])
    assert failures == []
    assert (told(), told("e0"), port("e0")["cost"]) == before


@pytest.mark.parametrize(
    ("commands", "entry", "words"),
    [
        pytest.param(
            ["tuntap add x0 mode tap"],
            {"name": "x0", "kind": "tap", "bridge_slave": {"hairpin": True}},
            "bridge_slave: x0 is no port of a bridge; name that by master, or leave this out",
            id="no-port",
        ),
        pytest.param(
            ["link add br0 type bridge", "tuntap add x0 mode tap", "link set x0 master br0"],
            {"name": "x0", "kind": "tap", "master": "none", "bridge_slave": {"hairpin": True}},
            "bridge_slave: x0 is no port of a bridge",
            id="taken-out",
        ),
        pytest.param(
            [],
            {"name": "x0", "kind": "tap", "bridge_slave": {"hairpin": True}},
            "bridge_slave: x0 is no port of a bridge",
            id="new",
        ),
        pytest.param(
            ["link add br0 type bridge"],
            {"name": "x0", "kind": "tun", "bridge_slave": {"hairpin": True}},
            "bridge_slave: x0 is no port of a bridge; name that by master, or leave this out",
            id="not-ethernet",
        ),
        pytest.param(
            ["link add br0 type bridge", "tuntap add y0 mode tap"],
            {"name": "x0", "kind": "tap", "master": "br0", "bridge_slave": {"backup_port": "y0"}},
            "bridge_slave.backup_port: y0 may be no other port of the bridge of x0; name one",
            id="backup-elsewhere",
        ),
        pytest.param(
            [],
            {"name": "x0", "kind": "tap", "master": "br0", "bridge_slave": {"group_fwd_mask": "0x2"}},
            "bridge_slave.group_fwd_mask: '0x2' has the bit 0x2, for pause frames",
            id="pause-frames",
        ),
        pytest.param(
            [],
            {"name": "x0", "kind": "tap", "master": "br0", "bridge_slave": {"cost": 0}},
            "bridge_slave.cost: '0' is not a number from 1 to 65535",
            id="no-cost",
        ),
    ],
)
def test_what_can_not_be_is_refused(commands, entry, words):
    ip(*commands)
    with pytest.raises(_errors.TunnelsError, match=words):
        apply({"links": [entry]}, "merged")


@pytest.mark.parametrize("option", UNKNOWN_TO_IP)
def test_what_ip_does_not_tell_of(option):
    apply({"links": [BRIDGE, LINKS["tap"]]})
    entry = with_options(LINKS["tap"], {option: True, **({"locked": True} if option == "mab" else {})})
    assert apply({"links": [entry]}, "merged")
    assert not apply({"links": [entry]}, "merged")
    assert apply({"links": [LINKS["tap"]]}, "replaced")
    assert told() == NEW
