#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: xfrm
short_description: Devices that IPsec's policies and states belong to
version_added: 0.1.0
description:
  - Makes, changes and deletes XFRM interfaces, as C(ip link add … type xfrm) does. What is routed to one is encrypted by the
    policies and states of IPsec that have its O(if_id), and what these decrypt comes in by it. So routes say what is
    encrypted.
  - Nothing goes through such a device without policies and states. Programs such as strongSwan make them (C(if_id_in) and
    C(if_id_out)), or C(ip xfrm). This collection makes none.
  - Linux 4.19 and newer.
options:
  dev:
    description:
      - Name of the link that the kernel looks at for hardware that encrypts; V(none) for none.
      - The kernel can't change it in place.
    type: str
  if_id:
    description:
      - The number that policies and states have for it, 1 to 4294967295. Required, unless the device is O(external).
      - No two devices of a namespace have the same one, whatever O(dev) they have.
      - V(0) for a device that is O(external).
    type: int
  external:
    description:
      - Whether routes and filters tell the number of each packet, rather than O(if_id) (collect metadata). A namespace has one
        such device at most. Linux 6.2 and newer. The kernel can't change this in place.
    type: bool
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
  - module: warren.tunnels.ip_tunnel
  - module: warren.tunnels.route
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: A device for what strongSwan encrypts, by its if_id_out of 42
  warren.tunnels.xfrm:
    name: ipsec42
    if_id: 42
    addresses: 10.42.0.1/30
    mtu: 1400
    up: true

- name: The device is gone
  warren.tunnels.xfrm:
    name: ipsec42
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
  sample: {"state": "present", "name": "ipsec42", "if_id": 42, "mtu": 1400, "up": true, "addresses": ["10.42.0.1/30"]}
operations:
  description: The steps that were done, or would be in check mode, each as the C(ip) command that does the same.
  type: list
  elements: str
  returned: success
  sample: ["ip link add dev ipsec42 up mtu 1400 type xfrm if_id 42", "ip address replace 10.42.0.1/30 dev ipsec42"]
"""

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec
from ansible_collections.warren.tunnels.plugins.module_utils._main import _resource, _views
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers


def main() -> None:
    spec = dict(_argspec.link(), **_argspec.own("xfrm"))
    _resource.run(spec, _parsers.of_module("xfrm"), _views.link)


if __name__ == "__main__":
    main()
