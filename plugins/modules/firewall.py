#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: firewall
short_description: What a host's firewall lets in of tunnels
version_added: 0.1.0
description:
  - Has the firewall of a host let in the packets that tunnels are made of, from declared peers alone, and where asked what comes
    out of the tunnels.
  - Finds out which firewall the host has, and tells that one. A host that filters nothing keeps its firewall as it is.
  - C(firewalld), where it runs, gets rich rules with numbers of protocols, at present and permanently, in each zone that packets
    come by, but for those that accept all. They have a priority by which they are known again. Its other rules at present are
    not touched, and it is not loaded again.
  - C(ufw), where it is active, gets rules in its chain C(ufw-before-input) and in C(/etc/ufw/before.rules), and for IPv6
    likewise. It has no word for some protocols of tunnels.
  - C(nftables) gets rules in each chain that filters incoming packets, because an accept in one chain does not help against a
    drop in another. The peers of a protocol are one set. A file of their own, C(/etc/warren-NAME.firewall.nft), is included by
    the last line of C(/etc/nftables.conf) or C(/etc/sysconfig/nftables.conf), so that the rules come back when it is loaded.
  - C(iptables), by nftables or legacy, gets rules in the chain C(INPUT), and in C(/etc/iptables/rules.v4) and C(rules.v6) of
    netfilter-persistent, or C(/etc/sysconfig/iptables) and C(ip6tables).
  - Where a host has none of these files, or nothing loads C(nftables.conf) at boot, a unit of systemd,
    C(warren-NAME.firewall.service), adds the rules after the network is set up.
  - All is tried before anything is changed, except with C(firewalld), which can't try. Where a firewall refuses all the same, what was
    told before that stays, and the error says so.
  - It is for the host's own network namespace, to which these files belong.
  - Rules are before all others of their chain, and their comments begin with C(warren-NAME). All else in the firewall and in its files
    stays to the letter.
options:
  name:
    description:
      - Who owns the rules. 1 to 20 lower-case letters, digits and dashes.
      - Rules of other names, and of nobody's, are neither changed nor removed.
    type: str
    required: true
  state:
    description:
      - With V(absent), no rules of this owner are left, whatever else is said. C(/var/lib/warren.tunnels/firewall/NAME) is there
        while there may be some; without it, nothing is looked at.
    type: str
    choices: [present, absent]
    default: present
  accept:
    description:
      - What is let in.
      - RV(warren.tunnels.fleet_plan#filter:_value.accept) is such a list.
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
  devices:
    description: The tunnels' devices, which need not be there yet, for O(inner).
    type: list
    elements: str
    default: []
  inner:
    description:
      - What is let in that comes out of O(devices).
      - V(icmp) is ICMP and ICMPv6, by which hosts are asked whether they answer.
      - V(routing) is that and OSPF (protocol 89), BGP (TCP port 179) and BFD (UDP ports 3784, 3785 and 4784).
      - V(all) is all.
      - firewalld knows a device by its zone alone. Where it runs, the module fails unless this is V(none).
    type: str
    choices: [none, icmp, routing, all]
    default: none
  forward:
    description:
      - The versions of IP of which all is accepted that the host passes on and that comes by O(devices) or leaves by them, where a
        chain drops what nobody has accepted. The rules of others in that chain come first.
      - With iptables, that is the chain C(FORWARD), or C(DOCKER-USER) where Docker has made one, before the other rules in that.
        They come back by C(warren-NAME.firewall.service), after Docker has started.
      - With nftables, these are the base chains of the hook C(forward) whose policy is C(drop).
      - firewalld passes on by policies between zones, and gets none of these rules.
    type: list
    elements: str
    choices: [ipv4, ipv6]
    default: []
  purge:
    description:
      - Whether rules of the owner go that are not among these. With V(false) they stay, so that what is there can go on until
        it is changed.
    type: bool
    default: true
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    details:
      - nftables and iptables are asked whether they would take the rules.
    support: full
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
    support: full
  platform:
    description: Target OS/families that can be operated against.
    support: full
    platforms: linux
seealso:
  - plugin: warren.tunnels.fleet_plan
    plugin_type: filter
  - module: ansible.posix.firewalld
  - module: ansible.builtin.iptables
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: Let in GRE from two peers, and pings out of the tunnels
  warren.tunnels.firewall:
    name: lab
    accept:
      - {source: 192.0.2.2, protocol: 47}
      - {source: 192.0.2.3, protocol: 47}
    devices: [tun100, tun200]
    inner: icmp

- name: Have a host with Docker pass on what comes by a tunnel and what leaves by it
  warren.tunnels.firewall:
    name: site
    devices: [tun100]
    forward: [ipv4]

- name: Let in GRE in UDP from a peer too, and leave what was let in before
  warren.tunnels.firewall:
    name: lab
    accept:
      - {source: "2001:db8::2", protocol: 17, port: 5555}
    purge: false

- name: Let in nothing any more
  warren.tunnels.firewall:
    name: lab
    state: absent
"""

RETURN = r"""
firewalls:
  description: The firewalls that filter what comes in, or have rules of the owner; none if the host filters nothing.
  type: list
  elements: str
  returned: success
  sample: [nftables]
rules:
  description: What they are to let in.
  type: list
  elements: str
  returned: success
  sample: [47 from 192.0.2.2, 17/5555 from 2001:db8::2, IPv4 1 by tun100]
changes:
  description: What became of rules, or would in check mode.
  type: list
  elements: dict
  returned: success
  contains:
    firewall:
      description: Whose rule it is.
      type: str
      sample: nftables
    place:
      description: The chain, the zone or the file.
      type: str
      sample: inet filter input
    rule:
      description: What it lets in.
      type: str
      sample: 47 from 192.0.2.2
    change:
      description: C(created) or C(removed).
      type: str
      sample: created
operations:
  description: What the firewalls were told, or would be in check mode, in their own words.
  type: list
  elements: str
  returned: success
  sample: ['nft insert rule inet filter input ip saddr { 192.0.2.2 } meta l4proto 47 accept comment "warren-lab: ip 47"']
written:
  description: The paths of the files and links that were written, or would be in check mode.
  type: list
  elements: str
  returned: success
  sample: [/etc/warren-lab.firewall.nft, /etc/nftables.conf]
removed:
  description: The paths of those that were removed, or would be in check mode.
  type: list
  elements: str
  returned: success
  sample: []
"""

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec
from ansible_collections.warren.tunnels.plugins.module_utils._main import _firewall


def main() -> None:
    _firewall.run(_argspec.firewall())


if __name__ == "__main__":
    main()
