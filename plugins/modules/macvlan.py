#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: macvlan
short_description: Links with an Ethernet address of their own on another link
version_added: 0.1.0
description:
  - Makes, changes and deletes MACVLAN devices, as C(ip link add link … type macvlan) does. One sends and takes packets by
    another link, with an Ethernet address of its own.
  - What the kernel can't change in place takes a new device, if O(recreate) allows it.
  - From how many receivers on a broadcast packet waits (C(bclim)) is left out, since it is the link's own.
extends_documentation_fragment:
  - warren.tunnels._macvlan
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
  - module: warren.tunnels.macvtap
  - module: warren.tunnels.veth
  - module: warren.tunnels.vlan
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: A link of a container's, with an address of its own
  warren.tunnels.macvlan:
    name: mv0
    link: eth0
    mode: bridge
    mac: "02:00:5e:00:53:01"
    up: true

- name: One that takes packets of two hosts only
  warren.tunnels.macvlan:
    name: mv0
    link: eth0
    mode: source
    macaddr: "02:00:5e:00:53:02 02:00:5e:00:53:03"

- name: The device is gone
  warren.tunnels.macvlan:
    name: mv0
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
  sample: {"state": "present", "name": "mv0", "link": "eth0", "mode": "bridge", "up": true, "addresses": []}
operations:
  description: The steps that were done, or would be in check mode, each as the C(ip) command that does the same.
  type: list
  elements: str
  returned: success
  sample: ["ip link add dev mv0 up address 02:00:5e:00:53:01 link eth0 type macvlan mode bridge"]
"""

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec
from ansible_collections.warren.tunnels.plugins.module_utils._main import _resource, _views
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers


def main() -> None:
    spec = dict(_argspec.link(), **_argspec.own("macvlan"))
    _resource.run(spec, _parsers.of_module("macvlan"), _views.link)


if __name__ == "__main__":
    main()
