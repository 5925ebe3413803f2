# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The mtu that IPv6 goes by, on the kernel of this machine."""

import subprocess

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _ipv6_mtu
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host


@pytest.mark.parametrize("netns", [None, "red"])
def test_ipv6_follows_the_mtu_of_a_device(netns):
    new_host()
    within = ["ip", "netns", "exec", "red"] if netns else []
    if netns:
        subprocess.run(["ip", "netns", "add", "red"], check=True)
    for words in ("ip tuntap add t.0 mode tun", "ip link set t.0 mtu 1400", "sysctl -q net/ipv6/conf/t.0/mtu=1300"):
        subprocess.run([*within, *words.split()], check=True)
    _ipv6_mtu.follow(netns, ["not-there", "t.0"])
    found = subprocess.run(
        [*within, "cat", "/proc/sys/net/ipv6/conf/t.0/mtu"], check=True, stdout=subprocess.PIPE, text=True
    )
    assert found.stdout == "1400\n"
