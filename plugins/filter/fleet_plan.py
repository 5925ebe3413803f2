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
  - The result depends on the inventory only, never on facts or on which hosts a play runs on.
  - Checks the whole declaration first, whichever host is asked for, and fails with one report of all that is wrong. Each
    fault is told with its link, its host, the variable and the remedy.
positional: _input
options:
  _input:
    description:
      - The tunnels. Each is a dictionary with C(name), C(mode) and C(ends), and where wanted C(ttl), C(tos), C(key),
        C(csum), C(seq), C(pmtudisc) and C(mtu), as in M(warren.tunnels.ip_tunnel). The modes are V(gre), V(gretap),
        V(ipip) and V(sit).
      - C(ends) has two hosts of the inventory as keys. The value of each is a dictionary.
      - C(address) is the end's address in the tunnel, or a list of them. Without a prefix length, it gets the other end's as
        its peer. With one, both ends must be in the same network.
      - C(addresses) are further addresses of this end, which have nothing to do with the other end's. Each is a string, or a
        dictionary with C(address) and C(peer).
      - C(local) is the host's address on the underlay, and thereby the other end's C(remote). Without it, it is the host's
        variable C(tunnels_underlay_address), or its C(ansible_host).
      - C(dev) and C(netns) are as in M(warren.tunnels.ip_tunnel).
    type: list
    elements: dict
    required: true
  host:
    description: The host whose share is wanted.
    type: str
    required: true
  hosts:
    description: The variables of all hosts of the inventory; say V(hostvars).
    type: dict
    required: true
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
"""

RETURN = r"""
_value:
  description: The host's share.
  type: dict
  contains:
    links:
      description: The tunnels that end at the host, each as options of M(warren.tunnels.ip_tunnel).
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
      description: The kernel modules that bring these modes.
      type: list
      elements: str
      sample: [ip_gre]
    accept:
      description: Which IP protocols come to the host from which addresses.
      type: list
      elements: dict
      sample: [{source: 192.168.0.58, protocol: 47}]
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet


def fleet_plan(links: t.Any, host: str, hosts: t.Mapping[str, t.Mapping[str, t.Any]]) -> _fleet.Share:
    try:
        return _fleet.share(links, hosts, host)
    except _fleet.FleetError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """Filters of this collection."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"fleet_plan": fleet_plan}
