# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_diagnosis
short_description: What would hinder tunnels on the hosts of a fleet
version_added: 0.1.0
author:
  - warren.tunnels contributors (@warren-tunnels)
description:
  - Takes the variables of all hosts, in which a task of the role P(warren.tunnels.tunnels#role) registered what
    M(warren.tunnels.host_diagnosis) found, and puts it together.
  - The playbook C(warren.tunnels.doctor) uses it.
positional: _input
options:
  _input:
    description: The variables of all hosts of the inventory; say V(hostvars).
    type: dict
    required: true
  hosts:
    description: The hosts of the run; say V(ansible_play_hosts_all).
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Show what was found
  ansible.builtin.debug:
    msg: "{{ (hostvars | warren.tunnels.fleet_diagnosis(hosts=ansible_play_hosts_all)).table }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: What was found.
  type: dict
  contains:
    version:
      description: The version of this form.
      type: int
      sample: 1
    outcome:
      description:
        - V(findings) where something stops or harms tunnels, V(incomplete) where that can't be told of a host, V(note) where there is
          no more than notes, or else V(clear).
      type: str
      sample: findings
    hosts:
      description:
        - Each host with its C(state), which is V(unreachable), V(failed), the level of its weightiest finding, V(clear), or
          V(partly) where nothing was found and not all could be looked at. C(msg) says why nothing is known. C(findings) and
          C(unseen) are as M(warren.tunnels.host_diagnosis) returns them.
      type: list
      elements: dict
    table:
      description: All of it, as lines of text, the weightiest first.
      type: list
      elements: str
      sample:
        - "host2: unreachable: Connection timed out."
        - >-
          host1: harms: Outer packets to 192.168.0.58 of host2 have up to 1424 bytes, and the way there takes 1400.
          Set tunnels_underlay_mtu of both hosts to 1400, or lower the mtu of the tunnels between them by 24. [mtu]
        - "2 hosts, 0 clear, 1 not known in full. Findings that stop tunnels: 0, that harm them: 1, notes: 0."
"""

import typing as t

from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet_diagnosis

_REGISTERED = "__tunnels_diagnosed"


def fleet_diagnosis(variables: t.Mapping[str, t.Mapping[str, t.Any]], hosts: t.Sequence[str]) -> dict[str, t.Any]:
    return _fleet_diagnosis.diagnosis({host: variables[host].get(_REGISTERED) or {} for host in hosts})


class FilterModule:
    """Filters of this collection."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"fleet_diagnosis": fleet_diagnosis}
