# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was found, against what was expected."""

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._probing import _verdict
from ansible_collections.warren.tunnels.plugins.module_utils._probing._packets import Outer
from ansible_collections.warren.tunnels.plugins.module_utils._probing._types import (
    Device,
    Expected,
    Observation,
    Probe,
    Reader,
    Sighting,
)
from ansible_collections.warren.tunnels.plugins.module_utils._values import IPV4

GRE = Sighting(Outer(47, "192.0.2.1", "192.0.2.2"), "eth0")
FOU = Sighting(Outer(17, "192.0.2.1", "192.0.2.2", 5555), "eth0")
TUNNEL = Device(5, "gre", True, True, 1476)
CARD = Device(2, None, True, True, 1500)
TUN = Device(7, "tun", True, True, 1500)
ANSWERED = Observation(device=TUNNEL, sent=3, rtts=(0.001, 0.002, 0.006), sighting=GRE)
SILENT = ANSWERED._replace(rtts=())
SOCAT = ((714, "socat"),)


def judge(found, **options):
    return _verdict.judge(Probe(None, "t0", IPV4, "10.1.1.2", **options), found)


@pytest.mark.parametrize(
    ("options", "found", "words"),
    [
        ({}, ANSWERED, "answers, carried by gre from 192.0.2.1 to 192.0.2.2"),
        ({}, ANSWERED._replace(sighting=FOU), "answers, carried by udp port 5555 from 192.0.2.1 to 192.0.2.2"),
        ({}, ANSWERED._replace(sighting=None), "answers"),
        ({"path_mtu": True}, ANSWERED._replace(sighting=None, path_mtu=1400), "answers, path MTU 1400"),
        ({"min_path_mtu": 1400}, ANSWERED._replace(sighting=None, path_mtu=1400), "answers, path MTU 1400"),
        ({"expect": "silence"}, SILENT, "does not answer, asked by gre from 192.0.2.1 to 192.0.2.2"),
        ({"expect": "any"}, SILENT._replace(sighting=None), "does not answer"),
        ({"expect": "any"}, ANSWERED._replace(sighting=None), "answers"),
        ({"outer": Expected(47, "192.0.2.1", "192.0.2.2", dev="eth0")}, ANSWERED, "answers, carried by gre"),
        ({"outer": Expected(remote="192.0.2.2")}, ANSWERED, "answers, carried by gre"),
        ({"outer": Expected(port=5555)}, ANSWERED._replace(sighting=FOU), "answers, carried by udp port 5555"),
        ({"outer": Expected(encrypted=True)}, ANSWERED._replace(sighting=None), "answers"),
        (
            {"expect": "reader"},
            Observation(device=TUN, sent=3, reader=Reader(SOCAT, 3, 4, 0)),
            "is read by socat (pid 714)",
        ),
        # A tap has first to ask who has the address.
        ({"expect": "reader"}, Observation(device=TUN, sent=3, reader=Reader((), 0, 1, 0)), "is read by a process"),
    ],
)
def test_all_is_well(options, found, words):
    verdict = judge(found, **options)
    assert verdict.holds
    assert verdict.words.startswith("t0: 10.1.1.2 " + words)


