# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Permanent neighbours and addresses that a host answers for, beside those of others, on the kernel of this machine."""

import json
import subprocess

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _commit, _document, _errors, _way_back
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _host
from ansible_collections.warren.tunnels.tests.kernel._engine import apply, refusals
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host

MAC, OTHER = "02:00:5e:00:53:01", "02:00:5e:00:53:02"
PAIR = {"name": "a", "kind": "veth", "up": True, "peer": {"name": "b", "up": True}}
FOUR = {"to": "10.0.0.2", "dev": "a", "lladdr": MAC}
SIX = {"to": "2001:db8::2", "dev": "a", "lladdr": OTHER, "router": True, "protocol": "static"}
PROXIES = [
    {"to": "10.0.0.9", "dev": "a", "proxy": True},
    {"to": "2001:db8::9", "dev": "b", "proxy": True, "protocol": "99"},
]
ALL = [FOUR, SIX, *PROXIES, {"to": "10.0.0.2", "dev": "b", "lladdr": MAC}]


def ip(words):
    return subprocess.run(["ip", *words.split()], check=True, stdout=subprocess.PIPE).stdout


def told(place=""):
    """Return what ip(8) says of permanent neighbours and of proxies, in the order of their addresses."""
    where = f"-n {place} " if place else ""
    rows = json.loads(ip(where + "-j neigh show nud permanent")) + json.loads(ip(where + "-j neigh show proxy"))
    return sorted(rows, key=str)


def document():
    with _host.Kernel() as kernel:
        return _document.of_choice(_document.Choice(), kernel.survey())["network"]


@pytest.fixture(autouse=True)
def host():
    new_host()
    ip("link add dev a up type veth peer name b")
    ip("link set dev b up")


def test_a_neighbour_has_all_that_it_can_have():
    assert [step.command() for step in apply({"neighbours": [SIX, FOUR, *PROXIES]})] == [
        "ip neighbour replace 2001:db8::2 lladdr 02:00:5e:00:53:02 dev a nud permanent router protocol static",
        "ip neighbour replace 10.0.0.2 lladdr 02:00:5e:00:53:01 dev a nud permanent",
        "ip neighbour replace proxy 10.0.0.9 dev a",
        "ip neighbour replace proxy 2001:db8::9 dev b protocol 99",
    ]
    rows = told()
    assert [row["dst"] for row in rows] == ["10.0.0.2", "10.0.0.9", "2001:db8::2", "2001:db8::9"]
    assert rows[0] == {"dst": "10.0.0.2", "dev": "a", "lladdr": MAC, "state": ["PERMANENT"]}
    assert rows[2] == {
        "dst": "2001:db8::2", "dev": "a", "lladdr": OTHER, "router": None, "state": ["PERMANENT"], "protocol": "static",
    }  # fmt: skip
    assert [row.get("proxy", "none") for row in rows] == ["none", None, "none", None]
    assert apply({"neighbours": [SIX, FOUR, *PROXIES]}) == ()
    apply({})
    assert told() == []


def test_what_a_step_says_is_what_it_does():
    lines = [step.command() for step in apply({"neighbours": ALL})]
    made = told()
    ip("link set dev a down")
    ip("link set dev b down")
    assert told() == []
    ip("link set dev a up")
    ip("link set dev b up")
    for line in lines:
        ip(line.partition(" ")[2])
    assert told() == made
    assert apply({"neighbours": ALL}, "merged") == ()


def test_what_is_read_makes_the_same_elsewhere():
    new_host()
    red = {"to": "10.0.0.3", "dev": "c", "lladdr": OTHER, "netns": "red"}
    links = [PAIR, {"name": "c", "kind": "bridge", "netns": "red", "up": True}]
    apply({"namespaces": [{"name": "red"}], "links": links, "neighbours": [*ALL, red]})
    seen, made = document(), [told(), told("red")]
    assert len(seen["neighbours"]) == len(ALL) + 1
    new_host()
    apply({name: seen[name] for name in ("namespaces", "links", "neighbours")})
    assert [told(), told("red")] == made
    assert document()["neighbours"] == seen["neighbours"]


def test_what_is_changed_keeps_what_is_not_named():
    apply({"neighbours": [SIX]}, "merged")
    (step,) = apply({"neighbours": [{"to": SIX["to"], "dev": "a", "lladdr": MAC}]}, "merged")
    assert type(step).__name__ == "SetNeighbour"
    assert told() == [{**told()[0], "lladdr": MAC, "router": None, "protocol": "static"}]
    apply({"neighbours": [{"to": SIX["to"], "dev": "a", "lladdr": MAC, "router": False}]}, "merged")
    assert "router" not in told()[0]


