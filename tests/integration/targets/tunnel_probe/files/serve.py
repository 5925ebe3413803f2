# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attach to tun/tap devices, a process for each, print their ids and stay: serve.py NAME:tun|tap:read|hold...

"read" takes all packets.
"""

import fcntl
import os
import signal
import struct
import sys

TUNSETIFF = 0x400454CA
MODES = {"tun": 0x0001, "tap": 0x0002}
IFF_NO_PI = 0x1000


def serve(name, mode, what):
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), MODES[mode] | IFF_NO_PI))
    child = os.fork()
    if child:
        print(child)
        os.close(device)
        return
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    while what == "read":
        os.read(device, 65535)
    signal.pause()


for argument in sys.argv[1:]:
    serve(*argument.split(":"))
