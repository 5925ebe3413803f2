# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # What links with the Ethernet address of the one below have, those of programs too.
    DOCUMENTATION = r"""
options:
  link:
    description:
      - Name of the link that it sends and takes packets by, in the same namespace, or in C(link_netns), which an ipvtap does
        not have, since the kernel tells nothing of it. Required for a new device. It is no ipvlan or ipvtap itself, since the
        kernel then takes the link below that.
      - The kernel can't change it in place. The device goes with this link when that is deleted, and stays when that is moved.
    type: str
  mode:
    description:
      - Where packets are routed. V(l2) - in the namespace of the device, and ARP is used; V(l3) - in that of the link;
        V(l3s) - likewise, by way of its filters (Linux 4.9 and newer). A new device has V(l3).
      - All devices on one link have one mode, that of the last one made or changed. A document that names two of them names it
        for both.
    type: str
    choices: [l2, l3, l3s]
  flags:
    description:
      - What devices on one link can send each other. V(bridge) - packets; V(private) - none; V(vepa) - what a switch outside
        sends back. A new link has V(bridge). Linux 4.15 and newer.
      - It is one for all devices on a link too.
    type: str
    choices: [bridge, private, vepa]
"""
