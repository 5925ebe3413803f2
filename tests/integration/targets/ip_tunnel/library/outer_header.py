#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends a packet to an address and returns the outer header of what then leaves by a link."""

import select
import socket
import struct

from ansible.module_utils.basic import AnsibleModule

ETH_P_ALL = 0x0003
GRE = 47
DONT_FRAGMENT = 0x4000
CHECKSUM, KEY, SEQUENCE = 0x8000, 0x2000, 0x1000
SECONDS = 5
# Of linux/in.h; Python's socket has no names for them.
IP_MTU_DISCOVER, IP_PMTUDISC_DONT = 10, 0


def gre(packet, at):
    flags = struct.unpack_from("!H", packet, at)[0]
    key_at = at + (8 if flags & CHECKSUM else 4)
    return {
        "csum": bool(flags & CHECKSUM),
        "seq": bool(flags & SEQUENCE),
        "key": struct.unpack_from("!I", packet, key_at)[0] if flags & KEY else None,
    }


def over_ipv4(packet):
    fields = {
        "protocol": packet[9],
        "tos": packet[1],
        "ttl": packet[8],
        "df": bool(struct.unpack_from("!H", packet, 6)[0] & DONT_FRAGMENT),
        "source": socket.inet_ntoa(packet[12:16]),
        "destination": socket.inet_ntoa(packet[16:20]),
    }
    return dict(fields, **gre(packet, (packet[0] & 15) * 4)) if packet[9] == GRE else fields


def over_ipv6(packet):
    first, protocol, at, limit = struct.unpack_from("!I", packet)[0], packet[6], 40, None
    if protocol == socket.IPPROTO_DSTOPTS:
        # RFC 2473, 5.1: the limit is the only option.
        protocol, at, limit = packet[at], at + 8, packet[at + 4]
    fields = {
        "protocol": protocol,
        "tos": first >> 20 & 0xFF,
        "flowlabel": first & 0xFFFFF,
        "ttl": packet[7],
        "encaplimit": limit,
        "source": socket.inet_ntop(socket.AF_INET6, packet[8:24]),
        "destination": socket.inet_ntop(socket.AF_INET6, packet[24:40]),
    }
    return dict(fields, **gre(packet, at)) if protocol == GRE else fields


HEADERS = {0x0800: over_ipv4, 0x86DD: over_ipv6}


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
        header = HEADERS[sender[1]](packet) if sender[1] in HEADERS else {}
        if header.get("protocol") in (socket.IPPROTO_IPIP, socket.IPPROTO_IPV6, GRE):
            module.exit_json(changed=True, header=header)
    module.fail_json(msg="Nothing left by {through} for {to}".format(**module.params))


if __name__ == "__main__":
    main()
