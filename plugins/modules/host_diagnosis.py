#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: host_diagnosis
short_description: What would hinder tunnels on a host
version_added: 0.1.0
description:
  - Reads a host and tells what would hinder the links and tunnels that are to be made there, the weightiest first, each with what
    mends it. All that it may find is in the guide to troubleshooting.
  - It looks at rights, drivers, pyroute2, devices of others, network managers, firewalls, the clock, and the way to the other ends.
  - Nothing is changed, and no driver of links is loaded. Where nft(8) is installed, it is asked for its rules, by which the kernel
    loads C(nf_tables). The other ends are pinged, without a tunnel.
  - pyroute2 is not needed. Without it, the other ends are not pinged.
  - The playbook C(warren.tunnels.doctor) runs it on a whole fleet.
options:
  name:
    description: The name that M(warren.tunnels.firewall) and M(warren.tunnels.boot_files) get for the same links.
    type: str
    default: tunnels
  document:
    description:
      - What the host is to have, as M(warren.tunnels.network_state) takes it.
      - It tells which drivers are needed, which names are taken, and whether the host forwards packets.
    type: dict
    default: {}
  paths:
    description:
      - Between which addresses the outer packets go.
      - RV(warren.tunnels.fleet_plan#filter:_value.paths) is such a list.
    type: list
    elements: dict
    default: []
    suboptions:
      remote:
        description: The address of the other end, IPv4 or IPv6.
        type: str
        required: true
      local:
        description: The address of this host.
        type: str
      host:
        description: The name of the other host, for messages.
        type: str
      packet:
        description: The bytes of the largest outer packet that must get there in one piece.
        type: int
  accept:
    description: What the firewall has to let in, as M(warren.tunnels.firewall) takes it.
    type: list
    elements: dict
    default: []
    suboptions:
      source:
        description: The address of a peer, IPv4 or IPv6.
        type: str
        required: true
      protocol:
        description: The number of an IP protocol, such as 47 for GRE, 4 for IPIP, 41 for SIT and 17 for UDP.
        type: int
        required: true
      port:
        description: The port that packets go to, for UDP and TCP. All ports without it.
        type: int
  opens_firewall:
    description:
      - Whether M(warren.tunnels.firewall) is going to let in O(accept). If so, only a firewall that would refuse the rules is found.
    type: bool
    default: false
  probe:
    description: Whether the other ends are pinged, for the MTU of the way. It takes some seconds, however many there are.
    type: bool
    default: true
  time:
    description: The time by another clock, in seconds since 1970, which the host's is compared with. Without it, neither is.
    type: float
extends_documentation_fragment:
  - warren.tunnels._attributes.info
notes:
  - Links in namespaces count for drivers and rights only.
  - A firewall rule of others that lets in tunnels is not recognised, so that a host which has one is told of all the same.
seealso:
  - module: warren.tunnels.tunnel_probe
  - module: warren.tunnels.network_info
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: See whether this host can have a GRE tunnel
  warren.tunnels.host_diagnosis:
    document:
      links:
        - {name: tun100, kind: gre, local: 192.168.0.8, remote: 192.168.0.58, ttl: 64, mtu: 1400}
    paths:
      - {host: host2, local: 192.168.0.8, remote: 192.168.0.58, packet: 1424}
    accept:
      - {source: 192.168.0.58, protocol: 47}
  register: seen

- name: Nothing stops it
  ansible.builtin.assert:
    that: seen.findings | selectattr('level', 'equalto', 'stops') | length == 0
    fail_msg: "{{ seen.findings | map(attribute='msg') }}"
"""

RETURN = r"""
findings:
  description: What was found, the weightiest first.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: A word for what was found.
      type: str
      sample: rp_filter
    weight:
      description: Its place in the list of all that may be found, from 1, the weightiest.
      type: int
      sample: 11
    level:
      description:
        - C(stops) where tunnels can't be made or carry nothing; C(harms) where they carry a part only, or stop after a reload or a
          reboot; C(note) where the playbook C(warren.tunnels.site) mends it, or it is only good to know.
      type: str
      sample: stops
    msg:
      description: What was found, as a sentence.
      type: str
      sample: >-
        eth1 drops what comes from 192.168.0.58 of host2 to 192.168.0.8, because the way back leads by eth0 and rp_filter is strict.
    remedy:
      description: What mends it.
      type: str
      sample: Set net.ipv4.conf.eth1.rp_filter to 2, or route 192.168.0.58 by eth1.
    about:
      description: What the sentence names.
      type: dict
      sample: {"device": "eth1", "remote": "192.168.0.58", "host": "host2", "far": "192.168.0.58 of host2", "local": "192.168.0.8", "way": "eth0"}
  sample: []
unseen:
  description: What could not be looked at, as C(what), with the C(reason). Of that nothing is found, whatever is there.
  type: list
  elements: dict
  returned: success
  sample: [{"what": "firewall", "reason": "[Errno 1] The rules of firewalls can't be seen"}]
"""

from ansible_collections.warren.tunnels.plugins.module_utils._diagnosis import _wanted
from ansible_collections.warren.tunnels.plugins.module_utils._main import _diagnosis


def main() -> None:
    _diagnosis.run(_wanted.spec())


if __name__ == "__main__":
    main()