def test_one_of_others_stays_and_one_that_was_found_by_itself_is_taken_over():
    ip(f"neigh add 10.0.0.7 lladdr {MAC} dev a")
    ip(f"neigh add 10.0.0.2 lladdr {OTHER} dev a nud reachable")
    apply({"neighbours": [FOUR]})
    assert [(row["dst"], row["lladdr"]) for row in told()] == [("10.0.0.2", MAC), ("10.0.0.7", MAC)]
    apply({})
    assert [row["dst"] for row in told()] == ["10.0.0.7"]


@pytest.mark.parametrize("change", [{"mac": "02:00:5e:00:53:77"}, {"arp": False}, {"mtu": 1270}, {"up": False}])
def test_what_the_kernel_forgets_with_a_change_of_the_link_is_made_again(change):
    """A link that is down takes permanent neighbours."""
    apply({"links": [PAIR], "neighbours": [FOUR]}, "merged")
    made = told()
    apply({"links": [{**PAIR, **change}], "neighbours": [FOUR]}, "merged")
    assert told() == made
    assert apply({"links": [{**PAIR, **change}], "neighbours": [FOUR]}, "merged") == ()


def test_they_come_with_a_new_link_and_go_with_an_old_one():
    tap = {"name": "t", "kind": "tap", "up": True}
    wanted = {"to": "10.0.0.2", "dev": "t", "lladdr": MAC}
    apply({"links": [tap], "neighbours": [wanted]})
    made = told()
    # Only a new one can be so.
    apply({"links": [{**tap, "multi_queue": True}], "neighbours": [wanted]})
    assert told() == made
    apply({})
    assert told() == []
    with _host.Kernel() as kernel:
        assert not kernel.recall().neighbours


def test_a_tunnel_finds_its_far_ends():
    probe = subprocess.run(["ip", "link", "add", "g", "type", "gre", "local", "192.0.2.1"], check=False)
    if probe.returncode:
        pytest.skip("this kernel has no GRE")
    ip("link set g up")
    apply({"neighbours": [{"to": "10.0.0.2", "dev": "g", "lladdr": "192.0.2.2"}]})
    assert told()[0]["lladdr"] == "192.0.2.2"


@pytest.mark.parametrize("neighbour", [FOUR, PROXIES[0]])
def test_a_link_that_is_not_there_is_told(neighbour):
    with pytest.raises(AssertionError, match="dev: there is no link 'none' on this host"):
        apply({"neighbours": [{**neighbour, "dev": "none"}]})


def test_an_address_of_another_form_is_refused_and_nothing_left():
    with pytest.raises(_errors.StepFailed, match="ip -d link show dev a") as refused:
        apply({"neighbours": [FOUR, {"to": "10.0.0.3", "dev": "a", "lladdr": "02:00"}]})
    assert not refused.value.left
    assert told() == []


def test_a_run_that_fails_leaves_nothing():
    apply({"neighbours": [FOUR, SIX]})
    ip(f"neigh add 10.0.0.7 lladdr {MAC} dev a")
    before = told()
    wanted = {"neighbours": [{**FOUR, "lladdr": OTHER}, *PROXIES]}
    runs = list(refusals(wanted))
    assert len(runs) == 4
    assert [run.left for run in runs] == [[]] * 4
    # The last run was the one that was not refused.
    apply({"neighbours": [FOUR, SIX]})
    assert told() == before


def test_a_checkpoint_brings_them_back():
    apply({"neighbours": [FOUR, *PROXIES]})
    before = told()
    _commit.commit(_way_back.Wish("neighbours", "armed", 60), check_mode=False)
    apply({"neighbours": [{**FOUR, "lladdr": OTHER}, SIX]})
    assert told() != before
    _commit.commit(_way_back.Wish("neighbours", "rolled_back", 60), check_mode=False)
    assert told() == before


def test_those_of_a_bridge_stay_where_the_address_of_a_port_becomes_its_own():
    bridge = {"name": "br", "kind": "bridge", "up": True}
    wanted = {"to": "10.0.0.2", "dev": "br", "lladdr": MAC}
    tap = {"name": "t", "kind": "tap", "mac": "02:00:5e:00:00:01", "up": True}
    without = {"links": [bridge, tap], "neighbours": [wanted]}
    with_port = {"links": [bridge, {**tap, "master": "br"}], "neighbours": [wanted]}
    apply(without)
    made = told()
    apply(with_port)
    assert told() == made
    apply(without)
    assert told() == made
    new_host()
    apply(without)
    assert [(run.left, told()) for run in refusals(with_port)] == [([], made)] * 2
    assert told() == made
