# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A host that is cut off from who manages it comes back by itself. The two are namespaces with a pair between them."""

import contextlib
import socket
import subprocess
import time

from ansible_collections.warren.tunnels.plugins.module_utils import _commit, _way_back
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _checkpoints, _lock, _namespaces
from ansible_collections.warren.tunnels.tests.kernel import _faults
from ansible_collections.warren.tunnels.tests.kernel._engine import apply
from ansible_collections.warren.tunnels.tests.kernel._hosts import count, new_host, told_by_ip

PLACES = """
netns add manager
link add name card type veth peer name cable netns manager
link set dev card up
address add 192.0.2.8/24 dev card
route add 198.51.100.0/24 via 192.0.2.1 dev card
"""
MANAGER = "link set dev cable up\naddress add 192.0.2.1/24 dev cable\naddress add 198.51.100.7/32 dev cable\n"
OURS = {"links": [{"name": "t0", "kind": "tap", "up": True, "addresses": ["10.3.0.1/24"]}]}

CUTS = (
    {"links": [{"name": "card", "up": False}]},
    {"links": [{"name": "card", "addresses": ["203.0.113.1/24"]}]},
    {"links": [{"name": "t0", "kind": "tap", "up": True, "addresses": ["198.51.100.1/25"]}]},
    {"routes": [{"dst": "198.51.100.7", "type": "blackhole"}]},
    {"routes": [{"dst": "198.51.100.0/24", "dev": "t0"}]},
    {"namespaces": [{"name": "away"}], "links": [{"name": "card", "netns": "away"}]},
    {"links": [{"name": "card", "arp": False, "mac": "02:00:5e:00:53:01"}]},
)


@contextlib.contextmanager
def listening():
    """Be a host that takes connections, as an SSH server would; give what says whether one can come in."""
    with socket.create_server(("0.0.0.0", 22), backlog=1000) as server:

        def is_reachable():
            with _namespaces.inside("manager"):
                client = socket.socket()
            with client:
                client.settimeout(0.3)
                try:
                    # A pair that is made again has no addresses for a moment.
                    client.bind(("198.51.100.7", 0))
                    client.connect(("192.0.2.8", 22))
                    server.accept()[0].close()
                except OSError:
                    return False
                return True

        yield is_reachable


def test_a_host_that_is_cut_off_comes_back(figures):
    new_host()
    subprocess.run(["ip", "-batch", "-"], input=PLACES.encode(), check=True)
    subprocess.run(["ip", "-n", "manager", "-batch", "-"], input=MANAGER.encode(), check=True)
    apply(OURS)
    former, other = told_by_ip(), 0
    number = count(len(CUTS), 50)
    with listening() as is_reachable:
        for turn in range(number):
            assert is_reachable()
            _commit.commit(_way_back.Wish("cut", "armed", 1), check_mode=False)
            apply(CUTS[turn % len(CUTS)], "replaced", force=True)
            assert not is_reachable(), CUTS[turn % len(CUTS)]
            end = time.monotonic() + 30
            while not is_reachable() and time.monotonic() < end:
                time.sleep(0.1)
            # The alarm has what is left of the record to write.
            while _checkpoints.load("cut") and time.monotonic() < end:
                time.sleep(0.1)
            seen = told_by_ip()
            other += not is_reachable() or seen != former
    figures("cut off", number, other)
    assert other == 0
    assert _faults.left_behind() == []


def test_an_alarm_that_another_run_keeps_waiting():
    new_host()
    apply(OURS)
    former = told_by_ip()
    _commit.commit(_way_back.Wish("cut", "armed", 1), check_mode=False)
    apply({})
    with _lock.alone():
        time.sleep(2.5)
        assert told_by_ip() != former
        assert _checkpoints.load("cut")
    end = time.monotonic() + 30
    while _checkpoints.load("cut") and time.monotonic() < end:
        time.sleep(0.1)
    assert told_by_ip() == former
    assert _checkpoints.outcome("cut").failures == []
