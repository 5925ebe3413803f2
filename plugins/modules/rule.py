#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: rule
short_description: Rules of policy routing
version_added: 0.1.0
description:
  - Makes and deletes the rules that say which routing table packets go by, for IPv4 and IPv6, also in namespaces, as
    C(ip rule) does.
  - A rule is known by all that is said of it, with its O(priority), what it does and its O(protocol). So two rules that differ
    in any of it are two, as they are to the kernel, and to change one is to delete it and make another.
  - The rules that the kernel makes by itself, for the tables V(local), V(main) and V(default) and for VRFs, are left alone.
options:
  priority:
    description:
      - Where the rule comes in the order in which they are looked at; lower ones come first. A number from 0 to 4294967295.
      - Without it, a rule that is so but for the priority is left where it is. If there is none, it gets the next number below
        those of all rules that are not the kernel's own, 32765 where there are none, as with C(ip rule).
      - Without it, O(state=absent) means the rules of any priority.
      - Files for the next boot need one.
    type: str
  netns:
    description: Name of the network namespace that the rule is in. It must exist; see M(warren.tunnels.netns).
    type: str
  family:
    description: Address family. Only a rule without O(from) and O(to) needs it, and is V(inet) without it.
    type: str
    choices:
      - inet
      - inet6
  not:
    description: Whether it is for the packets that do not fit the conditions.
    type: bool
    default: false
  from:
    description: The network that packets come from, such as V(10.9.0.0/24), a lone address, or V(all).
    type: str
  to:
    description: The network that they go to, likewise.
    type: str
  tos:
    description:
      - Type of service, or traffic class, of the packets. A number from 0 to 252, such as V(0x10), without the last two bits,
        which are for ECN. 0, or without it, any.
    type: str
  fwmark:
    description:
      - The mark that the firewall gave the packets, with or without a mask of the bits that count, such as V(0x1/0xff).
    type: str
  iif:
    description: Name of the link that the packets came in by, V(lo) for those of this host. It may come later.
    type: str
  oif:
    description: Name of the link that they are bound to leave by, because their socket is bound to it. It may come later.
    type: str
  uidrange:
    description: Users whose sockets they come from, by number, such as V(1000-1999) or V(0).
    type: str
  ipproto:
    description: Protocol of the packets, V(tcp), V(udp), V(icmp), V(ipv6-icmp), V(gre), V(esp), V(ah), V(sctp) or a number from 1
      to 255.
    type: str
  sport:
    description: Port that they come from, such as V(53), or several, such as V(5000-5999).
    type: str
  dport:
    description: Port that they go to, likewise.
    type: str
  tun_id:
    description: Number of the tunnel that they came by, where that is O(warren.tunnels.ip_tunnel#module:external).
    type: str
  l3mdev:
    description: Whether packets of a VRF go by the table of that.
    type: bool
    default: false
  type:
    description:
      - What becomes of the packets. With V(lookup), they go by the O(table), and where that has no way for them, by the
        next rule. With the others, nowhere.
    type: str
    choices:
      - lookup
      - blackhole
      - unreachable
      - prohibit
    default: lookup
  table:
    description:
      - Number of the table that they go by, or V(main), V(default) or V(local).
      - Without it, V(main), unless O(l3mdev), O(goto) or O(type) say what becomes of them.
    type: str
  goto:
    description: Priority of a later rule to go on with.
    type: str
  suppress_prefixlength:
    description:
      - Routes of the O(table) with a prefix of this length or a shorter one do not count. With V(0), its default route does not.
    type: str
  suppress_ifgroup:
    description: Routes of the O(table) that lead through a link of this group, a number, do not count.
    type: str
  protocol:
    description:
      - Who made the rule, V(static), V(boot), V(dhcp), V(ra), V(unspec) or a number. C(ip rule) makes rules that are V(unspec)
        or V(boot), where it is not told.
    type: str
    default: static
extends_documentation_fragment:
  - warren.tunnels._attributes
  - warren.tunnels._force
  - warren.tunnels._requirements
  - warren.tunnels._result
  - warren.tunnels._state
notes:
  - The kernel needs C(CONFIG_IP_MULTIPLE_TABLES) and C(CONFIG_IPV6_MULTIPLE_TABLES), which distributions have. O(protocol),
    O(ipproto), O(sport) and O(dport) need Linux 4.17.
seealso:
  - module: warren.tunnels.route
  - name: ip-rule(8)
    description: The command that this module stands for.
    link: https://man7.org/linux/man-pages/man8/ip-rule.8.html
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: Packets of one network go by a table of their own
  warren.tunnels.rule:
    priority: 1000
    from: 10.9.0.0/24
    table: 100

- name: Marked packets too, for both families
  warren.tunnels.rule:
    priority: 1001
    family: "{{ item }}"
    fwmark: 0x1/0xff
    table: 100
  loop: [inet, inet6]

- name: All routes of the main table but the default one come first
  warren.tunnels.rule:
    priority: 900
    table: main
    suppress_prefixlength: 0

- name: Nothing of that network goes out where the table has no way
  warren.tunnels.rule:
    priority: 1002
    from: 10.9.0.0/24
    type: unreachable

- name: The rule is gone, whatever its priority
  warren.tunnels.rule:
    from: 10.9.0.0/24
    table: 100
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
  sample: {"state": "present", "family": "inet", "priority": 1000, "from": "10.9.0.0/24", "table": 100, "protocol": "static"}
operations:
  description: The steps that were done, or would be in check mode, each as the C(ip) command that does the same.
  type: list
  elements: str
  returned: success
  sample: ["ip rule add priority 1000 from 10.9.0.0/24 lookup 100 protocol static"]
"""

from ansible_collections.warren.tunnels.plugins.module_utils._main import _resource


def main() -> None:
    _resource.of_one("rules")


if __name__ == "__main__":
    main()
