#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: fdb
short_description: Forwarding entries of bridges, VXLAN devices and other Ethernet devices
version_added: 0.1.0
description:
  - Makes, changes and deletes entries of the tables by which a bridge finds the port, and a VXLAN device the far end, to which
    it sends frames, also in namespaces, as C(bridge fdb) does. So frames find their way where nothing is learned or flooded.
  - There are three sorts. With O(master), the entry is in the table of the bridge that O(dev) is a port of. With O(dst), it is
    in the table of a VXLAN device. With neither, it is the device's own, be it a bridge's, which takes frames to that address for
    the host itself, or another Ethernet device's, which lets them in.
  - What a bridge or a VXLAN device learns from frames is neither shown nor deleted, and nor is what the kernel puts there by
    itself. An entry of this module takes its place.
options:
  lladdr:
    description:
      - The Ethernet address of the frames, such as V(02:00:5e:00:53:01).
      - V(00:00:00:00:00:00) stands for all frames that no other entry of a VXLAN device is for, those to groups and to all among
        them. Of this address, and of a group's, such a device has an entry for each O(dst), and sends each of them a copy.
    type: str
    required: true
  dev:
    description: Name of the link that they leave by, or are for.
    type: str
    required: true
  netns:
    description: Name of the network namespace that the link is in. It must exist; see M(warren.tunnels.netns).
    type: str
  master:
    description:
      - Whether the entry is in the table of the bridge that O(dev) is a port of (C(master)), and not in that of O(dev) itself
        (C(self)).
      - A bridge has an address on one of its ports only. An entry of that address on another port is moved to this one.
    type: bool
    default: false
  vlan:
    description:
      - The VLAN of the frames, from 1 to 4094, of an entry of a bridge. The port must be in it.
      - An entry without one is in all VLANs that the port is in by then. The kernel makes these along with it, and deletes all
        that it has of the address on that port along with it.
    type: int
  dst:
    description:
      - The address of the far end that a VXLAN device sends the frames to, such as V(192.0.2.2) or V(2001:db8::2).
      - Needed for an entry of a VXLAN device, and to delete one of several of an O(lladdr).
    type: str
  port:
    description: The UDP port of the far end. Without it, that of the device.
    type: int
  vni:
    description: The VNI that the frames are sent with. Without it, that of the device.
    type: int
  src_vni:
    description: The VNI that the frames are from, on a VXLAN device that is O(warren.tunnels.vxlan#module:external).
    type: int
  via:
    description: Name of the link that the outer packets leave by.
    type: str
  type:
    description:
      - V(static) has frames sent to the port or the far end.
      - V(permanent) does the same on a VXLAN device. On a port of a bridge it has the bridge take the frames for the host itself.
      - Without it, that stays as it is, and is V(static) on a new entry with O(master), V(permanent) on another new one. The
        command has V(permanent) for all, so say that to have what C(bridge fdb add … master) makes.
      - The kernel has one type for all far ends of an address.
    type: str
    choices: [permanent, static]
  sticky:
    description:
      - Whether the entry stays where it is when frames from the address come in by another port. Only for O(master), and not for
        O(type=permanent). Without it, that stays as it is.
      - Needs Linux 4.20.
    type: bool
  extern_learn:
    description:
      - Whether the entry counts as one that a control plane learned, which may change it. Only for entries with O(master) or
        O(dst). Without it, that stays as it is.
      - A bridge keeps no O(type) of such an entry. So M(warren.tunnels.network_info) and M(warren.tunnels.checkpoint) can't tell
        it from what a routing daemon learned, and leave it out.
      - Needs Linux 4.18.
    type: bool
extends_documentation_fragment:
  - warren.tunnels._attributes
  - warren.tunnels._force
  - warren.tunnels._requirements
  - warren.tunnels._result
  - warren.tunnels._state
notes:
  - The kernel forgets what a bridge has of a port that leaves it. Where the same task or document changes the link, the entries
    that it names are made again.
  - They go with their link. Where this collection replaces one, only those come back that the task names.
  - Where an entry refers to a next hop's object (C(nhid)), this module leaves it alone.
seealso:
  - module: warren.tunnels.bridge
  - module: warren.tunnels.neighbour
  - module: warren.tunnels.vxlan
  - name: bridge(8)
    description: The command that this module stands for.
    link: https://man7.org/linux/man-pages/man8/bridge.8.html
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: A copy of what is for all goes to each of the other hosts of a segment
  warren.tunnels.fdb:
    lladdr: 00:00:00:00:00:00
    dev: vxlan7
    dst: "{{ item }}"
  loop: [192.0.2.2, 192.0.2.3]

- name: Frames to a virtual machine go straight to the host that it runs on
  warren.tunnels.fdb:
    lladdr: 02:00:5e:00:53:01
    dev: vxlan7
    dst: 192.0.2.2

- name: The bridge need not learn where it is
  warren.tunnels.fdb:
    lladdr: 02:00:5e:00:53:02
    dev: tap0
    master: true
    sticky: true

- name: A network card takes frames to another address too
  warren.tunnels.fdb:
    lladdr: 02:00:5e:00:53:03
    dev: eth0

- name: The entry is gone
  warren.tunnels.fdb:
    lladdr: 02:00:5e:00:53:01
    dev: vxlan7
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
  sample: {"state": "present", "lladdr": "02:00:5e:00:53:01", "dev": "vxlan7", "dst": "192.0.2.2", "type": "permanent"}
operations:
  description: The steps that were done, or would be in check mode, each as the C(bridge) command that does the same.
  type: list
  elements: str
  returned: success
  sample: ["bridge fdb replace 02:00:5e:00:53:01 dev vxlan7 self permanent dst 192.0.2.2"]
"""

from ansible_collections.warren.tunnels.plugins.module_utils._main import _resource


def main() -> None:
    _resource.of_one("fdb")


if __name__ == "__main__":
    main()
