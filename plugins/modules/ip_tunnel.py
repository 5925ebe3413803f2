#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: ip_tunnel
short_description: Tunnels of IP and Ethernet over IP
version_added: 0.1.0
description:
  - Makes, changes and deletes GRE, IPIP, SIT and VTI tunnels over IPv4 and IPv6, as C(ip tunnel) and C(ip link add … type gre) do.
  - Nothing that goes through such a tunnel is encrypted or authenticated.
options:
  mode:
    description:
      - What the tunnel carries, and how. Required with O(state=present). A tunnel of another mode is replaced, if
        O(recreate) allows it.
      - Over IPv4, V(gre) carries IPv4 and IPv6 in GRE (RFC 2784), V(gretap) Ethernet in GRE, V(erspan) mirrored Ethernet
        frames in GRE, V(ipip) IPv4 in IPv4 (RFC 2003), V(sit) IPv6 in IPv4 (RFC 4213), V(vti) what IPsec protects.
      - Over IPv6, V(ip6gre) and V(ip6gretap) are the same as V(gre) and V(gretap), V(ip6ip6) carries IPv6, V(ipip6)
        IPv4, V(ip6tnl) both (RFC 2473), V(vti6) what IPsec protects.
    type: str
    choices:
      - gre
      - gretap
      - erspan
      - ipip
      - sit
      - vti
      - ip6gre
      - ip6gretap
      - ip6tnl
      - ip6ip6
      - ipip6
      - vti6
  local:
    description: This host's address for the outer packets; V(any) lets routing choose.
    type: str
  remote:
    description:
      - The other host's address, or a multicast group; V(any) for a tunnel that accepts packets from anywhere.
      - The kernel can't change V(gre), V(ipip), V(sit) and V(vti) tunnels between an address, a group and V(any) in place.
    type: str
  dev:
    description: Name of the link that the outer packets leave by; V(none) lets routing choose.
    type: str
  ttl:
    description:
      - Time to live of the outer packets, 1 to 255; V(inherit) takes it from the inner packet.
      - New tunnels have V(inherit) over IPv4 and 64 over IPv6.
    type: str
  tos:
    description:
      - Type of service, or traffic class, of the outer packets, 0 to 255, also as V(0x10); V(inherit) takes it from the
        inner packet.
    type: str
  pmtudisc:
    description: Whether the outer IPv4 packets have DF set, so that the path MTU is found. New tunnels have it on.
    type: bool
  ignore_df:
    description:
      - Whether inner packets with DF set may be fragmented all the same. Needs O(pmtudisc=false). For V(gre) and
        V(gretap).
    type: bool
  key:
    description:
      - The key of the tunnel in both directions (RFC 2890), a number from 0 to 4294967295 or a dotted quad; V(none)
        removes it. For the modes of GRE and VTI.
      - Stands for O(ikey) and O(okey).
      - O(mode=erspan) needs one, from 0 to 1023.
    type: str
  ikey:
    description: The key that packets must come with.
    type: str
  okey:
    description: The key that packets are sent with.
    type: str
  csum:
    description: Whether packets are sent with a checksum and must come with one. For the modes of GRE.
    type: bool
  seq:
    description:
      - Whether packets are sent with sequence numbers and must come in their order. For the modes of GRE. It is on with
        O(mode=erspan), which needs it.
    type: bool
  encaplimit:
    description:
      - How many tunnels a packet may go through inside this one, 0 to 255; V(none) leaves the limit out, and its 8 bytes
        too. For the modes over IPv6 but V(vti6). New tunnels have 4.
    type: str
  flowlabel:
    description:
      - Flow label of the outer packets, 0 to 0xfffff; V(inherit) takes it from the inner packet. For the modes over IPv6
        but V(vti6).
    type: str
  external:
    description:
      - Whether where packets go is told by routes or filters, packet by packet, rather than by O(local) and O(remote)
        (collect metadata). Not for V(sit), V(vti) and V(vti6). The kernel can't change this in place.
    type: bool
  encap:
    description:
      - Puts the outer packets into UDP, by V(fou) (foo over UDP) or V(gue) (generic UDP encapsulation), so that they pass
        where only UDP does. Not for V(vti) and V(vti6).
      - The other host takes such packets on a port made by M(warren.tunnels.fou).
      - It needs the kernel module C(fou), or C(fou6) for tunnels over IPv6, which nothing loads by itself.
      - When it changes and O(mtu) is not given, the mtu changes by what the headers take more or less, and a warning says
        so.
    type: str
    choices:
      - none
      - fou
      - gue
  encap_sport:
    description: UDP port that the packets leave from, 1 to 65535; V(auto) makes it by the flow.
    type: str
  encap_dport:
    description: UDP port of the other host that the packets go to.
    type: int
  encap_csum:
    description: Whether the UDP packets have checksums.
    type: bool
  encap_csum6:
    description: Whether the UDP packets over IPv6 have checksums.
    type: bool
  encap_remcsum:
    description: Whether checksums inside are offloaded to the other end. For V(gue).
    type: bool
  erspan_ver:
    description: Version of ERSPAN, 0 (type I), 1 (type II) or 2 (type III). For O(mode=erspan).
    type: int
  erspan:
    description: Index of the mirrored port, 0 to 1048575. For O(erspan_ver=1).
    type: int
  erspan_dir:
    description: Direction of the mirrored traffic. For O(erspan_ver=2).
    type: str
    choices:
      - ingress
      - egress
  erspan_hwid:
    description: Number of the mirroring device, 0 to 63. For O(erspan_ver=2).
    type: int
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
notes:
  - The kernel allows no two tunnels of a mode with the same O(local), O(remote), O(dev) and O(ikey) in a namespace.
    A task that asks for such a tunnel fails and names the one that is there.
  - The kernel can't change a V(ip6gretap) tunnel in place beside a V(ip6gre) one with the same O(local), O(remote),
    O(dev) and O(ikey).
  - The first tunnel of a mode loads its kernel module, and with it the driver's own devices appear in every namespace
    (V(gre0), V(gretap0), V(erspan0), V(tunl0), V(sit0), V(ip6gre0), V(ip6tnl0), V(ip_vti0), V(ip6_vti0)). They do no harm and can't be deleted.
