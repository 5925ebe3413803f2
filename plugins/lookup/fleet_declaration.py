# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_declaration
short_description: All that is declared for a fleet and its hosts, and what is wrong with it
version_added: 0.1.0
author:
  - warren.tunnels contributors (@warren-tunnels)
description:
  - Reads the variables of the role P(warren.tunnels.tunnels#role) of all hosts, and checks the declaration of the fleet as
    P(warren.tunnels.fleet_plan#filter) does.
  - Checks also what each host of the play has for itself, with the parsers that the modules use.
  - A template that fails does not end the run. It is one of the faults, which names the variable and the host.
  - The playbook C(warren.tunnels.validate) shows the result. Every other one refuses to go on where there are faults.
options:
  _terms:
    description: Nothing. The lookup reads the variables of the task and C(hostvars).
    required: false
"""

EXAMPLES = r"""
- name: Nothing is wrong with the declaration
  ansible.builtin.assert:
    that: __declaration.faults == []
    fail_msg: "{{ __declaration.faults }}"
  run_once: true
  vars:
    __declaration: "{{ lookup('warren.tunnels.fleet_declaration') }}"
"""

RETURN = r"""
_raw:
  description: One dictionary.
  type: list
  elements: dict
  contains:
    faults:
      description:
        - A sentence for each fault, with its link or mesh, the variable, the host and the remedy. What several hosts have
          alike is one fault.
      type: list
      elements: str
      sample:
        - "tunnels_links[0] (tun100), ttl: '300' is not a number from 1 to 255 or inherit."
        - "tunnels_taps[0].mtu of host1 and host2: 99999 is too large; give 65535 or less."
    summary:
      description: What is declared, and variables that look like those of this collection and are not.
      type: list
      elements: str
      sample: ["2 links and 1 mesh, 47 tunnels in all, between 10 of 12 hosts"]
    hosts:
      description:
        - What P(warren.tunnels.fleet_plan#filter) reads of each host, as far as the host has it, C(ansible_host),
          C(tunnels_underlay_address), C(tunnels_underlay_address6), C(tunnels_underlay_mtu), C(tunnels_number),
          C(tunnels_short_name) and C(tunnels_networks). Give it as O(warren.tunnels.fleet_plan#filter:hosts), so that Ansible
          evaluates them once and not for each host.
      type: dict
      sample: {host1: {ansible_host: 192.168.0.8}, host2: {ansible_host: 192.168.0.58, tunnels_number: 7}}
    links:
      description: The value of C(tunnels_links).
      type: raw
      sample: []
    meshes:
      description: The value of C(tunnels_meshes).
      type: raw
      sample: []
    protect:
      description: The value of C(tunnels_protect).
      type: raw
      sample: none
    groups:
      description: The groups that the meshes name, with their hosts.
      type: dict
      sample: {}
    mark:
      description: What tells this declaration from others, for P(warren.tunnels.fleet_share#filter).
      type: str
      sample: 3e23e8160039594a33894f6564e1b134
"""

import typing as t

from ansible.plugins.lookup import LookupBase
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet_declaration, _fleet_hosts


class LookupModule(LookupBase):
    """The lookup."""

    def run(
        self, terms: list[t.Any], variables: dict[str, t.Any] | None = None, **kwargs: t.Any
    ) -> list[dict[str, t.Any]]:
        given = variables or {}
        groups = given["groups"]
        wanted = {name: given[name] for name in given if _fleet_declaration.is_wanted(name)}
        declaration = _fleet_declaration.look(
            given["inventory_hostname"],
            _fleet_hosts.Variables(wanted, lambda name: self._templar.template(given[name])),
            _fleet_hosts.of_inventory(given["hostvars"], groups["all"], _fleet_declaration.is_wanted),
            given["ansible_play_batch"],
            groups,
        )
        return [declaration._asdict()]
