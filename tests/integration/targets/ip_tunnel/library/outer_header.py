#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends a packet to an address and returns the outer header of what then leaves by a link."""

import select
import socket
import struct

from ansible.module_utils.basic import AnsibleModule

ETH_P_ALL, ETH_P_IP = 0x0003, 0x0800
GRE = 47
DONT_FRAGMENT = 0x4000
CHECKSUM, KEY, SEQUENCE = 0x8000, 0x2000, 0x1000
SECONDS = 5
# Of linux/in.h; Python's socket has no names for them.
IP_MTU_DISCOVER, IP_PMTUDISC_DONT = 10, 0


def header(packet):
    length = (packet[0] & 15) * 4
    fields = {
        "protocol": packet[9],
        "tos": packet[1],
        "ttl": packet[8],
        "df": bool(struct.unpack_from("!H", packet, 6)[0] & DONT_FRAGMENT),
        "source": socket.inet_ntoa(packet[12:16]),
        "destination": socket.inet_ntoa(packet[16:20]),
    }
    if packet[9] == GRE:
        flags = struct.unpack_from("!H", packet, length)[0]
        at = length + (8 if flags & CHECKSUM else 4)
        fields.update(
            csum=bool(flags & CHECKSUM),
            seq=bool(flags & SEQUENCE),
            key=struct.unpack_from("!I", packet, at)[0] if flags & KEY else None,
        )
    return fields


def main():
    module = AnsibleModule(argument_spec={"through": {"required": True}, "to": {"required": True}})
    # A socket for one protocol sees only what comes in.
    capture = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
    capture.bind((module.params["through"], ETH_P_ALL))
    probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    probe.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 33)
    probe.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, 0x28)
    # A DF of the inner packet would be copied.
    probe.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT)
    probe.sendto(b"probe", (module.params["to"], 9))
    while select.select([capture], [], [], SECONDS)[0]:
        packet, sender = capture.recvfrom(65535)
        if sender[1] == ETH_P_IP and packet[9] in (socket.IPPROTO_IPIP, socket.IPPROTO_IPV6, GRE):
            module.exit_json(changed=True, header=header(packet))
    module.fail_json(msg="Nothing left by {through} for {to}".format(**module.params))


if __name__ == "__main__":
    main()
