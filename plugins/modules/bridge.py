#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: bridge
short_description: Bridges
version_added: 0.1.0
description:
  - Makes, changes and deletes bridges, as C(ip link add … type bridge) does. Links become ports of one by their option
    O(master), and O(bridge_slave) says what they are like as such.
options:
  stp:
    description: Whether the bridge takes part in the spanning tree protocol.
    type: bool
  priority:
    description: The bridge's priority in the spanning tree, 0 to 65535.
    type: int
  forward_delay:
    description: How long a port listens and learns before it forwards, in hundredths of a second.
    type: int
  ageing_time:
    description: How long an address is remembered, in hundredths of a second.
    type: int
  vlan_filtering:
    description: Whether the bridge tells VLANs apart.
    type: bool
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
  - module: warren.tunnels.tuntap
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: A bridge with an address
  warren.tunnels.bridge:
    name: br0
    addresses: 192.168.7.1/24
    up: true

- name: A tap as its port
  warren.tunnels.tuntap:
    name: tap0
    mode: tap
    master: br0
    bridge_slave:
      isolated: true
    up: true

- name: The bridge is gone
  warren.tunnels.bridge:
    name: br0
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
  sample: {"state": "present", "name": "br0", "up": true, "addresses": ["192.168.7.1/24"]}
operations:
  description: The steps that were done, or would be in check mode, each as the C(ip) command that does the same.
  type: list
  elements: str
  returned: success
  sample: ["ip link add dev br0 up type bridge", "ip address replace 192.168.7.1/24 dev br0"]
"""

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec
from ansible_collections.warren.tunnels.plugins.module_utils._main import _resource, _views
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers


def main() -> None:
    spec = dict(_argspec.link(), **_argspec.own("bridge"))
    _resource.run(spec, _parsers.of_module("bridge"), _views.link)


if __name__ == "__main__":
    main()
