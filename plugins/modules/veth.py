#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: veth
short_description: Pairs of virtual Ethernet devices
version_added: 0.1.0
description:
  - Makes, changes and deletes a veth pair as one thing. Each end has its own namespace, addresses and properties.
  - What goes into one end comes out of the other, so that a pair connects two namespaces.
options:
  peer:
    description:
      - The other end. Required with O(state=present).
      - A pair whose other end is elsewhere is replaced, if O(recreate) allows it.
    type: dict
    suboptions:
      name:
        description:
          - Name of the device. It has 1 to 15 bytes, no slash, no colon and no white space.
          - The devices that drivers make by themselves, such as V(gre0) or V(tunl0), are refused.
        type: str
        required: true
      netns:
        description:
          - Name of the network namespace that the device is in, as C(ip netns) knows it. It must exist; see
            M(warren.tunnels.netns).
          - Without it the device is in the namespace that the task runs in.
        type: str
      up:
        description: Whether the device is up. A new one is down unless this says otherwise, as with C(ip link add).
        type: bool
      mtu:
        description: The largest packet that the device takes, in bytes.
        type: int
      mac:
        description:
          - The Ethernet address, such as V(02:00:5e:00:53:01). Put it in quotes, since YAML reads some as numbers.
          - Only for devices that have one.
        type: str
      promisc:
        description: Whether the device is in promiscuous mode.
        type: bool
      multicast:
        description: Whether the device is marked as able to carry multicast.
        type: bool
      arp:
        description: Whether ARP is used on the device.
        type: bool
      txqueuelen:
        description: Length of the transmit queue, in packets.
        type: int
      alias:
        description: A description of the device for people, of 255 bytes at most. An empty string removes it.
        type: str
      ifgroup:
        description: The group of devices that the device is in, a number from 0 to 4294967295; V(default) for 0.
        type: str
      addrgenmode:
        description:
          - How IPv6 makes the addresses that it gives the device by itself. One of V(eui64), V(none), V(random) and
            V(stable_secret).
        type: str
      altnames:
        description: Further names of the device, all of them. An empty list takes away those that it has.
        type: list
        elements: str
      master:
        description:
          - Name of the bridge or VRF that the device is a port of; V(none) for none.
          - A bridge takes only devices that have an Ethernet address.
        type: str
      bridge_slave:
        description: What this end has as a port of a bridge, as O(bridge_slave) says of the other.
        type: dict
        suboptions:
          priority:
            description: Priority of the port in the spanning tree, 0 to 63. A new port has V(32).
            type: int
          cost:
            description:
              - Cost of the path by the port in the spanning tree, 1 to 65535. That of a new port follows the speed of
                the device.
            type: int
          guard:
            description: Whether the port is shut when it gets a BPDU, a message of the spanning tree.
            type: bool
          hairpin:
            description: Whether packets may go out by the port that they came in by.
            type: bool
          fastleave:
            description: Whether the bridge ends a multicast group at the port as soon as somebody leaves it there.
            type: bool
          root_block:
            description: Whether the port can't become the one that leads to the root of the spanning tree.
            type: bool
          learning:
            description: Whether the bridge learns addresses from what comes in by the port. A new port has it on.
            type: bool
          flood:
            description:
              - Whether packets to addresses that the bridge does not know go out by the port. A new port has it on.
            type: bool
          proxy_arp:
            description: Whether the bridge answers ARP requests at the port for neighbours that it knows.
            type: bool
          proxy_arp_wifi:
            description: The same as IEEE 802.11 and Hotspot 2.0 have it.
            type: bool
          mcast_router:
            description:
              - Whether there is a router of multicast at the port. V(0) for none, V(1), as a new port has it, where
                one asks, V(2) for always, V(3) for one that was heard of.
            type: int
          mcast_flood:
            description:
              - Whether multicast packets to groups that the bridge does not know go out by the port. A new port has
                it on.
            type: bool
          bcast_flood:
            description: Whether broadcast packets go out by the port. A new port has it on.
            type: bool
          mcast_to_unicast:
            description: Whether each receiver of a multicast group at the port gets a packet of its own.
            type: bool
          group_fwd_mask:
            description:
              - Which packets to link-local groups are forwarded all the same, as a mask of bits such as V(0x8) for
                V(01:80:c2:00:00:03). The bit 0x2 can't be set.
            type: str
          neigh_suppress:
            description:
              - Whether the bridge answers ARP and neighbour requests for the devices that it knows, in place of
                sending them out by the port.
            type: bool
          neigh_vlan_suppress:
            description: The same, but for the VLANs that say so by themselves, since Linux 6.4.
            type: bool
          vlan_tunnel:
            description: Whether VLANs of the port are mapped to the ids of tunnels.
            type: bool
          isolated:
            description: Whether the port can't talk to other isolated ports.
            type: bool
          locked:
            description:
              - Whether only devices whose addresses are in the table of the bridge may send by the port, since Linux
                5.16.
            type: bool
          mab:
            description:
              - Whether addresses that a locked port refuses are noted in that table for whoever admits them, since
                Linux 6.2. Needs O(peer.bridge_slave.locked) and O(peer.bridge_slave.learning).
            type: bool
          backup_port:
            description:
              - Name of the port of the same bridge that takes the packets when this one has no carrier; V(none) for
                none.
            type: str
      addresses:
        description:
          - IP addresses of the device. Each is a string, V(10.1.1.1/24) or V(2001:db8::1/64), or a dictionary.
          - Without a prefix length an address stands alone, as /32 or /128. A netmask does too, as in
            V(192.168.0.1/255.255.255.0).
          - Keys of the dictionary are C(address); C(peer), the address of the other end of a point-to-point link, with the
            prefix length of the route to it (default 32 or 128); C(scope), one of V(global), V(site), V(link), V(host); and
            C(label), such as V(tap0:1). C(scope) and C(label) are for IPv4.
          - An address that the device has with another peer, prefix length, scope or label is replaced by the one named here.
          - Other addresses stay, unless O(purge_addresses) is true.
        type: list
        elements: raw
extends_documentation_fragment:
  - warren.tunnels._attributes
  - warren.tunnels._force
  - warren.tunnels._requirements
  - warren.tunnels._result
  - warren.tunnels._state
  - warren.tunnels._link
  - warren.tunnels._link.purge
  - warren.tunnels._link.recreate
notes:
  - Deleting one end deletes both. With O(state=absent), O(peer) is not needed.
seealso:
  - module: warren.tunnels.netns
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: A namespace
  warren.tunnels.netns:
    name: red

- name: A pair with one end in it
  warren.tunnels.veth:
    name: to-red
    addresses: 10.0.0.1/30
    up: true
    peer:
      name: eth0
      netns: red
      addresses: 10.0.0.2/30
      up: true

- name: The pair is gone
  warren.tunnels.veth:
    name: to-red
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
  sample: {"state": "present", "name": "to-red", "mode": "veth", "up": true, "peer": {"name": "eth0", "netns": "red", "up": true}}
operations:
  description: The steps that were done, or would be in check mode, each as the C(ip) command that does the same.
  type: list
  elements: str
  returned: success
  sample: ["ip link add dev to-red up type veth peer name eth0 netns red", "ip -n red link set dev eth0 up"]
"""

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec
from ansible_collections.warren.tunnels.plugins.module_utils._main import _resource, _views
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers


def main() -> None:
    spec = dict(_argspec.link(), **_argspec.peer())
    _resource.run(spec, _parsers.veth, _views.veth, required_if=[("state", "present", ["peer"])])


if __name__ == "__main__":
    main()
