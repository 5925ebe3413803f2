# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: to_ip_batch
short_description: A host's state as files for ip -batch and bridge -batch
version_added: 0.1.0
author:
  - warren.tunnels contributors (@warren-tunnels)
description:
  - Takes a host's state as one document and returns what makes it on a host that has just booted, in the words of ip(8)
    and bridge(8).
  - The role P(warren.tunnels.boot#role) writes these files and has them run at every boot.
  - "Each file is for one namespace, because a batch can't change over to another. This is their order:
    C(modules.conf) names kernel modules, C(namespaces.batch) makes namespaces, C(sysctl.conf), C(host.sysctl) and
    C(netns-NAME.sysctl) have settings of the host, of its devices that are made, and of a namespace for sysctl(8),
    C(host.batch) is for the host itself, and
    C(netns-NAME.batch) for C(ip -n NAME -batch). IPv6 rules are in C(host.batch6) and C(netns-NAME.batch6) for
    C(ip -6 -batch), forwarding entries in C(host.bridge) and C(netns-NAME.bridge) for C(bridge -batch), which very old releases
    of iproute2 lack. What would be empty is left out. Settings of devices take effect when the devices are there, so have
    sysctl(8) read its files once more at the end."
  - It fails where the document is wrong, or can't be said in such a file. A line has no way to quote C(#) and line breaks.
positional: _input
options:
  _input:
    description:
      - The state. A dictionary with lists C(namespaces), C(links), C(nexthops), C(routes), C(fou_ports), C(rules),
        C(neighbours) and C(fdb), each with entries as in M(warren.tunnels.netns), M(warren.tunnels.nexthop),
        M(warren.tunnels.route), M(warren.tunnels.fou), M(warren.tunnels.rule), M(warren.tunnels.neighbour) and
        M(warren.tunnels.fdb), and for links as in the module for the C(kind). Each rule needs its C(priority). C(sysctls) is
        a dictionary, as in
        M(warren.tunnels.network_state).
      - A link without C(kind) is taken to be there when the file is run.
      - One with C(link_netns) can have no C(dev) or C(link), for which ip(8) looks in the namespace of the link itself.
    type: dict
    required: true
  users:
    description:
      - The numbers of users by their names, for C(owner). Names are not resolved at boot, because a directory service
        needs a network first.
    type: dict
    default: {}
  groups:
    description: The numbers of groups by their names, for C(group).
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Show what would be run at boot
  ansible.builtin.debug:
    msg: "{{ state | warren.tunnels.to_ip_batch(users={'alice': 1000}) }}"
  vars:
    state:
      namespaces:
        - name: red
      links:
        - name: tap0
          kind: tap
          owner: alice
          up: true
          addresses: 192.168.7.1/24
        - name: to-red
          kind: veth
          up: true
          addresses: 10.0.0.1/30
          peer:
            name: eth0
            netns: red
            up: true
            addresses: 10.0.0.2/30
      routes:
        - dst: 10.9.0.0/24
          via: 10.0.0.2
"""

RETURN = r"""
_value:
  description: The contents of the files by their names.
  type: dict
  sample:
    modules.conf: |
      # Kernel modules that bring what the other files make. Written by Ansible, which overwrites changes.

      tun
      veth
    namespaces.batch: |
      # Namespaces, made before all else. Written by Ansible, which overwrites changes.

      netns add red
    host.batch: |
      # What is to be on the host itself. Written by Ansible, which overwrites changes.

      link add dev to-red up type veth peer name eth0 netns red
      tuntap add dev tap0 mode tap user 1000
      link set dev tap0 up
      address replace 192.168.7.1/24 dev tap0
      address replace 10.0.0.1/30 dev to-red
      route replace 10.9.0.0/24 via 10.0.0.2 proto static
    netns-red.batch: |
      # What is to be in namespace red. Written by Ansible, which overwrites changes.

      link set dev eth0 up
      link set dev lo up
      address replace 10.0.0.2/30 dev eth0
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.warren.tunnels.plugins.module_utils.face import documents


def to_ip_batch(
    state: t.Any, users: documents.Accounts | None = None, groups: documents.Accounts | None = None
) -> dict[str, str]:
    try:
        return documents.ip_batch(documents.with_numbers(documents.fit(state), users or {}, groups or {}))
    except documents.Unfit as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """Filters of this collection."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"to_ip_batch": to_ip_batch}