@pytest.mark.parametrize(
    ("options", "found", "words"),
    [
        ({}, Observation(trouble="can't be asked, so"), ["can't be asked, so."]),
        ({"expect": "any"}, Observation(trouble="can't be asked, so"), ["can't be asked, so."]),
        ({"expect": "silence"}, Observation(trouble="can't be asked, so"), ["can't be asked, so."]),
        ({}, SILENT, ["does not answer (0 of 3 came back)", "tunnel is built there", "outer packets"]),
        ({}, SILENT._replace(device=CARD), ["does not answer", "far end is there"]),
        ({}, SILENT._replace(elsewhere=("t1",)), ["came in by t1 instead"]),
        ({}, SILENT._replace(errors=("192.0.2.9 says host unreachable",)), ["192.0.2.9 says host unreachable"]),
        ({}, SILENT._replace(device=TUN._replace(carrier=False)), ["no carrier"]),
        ({"expect": "silence"}, ANSWERED, ["answers (3 of 3 times), although it should not"]),
        (
            {"outer": Expected(4, remote="192.0.2.7")},
            ANSWERED,
            ["is carried by gre from 192.0.2.1 to 192.0.2.2 on eth0, not by ipip to 192.0.2.7"],
        ),
        ({"outer": Expected(47, port=1)}, ANSWERED, ["not by gre port 1"]),
        ({"outer": Expected(encrypted=True)}, ANSWERED, ["leaves in clear, carried by gre", "eth0; see whether IPsec"]),
        ({"outer": Expected(47, dev="eth1")}, ANSWERED, ["192.0.2.2 on eth0, not by gre on eth1"]),
        ({"outer": Expected(dev="eth1")}, ANSWERED, ["not by anything on eth1"]),
        (
            {"expect": "silence", "outer": Expected(47)},
            SILENT._replace(sighting=None),
            ["goes out unseen", "route to the remote"],
        ),
        (
            {"outer": Expected(47)},
            ANSWERED._replace(sighting=None, blind="it is elsewhere"),
            ["goes out unseen: it is elsewhere"],
        ),
        (
            {"outer": Expected(47)},
            ANSWERED._replace(sighting=None, device=CARD),
            ["no outer packets", "leave outer out"],
        ),
        (
            {"min_path_mtu": 1400},
            ANSWERED._replace(path_mtu=1300),
            ["packets of 1300 bytes at most", "not of 1400", "to 1300"],
        ),
        (
            {"min_path_mtu": 1480},
            ANSWERED._replace(path_mtu=1476),
            ["can't be sent 1480 bytes", "the mtu of the link is 1476"],
        ),
        ({"expect": "reader"}, SILENT, ["no TUN/TAP device"]),
        (
            {"expect": "reader"},
            Observation(device=TUN._replace(carrier=False), sent=3, reader=Reader((), 0, 0, 0)),
            ["no process is attached", "start the program"],
        ),
        (
            {"expect": "reader"},
            Observation(device=TUN, sent=3, reader=Reader(SOCAT, 3, 0, 2)),
            ["socat (pid 714) is attached, but read 0 of 3", "2 were dropped"],
        ),
        (
            {"expect": "reader"},
            Observation(device=TUN, sent=3, reader=Reader(SOCAT, 0, 0, 0)),
            ["socat (pid 714) is attached, but no packet was read", "firewall"],
        ),
    ],
)
def test_it_says_what_is_wrong(options, found, words):
    verdict = judge(found, **options)
    assert not verdict.holds
    assert verdict.words.startswith("t0: 10.1.1.2 ")
    assert verdict.words.endswith(".")
    assert "\n" not in verdict.words
    for word in words:
        assert word in verdict.words


def test_it_speaks_the_users_names():
    assert judge(SILENT, label="10.1.1.2 on host2").words.startswith("t0: 10.1.1.2 on host2 does not answer")
    probe = Probe("red", "t0", IPV4, "10.1.1.2")
    assert _verdict.judge(probe, SILENT).words.startswith("t0 in namespace red: 10.1.1.2 does not")


def result(found, **options):
    return _verdict.result(Probe("red", "t0", IPV4, "10.1.1.2", **options), found)


def test_result():
    assert result(ANSWERED._replace(rtts=(0.001, 0.002), path_mtu=1400, returned=2, counters=(7, 8))) == {
        "name": "t0",
        "netns": "red",
        "destination": "10.1.1.2",
        "expect": "answer",
        "holds": True,
        "msg": "t0 in namespace red: 10.1.1.2 answers, carried by gre from 192.0.2.1 to 192.0.2.2, path MTU 1400",
        "reachable": True,
        "sent": 3,
        "received": 2,
        "loss": 33.3,
        "rtt": {"min": 1.0, "avg": 1.5, "max": 2.0},
        "incoming": 0,
        "returned": 2,
        "counters": {"received": 7, "sent": 8},
        "blind": None,
        "errors": [],
        "elsewhere": [],
        "path_mtu": 1400,
        "outer": {
            "protocol": "gre",
            "number": 47,
            "local": "192.0.2.1",
            "remote": "192.0.2.2",
            "port": None,
            "dev": "eth0",
        },
        "reader": None,
    }


def test_result_of_a_look():
    found = result(Observation(device=TUN, counters=(7, 8)), expect="any", requests=0)
    assert (found["holds"], found["counters"]) == (True, {"received": 7, "sent": 8})
    assert found["msg"] == "t0 in namespace red: 10.1.1.2 is not asked"


def test_result_of_nothing():
    found = result(Observation(trouble="can't be asked"))
    assert (found["loss"], found["rtt"], found["outer"], found["reachable"]) == (None, None, None, False)


def test_result_of_a_reader():
    found = result(Observation(device=TUN, sent=3, reader=Reader(SOCAT, 3, 4, 0)), expect="reader")
    assert found["reader"] == {"processes": [{"pid": 714, "command": "socat"}], "handed": 3, "taken": 4, "dropped": 0}


def test_a_protocol_without_a_word():
    strange = Sighting(Outer(99, "192.0.2.1", "192.0.2.2"), "eth0")
    assert result(ANSWERED._replace(sighting=strange))["outer"]["protocol"] == "99"


def test_failure():
    good, bad = result(ANSWERED), result(SILENT)
    assert _verdict.failure([good]) == _verdict.failure([good, good]) == ""
    assert _verdict.failure([bad]) == bad["msg"]
    assert _verdict.failure([good, bad, bad]) == "2 of 3 probes fail. {0} {0}".format(bad["msg"])
