# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program of the tutorials: attaches to a TUN device and tells of each packet. Needs no rights but the owner's."""

import fcntl
import os
import struct
import sys

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000

device = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", sys.argv[1].encode(), IFF_TUN | IFF_NO_PI))
while True:
    packet = os.read(device, 65536)
    print("protocol {0}, {1} bytes".format(packet[9], len(packet)), flush=True)
