#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: fou
short_description: UDP ports that take tunnels (FOU and GUE)
version_added: 0.1.0
description:
  - Makes and deletes the UDP ports on which a host takes tunnels inside UDP, as C(ip fou) does. The sending side is the
    option O(warren.tunnels.ip_tunnel#module:encap) of a tunnel.
options:
  port:
    description: Number of the UDP port, 1 to 65535.
    type: int
    required: true
  netns:
    description: Name of the network namespace that the port is in. It must exist; see M(warren.tunnels.netns).
    type: str
  family:
    description: Address family of the outer packets.
    type: str
    choices:
      - inet
      - inet6
    default: inet
  encap:
    description: V(fou) for one protocol right behind the UDP header, V(gue) for a header of its own that tells it.
    type: str
    choices:
      - fou
      - gue
    default: fou
  ipproto:
    description:
      - What comes inside, V(gre), V(ipip), V(sit) or a number of IANA's from 1 to 255. Required with O(encap=fou), and
        not for V(gue).
    type: str
extends_documentation_fragment:
  - warren.tunnels._attributes
  - warren.tunnels._force
  - warren.tunnels._requirements
  - warren.tunnels._result
  - warren.tunnels._state
notes:
  - Nothing loads the kernel modules C(fou) and C(fou6) by itself. C(fou) must be loaded for ports of either family, and
    for tunnels over IPv4 with O(warren.tunnels.ip_tunnel#module:encap), C(fou6) for such tunnels over IPv6; see
    M(community.general.modprobe).
  - The kernel can't change a port in place, so that a change deletes it and makes it again.
seealso:
  - module: warren.tunnels.ip_tunnel
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: GRE comes in on UDP port 5555
  warren.tunnels.fou:
    port: 5555
    ipproto: gre

- name: A GRE tunnel that goes out to the same port of the other host
  warren.tunnels.ip_tunnel:
    name: tun100
    mode: gre
    local: 192.168.0.8
    remote: 192.168.0.58
    encap: fou
    encap_dport: 5555
    up: true
"""

RETURN = r"""
before:
  description: What was there, as options of this module; only C(state=absent) where there was nothing.
  type: dict
  returned: success
  sample: {"state": "absent"}
after:
  description: What is there now. In check mode, what would be, as far as it can be foretold.
  type: dict
  returned: success
  sample: {"state": "present", "port": 5555, "family": "inet", "encap": "fou", "ipproto": 47}
operations:
  description: The steps that were done, or would be in check mode, each as the C(ip) command that does the same.
  type: list
  elements: str
  returned: success
  sample: ["ip fou add port 5555 ipproto 47"]
"""

from ansible_collections.warren.tunnels.plugins.module_utils._main import _resource


def main() -> None:
    _resource.of_one("fou_ports")


if __name__ == "__main__":
    main()
