#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: protection
short_description: Tunnels' packets leave and enter a host by IPsec, or not at all
version_added: 0.1.0
description:
  - GRE, IPIP and SIT encrypt nothing, and IPsec that protects them is not always there, such as before its daemon has started, while that
    is restarted, and when it can't agree with the peer. Then the packets of tunnels leave in clear, and nobody is told.
  - This module has the kernel drop what would leave or enter in clear. It needs no certain IPsec, and makes none. Be it strongSwan,
    libreswan or C(ip xfrm), its packets pass.
  - A table of nftables of its own, C(inet warren_NAME_protect), has a set of peers for each direction. Other tables, and firewalls that
    reload, do not matter to it. C(nft flush ruleset) removes it, and the next run of the module brings it back. A start of
    C(nftables.service), which flushes all tables first, does the same where that service did not run before.
  - The table is written as a whole, and no packet finds none meanwhile. Where it is as wanted, it is not written.
  - A program that sends in clear gets the error C(EPERM). A tunnel's device counts such packets as errors.
  - It does not know what IPsec does with a packet. AH, and ESP with a null cipher, pass too. Nor does it see a packet whose addresses the
    host's own NAT has changed since.
  - Where Ansible's own connection comes through a tunnel that has no IPsec yet, it is cut.
  - It is for the network namespace that the module runs in, where the outer packets of tunnels leave and enter. The become
    plugin P(warren.tunnels.netns#become) can have it run in another one.
options:
  name:
    description:
      - Who owns the table. 1 to 20 lower-case letters, digits and dashes.
      - Tables of other names are neither changed nor removed.
    type: str
    required: true
  state:
    description: With V(absent), there is no table of this owner, whatever else is said.
    type: str
    choices: [present, absent]
    default: present
  peers:
    description:
      - Which packets are dropped in clear. With none, there is no table.
    type: list
    elements: dict
    default: []
    suboptions:
      local:
        description: The address that the host's own outer packets come from, IPv4 or IPv6.
        type: str
        required: true
      remote:
        description: The peer's address, to which they go.
        type: str
        required: true
      protocol:
        description:
          - The number of the outer packets' IP protocol. V(47) is GRE, V(4) is IPIP, V(41) is SIT, and V(17) is UDP.
          - Others are refused, because the host could be lost.
        type: int
        required: true
      port:
        description:
          - With protocol 17, the UDP port that packets go to at both ends, such as that of FOU, GUE, VXLAN or Geneve.
          - 500 and 4500 are refused, because IKE needs them.
        type: int
  at_boot:
    description:
      - Whether systemd loads the table at boot, before the network comes up, and again after C(nftables.service), which begins with a
        flush of all tables. The unit is C(warren-NAME.protection.service), and the table is in C(/etc/warren-NAME.protection.nft).
      - Where systemd does not run the host, this is refused. Nothing else is there before the network.
      - Say V(false) in another network namespace than the host's own.
    type: bool
    default: true
  purge:
    description:
      - Whether peers of the owner go that are not among these. With V(false) they stay, so that what is there is protected until it is
        gone.
    type: bool
    default: true
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    details:
      - nftables are asked whether they would take the table.
    support: full
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
    support: full
  platform:
    description: Target OS/families that can be operated against.
    details:
      - It takes nftables 0.9.5 and Linux 5.7, or newer.
    support: full
    platforms: linux
seealso:
  - module: warren.tunnels.firewall
  - module: warren.tunnels.ip_tunnel
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: Send no GRE to a peer in clear, and take none
  warren.tunnels.protection:
    name: lab
    peers:
      - {local: 192.0.2.1, remote: 192.0.2.2, protocol: 47}

- name: The same for GRE in UDP, and what was protected before stays so
  warren.tunnels.protection:
    name: lab
    peers:
      - {local: 192.0.2.1, remote: 192.0.2.2, protocol: 17, port: 5555}
    purge: false

- name: Protect nothing any more
  warren.tunnels.protection:
    name: lab
    state: absent
"""

RETURN = r"""
table:
  description: The family and the name of the table.
  type: str
  returned: success
  sample: inet warren_lab_protect
peers:
  description: What is protected, or would be in check mode.
  type: list
  elements: str
  returned: success
  sample: [47 between 192.0.2.1 and 192.0.2.2]
changes:
  description: What became of peers, or would in check mode. Empty where only the rules were not as they should be.
  type: list
  elements: dict
  returned: success
  contains:
    peer:
      description: The protocol and the addresses.
      type: str
      sample: 47 between 192.0.2.1 and 192.0.2.2
    change:
      description: C(created) or C(removed).
      type: str
      sample: created
dropped:
  description:
    - The peers because of whom packets in clear were dropped, since the table was written, as it was found.
    - A number that grows means that IPsec is not there.
  type: list
  elements: dict
  returned: success
  contains:
    local:
      description: The host's address.
      type: str
      sample: 192.0.2.1
    remote:
      description: The peer's address.
      type: str
      sample: 192.0.2.2
    protocol:
      description: The number of the IP protocol.
      type: int
      sample: 47
    port:
      description: The UDP port.
      type: int
      returned: for protocol 17
      sample: 5555
    sent:
      description: How many packets would have left.
      type: int
      sample: 12
    received:
      description: How many came, and were not let in.
      type: int
      sample: 0
written:
  description: The paths of the files and links that were written, or would be in check mode.
  type: list
  elements: str
  returned: success
  sample: [/etc/warren-lab.protection.nft, /etc/systemd/system/warren-lab.protection.service]
removed:
  description: The paths of those that were removed, or would be in check mode.
  type: list
  elements: str
  returned: success
  sample: []
operations:
  description: What nftables were told, or would be in check mode.
  type: list
  elements: str
  returned: success
  sample: [nft add table inet warren_lab_protect]
"""

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec
from ansible_collections.warren.tunnels.plugins.module_utils._main import _protection


def main() -> None:
    _protection.run(_argspec.protection())


if __name__ == "__main__":
    main()
