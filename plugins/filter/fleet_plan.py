# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_plan
short_description: One host's share of the tunnels that are declared for the whole fleet
version_added: 0.1.0
author:
  - warren.tunnels contributors (@warren-tunnels)
description:
  - Takes tunnels that are declared once, with both ends in one place, and returns what falls to one host.
  - A tunnel is declared by itself, or belongs to a mesh that is declared as a whole. Both give the same.
  - The result depends on the inventory only, never on facts or on which hosts a play runs on.
  - Checks the whole declaration first, whichever host is asked for, and fails with one report of all that is wrong. Each
    fault is told with its link, its host, the variable and the remedy.
positional: _input
options:
  _input:
    description:
      - The tunnels. Each is a dictionary with C(name), C(mode) and C(ends), and where wanted C(ttl), C(tos), C(key),
        C(csum), C(seq), C(pmtudisc), C(encaplimit), C(encap), C(encap_dport) and C(mtu), as in M(warren.tunnels.ip_tunnel).
        A port for V(fou) takes one protocol, so that V(ip6tnl), which carries two, takes V(gue).
      - The modes are V(gre), V(gretap), V(ipip) and V(sit) over IPv4, and V(ip6gre), V(ip6gretap), V(ip6tnl), V(ip6ip6)
        and V(ipip6) over IPv6.
      - A device has a name of 15 characters at most. Outside of namespaces it is not one that network cards have, such as
        V(eth0) or V(enp3s0), because a host may have such a card or get one.
      - C(mtu) leaves room for what the mode puts around each packet. Where C(tunnels_underlay_mtu) says what the underlay
        takes, more than that is refused, unless C(pmtudisc=false) lets outer packets be fragmented.
      - With V(auto) as C(mtu), it is the largest that goes over the underlay in one piece. The underlay's is the smaller of
        both hosts' variables C(tunnels_underlay_mtu), by default 1500 bytes.
      - C(ends) has two hosts of the inventory as keys. The value of each is a dictionary.
      - C(address) is the end's address in the tunnel, or a list of them. Without a prefix length, it gets the other end's as
        its peer. With one, both ends must be in the same network.
      - Neither address is that of the network itself, nor its broadcast address, but for networks of one or two addresses.
      - C(addresses) are further addresses of this end, which have nothing to do with the other end's. Each is a string, or a
        dictionary with C(address) and C(peer).
      - C(local) is the host's address on the underlay, and thereby the other end's C(remote). Without it, it is the host's
        variable C(tunnels_underlay_address), or its C(ansible_host). Modes over IPv6 first look at the variable
        C(tunnels_underlay_address6).
      - C(dev) and C(netns) are as in M(warren.tunnels.ip_tunnel).
      - C(underlay_netns) is the namespace that the outer packets leave by, which is that of C(netns) without it; V(host) is the
        host's own. So a tenant's device is in C(netns), and the host carries it. It is C(link_netns) of
        M(warren.tunnels.ip_tunnel).
      - With V(required) as C(protect), the tunnel's packets leave and enter its hosts encrypted by IPsec, or not at all, see
        M(warren.tunnels.protection). The IPsec itself is not declared here. With V(ipsec), it is, see M(warren.tunnels.ipsec). V(none)
        lets them pass in clear too. All tunnels between two addresses that have the same protocol must agree. One whose outer packets
        leave by another namespace than the host's own can't be protected yet, and one with C(encap) not by V(ipsec).
      - With V(ipsec), C(mtu=auto) leaves room for ESP with AES-GCM, without NAT.
    type: list
    elements: dict
    required: true
  host:
    description: The host whose share is wanted.
    type: str
    required: true
  hosts:
    description:
      - The variables of all hosts of the inventory; say V(hostvars). For many hosts, it is faster to have
        P(warren.tunnels.fleet_declaration#lookup) read them once.
    type: dict
    required: true
  meshes:
    description:
      - The meshes. Each is a dictionary with C(name), C(mode), C(topology), C(group) or C(members), and C(pool), and where
        wanted C(hubs), C(devices), C(prefix), C(netns), C(routes), C(protect), and the options that a tunnel has.
      - C(topology) is V(full) (each with each), V(hub) (each with each hub, and the hubs with each other), V(ring) or
        V(chain) (each with the next one, in the order of the members).
      - C(group) is a group of the inventory, C(members) a list of hosts.
      - C(hubs) are up to seven hosts, for topology V(hub). When one leaves, say null in its place, so that the others keep
        theirs.
      - C(pool) is the network that addresses come from, or two, one of IPv4 and one of IPv6. A tunnel has a /31 or /127 of it.
      - C(prefix) is what the names of the devices begin with, by default the mesh's C(name) and a dash. The name of the host
        at the far end follows, or as much of the end of it as there is room for in 15 characters, and five characters that
        tell it from others. The host's variable C(tunnels_short_name) takes its place.
      - C(devices) says how many a host has, V(peer) (one for each peer, without it) or V(one) for all of them, in topology V(full)
        or V(hub) and mode V(gre), V(ipip), V(ip6gre), V(ip6tnl), V(ip6ip6) or V(ipip6). It is C(external), is called as the mesh
        is, has one address, and a route with C(encap) leads to each peer, as in M(warren.tunnels.route). All have one C(key),
        C(ttl) and C(tos) are numbers, and C(csum), C(pmtudisc), C(encaplimit) and C(encap) can't be.
      - C(key) may be V(pair), for a key for each tunnel, which comes from the names of the mesh and the hosts.
      - C(mtu) is V(auto) where it is not given.
      - C(netns) is the namespace of each host that the devices are in.
      - With C(routes), the hosts get routes to each other's networks, which the variable C(tunnels_networks) of each names. In
        a ring or chain they lead the shorter way around, and between spokes by the first hub.
      - Addresses come from the number of each host, which is its variable C(tunnels_number), or the number that its name ends
        with, or else one that is made from the whole name. Where all pools are of IPv6 and large, it is always the last.
        They are the same whoever else is in the mesh. So two hosts may come to have the same number, which is a fault that
        the variable mends. A ring or chain changes where a host comes between two others, and nowhere else.
      - With C(devices=one), the number is that of the host's address in the pool, so that there is room for as many as the pool
        has addresses.
      - A pool has room for the numbers 0 to about the square root of its addresses in topology V(full), a 16th of its
        addresses in V(hub), and half of them in V(ring) and V(chain). So 10.0.0.0/8 takes a full mesh of 4096 hosts, and
        10.255.0.0/16 one of 256.
    type: list
    elements: dict
    default: []
  groups:
    description: The groups of the inventory with their hosts, for O(meshes); say V(groups).
    type: dict
    default: {}
  protect:
    description: What tunnels and meshes have for C(protect) that do not say it.
    type: str
    choices: [none, required, ipsec]
    default: none
"""

EXAMPLES = r"""
- name: Show what falls to this host
  ansible.builtin.debug:
    msg: "{{ tunnels_links | warren.tunnels.fleet_plan(host=inventory_hostname, hosts=hostvars) }}"
  vars:
    tunnels_links:
      - name: tun100
        mode: gre
        ttl: 64
        mtu: 1400
        ends:
          host1: {address: 10.1.1.1}
          host2: {address: 10.1.1.2}

- name: Show what falls to this host of a mesh of all routers
  ansible.builtin.debug:
    msg: "{{ [] | warren.tunnels.fleet_plan(host=inventory_hostname, hosts=hostvars, meshes=meshes, groups=groups) }}"
  vars:
    meshes:
      - name: core
        mode: gre
        key: pair
        topology: full
        group: routers
        pool: 10.255.0.0/16
"""

RETURN = r"""
_value:
  description: The host's share.
  type: dict
  contains:
    links:
      description: The devices of the tunnels that end at the host, each as options of M(warren.tunnels.ip_tunnel).
      type: list
      elements: dict
      sample:
        - name: tun100
          mode: gre
          local: 192.168.0.8
          remote: 192.168.0.58
          ttl: 64
          mtu: 1400
          addresses: [{address: 10.1.1.1, peer: 10.1.1.2}]
    routes:
      description: Routes to what is behind the other hosts, and into tunnels with one device, as options of M(warren.tunnels.route).
      type: list
      elements: dict
      sample: []
    fou_ports:
      description: UDP ports that tunnels come in by, each as options of M(warren.tunnels.fou).
      type: list
      elements: dict
      sample: []
    paths:
      description:
        - Between which addresses of the underlay the host's tunnels are, each with the far C(host) and in bytes as C(packet) the
          largest outer packet that must get there in one piece, where C(mtu) says so. Those in namespaces are left out.
        - M(warren.tunnels.host_diagnosis) takes such a list.
      type: list
      elements: dict
      sample: [{host: host2, local: 192.168.0.8, remote: 192.168.0.58, packet: 1424}]
    peers:
      description:
        - The host at the far end of each tunnel, with the C(name) and C(netns) of the device that leads there, the device C(far)
          at the other end, and what tells the tunnel from others.
      type: list
      elements: dict
      sample: [{host: host2, name: tun100, netns: null, far: tun100, mode: gre, local: 192.168.0.8, remote: 192.168.0.58}]
    probes:
      description: Which address must answer through which of them, each as a probe of M(warren.tunnels.tunnel_probe).
      type: list
      elements: dict
      sample:
        - name: tun100
          netns: null
          destination: 10.1.1.2
          label: 10.1.1.2 on host2
          min_path_mtu: 1400
          outer: {protocol: "47", local: 192.168.0.8, remote: 192.168.0.58}
    crossings:
      description: Which far address must not answer through another tunnel, likewise. IPv4 only.
      type: list
      elements: dict
      sample:
        - name: tun100
          netns: null
          destination: 20.1.1.2
          source: 20.1.1.1
          label: 20.1.1.2 of tun200
          expect: silence
          outer: {protocol: "47", local: 192.168.0.8, remote: 192.168.0.58}
    kernel_modules:
      description: The kernel modules that the tunnels need inside UDP, which nothing loads by itself.
      type: list
      elements: str
      sample: []
    forwarding:
      description:
        - The families of packets that the host has to forward, V(ipv4) and V(ipv6), because a mesh with C(routes) leads to
          networks behind it, or by it to networks behind others.
      type: list
      elements: str
      sample: []
    ipsec:
      description: What is encrypted, as C(connections) of M(warren.tunnels.ipsec) without their secrets.
      type: list
      elements: dict
      sample:
        - local: 192.168.0.8
          remote: 192.168.0.58
          local_id: host1.warren
          remote_id: host2.warren
          protocols: [47]
          initiate: true
    protected:
      description: Which packets leave and enter encrypted or not at all, as C(peers) of M(warren.tunnels.protection).
      type: list
      elements: dict
      sample: [{local: 192.168.0.8, remote: 192.168.0.58, protocol: 47}]
    accept:
      description: Which IP protocols come to the host from which addresses, and for UDP to which C(port).
      type: list
      elements: dict
      sample: [{source: 192.168.0.58, protocol: 47}]
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet


def fleet_plan(
    links: t.Any,
    host: str,
    hosts: t.Mapping[str, t.Mapping[str, t.Any]],
    meshes: t.Any = (),
    groups: t.Mapping[str, t.Sequence[str]] | None = None,
    protect: str = "none",
) -> _fleet.Share:
    try:
        return _fleet.share(links, hosts, host, meshes, groups, protect)
    except _fleet.FleetError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """Filters of this collection."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"fleet_plan": fleet_plan}
