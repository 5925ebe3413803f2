# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet_whereabouts

ASKED = {"name": "t", "netns": None, "destination": "10.0.0.2", "label": "far", "outer": {"remote": "192.0.2.2"}}


def end(host, **look):
    """Return an end that asked three times in vain, and to whom the other end's three requests came and were answered."""
    told = {"sent": 3, "left": True, "returned": 0, "errors": [], "elsewhere": [], "asks": True, "msgs": ["t: no."]}
    local, remote = ("192.0.2.1", "192.0.2.2") if host == "a" else ("192.0.2.2", "192.0.2.1")
    declared = {"local": local, "remote": remote}
    counted = {"took_in": 3, "gave_out": 3}
    return {
        "host": host,
        "device": "t" + host,
        "mode": "gre",
        "declared": declared,
        "look": {**told, **counted, **look},
    }


ANSWERED = {"asks": False}
INSIDE_B = (
    "packets come out of tb on b and are dropped there; see what its firewall does with input by tb, "
    "net.ipv4.conf.tb.rp_filter, and whether ip address shows the address that is asked"
)
A_TO_B = "what a sends does not come out of tb on b; see whether a firewall on b, or on the way there, drops gre from 192.0.2.1"


@pytest.mark.parametrize(
    ("near", "far", "words"),
    [
        # b drops all that comes out of the tunnel, requests and answers.
        ({"gave_out": 6}, {"returned": 3, "took_in": 6}, [INSIDE_B]),
        # b drops requests alone.
        ({"gave_out": 6}, {**ANSWERED}, [INSIDE_B]),
        # a's requests get lost, and so do its answers.
        ({"gave_out": 6}, {"took_in": 0}, [A_TO_B]),
        ({}, {"took_in": 0, **ANSWERED}, [A_TO_B]),
        # b answers, and nothing of it comes to a.
        (
            {"took_in": 0},
            {"gave_out": 6},
            [
                "what b sends does not come out of ta on a; see whether a firewall on a, or on the way there, drops gre "
                "from 192.0.2.2"
            ],
        ),
        (
            {"took_in": 0},
            {"took_in": 0},
            [
                "nothing gets from one end to the other, and both are as declared; see whether a and b reach each other's "
                "underlay addresses, and whether firewalls there or on the way drop gre"
            ],
        ),
        ({"sent": 0}, ANSWERED, ["a can't send: t: no."]),
        (
            {"left": False},
            ANSWERED,
            [
                "what goes into ta on a does not leave that host; see ip route get 192.0.2.2 there, and whether its "
                "firewall drops outgoing gre"
            ],
        ),
        # Neither requests nor answers leave b.
        (
            {"took_in": 0},
            {"left": False, "gave_out": 0},
            [
                "what goes into tb on b does not leave that host; see ip route get 192.0.2.1 there, and whether its "
                "firewall drops outgoing gre"
            ],
        ),
        (
            {"errors": ["10.0.0.2 says host prohibited"]},
            ANSWERED,
            ["what a asks by ta is refused: 10.0.0.2 says host prohibited; see that one's firewall"],
        ),
        (
            {"elsewhere": ["eth0"]},
            ANSWERED,
            ["b answers, but not by tb: its answers come to a by eth0; see ip rule and ip route on b"],
        ),
        # Both drop what comes out.
        (
            {"returned": 0},
            {},
            [INSIDE_B, INSIDE_B.replace("tb", "ta").replace("on b", "on a")],
        ),
        # By now all is well.
        (ANSWERED, ANSWERED, []),
    ],
)
def test_blame_follows_from_what_both_saw(near, far, words):
    assert _fleet_whereabouts.faults(end("a", **near), end("b", **far)) == words
    assert (
        sorted(_fleet_whereabouts.faults(end("b", **far), end("a", **near))) == sorted(words)
        or "reach each" in words[0]
    )


@pytest.mark.parametrize("seq", [True, False])
def test_sequence_numbers_may_be_what_packets_are_dropped_for(seq):
    near = end("a", gave_out=6)
    near["declared"]["seq"] = seq
    (words,) = _fleet_whereabouts.faults(near, end("b", took_in=0))
    assert words.startswith(A_TO_B)
    assert ("with seq, what comes is dropped until its numbers have caught up" in words) == seq


def result(**other):
    counters = {"received": 10, "sent": 20}
    nothing = {"sent": 0, "outer": None, "blind": None, "returned": 0, "errors": [], "elsewhere": [], "msg": "m"}
    return {**nothing, "reachable": False, "counters": counters, **other}


def test_what_an_end_saw():
    silent, answered = (_fleet_whereabouts.again({**ASKED, "min_path_mtu": 1400}, was) for was in (False, True))
    assert (silent, answered) == ({**ASKED, "expect": "any"}, {**ASKED, "expect": "any", "count": 0})
    after = result(counters={"received": 14, "sent": 26})
    rounds = [
        (silent, result(), result(sent=3, outer={"protocol": "gre"}, returned=2, errors=["x"]), after),
        (answered, result(), result(), after),
    ]
    assert _fleet_whereabouts.looked(rounds) == {
        **{"sent": 3, "left": True, "returned": 2, "errors": ["x"], "elsewhere": [], "asks": True, "msgs": ["m"]},
        **{"took_in": 4, "gave_out": 6},
    }


def test_an_end_that_was_answered_the_second_time_or_did_not_ask():
    silent, answered = (_fleet_whereabouts.again(ASKED, was) for was in (False, True))
    recovered = _fleet_whereabouts.looked([(silent, result(), result(sent=3, reachable=True), result())])
    assert not recovered["asks"]
    assert not _fleet_whereabouts.looked([(answered, result(), result(), result())])["asks"]


def test_where_outer_packets_cannot_be_seen_they_are_no_evidence():
    asked = _fleet_whereabouts.again(ASKED, False)
    assert _fleet_whereabouts.looked([(asked, result(), result(sent=3, blind="no sockets"), result())])["left"]


@pytest.mark.parametrize("rounds", [[], [(ASKED, result(counters=None), result(), result())]])
def test_an_end_that_could_not_look(rounds):
    assert _fleet_whereabouts.looked(rounds) is None
