#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: tuntap
short_description: Persistent TUN and TAP devices
version_added: 0.1.0
description:
  - Makes, changes and deletes TUN and TAP devices that last until they are deleted or the host reboots, as
    C(ip tuntap add) and C(tunctl) make them.
  - A program such as a VPN daemon or a virtual machine monitor opens C(/dev/net/tun) and attaches to the device by its
    name.
options:
  mode:
    description:
      - V(tun) carries IP packets, V(tap) carries Ethernet frames. Required with O(state=present).
      - A device of the other mode is replaced, if O(recreate) allows it.
    type: str
    choices:
      - tun
      - tap
  owner:
    description:
      - Name or id of the user who may attach to the device without C(CAP_NET_ADMIN). V(none) for no such user.
      - The kernel can't take an owner away again, so that V(none) replaces a device that has one.
    type: str
  group:
    description: The same for a group.
    type: str
  packet_info:
    description: Whether each packet comes with four bytes in front that tell its protocol (C(IFF_NO_PI) unset).
    type: bool
  vnet_hdr:
    description: Whether each packet comes with a virtio header in front, for offloads (C(IFF_VNET_HDR)).
    type: bool
  multi_queue:
    description:
      - Whether several queues can be attached to the device (C(IFF_MULTI_QUEUE)).
      - The kernel can't change this in place, so that a change replaces the device.
    type: bool
  force:
    description:
      - Whether a device that a process holds open may be deleted, or replaced where that is what the change takes. The
        process loses it and gets errors from then on.
      - Without it such a task fails, and names the process.
      - The same goes for a change that would cut Ansible's own connection, or lead a tunnel's outer packets into the
        tunnel itself, and where a device would go on which others made a link, such as a VLAN, macvlan or VXLAN.
    type: bool
    default: false
extends_documentation_fragment:
  - warren.tunnels._attributes
  - warren.tunnels._requirements
  - warren.tunnels._result
  - warren.tunnels._state
  - warren.tunnels._link
  - warren.tunnels._link.purge
  - warren.tunnels._link.recreate
seealso:
  - module: warren.tunnels.veth
  - name: TUN/TAP driver
    description: The kernel's documentation.
    link: https://docs.kernel.org/networking/tuntap.html
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: A tap that alice's virtual machines can use
  warren.tunnels.tuntap:
    name: tap0
    mode: tap
    owner: alice
    addresses: 192.168.7.1/24
    promisc: true
    up: true

- name: A tun with one end's address and the other's
  warren.tunnels.tuntap:
    name: tun0
    mode: tun
    mtu: 1400
    addresses:
      - address: 10.8.0.1
        peer: 10.8.0.2
    up: true

- name: Neither is needed any more
  warren.tunnels.tuntap:
    name: "{{ item }}"
    state: absent
  loop:
    - tap0
    - tun0
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
  sample: {"state": "present", "name": "tap0", "mode": "tap", "owner": 1000, "up": true, "addresses": ["192.168.7.1/24"]}
operations:
  description: The steps that were done, or would be in check mode, each as the C(ip) command that does the same.
  type: list
  elements: str
  returned: success
  sample: ["ip tuntap add dev tap0 mode tap user 1000", "ip link set dev tap0 up", "ip address replace 192.168.7.1/24 dev tap0"]
"""

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec
from ansible_collections.warren.tunnels.plugins.module_utils._main import _resource, _views
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers


def main() -> None:
    spec = dict(_argspec.link(), **_argspec.own("tuntap"))
    _resource.run(spec, _parsers.of_module("tuntap"), _views.link, required_if=[("state", "present", ["mode"])])


if __name__ == "__main__":
    main()
