#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: macvtap
short_description: TAP devices on another link
version_added: 0.1.0
description:
  - Makes, changes and deletes MACVTAP devices, as C(ip link add link … type macvtap) does. One is a MACVLAN for a program,
    such as a virtual machine, which reads and writes its packets at C(/dev/tapN), N being the number of the link.
  - What the kernel can't change in place takes a new device, if O(recreate) allows it.
  - From how many receivers on a broadcast packet waits (C(bclim)) is left out, since it is the link's own.
  - A new device has another number, and so another file; a program that has the old one open reads nothing any more.
options:
  link:
    description:
      - Name of the link that it sends and takes packets by, in the same namespace. Required for a new device. It is no macvlan
        or macvtap itself, since the kernel then takes the link below that.
      - The kernel can't change it in place. The device goes with this link when that is deleted, and stays when that is moved.
    type: str
  mode:
    description:
      - What reaches the other devices on the same link. V(private) - nothing; V(vepa) - what a switch outside sends back;
        V(bridge) - what they send each other; V(passthru) - it is the only one, and new with the address of the link, so that
        O(mac) waits for another task; V(source) - only
        packets from O(macaddr) come in. A new device has V(vepa).
      - The kernel can't change from or to V(passthru) in place. From V(source) a new device is made as well, so that its
        O(macaddr) can come back.
    type: str
    choices: [private, vepa, bridge, passthru, source]
  flag:
    description:
      - V(nopromisc) leaves the link out of promiscuous mode with O(mode=passthru); V(nodst) has packets with O(mode=source)
        come in by one device only, and not by that of their destination too (Linux 5.12 and newer); V(null) is neither.
    type: str
    choices: ["null", nopromisc, nodst]
  macaddr:
    description:
      - The Ethernet addresses that packets are taken from with O(mode=source), with spaces between them; V(none) for none. All
        of them are replaced.
    type: str
  bcqueuelen:
    description:
      - How many broadcast and multicast packets may wait, at least. The link has the largest number of all devices on it. A new
        device has 1000. Linux 5.11 and newer.
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
  - module: warren.tunnels.macvlan
  - module: warren.tunnels.tuntap
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: A device for a virtual machine
  warren.tunnels.macvtap:
    name: mvt0
    link: eth0
    mode: bridge
    mac: "02:00:5e:00:53:01"
    up: true

- name: The device is gone
  warren.tunnels.macvtap:
    name: mvt0
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
  sample: {"state": "present", "name": "mvt0", "link": "eth0", "mode": "bridge", "up": true, "addresses": []}
operations:
  description: The steps that were done, or would be in check mode, each as the C(ip) command that does the same.
  type: list
  elements: str
  returned: success
  sample: ["ip link add dev mvt0 up address 02:00:5e:00:53:01 link eth0 type macvtap mode bridge"]
"""

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec
from ansible_collections.warren.tunnels.plugins.module_utils._main import _resource, _views
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers


def main() -> None:
    spec = dict(_argspec.link(), **_argspec.own("macvtap"))
    _resource.run(spec, _parsers.of_module("macvtap"), _views.link)


if __name__ == "__main__":
    main()
