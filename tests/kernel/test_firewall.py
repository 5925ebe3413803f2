# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role's rules in a real firewall: what they let in, and that all else in it stays to the letter."""

import json
import re
import select
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

PLAYBOOK = Path(__file__).parent / "firewall.yml"
GRE, IPIP, SIT, UDP = 47, 4, 41, 17
PORT = 5555

US = {4: "192.0.2.1", 6: "2001:db8::1"}
PEER, OTHER_PEER, STRANGER = ({4: f"192.0.2.{n}", 6: f"2001:db8::{n}"} for n in (2, 3, 9))
UNDERLAY = """
link add near type veth peer name far netns peers
address add 192.0.2.1/24 dev near
address add 2001:db8::1/64 dev near nodad
link set near up
"""
FAR = [
    f"address add {peers[4]}/24 dev far\naddress add {peers[6]}/64 dev far nodad"
    for peers in (PEER, OTHER_PEER, STRANGER)
]

DECLARED = [
    {"source": PEER[4], "protocol": GRE},
    {"source": PEER[4], "protocol": SIT},
    {"source": PEER[4], "protocol": UDP, "port": PORT},
    {"source": PEER[6], "protocol": GRE},
    {"source": OTHER_PEER[4], "protocol": IPIP},
    {"source": OTHER_PEER[6], "protocol": UDP, "port": PORT},
]
LATER = [DECLARED[0], DECLARED[5], {"source": OTHER_PEER[4], "protocol": GRE}]

NFTABLES = """
table inet site {
    set office { type ipv4_addr; elements = { 203.0.113.1, 203.0.113.7 }; }
    chain INPUT { type filter hook input priority 0; policy drop;
        icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
        ip saddr @office tcp dport 22 accept comment "the office"
    }
    chain out { type filter hook output priority 0; policy accept; }
}
table ip older { chain input { type filter hook input priority 10; policy drop; counter comment "all"; }; }
table ip6 older {
    chain input { type filter hook input priority 10; policy drop; meta l4proto ipv6-icmp accept; }
}
"""
IPTABLES = """
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -s 203.0.113.1/32 -p tcp -m tcp --dport 22 -m comment --comment "the office" -j ACCEPT
COMMIT
"""
IP6TABLES = IPTABLES.replace("-s 203.0.113.1/32 -p tcp -m tcp --dport 22", "-p ipv6-icmp")


def run(*command, text=None):
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


@pytest.fixture
def peers():
    """Connect this namespace with another, which has the addresses of peers and of a stranger."""
    run("ip", "netns", "add", "peers")
    run("ip", "-batch", "-", text=UNDERLAY)
    run("ip", "-n", "peers", "-batch", "-", text="\n".join([*FAR, "link set far up"]))
    yield
    run("ip", "link", "delete", "near")
    run("ip", "netns", "delete", "peers")
    run("nft", "flush", "ruleset")


def play(accept, *options, withdraws=False):
    """Return how many changes the role makes, or would make, to let these in.

    :arg withdraws: keep all others out, as after a change of the tunnels.
    """
    command = [Path(sys.executable).parent / "ansible-playbook", "--inventory", "localhost,", *options, PLAYBOOK]
    out = run(*command, "--extra-vars", json.dumps({"accept": accept, "withdraws": withdraws}))
    return len(re.findall(r"^changed: ", out, re.MULTILINE))


def rules():
    """Return the firewall's rules as text, without counters; those of iptables by its own words only."""
    tables = [run("nft", "list", "table", *table) for table in (("inet", "site"), ("ip", "older"), ("ip6", "older"))]
    lines = "".join([*tables, run("iptables-save"), run("ip6tables-save")]).splitlines()
    return [re.sub(r"packets \d+ bytes \d+|\[\d+:\d+\]", "", line) for line in lines if not line.startswith("#")]


SEND = """
import json, socket, sys
for family, protocol, source, target, port in json.loads(sys.argv[1]):
    kind = socket.SOCK_DGRAM if port else socket.SOCK_RAW
    with socket.socket(family, kind, 0 if port else protocol) as sender:
        sender.bind((source, 0))
        sender.sendto(source.encode(), (target, port))
"""


def let_in():
    """Send packets of each protocol from each address; return what came in, as the role would have it declared."""
    receivers, packets = {}, []
    for version, family in ((4, socket.AF_INET), (6, socket.AF_INET6)):
        for protocol, port in ((GRE, 0), (IPIP, 0), (SIT, 0), (UDP, PORT), (UDP, PORT + 1)):
            kind = socket.SOCK_DGRAM if port else socket.SOCK_RAW
            receiver = socket.socket(family, kind, 0 if port else protocol)
            receiver.bind((US[version], port))
            receivers[receiver] = {"protocol": protocol, **({"port": port} if port else {})}
            packets += [(family, protocol, who[version], US[version], port) for who in (PEER, OTHER_PEER, STRANGER)]
    run("ip", "netns", "exec", "peers", sys.executable, "-c", SEND, json.dumps(packets))
    found, end = [], time.monotonic() + 0.5
    while time.monotonic() < end:
        for receiver in select.select(list(receivers), [], [], 0.1)[0]:
            found.append({"source": receiver.recvfrom(2048)[1][0], **receivers[receiver]})
    for receiver in receivers:
        receiver.close()
    return found


def by_text(entries):
    return sorted(json.dumps(entry, sort_keys=True) for entry in entries)


CHAINS = 3
"""Of nftables and iptables together, how many a packet of either IP version must pass."""


def test_firewall_lets_in_what_is_declared_and_is_as_it_was_afterwards(peers):
    assert len(let_in()) == 30
    run("nft", "-f", "-", text=NFTABLES)
    run("iptables-restore", text=IPTABLES)
    run("ip6tables-restore", text=IP6TABLES)
    at_first = rules()
    assert let_in() == []

    for preview in ("--check", "--extra-vars=previews=true"):
        assert play(DECLARED, preview) == CHAINS * len(DECLARED)
        assert rules() == at_first
    assert play(DECLARED) == CHAINS * len(DECLARED)
    assert by_text(let_in()) == by_text(DECLARED)
    assert [rule for rule in rules() if "warren.tunnels" not in rule] == at_first
    assert play(DECLARED) == 0

    assert play(LATER) == CHAINS
    assert by_text(let_in()) == by_text([*DECLARED, LATER[2]])
    assert play(LATER, withdraws=True) == CHAINS * 4
    assert by_text(let_in()) == by_text(LATER)

    assert play([], withdraws=True) == CHAINS * len(LATER)
    assert rules() == at_first
    assert let_in() == []


def test_host_that_filters_nothing_keeps_its_firewall(peers):
    assert play(DECLARED) == 0
    assert run("nft", "list", "ruleset") == ""
    assert len(let_in()) == 30
