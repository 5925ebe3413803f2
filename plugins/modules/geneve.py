#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: geneve
short_description: Ethernet in UDP to one other host
version_added: 0.1.0
description:
  - Makes, changes and deletes GENEVE devices (RFC 8926), as C(ip link add … type geneve) does.
  - Nothing that goes through such a device is encrypted or authenticated.
  - What the kernel can't change in place takes a new device, if O(recreate) allows it. Of one that is O(external) it can change
    nothing.
  - The ports that packets leave from (C(srcport), Linux 6.15 and newer) and C(gro_hint) are left out.
  - Outer packets leave by the namespace that the device was made in. The kernel does not tell which one that is, so there is no
    C(link_netns) as for M(warren.tunnels.vxlan).
options:
  id:
    description:
      - The virtual network identifier (VNI), 0 to 16777215. Required, unless the device is O(external).
      - The kernel can't change it in place.
    type: int
  remote:
    description:
      - The other host's address, IPv4 or IPv6. Required, unless the device is O(external).
      - The kernel can't change the family in place. For another IPv6 address a new device is made as well, since the kernel turns
        the checksums on with it.
    type: str
  ttl:
    description:
      - Time to live of the outer packets, 1 to 255; V(auto) is the host's own; V(inherit) takes it from the inner packet.
    type: str
  tos:
    description:
      - Type of service, or traffic class, of the outer packets, 0 to 255, also as V(0x10); V(inherit) takes it from the
        inner packet.
    type: str
  df:
    description: Whether the outer IPv4 packets have DF set. Linux 5.0 and newer.
    type: str
    choices: [unset, set, inherit]
  flowlabel:
    description: Flow label of the outer packets over IPv6, 0 to 1048575.
    type: int
  dstport:
    description: UDP port of both hosts. A new device has 6081. The kernel can't change it in place.
    type: int
  udpcsum:
    description: Whether the UDP packets over IPv4 have checksums. The kernel can't change it in place.
    type: bool
  udp6zerocsumtx:
    description: Whether the UDP packets over IPv6 are sent without checksums. The kernel can't change it in place.
    type: bool
  udp6zerocsumrx:
    description:
      - Whether UDP packets over IPv6 are taken without checksums. A new device to an IPv6 address does not take them. The kernel
        can't change it in place.
    type: bool
  external:
    description:
      - Whether where packets go is told by routes or filters, packet by packet, rather than by O(id) and O(remote) (collect
        metadata). The kernel can't change this in place.
    type: bool
  innerprotoinherit:
    description:
      - Whether packets go without an Ethernet header, each with its own protocol. Linux 5.18 and newer, and only for a device
        that is O(external). The kernel can't change it in place.
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
  - module: warren.tunnels.vxlan
  - module: warren.tunnels.ip_tunnel
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: A segment with one other host
  warren.tunnels.geneve:
    name: gnv42
    id: 42
    remote: 192.168.0.58
    addresses: 10.42.0.1/24
    up: true

- name: The device is gone
  warren.tunnels.geneve:
    name: gnv42
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
  sample: {"state": "present", "name": "gnv42", "id": 42, "remote": "192.168.0.58", "up": true, "addresses": ["10.42.0.1/24"]}
operations:
  description: The steps that were done, or would be in check mode, each as the C(ip) command that does the same.
  type: list
  elements: str
  returned: success
  sample: ["ip link add dev gnv42 up type geneve id 42 remote 192.168.0.58", "ip address replace 10.42.0.1/24 dev gnv42"]
"""

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec
from ansible_collections.warren.tunnels.plugins.module_utils._main import _resource, _views
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers


def main() -> None:
    spec = dict(_argspec.link(), **_argspec.own("geneve"))
    _resource.run(spec, _parsers.of_module("geneve"), _views.link)


if __name__ == "__main__":
    main()
