#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: route
short_description: Routes
version_added: 0.1.0
description:
  - Makes, changes and deletes routes, also into tunnels and in namespaces, as C(ip route) does.
  - A route is known by its O(dst), O(table), O(metric) and O(tos). Another route with the same four is changed into the
    one that is asked for.
options:
  dst:
    description: The network that the route leads to, such as V(10.9.0.0/24), a lone address, or V(default).
    type: str
    required: true
  netns:
    description: Name of the network namespace that the route is in. It must exist; see M(warren.tunnels.netns).
    type: str
  family:
    description: Address family. Only a default route without any address needs it, and is V(inet) without it.
    type: str
    choices:
      - inet
      - inet6
  via:
    description: Address of the next hop.
    type: str
  dev:
    description: Name of the link that the packets leave by.
    type: str
  src:
    description: Address that packets of this host have as their source.
    type: str
  metric:
    description:
      - Preference of the route; lower ones win. A number from 0 to 4294967295.
      - Without it, what the kernel chooses, which is 0 for IPv4 and 1024 for IPv6.
    type: str
  tos:
    description:
      - Type of service of the packets that the route is for, for IPv4. A number from 0 to 252, such as V(0x10), without the last
        two bits, which are for ECN.
      - Without it, or with V(0), the route is for all packets that no other one is for.
    type: str
  table:
    description: Number of the table that the route is in, or V(main), V(default) or V(local).
    type: str
    default: main
  type:
    description: What becomes of the packets. V(unicast) and V(local) need a way, the others have none.
    type: str
    choices:
      - unicast
      - local
      - blackhole
      - unreachable
      - prohibit
      - throw
  scope:
    description: How far the destination is, for IPv4. Without it, V(link) where there is no O(via), else V(global).
    type: str
    choices:
      - global
      - site
      - link
      - host
  protocol:
    description:
      - Who made the route, V(static), V(boot), V(dhcp), V(ra), V(kernel), V(redirect) or a number.
      - Routing daemons leave alone what is V(static).
    type: str
    default: static
  mtu:
    description: The path MTU, in bytes.
    type: int
  onlink:
    description: Whether O(via) is taken to be on the link, though no address of the link says so.
    type: bool
  nhid:
    description:
      - Number of a nexthop object that it leads by, see M(warren.tunnels.nexthop), in place of O(via), O(dev), O(nexthops), O(onlink)
        and O(encap), which are the nexthop's then. Nothing of that is compared with the route.
    type: int
  nexthops:
    description: Several ways, among which the traffic is spread. Instead of O(via) and O(dev).
    type: list
    elements: dict
    suboptions:
      via:
        description: Address of the next hop.
        type: str
      dev:
        description: Name of the link that the packets leave by.
        type: str
      weight:
        description: Share of the traffic, 1 to 256.
        type: int
        default: 1
  encap:
    description:
      - What the route puts around the packets that it leads into a tunnel that is O(warren.tunnels.ip_tunnel#module:external),
        by O(dev). So one device has tunnels to any number of hosts, a route for each.
      - What is not named in it is as C(ip) has it. Without it, what the route has is left alone.
      - The kernel needs C(CONFIG_LWTUNNEL), which distributions have since Linux 4.3.
    type: dict
    suboptions:
      type:
        description: The outer header, V(ip) for IPv4 or V(ip6). With V(none), the route puts nothing around packets.
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
extends_documentation_fragment:
  - warren.tunnels._attributes
  - warren.tunnels._force
  - warren.tunnels._requirements
  - warren.tunnels._result
  - warren.tunnels._state
seealso:
  - module: warren.tunnels.nexthop
  - name: ip-route(8)
    description: The command that this module stands for.
    link: https://man7.org/linux/man-pages/man8/ip-route.8.html
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: The network behind host2 is reached through the tunnel
  warren.tunnels.route:
    dst: 10.9.0.0/24
    dev: tun100

- name: A default route in a namespace
  warren.tunnels.route:
    dst: default
    via: 10.0.0.1
    netns: red

- name: Two ways, one with twice the traffic
  warren.tunnels.route:
    dst: 10.10.0.0/16
    nexthops:
      - dev: tun100
        weight: 2
      - dev: tun200

- name: One device with tunnels to two hosts
  warren.tunnels.network_state:
    links:
      - {name: gre1, kind: gre, external: true, addresses: [10.0.0.1/32]}
    routes:
      - {dst: 10.0.0.2, dev: gre1, encap: {type: ip, id: 100, key: true, dst: 203.0.113.2}}
      - {dst: 10.0.0.3, dev: gre1, encap: {type: ip, id: 100, key: true, dst: 203.0.113.3}}

- name: The route is gone
  warren.tunnels.route:
    dst: 10.9.0.0/24
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
  sample: {"state": "present", "dst": "10.9.0.0/24", "dev": "tun100", "protocol": "static", "table": 254, "metric": 0}
operations:
  description: The steps that were done, or would be in check mode, each as the C(ip) command that does the same.
  type: list
  elements: str
  returned: success
  sample: ["ip route append 10.9.0.0/24 dev tun100 proto static"]
"""

from ansible_collections.warren.tunnels.plugins.module_utils._main import _resource


def main() -> None:
    _resource.of_one("routes")


if __name__ == "__main__":
    main()
