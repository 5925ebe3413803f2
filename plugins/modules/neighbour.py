#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: neighbour
short_description: Permanent neighbours, and addresses that a host answers for
version_added: 0.1.0
description:
  - Makes, changes and deletes permanent entries of the tables by which a link finds its neighbours (ARP and NDP), for IPv4 and
    IPv6, also in namespaces, as C(ip neighbour) does. So frames find their way where nobody may or can be asked, such as to
    the far ends of a GRE tunnel without O(warren.tunnels.ip_tunnel#module:remote), or of a VXLAN that learns nothing.
  - With O(proxy), the host answers for an address in place of the one that has it.
  - What the kernel finds out by itself is neither shown nor deleted. A permanent entry takes its place.
options:
  to:
    description: The address of the neighbour, such as V(10.0.0.2) or V(2001:db8::2).
    type: str
    required: true
  dev:
    description: Name of the link that it is reached by.
    type: str
    required: true
  netns:
    description: Name of the network namespace that the link is in. It must exist; see M(warren.tunnels.netns).
    type: str
  lladdr:
    description:
      - Where frames to it go. An Ethernet address such as V(02:00:5e:00:53:01), or on a tunnel for several far ends over IPv4
        the outer address of this one, such as V(192.0.2.2). Links with addresses of another length take as many octets.
      - Required, but for O(proxy) and O(state=absent).
    type: str
  proxy:
    description:
      - Whether the host answers for the address, and takes what is for it. An entry of this sort is another one than that of the
        same address without it.
      - For IPv4, the kernel answers for an address only where it forwards packets, or with the sysctl C(proxy_arp) of the link;
        for IPv6 with C(proxy_ndp).
    type: bool
    default: false
  router:
    description: Whether the neighbour is a router, as IPv6 has it. Without it, that stays as it is, and is not so on a new one.
    type: bool
  protocol:
    description:
      - Who made the entry, a word such as V(static) or V(boot), or a number from 1 to 255. Without it, that stays as it is, and
        is not said on a new one. The kernel takes no protocol away again.
      - Needs Linux 5.0.
    type: str
extends_documentation_fragment:
  - warren.tunnels._attributes
  - warren.tunnels._force
  - warren.tunnels._requirements
  - warren.tunnels._result
  - warren.tunnels._state
notes:
  - The kernel forgets the neighbours of a link that goes down, or gets another Ethernet address. Where the same task or document
    changes the link, they are made again.
  - They go with their link. Where this collection replaces one, only those come back that the task names.
seealso:
  - module: warren.tunnels.ip_tunnel
  - module: warren.tunnels.vxlan
  - name: ip-neighbour(8)
    description: The command that this module stands for.
    link: https://man7.org/linux/man-pages/man8/ip-neighbour.8.html
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: A gateway that answers no questions
  warren.tunnels.neighbour:
    to: 192.0.2.1
    dev: eth0
    lladdr: 02:00:5e:00:53:01

- name: A far end of a tunnel that has several
  warren.tunnels.neighbour:
    to: 10.255.0.2
    dev: hub0
    lladdr: 192.0.2.2

- name: The host answers for an address behind it
  warren.tunnels.neighbour:
    to: 2001:db8::9
    dev: eth0
    proxy: true

- name: The entry is gone
  warren.tunnels.neighbour:
    to: 192.0.2.1
    dev: eth0
    state: absent
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
  sample: {"state": "present", "to": "192.0.2.1", "dev": "eth0", "lladdr": "02:00:5e:00:53:01"}
operations:
  description: The steps that were done, or would be in check mode, each as the C(ip) command that does the same.
  type: list
  elements: str
  returned: success
  sample: ["ip neighbour replace 192.0.2.1 lladdr 02:00:5e:00:53:01 dev eth0 nud permanent"]
"""

from ansible_collections.warren.tunnels.plugins.module_utils._main import _resource


def main() -> None:
    _resource.of_one("neighbours")


if __name__ == "__main__":
    main()
