# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_hosts
short_description: What the fleet's plan needs to know of the hosts
version_added: 0.1.0
author:
  - warren.tunnels contributors (@warren-tunnels)
description:
  - Takes the variables of all hosts and returns the few of each that P(warren.tunnels.fleet_plan#filter) reads, so that
    Ansible evaluates them once and not for each host.
positional: _input
options:
  _input:
    description: The variables of all hosts of the inventory; say V(hostvars).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Read the hosts once
  ansible.builtin.set_fact:
    fleet: "{{ hostvars | warren.tunnels.fleet_hosts }}"
  run_once: true

- name: Show what falls to each host
  ansible.builtin.debug:
    msg: "{{ tunnels_links | warren.tunnels.fleet_plan(host=inventory_hostname, hosts=fleet) }}"
"""

RETURN = r"""
_value:
  description:
    - Of each host C(ansible_host), C(tunnels_underlay_address), C(tunnels_underlay_address6), C(tunnels_underlay_mtu),
      C(tunnels_number), C(tunnels_short_name) and C(tunnels_networks), as far as it has them.
  type: dict
  sample: {host1: {ansible_host: 192.168.0.8}, host2: {ansible_host: 192.168.0.58, tunnels_number: 7}}
"""

import typing as t

from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet_parsing


def fleet_hosts(hosts: t.Mapping[str, t.Mapping[str, t.Any]]) -> dict[str, dict[str, t.Any]]:
    return _fleet_parsing.read_hosts(hosts)


class FilterModule:
    """Filters of this collection."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"fleet_hosts": fleet_hosts}
