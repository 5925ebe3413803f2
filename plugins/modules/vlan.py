#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: vlan
short_description: VLANs on another link
version_added: 0.1.0
description:
  - Makes, changes and deletes VLAN devices, as C(ip link add link … type vlan) does. One takes and sends the packets of
    another link that have its tag.
  - What the kernel can't change in place takes a new device, if O(recreate) allows it.
  - The kernel brings a VLAN up only while the link below is up, and takes it down and up with that, unless O(loose_binding)
    is on. An O(mtu) can't be larger than that link's.
options:
  link:
    description:
      - Name of the link whose packets it takes, in the same namespace, or in O(link_netns). Required for a new device.
      - The kernel can't change it in place. A VLAN goes with this link when that is deleted, and stays when that is moved.
    type: str
  id:
    description:
      - The VLAN identifier, 0 to 4094; 0 is for packets that have a priority and no VLAN. Required for a new device.
      - The kernel can't change it in place.
    type: int
  protocol:
    description:
      - The protocol of the tag; V(802.1ad) is that of service providers, around another tag. A new device has V(802.1Q). The
        kernel can't change it in place.
    type: str
    choices: ["802.1Q", "802.1ad"]
  reorder_hdr:
    description: Whether packets come without their tag. New devices have it on.
    type: bool
  gvrp:
    description: Whether the VLAN is told to the switch by GVRP. The kernel needs its module C(garp).
    type: bool
  mvrp:
    description: Whether the VLAN is told to the switch by MVRP. The kernel needs its module C(mrp).
    type: bool
  loose_binding:
    description: Whether the device stays up when the link below goes down.
    type: bool
  bridge_binding:
    description:
      - Whether the device has a carrier only while a port of the bridge below has one in this VLAN. For O(link) a bridge with
        C(vlan_filtering). Linux 5.3 and newer.
    type: bool
  ingress_qos_map:
    description:
      - Which priority in the tag becomes which priority of the packet on this host, as V(1:5 2:6), in quotes; V(none) for no
        mapping. The whole map is replaced.
      - Priorities in tags are 0 to 7. To map one to 0 is not to map it.
    type: str
  egress_qos_map:
    description: Which priority of the packet becomes which in the tag, likewise.
    type: str
extends_documentation_fragment:
  - warren.tunnels._link_netns
  - warren.tunnels._attributes
  - warren.tunnels._force
  - warren.tunnels._requirements
  - warren.tunnels._result
  - warren.tunnels._state
  - warren.tunnels._link
  - warren.tunnels._link.purge
  - warren.tunnels._link.recreate
seealso:
  - module: warren.tunnels.vxlan
  - module: warren.tunnels.bridge
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: A VLAN of the network card
  warren.tunnels.vlan:
    name: eth0.42
    link: eth0
    id: 42
    addresses: 10.42.0.1/24
    up: true

- name: Its packets have priorities
  warren.tunnels.vlan:
    name: eth0.42
    link: eth0
    id: 42
    egress_qos_map: "6:5 7:6"

- name: The VLAN is gone
  warren.tunnels.vlan:
    name: eth0.42
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
  sample: {"state": "present", "name": "eth0.42", "link": "eth0", "id": 42, "up": true, "addresses": ["10.42.0.1/24"]}
operations:
  description: The steps that were done, or would be in check mode, each as the C(ip) command that does the same.
  type: list
  elements: str
  returned: success
  sample: ["ip link add dev eth0.42 link eth0 type vlan id 42", "ip address replace 10.42.0.1/24 dev eth0.42"]
"""

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec
from ansible_collections.warren.tunnels.plugins.module_utils._main import _resource, _views
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers


def main() -> None:
    spec = dict(_argspec.link(), **_argspec.own("vlan"))
    _resource.run(spec, _parsers.of_module("vlan"), _views.link)


if __name__ == "__main__":
    main()
