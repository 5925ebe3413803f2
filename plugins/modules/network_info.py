#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: network_info
short_description: What is there, in the form that network_state takes
version_added: 0.1.0
description:
  - Reads namespaces, links with their addresses, nexthops, routes, FOU ports, rules, neighbours, forwarding entries and sysctls of a
    host, in the form that M(warren.tunnels.network_state) takes, so that what one host has can be applied to another.
  - Nothing is changed.
options:
  netns:
    description:
      - Names of the network namespaces to look into, beside the one that the task runs in. Without it, all that
        C(ip netns) knows; with an empty list, none.
    type: list
    elements: str
  kinds:
    description: Kinds of links to tell of, by the words that C(ip) has for them, such as V(gre) or V(tap). Without it, all.
    type: list
    elements: str
  names:
    description: Patterns that names of links to tell of fit, such as V(tun*). Without it, all.
    type: list
    elements: str
extends_documentation_fragment:
  - warren.tunnels._attributes.info
  - warren.tunnels._requirements
notes:
  - Of a pair that has one end that is asked for, both are told.
  - Routes and nexthops are told that lead through links that are told, or nowhere. The kernel's own are left out.
  - Rules are told but for the kernel's own, and for those with what M(warren.tunnels.rule) has no option for, such as DSCP.
  - Forwarding entries are told that somebody made, but for those that a control plane learned for a bridge. Those of no VLAN
    stand for what is in all VLANs of the port. The kernel can't tell what a device's own driver asked another device to take
    from what people did.
  - Of the kernel's parameters below C(net), those are told that modules of this collection have set, with the values that
    they have now, but for those of links that are not told.
seealso:
  - module: warren.tunnels.network_state
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: Look at a host
  warren.tunnels.network_info:
  register: host

- name: Look at the GRE tunnels of one namespace
  warren.tunnels.network_info:
    netns: [red]
    kinds: [gre, gretap]
  register: tunnels

- name: Have what that host had
  warren.tunnels.network_state:
    namespaces: "{{ host.network.namespaces }}"
    links: "{{ host.network.links }}"
    nexthops: "{{ host.network.nexthops }}"
    routes: "{{ host.network.routes }}"
    fou_ports: "{{ host.network.fou_ports }}"
    rules: "{{ host.network.rules }}"
    neighbours: "{{ host.network.neighbours }}"
    fdb: "{{ host.network.fdb }}"
    sysctls: "{{ host.network.sysctls }}"
"""

RETURN = r"""
network:
  description: What M(warren.tunnels.network_state) can make. Options that a new link has anyway are left out.
  type: dict
  returned: success
  contains:
    namespaces:
      description: Network namespaces, with whether their loopback device is up.
      type: list
      elements: dict
      sample: [{"name": "red", "loopback": true}]
    links:
      description: Links, with what they are, their options, their addresses and, for a pair, the other end.
      type: list
      elements: dict
      sample: [{"name": "tun100", "kind": "gre", "local": "192.168.0.8", "remote": "192.168.0.58", "ttl": 64, "mtu": 1476, "up": true}]
    nexthops:
      description: Nexthop objects, members before groups, but for those that put something around packets that is no tunnel.
      type: list
      elements: dict
      sample: [{"id": 1, "via": "10.1.1.2", "dev": "tun100"}]
    routes:
      description: Routes.
      type: list
      elements: dict
      sample: [{"dst": "10.9.0.0/16", "dev": "tun100"}]
    fou_ports:
      description: UDP ports that take tunnels.
      type: list
      elements: dict
      sample: [{"port": 5555, "encap": "fou", "ipproto": 47, "family": "inet"}]
    rules:
      description: Rules of policy routing, in the order in which they are looked at.
      type: list
      elements: dict
      sample: [{"priority": 1000, "from": "10.9.0.0/24", "table": 100}]
    neighbours:
      description: Permanent neighbours of these links, and addresses that the host answers for there.
      type: list
      elements: dict
      sample: [{"to": "10.255.0.2", "dev": "hub0", "lladdr": "192.0.2.2"}]
    fdb:
      description: Forwarding entries of these links, and of the bridges that they are ports of.
      type: list
      elements: dict
      sample: [{"lladdr": "00:00:00:00:00:00", "dev": "vxlan7", "dst": "192.0.2.2", "type": "permanent"}]
    sysctls:
      description: Kernel parameters that modules of this collection have set, with what they are now.
      type: dict
      sample: {"net.ipv4.ip_forward": "1"}
others:
  description: What it can't make.
  type: dict
  returned: success
  contains:
    links:
      description: Network cards, links of other kinds, and the devices that drivers make by themselves (C(fallback)).
      type: list
      elements: dict
      sample: [{"name": "gre0", "kind": "gre", "mtu": 1476, "fallback": true}]
    nexthops:
      description: Nexthop objects through them.
      type: list
      elements: dict
      sample: [{"id": 7, "via": "192.168.0.1", "dev": "eth0"}]
    routes:
      description: Routes through them.
      type: list
      elements: dict
      sample: [{"dst": "default", "via": "192.168.0.1", "dev": "eth0"}]
checkpoints:
  description: Names of the checkpoints that are armed on the host, see M(warren.tunnels.checkpoint), also of those whose
    time is over and whose state is not back yet. Null where that can't be told, because only root may look.
  type: list
  elements: str
  returned: success
  sample: []
"""

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec, _document
from ansible_collections.warren.tunnels.plugins.module_utils._main import _info
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers


def main() -> None:
    _info.run(_argspec.network_info(), _parsers.network_info, _document.of_choice)


if __name__ == "__main__":
    main()
