# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._protection import _peers
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils import _hosts

GRE = {"local": "192.0.2.1", "remote": "192.0.2.2", "protocol": 47}


def wanted(*peers):
    return _peers.wanted(_hosts.params("protection", {"name": "lab", "peers": list(peers)})["peers"])


def test_peers_are_told_in_an_order():
    remotes = ["192.0.2.10", "2001:DB8::2", "192.0.2.9"]
    locals_ = ["192.0.2.1", "2001:db8::1", "192.0.2.1"]
    entries = [
        {"local": local, "remote": remote, "protocol": 17, "port": 5555}
        for local, remote in zip(locals_, remotes, strict=True)
    ]
    found = _peers.in_order(wanted(*entries, {**GRE, "protocol": 4}, GRE, GRE))
    assert [peer.text for peer in found] == [
        "4 between 192.0.2.1 and 192.0.2.2",
        "17/5555 between 192.0.2.1 and 192.0.2.9",
        "17/5555 between 192.0.2.1 and 192.0.2.10",
        "47 between 192.0.2.1 and 192.0.2.2",
        "17/5555 between 2001:db8::1 and 2001:db8::2",
    ]
    assert wanted(*(peer.options() for peer in found)) == frozenset(found)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"local": "host1"}, "peers[1].local: 'host1' is not an IP address; give the address that"),
        ({"remote": "192.0.2.0/24"}, "peers[1].remote: '192.0.2.0/24' is not an IP address"),
        ({"remote": "0.0.0.0"}, "peers[1].remote: 0.0.0.0 stands for no address"),
        ({"remote": "192.0.2.1"}, "peers[1].remote: both ends have the address 192.0.2.1"),
        ({"remote": "2001:db8::2"}, "peers[1].remote: 2001:db8::2 is of another family than 192.0.2.1"),
        ({"protocol": 50}, "peers[1].protocol: 50 is no protocol of tunnels; give 4 (IPIP)"),
        ({"port": 5555}, "peers[1].port: protocol 47 has no ports"),
        ({"protocol": 17}, "peers[1].port: is missing; give the UDP port"),
        ({"protocol": 17, "port": 65536}, "peers[1].port: 65536 is not a port, 1 to 65535; give the UDP port"),
        ({"protocol": 17, "port": 4500}, "peers[1].port: 4500 carries IKE"),
    ],
)
def test_what_can_not_be_is_told(options, words):
    with pytest.raises(_errors.BadOption) as error:
        wanted(GRE, {**GRE, **options})
    assert str(error.value).startswith(words)
