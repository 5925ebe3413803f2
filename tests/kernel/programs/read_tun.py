# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program of Python tutorials: attaches to a TUN device by pytun and prints each packet."""

import sys

from pytun import TunTapDevice

tun = TunTapDevice(name=sys.argv[1])
while True:
    print(tun.read(tun.mtu).hex())
