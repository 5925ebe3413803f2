# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # What links with an Ethernet address of their own have, those of programs too.
    DOCUMENTATION = r"""
options:
  link:
    description:
      - Name of the link that it sends and takes packets by, in the same namespace, or in O(link_netns). Required for a new
        device. It is no macvlan or macvtap itself, since the kernel then takes the link below that.
      - The kernel can't change it in place. The device goes with this link when that is deleted, and stays when that is moved.
    type: str
  mode:
    description:
      - What reaches the other devices on the same link. V(private) - nothing; V(vepa) - what a switch outside sends back;
        V(bridge) - what they send each other; V(passthru) - it is the only one, and new with the address of the link, so that
        O(mac) waits for another task; V(source) - only packets from O(macaddr) come in. A new device has V(vepa).
      - The kernel can't change from or to V(passthru) in place. From V(source) a new device is made as well, so that its
        O(macaddr) can come back.
    type: str
    choices: [private, vepa, bridge, passthru, source]
  flag:
    description:
      - V(nopromisc) leaves the link out of promiscuous mode with O(mode=passthru); V(nodst) has packets with O(mode=source)
        come in by one device only, and not by that of their destination too (Linux 5.12 and newer); V(null) is neither.
    type: str
    choices: ["null", nopromisc, nodst]
  macaddr:
    description:
      - The Ethernet addresses that packets are taken from with O(mode=source), with spaces between them; V(none) for none. All
        of them are replaced.
    type: str
  bcqueuelen:
    description:
      - How many broadcast and multicast packets may wait, at least. The link has the largest number of all devices on it. A new
        device has 1000. Linux 5.11 and newer.
    type: int
"""
