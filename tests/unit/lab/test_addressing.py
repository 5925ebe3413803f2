# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and addresses of lab hosts."""

import pytest
from warrenlab.addressing import GATEWAY, MAX_HOSTS, host_addresses, hosts_file
from warrenlab.errors import LabError


def test_addresses_are_the_documented_ones():
    hosts = host_addresses(4)
    assert [host.name for host in hosts] == ["host1", "host2", "host3", "host4"]
    assert [host.ip for host in hosts] == ["192.168.0.8", "192.168.0.58", "192.168.0.101", "192.168.0.102"]
    assert hosts[0].cidr == "192.168.0.8/24"
    assert str(GATEWAY) == "192.168.0.1"


def test_all_hosts_differ_and_none_is_the_gateway():
    hosts = host_addresses(MAX_HOSTS)
    for attribute in ("name", "ip", "mac", "port", "plug"):
        assert len({getattr(host, attribute) for host in hosts}) == MAX_HOSTS
    assert str(GATEWAY) not in {host.ip for host in hosts}


def test_macs_are_local_and_interface_names_fit():
    for host in host_addresses(MAX_HOSTS):
        assert host.mac.startswith("02:00:")
        assert max(len(host.port), len(host.plug)) <= 15


@pytest.mark.parametrize("count", [-1, 0, MAX_HOSTS + 1])
def test_impossible_sizes_are_refused(count):
    with pytest.raises(LabError, match="1 to 156 hosts"):
        host_addresses(count)


def test_hosts_file_names_every_host():
    assert hosts_file(host_addresses(2)).splitlines()[-2:] == ["192.168.0.8 host1", "192.168.0.58 host2"]
