#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: ipvlan
short_description: Links with the Ethernet address of another link
version_added: 0.1.0
description:
  - Makes, changes and deletes IPVLAN devices, as C(ip link add link … type ipvlan) does. One sends and takes packets by
    another link, with IP addresses of its own.
  - It has the Ethernet address of that link, and whether it uses ARP is told by its mode, so that there are no such options.
  - A new O(link) takes a new device, if O(recreate) allows it.
extends_documentation_fragment:
  - warren.tunnels._ipvlan
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
  - module: warren.tunnels.ipvtap
  - module: warren.tunnels.macvlan
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: A link with an address of its own
  warren.tunnels.ipvlan:
    name: ipv0
    link: eth0
    mode: l2
    addresses: 10.9.0.1/24
    up: true

- name: The device is gone
  warren.tunnels.ipvlan:
    name: ipv0
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
  sample: {"state": "present", "name": "ipv0", "link": "eth0", "mode": "l2", "up": true, "addresses": ["10.9.0.1/24"]}
operations:
  description: The steps that were done, or would be in check mode, each as the C(ip) command that does the same.
  type: list
  elements: str
  returned: success
  sample: ["ip link add dev ipv0 up link eth0 type ipvlan mode l2", "ip address replace 10.9.0.1/24 dev ipv0"]
"""

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec
from ansible_collections.warren.tunnels.plugins.module_utils._main import _resource, _views
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers


def main() -> None:
    spec = dict(_argspec.link(), **_argspec.own("ipvlan"))
    _resource.run(spec, _parsers.of_module("ipvlan"), _views.link)


if __name__ == "__main__":
    main()
