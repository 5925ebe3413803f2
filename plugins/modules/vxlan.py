#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: vxlan
short_description: Ethernet segments over IP networks
version_added: 0.1.0
description:
  - Makes, changes and deletes VXLAN devices (RFC 7348), as C(ip link add … type vxlan) does.
  - Nothing that goes through such a device is encrypted or authenticated.
  - What the kernel can't change in place takes a new device, if O(recreate) allows it.
  - Devices for the generic protocol extension (C(gpe)) are left out, since they have no Ethernet header.
options:
  id:
    description:
      - The VXLAN network identifier (VNI), 1 to 16777215; V(none) for a device that is O(external). Required for others.
      - The kernel can't change it in place.
    type: str
  remote:
    description:
      - The other host's address, where packets go whose MAC address is not known; a multicast group, to which all hosts of
        the segment listen and which needs O(dev); V(any) for none, so that entries of the forwarding database tell.
      - IPv4 or IPv6, of the same family as O(local). The kernel can't change the family in place.
    type: str
  local:
    description: This host's address for the outer packets; V(any) lets routing choose.
    type: str
  dev:
    description:
      - Name of the link that the outer packets leave by; V(none) lets routing choose. The kernel can't go back to V(none) in
        place.
      - A vxlan goes with this link when that is deleted or moved.
    type: str
  dstport:
    description:
      - UDP port of the other hosts, and of this one. A new device has 8472, as with C(ip); the port that IANA gave is
        4789. The kernel can't change it in place.
    type: int
  srcport:
    description:
      - UDP ports that the packets leave from, as V(49152-65535); V(auto) takes those that the kernel uses for all programs.
        The kernel can't change them in place.
    type: str
  ttl:
    description:
      - Time to live of the outer packets, 1 to 255; V(auto) is 1 to a group and the host's own to others; V(inherit) takes
        it from the inner packet. The kernel can't change from or to V(inherit) in place.
    type: str
  tos:
    description:
      - Type of service, or traffic class, of the outer packets, 0 to 255, also as V(0x10); V(inherit) takes it from the
        inner packet.
    type: str
  flowlabel:
    description: Flow label of the outer packets over IPv6, 0 to 1048575.
    type: str
  df:
    description: Whether the outer IPv4 packets have DF set. Linux 5.0 and newer.
    type: str
    choices: [unset, set, inherit]
  learning:
    description:
      - Whether the addresses of other hosts are learnt from their packets. A new device has it on, unless it is O(external).
    type: bool
  ageing:
    description: How many seconds a learnt address is remembered. A new device has 300.
    type: int
  maxaddress:
    description: How many addresses are remembered at most, or V(unlimited). The kernel can't change it in place.
    type: str
  proxy:
    description: Whether ARP is answered from the neighbour table. The kernel can't change it in place.
    type: bool
  rsc:
    description: Whether packets take a short cut past the router (route short circuit). The kernel can't change it in place.
    type: bool
  l2miss:
    description: Whether programs are told of MAC addresses that are not known. The kernel can't change it in place.
    type: bool
  l3miss:
    description: Whether programs are told of IP addresses that are not known. The kernel can't change it in place.
    type: bool
  udpcsum:
    description: Whether the UDP packets over IPv4 have checksums. New devices have it on. The kernel can't change it in place.
    type: bool
  udp6zerocsumtx:
    description: Whether the UDP packets over IPv6 are sent without checksums. The kernel can't change it in place.
    type: bool
  udp6zerocsumrx:
    description: Whether UDP packets over IPv6 are taken without checksums. The kernel can't change it in place.
    type: bool
  remcsumtx:
    description: Whether checksums inside are offloaded to the other end. The kernel can't change it in place.
    type: bool
  remcsumrx:
    description: Whether checksums are worked out for the other end. The kernel can't change it in place.
    type: bool
  gbp:
    description:
      - Whether packets bring the mark of their policy along (group based policy). The kernel can't change it in place.
    type: bool
  external:
    description:
      - Whether where packets go is told by routes or filters, packet by packet, rather than by O(id) and O(remote) (collect
        metadata). The kernel can't change this in place.
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
  - module: warren.tunnels.bridge
  - module: warren.tunnels.ip_tunnel
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: A segment with one other host
  warren.tunnels.vxlan:
    name: vx42
    id: 42
    local: 192.168.0.8
    remote: 192.168.0.58
    dstport: 4789
    addresses: 10.42.0.1/24
    up: true

- name: A segment of all hosts that listen to a group
  warren.tunnels.vxlan:
    name: vx43
    id: 43
    remote: 239.1.1.43
    dev: eth0
    dstport: 4789
    ttl: 5
    up: true

- name: The first one is gone
  warren.tunnels.vxlan:
    name: vx42
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
  sample: {"state": "present", "name": "vx42", "id": 42, "remote": "192.168.0.58", "up": true, "addresses": ["10.42.0.1/24"]}
operations:
  description: The steps that were done, or would be in check mode, each as the C(ip) command that does the same.
  type: list
  elements: str
  returned: success
  sample: ["ip link add dev vx42 up type vxlan id 42 remote 192.168.0.58", "ip address replace 10.42.0.1/24 dev vx42"]
"""

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec
from ansible_collections.warren.tunnels.plugins.module_utils._main import _resource, _views
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers


def main() -> None:
    spec = dict(_argspec.link(), **_argspec.own("vxlan"))
    _resource.run(spec, _parsers.of_module("vxlan"), _views.link)


if __name__ == "__main__":
    main()
