# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is who on the lab's network: names, addresses, MAC addresses."""

from __future__ import annotations

import dataclasses
import ipaddress

from .errors import LabError

NETWORK = ipaddress.IPv4Network("192.168.0.0/24")
GATEWAY = NETWORK[1]

_FIRST_NUMBERS = (8, 58)
_FURTHER_NUMBERS = range(101, 255)
MAX_HOSTS = len(_FIRST_NUMBERS) + len(_FURTHER_NUMBERS)


@dataclasses.dataclass(frozen=True)
class HostAddress:
    """The identity of one host: everything here follows from its index (0 for host1)."""

    index: int

    @property
    def name(self) -> str:
        return f"host{self.index + 1}"

    @property
    def ip(self) -> str:
        return str(NETWORK[(*_FIRST_NUMBERS, *_FURTHER_NUMBERS)[self.index]])

    @property
    def cidr(self) -> str:
        return f"{self.ip}/{NETWORK.prefixlen}"

    @property
    def mac(self) -> str:
        octets = ipaddress.IPv4Address(self.ip).packed
        return "02:00:" + ":".join(f"{octet:02x}" for octet in octets)

    @property
    def port(self) -> str:
        """The end of the host's cable that is in the bridge."""
        return f"{self.name}-port"

    @property
    def plug(self) -> str:
        """The end of the host's cable that the host sends and receives on."""
        return f"{self.name}-plug"


def host_addresses(count: int) -> tuple[HostAddress, ...]:
    """Give the first `count` hosts; raise LabError when the network does not hold so many."""
    if not 1 <= count <= MAX_HOSTS:
        raise LabError(f"a lab has 1 to {MAX_HOSTS} hosts, not {count}")
    return tuple(HostAddress(index) for index in range(count))


def hosts_file(hosts: tuple[HostAddress, ...]) -> str:
    """Give the text of /etc/hosts on every host of the lab."""
    lines = ["127.0.0.1 localhost", "::1 localhost"]
    lines += [f"{host.ip} {host.name}" for host in hosts]
    return "\n".join(lines) + "\n"
