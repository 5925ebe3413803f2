#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: nexthop
short_description: Nexthop objects, by which routes lead
version_added: 0.1.0
description:
  - Makes, changes and deletes nexthop objects, each a way or a group of ways with weights, also in namespaces, as C(ip nexthop)
    does. Any number of routes name one by its number, with O(warren.tunnels.route#module:nhid), and go another way at once when
    it changes.
  - A nexthop is known by its O(id). What a task does not name of it, it does not have, but for the timers of a resilient group.
  - The kernel takes nexthops away with their link, and when that goes down or loses its carrier; it takes them out of their
    groups, and takes a group with its last member, and with both all routes that name them, whosever they are. Where a task of
    this collection brings that about, what goes so comes back in the same run. Where it can't, the task is refused without
    O(force), and says what would be lost.
options:
  id:
    description: The number of the nexthop, by which routes and groups name it.
    type: int
    required: true
  netns:
    description: Name of the network namespace that the nexthop is in. It must exist; see M(warren.tunnels.netns).
    type: str
  family:
    description:
      - Address family of one without O(via), which tells it otherwise. Without it, V(inet).
      - Files for the next boot can't say V(inet6).
    type: str
    choices:
      - inet
      - inet6
  via:
    description: Address of the next hop. Routes of IPv4 can lead by one of IPv6. With O(fdb), the other end of a VXLAN.
    type: str
  dev:
    description:
      - Name of the link that the packets leave by. It must be up and have a carrier.
      - Required, but for O(blackhole), O(fdb) and O(group).
    type: str
  onlink:
    description: Whether O(via) is taken to be on the link, though no address of the link says so.
    type: bool
    default: false
  blackhole:
    description: Whether it drops the packets, without a word.
    type: bool
    default: false
  fdb:
    description: Whether it is for forwarding entries of a VXLAN, and for no routes. It needs Linux 5.8.
    type: bool
    default: false
  encap:
    description:
      - What it puts around the packets, where O(dev) is a tunnel that is O(warren.tunnels.ip_tunnel#module:external).
      - What is not named in it is as C(ip) has it.
    type: dict
    suboptions:
      type:
        description: The outer header, V(ip) for IPv4 or V(ip6). With V(none), the nexthop puts nothing around packets.
        type: str
        choices:
          - none
          - ip
          - ip6
        required: true
      dst:
        description: Address of the far end on the underlay. Required, but for V(none).
        type: str
      src:
        description: Address of this host on the underlay. Without it, the host chooses.
        type: str
      id:
        description:
          - Number of the tunnel, 0 to 18446744073709551615; 0 without it. GRE sends its lower 32 bits as the key, with O(encap.key).
          - Which key comes in, an external tunnel does not look at.
        type: int
      ttl:
        description: TTL, or hop limit, of the outer packets, 1 to 255. 0, or without it, that of the packet inside with V(ip), and the host's own with V(ip6).
        type: int
      tos:
        description: Type of service, or traffic class, of the outer packets, 0 to 255; 0 without it. With V(ip), 1 is that of the packet inside.
        type: int
      key:
        description: Whether GRE has a key, which is O(encap.id).
        type: bool
      csum:
        description: Whether GRE has a checksum. A tunnel that is external takes in none that has one.
        type: bool
      seq:
        description: Whether GRE has sequence numbers.
        type: bool
  group:
    description: The nexthops that it is made of, among which the traffic is spread. They must exist, and can't be groups.
    type: list
    elements: dict
    suboptions:
      id:
        description: The number of the member.
        type: int
        required: true
      weight:
        description: Share of the traffic, 1 to 255.
        type: int
        default: 1
  type:
    description:
      - How a O(group) spreads the traffic. With V(mpath), flows go another way when members come or go. With V(resilient), those
        of other members stay, which needs Linux 5.13.
      - Without it, V(mpath). To change it, the group is made again, with its routes.
    type: str
    choices:
      - mpath
      - resilient
  buckets:
    description:
      - How many parts a V(resilient) group divides the flows into. Required for one. 1 to 65535.
      - To change it, the group is made again, with its routes.
    type: int
  idle_timer:
    description:
      - For how many seconds no packet has to come before a part of a V(resilient) group goes over to another member.
      - Without it, it stays as it is. A new group has 120.
    type: int
  unbalanced_timer:
    description:
      - After how many seconds a V(resilient) group that is not spread as it should be is spread anew, whatever flows. 0 is never.
      - Without it, it stays as it is. A new group has 0.
    type: int
  protocol:
    description:
      - Who made the nexthop, V(static), V(boot), V(unspec) or a number. C(ip nexthop) makes those that are V(unspec).
      - To change that of a group, the group is made again, with its routes.
    type: str
    default: static
extends_documentation_fragment:
  - warren.tunnels._attributes
  - warren.tunnels._force
  - warren.tunnels._requirements
  - warren.tunnels._result
  - warren.tunnels._state
notes:
  - The kernel needs to be Linux 5.3 or newer.
  - With C(net.ipv4.nexthop_compat_mode) set to 0, the kernel tells of a route by which nexthop it leads, and no more. That is no
    difference here.
seealso:
  - module: warren.tunnels.route
  - name: ip-nexthop(8)
    description: The command that this module stands for.
    link: https://man7.org/linux/man-pages/man8/ip-nexthop.8.html
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: A way through each of two tunnels
  warren.tunnels.nexthop:
    id: "{{ item.id }}"
    via: "{{ item.via }}"
    dev: "{{ item.dev }}"
  loop:
    - {id: 1, via: 10.1.1.2, dev: tun100}
    - {id: 2, via: 10.1.2.2, dev: tun200}

- name: Two thirds of the traffic through the first, and flows that stay where they are
  warren.tunnels.nexthop:
    id: 10
    group:
      - {id: 1, weight: 2}
      - {id: 2}
    type: resilient
    buckets: 128

- name: A route by both
  warren.tunnels.route:
    dst: 10.9.0.0/16
    nhid: 10

- name: The nexthop is gone
  warren.tunnels.nexthop:
    id: 3
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
  sample: {"state": "present", "id": 1, "via": "10.1.1.2", "dev": "tun100", "protocol": "static"}
operations:
  description: The steps that were done, or would be in check mode, each as the C(ip) command that does the same.
  type: list
  elements: str
  returned: success
  sample: ["ip nexthop add id 1 via 10.1.1.2 dev tun100 protocol static"]
"""

from ansible_collections.warren.tunnels.plugins.module_utils._main import _resource


def main() -> None:
    _resource.of_one("nexthops")


if __name__ == "__main__":
    main()
