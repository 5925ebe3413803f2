# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # What devices have whose packets may leave by another namespace than their own.
    DOCUMENTATION = r"""
options:
  link_netns:
    description:
      - Name of the network namespace that the underlay of the device is in, so that the device is in O(netns), such as a
        tenant's, and its outer packets are routed, leave and arrive elsewhere. The other options that name a link below or an
        address of this host mean those of that namespace.
      - V(host) is the namespace that the task runs in, for which C(ip link add) has C(link-netns /proc/1/ns/net). Another
        namespace must exist; see M(warren.tunnels.netns).
      - Without it a new device has its underlay in O(netns), and one that is there keeps the underlay that it has. The name of
        O(netns) itself, or V(host) where there is none, brings it back there.
      - The kernel can't change it in place. It deletes the device when that namespace goes. Before Linux 6.15 it makes the
        device there first, where no other link may have its name.
    type: str
"""