seealso:
  - name: ip-tunnel(8)
    description: The command that this module stands for.
    link: https://man7.org/linux/man-pages/man8/ip-tunnel.8.html
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: A GRE tunnel to host2
  warren.tunnels.ip_tunnel:
    name: tun100
    mode: gre
    local: 192.168.0.8
    remote: 192.168.0.58
    ttl: 64
    mtu: 1400
    addresses:
      - address: 10.1.1.1
        peer: 10.1.1.2
    up: true

- name: A second one between the same hosts, told apart by its key
  warren.tunnels.ip_tunnel:
    name: tun101
    mode: gre
    local: 192.168.0.8
    remote: 192.168.0.58
    key: 101
    addresses: 10.1.2.1/30
    up: true

- name: Ethernet over IPv6, as a port of a bridge
  warren.tunnels.ip_tunnel:
    name: tap200
    mode: ip6gretap
    local: 2001:db8::8
    remote: 2001:db8::58
    master: br0
    up: true

- name: A tenant's tunnel, whose outer packets leave from the host
  warren.tunnels.ip_tunnel:
    name: tun100
    mode: gre
    netns: red
    link_netns: host
    remote: 192.168.0.58
    key: 7
    addresses: 10.1.3.1/30
    up: true

- name: The tunnel is gone
  warren.tunnels.ip_tunnel:
    name: tun100
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
  sample: {"state": "present", "name": "tun100", "mode": "gre", "local": "192.168.0.8", "remote": "192.168.0.58", "ttl": 64, "up": true}
operations:
  description: The steps that were done, or would be in check mode, each as the C(ip) command that does the same.
  type: list
  elements: str
  returned: success
  sample: ["ip link add dev tun100 up type gre local 192.168.0.8 remote 192.168.0.58 ttl 64"]
"""

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec
from ansible_collections.warren.tunnels.plugins.module_utils._main import _resource, _views
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers


def main() -> None:
    spec = dict(_argspec.link(), **_argspec.own("ip_tunnel"))
    _resource.run(spec, _parsers.ip_tunnel, _views.link, required_if=[("state", "present", ["mode"])])


if __name__ == "__main__":
    main()
