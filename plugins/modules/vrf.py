#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: vrf
short_description: Devices that have a routing table for their ports
version_added: 0.1.0
description:
  - Makes, changes and deletes VRF devices (virtual routing and forwarding), as C(ip link add … type vrf) does. What arrives by
    one of its ports, and what programs send that are bound to it, is routed by its table alone. Links of any kind become ports
    by their option O(master), tunnels too, but for the loopback device and other VRFs.
  - The kernel takes a link down and up when it becomes a port of a VRF, or ceases to be one, and forgets its routes and IPv6
    addresses. The connected routes of its addresses come in the other table. The addresses and the routes that a task names
    are put back; a warning names the routes that nobody names.
  - With the first VRF of a namespace the kernel makes the rule C(l3mdev) of priority 1000, for IPv4 and IPv6, by itself, and
    never again. It is nobody's to be removed, so that M(warren.tunnels.network_state) leaves it alone, and
    M(warren.tunnels.network_info) does not return it.
  - Packets that the table has no route for go on to the next rules, and so to the table C(main). A default route of type
    C(unreachable) and of a high metric ends that; see M(warren.tunnels.route).
  - A VRF stays in the namespace that it was made in.
options:
  table:
    description:
      - Number of the routing table of its ports, 1 to 4294967295. Required for a new device.
      - The kernel can't change it in place. A new device is made, which the ports need to be named for, as in
        M(warren.tunnels.network_state).
    type: int
extends_documentation_fragment:
  - warren.tunnels._attributes
  - warren.tunnels._force
  - warren.tunnels._requirements
  - warren.tunnels._result
  - warren.tunnels._state
  - warren.tunnels._link
  - warren.tunnels._link.purge
  - warren.tunnels._link.recreate
seealso:
  - module: warren.tunnels.link
  - module: warren.tunnels.route
  - module: warren.tunnels.rule
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: A tenant's routing table
  warren.tunnels.vrf:
    name: blue
    table: 10
    up: true

- name: The tenant's tunnel is routed by it
  warren.tunnels.ip_tunnel:
    name: tun100
    mode: gre
    remote: 192.168.0.58
    master: blue
    addresses: 10.0.100.1/30
    up: true

- name: What it has no route for goes nowhere
  warren.tunnels.route:
    dst: default
    type: unreachable
    metric: 4278198272
    table: 10

- name: The device is gone, where nothing is its port
  warren.tunnels.vrf:
    name: blue
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
  sample: {"state": "present", "name": "blue", "table": 10, "up": true, "addresses": []}
operations:
  description: The steps that were done, or would be in check mode, each as the C(ip) command that does the same.
  type: list
  elements: str
  returned: success
  sample: ["ip link add dev blue up type vrf table 10"]
"""

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec
from ansible_collections.warren.tunnels.plugins.module_utils._main import _resource, _views
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers


def main() -> None:
    spec = dict(_argspec.link(), **_argspec.own("vrf"))
    _resource.run(spec, _parsers.of_module("vrf"), _views.link)


if __name__ == "__main__":
    main()
