# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print a line for each packet of a tunnel that comes from a host in clear: its protocol and its addresses. The first line says that it begins."""

import socket

PROTOCOLS = (4, 41, 47)
ALL, IPV4 = 0x0003, 0x0800
"""What asks for all sees a packet before a bridge takes it (linux/if_ether.h)."""
OUTGOING = 4
"""PACKET_OUTGOING (linux/if_packet.h). What one device of the bridge takes in, another one gives out."""

with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ALL)) as wire:
    print("begin", flush=True)
    while True:
        packet, (device, ether, kind, *_rest) = wire.recvfrom(64)
        if ether == IPV4 and kind != OUTGOING and packet[9] in PROTOCOLS:
            source, target = (socket.inet_ntoa(packet[start : start + 4]) for start in (12, 16))
            print(packet[9], source, target, device, flush=True)
