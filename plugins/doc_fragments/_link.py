# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # What a link has, and each end of a veth pair too.
    DOCUMENTATION = r"""
options:
  name:
    description:
      - Name of the device, of 1 to 15 letters (V(a) to V(z), V(A) to V(Z)), digits and C(# + - . = @ _). For other
        characters udev renames a device that is made, so they are refused.
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
  master:
    description:
      - Name of the bridge or VRF that the device is a port of; V(none) for none.
      - A bridge takes only devices that have an Ethernet address.
    type: str
  bridge_slave:
    description:
      - What the device has as a port of the bridge in O(master), as C(ip link set … type bridge_slave) has it. What
        is not named stays as it is. A port that comes to another bridge begins anew there.
      - A device that is made again keeps them. In an error and in what is told of a change, such an option is called
        as in V(bridge_slave.hairpin).
    type: dict
    suboptions:
      priority:
        description: Priority of the port in the spanning tree, 0 to 63. A new port has V(32).
        type: int
      cost:
        description:
          - Cost of the path by the port in the spanning tree, 1 to 65535. That of a new port follows the speed of the
            device.
          - The kernel does not go back to that. Where a document no longer names it, O(ignore:state=replaced) makes
            the device again, unless it is one that others made.
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
          - Whether there is a router of multicast at the port. V(0) for none, V(1), as a new port has it, where one
            asks, V(2) for always, V(3) for one that was heard of.
        type: int
      mcast_flood:
        description:
          - Whether multicast packets to groups that the bridge does not know go out by the port. A new port has it
            on.
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
          - Whether the bridge answers ARP and neighbour requests for the devices that it knows, in place of sending
            them out by the port.
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
          - Whether addresses that a locked port refuses are noted in that table for whoever admits them, since Linux
            6.2. Needs O(bridge_slave.locked) and O(bridge_slave.learning).
        type: bool
      backup_port:
        description:
          - Name of the port of the same bridge that takes the packets when this one has no carrier; V(none) for none.
        type: str
  ifgroup:
    description:
      - The group of devices that the device is in, as C(ip link set group) has it, a number from 0 to 4294967295; V(default)
        for 0. Rules of firewalls and of policy routing can mean all devices of a group.
      - The name differs from that of C(ip), because TUN and TAP devices have a C(group) of users.
    type: str
  addrgenmode:
    description:
      - How IPv6 makes the addresses that it gives the device by itself, as C(ip link set addrgenmode) has it; V(none) for no
        address at all. One of V(eui64), V(none), V(random) and V(stable_secret), the last of which needs the sysctl
        C(stable_secret) of the device.
      - It goes for addresses that are made from then on, when the device comes up or a router announces a network. Those that
        it has stay.
      - TUN devices can't have V(eui64), and devices whose MTU is below 1280 have none at all.
      - Where a document no longer names it, O(ignore:state=replaced) has it V(eui64) again, or V(random) with TUN devices.
    type: str
  altnames:
    description:
      - Further names of the device, of 127 bytes at most each, as C(ip link property) has them, since Linux 5.5. Programs
        find the device by them. In tasks, the device's own name is meant by O(name).
      - The list is the whole of them. Others that the device has are taken away, and an empty list takes away all.
    type: list
    elements: str
  addresses:
    description:
      - IP addresses of the device. Each is a string, V(10.1.1.1/24) or V(2001:db8::1/64), or a dictionary.
      - Without a prefix length an address stands alone, as /32 or /128. A netmask does too, as in
        V(192.168.0.1/255.255.255.0).
      - Keys of the dictionary are C(address); C(peer), the address of the other end of a point-to-point link, with the
        prefix length of the route to it (default 32 or 128); C(scope), one of V(global), V(site), V(link), V(host); and
        C(label), such as V(tap0:1). C(scope) and C(label) are for IPv4.
      - Further keys are those of C(ip address). C(valid_lft) and C(preferred_lft) are the seconds after which the kernel
        removes the address, and prefers others to it; V(forever) is the default. C(metric) is that of the route to its network,
        and C(noprefixroute) is true where there shall be no such route. C(nodad) is true where IPv6 shall not look for others
        with the address, C(home) where it is the home address of a mobile host, and C(mngtmpaddr) where the kernel makes
        temporary addresses of it; these three are for IPv6.
      - A lifetime counts down, which is no difference to what is wanted. The address is given the whole of it when it is added,
        at each boot too, and again when one of another length is named, or something else of the address is changed.
      - An address that the device has with another peer, prefix length, scope or label is replaced by the one named here. Its
        lifetimes and metric are changed in place, and so are the other options of IPv6 addresses.
      - Other addresses stay, unless O(purge_addresses) is true.
    type: list
    elements: raw
"""

    PURGE = r"""
options:
  purge_addresses:
    description:
      - Whether addresses that the task does not name are removed.
      - IPv6 link-local addresses that the kernel made stay.
    type: bool
    default: false
"""

    RECREATE = r"""
options:
  recreate:
    description:
      - Whether the device may be replaced by a new one where the kernel can't change it in place.
      - A new one gets the old one's properties, addresses and routes, as far as the task does not change them. A
        warning says why it is replaced and what is lost.
      - With V(never) such a task fails, and nothing is changed.
    type: str
    choices:
      - if_needed
      - never
    default: if_needed
"""
