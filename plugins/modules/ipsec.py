#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: ipsec
short_description: Tunnels' packets between two hosts are encrypted by strongSwan
version_added: 0.1.0
description:
  - Has strongSwan (its daemon charon, told by swanctl) encrypt the packets of tunnels between two addresses, by IKEv2 and ESP in transport
    mode with AES-GCM. Nothing else between the two hosts is encrypted.
  - Each end proves itself by a secret that both know.
  - The kernel drops what would leave before the ends have agreed, as long as strongSwan runs. When it is stopped, and before it has
    started, packets leave in clear. M(warren.tunnels.protection) keeps them from that; have it before this.
  - Connections of others stay as they are, with what they have established. Where a connection is as wanted, it is not loaded again. One
    that has another secret keeps what it has established.
  - The file is C(/etc/swanctl/conf.d/warren-NAME.conf), which root alone reads. C(strongswan.service) loads it at boot.
  - No secret is in a result, a difference, a log or the arguments of a process.
  - It is for the host's own network namespace.
options:
  name:
    description:
      - Who owns the connections. 1 to 20 lower-case letters, digits and dashes.
      - Those of others are neither changed nor removed.
    type: str
    required: true
  state:
    description: With V(absent), there is no connection of this owner, whatever else is said.
    type: str
    choices: [present, absent]
    default: present
  connections:
    description:
      - What is encrypted. The peer needs the same with the ends exchanged.
    type: list
    elements: dict
    default: []
    suboptions:
      local:
        description: The address that the host's own outer packets come from, IPv4 or IPv6.
        type: str
        required: true
      remote:
        description:
          - The peer's address, to which they go. There must be no NAT in between.
        type: str
        required: true
      local_id:
        description: What the host is called when it proves itself, a word without spaces.
        type: str
        required: true
      remote_id:
        description: What the peer is called.
        type: str
        required: true
      protocols:
        description:
          - The numbers of the outer packets' IP protocols. V(47) is GRE, V(4) is IPIP and V(41) is SIT.
          - Tunnels in UDP, such as by FOU and GUE, can't be encrypted so, because the kernel asks for the way of their packets with the
            protocol of what is inside.
        type: list
        elements: int
        required: true
      auth:
        description: How the ends prove themselves. V(psk) is by secrets that both know.
        type: str
        choices: [psk]
        default: psk
      secrets:
        description:
          - Secrets that both ends know, each of 16 characters or more.
          - The host proves itself by the first. The peer may do so by any of them, so that secrets can be changed at one end after the
            other.
        type: list
        elements: str
        required: true
      initiate:
        description:
          - Whether this end begins as soon as it has the connection, and is the first to renew keys. Say V(true) at one end and V(false) at
            the other, so that both do not do it at once.
          - It begins once more where nothing is established when the module runs, which is no change.
          - The other end begins too, when it has something to send. With strongSwan before 5.9.6, that is so at both ends.
        type: bool
        default: true
  purge:
    description:
      - Whether connections of the owner go that are not among these, with what they have established. With V(false) they stay.
    type: bool
    default: true
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    details:
      - Where strongSwan is not there yet, RV(missing) tells so.
    support: full
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
    details:
      - Of secrets, it shows that they change.
    support: full
  platform:
    description: Target OS/families that can be operated against.
    details:
      - It takes strongSwan 5.9.1 or newer. Debian's packages are C(charon-systemd), C(strongswan-swanctl) and
        C(libstrongswan-standard-plugins), without which there is no AES-GCM for IKE.
      - Where libreswan runs, or strongSwan by C(ipsec.conf), the module refuses.
    support: full
    platforms: linux
seealso:
  - module: warren.tunnels.protection
  - module: warren.tunnels.ip_tunnel
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: Take no GRE from a peer in clear, and send it none
  warren.tunnels.protection:
    name: lab
    peers:
      - {local: 192.0.2.1, remote: 192.0.2.2, protocol: 47}

- name: Encrypt it
  warren.tunnels.ipsec:
    name: lab
    connections:
      - local: 192.0.2.1
        remote: 192.0.2.2
        local_id: host1
        remote_id: host2
        protocols: [47]
        secrets: ["{{ vault_secret_of_host1_and_host2 }}"]

- name: Encrypt nothing any more
  warren.tunnels.ipsec:
    name: lab
    state: absent
"""

RETURN = r"""
file:
  description: The path of the owner's file.
  type: str
  returned: success
  sample: /etc/swanctl/conf.d/warren-lab.conf
missing:
  description: What the module would say, but for check mode, where strongSwan is not there; empty where it is.
  type: str
  returned: success
  sample: ""
connections:
  description: The names of the connections, as C(swanctl --list-conns) tells them.
  type: list
  elements: str
  returned: success
  sample: [warren-lab_192-0-2-1_192-0-2-2]
changes:
  description: What became of connections, or would in check mode.
  type: list
  elements: dict
  returned: success
  contains:
    connection:
      description: Its name.
      type: str
      sample: warren-lab_192-0-2-1_192-0-2-2
    change:
      description:
        - C(created), C(changed), C(secret changed) or C(removed); C(loaded) where the file was as wanted and strongSwan did not have it.
      type: str
      sample: created
associations:
  description: What is established, as it was found.
  type: list
  elements: dict
  returned: success
  contains:
    connection:
      description: The name of the connection.
      type: str
      sample: warren-lab_192-0-2-1_192-0-2-2
    local:
      description: The host's address.
      type: str
      sample: 192.0.2.1
    remote:
      description: The peer's address.
      type: str
      sample: 192.0.2.2
    protocol:
      description: The number of the IP protocol that is encrypted.
      type: int
      sample: 47
    mode:
      description: C(transport). C(tunnel) is what a peer may have insisted on.
      type: str
      sample: transport
    cipher:
      description: The algorithm, and the bits of its key.
      type: str
      sample: AES_GCM_16-256
    age:
      description: For how many seconds it has these keys.
      type: int
      sample: 812
    nat:
      description: Whether there is a NAT in between, so that ESP goes in UDP.
      type: bool
      sample: false
operations:
  description: What strongSwan was told, or would be in check mode, without secrets.
  type: list
  elements: str
  returned: success
  sample: [load the secret ike-warren-lab_192-0-2-1_192-0-2-2_key0, load the connection warren-lab_192-0-2-1_192-0-2-2]
written:
  description: The path of the file if it was written, or would be in check mode.
  type: list
  elements: str
  returned: success
  sample: [/etc/swanctl/conf.d/warren-lab.conf]
removed:
  description: Its path if it was removed, or would be in check mode.
  type: list
  elements: str
  returned: success
  sample: []
"""

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec
from ansible_collections.warren.tunnels.plugins.module_utils._main import _ipsec


def main() -> None:
    _ipsec.run(_argspec.ipsec())


if __name__ == "__main__":
    main()
