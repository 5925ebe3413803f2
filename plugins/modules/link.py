#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: link
short_description: Common properties of any link
version_added: 0.1.0
description:
  - Sets the properties that links of all kinds have, on a link that is there already, and moves it into a namespace and
    back.
  - Links are made by the modules for their kinds, such as M(warren.tunnels.tuntap) or M(warren.tunnels.bridge).
options:
  move_from:
    description:
      - Name of the namespace to fetch the link from if it is not in O(netns). Without it, a link that shall be in a
        namespace is fetched from the one that the task runs in.
      - The kernel takes a link's addresses and sets it down when it moves. O(addresses) and O(up) are put in place after
        that, and a warning says what is lost.
      - Tunnels keep the namespace they were made in for their outer packets, wherever they move. Where that is told by
        C(link_netns) of the module for their kind, such as M(warren.tunnels.ip_tunnel).
    type: str
extends_documentation_fragment:
  - warren.tunnels._attributes
  - warren.tunnels._force
  - warren.tunnels._requirements
  - warren.tunnels._result
  - warren.tunnels._link
  - warren.tunnels._link.purge
seealso:
  - module: warren.tunnels.netns
  - module: warren.tunnels.bridge
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: A network card takes all packets
  warren.tunnels.link:
    name: eth1
    promisc: true

- name: A tap is a port of a bridge
  warren.tunnels.link:
    name: tap0
    master: br0

- name: A tap moves into a namespace, and has an address there
  warren.tunnels.link:
    name: tap_test
    netns: ns_test
    addresses: 10.0.0.1/24
    up: true

- name: It comes back
  warren.tunnels.link:
    name: tap_test
    move_from: ns_test
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
  sample: {"state": "present", "name": "tap_test", "netns": "ns_test", "up": true, "addresses": ["10.0.0.1/24"]}
operations:
  description: The steps that were done, or would be in check mode, each as the C(ip) command that does the same.
  type: list
  elements: str
  returned: success
  sample: ["ip link set dev tap_test netns ns_test", "ip -n ns_test link set dev tap_test up"]
"""

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec
from ansible_collections.warren.tunnels.plugins.module_utils._main import _resource, _views
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers


def main() -> None:
    spec = dict(_argspec.name(), **_argspec.common(), **_argspec.purge_addresses(), **_argspec.move_from())
    spec.update(_argspec.force())
    _resource.run(spec, _parsers.link, _views.link)


if __name__ == "__main__":
    main()
