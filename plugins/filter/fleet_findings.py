# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_findings
short_description: What was seen of the fleet's tunnels at both ends, put together
version_added: 0.1.0
author:
  - warren.tunnels contributors (@warren-tunnels)
description:
  - Takes the variables of all hosts, in which the tasks of the role P(warren.tunnels.tunnels#role) registered what they saw of
    their tunnels. Returns the state of each tunnel and what is wrong with it, and says which end is at fault where both
    together show it.
  - The playbooks C(warren.tunnels.verify) and C(warren.tunnels.report) use it.
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
- name: Show what is wrong
  ansible.builtin.debug:
    msg: "{{ (hostvars | warren.tunnels.fleet_findings(hosts=ansible_play_hosts_all)).table }}"
"""

RETURN = r"""
_value:
  description: What was found.
  type: dict
  contains:
    hosts:
      description: Each host with the number of its tunnels and of those in each state.
      type: list
      elements: dict
    tunnels:
      description:
        - Each tunnel with C(hosts), C(mode), C(ends) as each of them saw it, C(faults), and C(state), which is V(up),
          V(wrong) for one that carries something but not as it should, V(down), or V(unknown) for one that was not asked.
      type: list
      elements: dict
    stray:
      description: What answers where it must not, and hosts whose tunnels are not protected as they should be.
      type: list
      elements: dict
    alarms:
      description: What was dropped in clear of protected tunnels, which is no fault as long as it does not grow.
      type: list
      elements: dict
    missed:
      description: Of each host whose probes do not all hold, what those say that do not.
      type: dict
      sample: {host1: ["tun100: 10.1.1.2 on host2 does not answer"]}
    notes:
      description: What others have added to the tunnels, such as addresses, which is no fault; and the alarms.
      type: list
      elements: str
    again:
      description:
        - Of hosts with silent tunnels that are as declared, the probes that show where their packets are lost, when both ends
          make them.
      type: dict
    table:
      description: What is wrong, as lines of text; empty if nothing is.
      type: list
      elements: str
    looked:
      description: How many tunnels were looked at from both ends, from one end only, or not at all, because of hosts that did
        not take part, and how many could not be asked because they have no addresses.
      type: str
      sample: 4 tunnels looked at from both ends, 2 from one end only
"""

import typing as t

from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet_findings, _fleet_sightings


def fleet_findings(variables: t.Mapping[str, t.Mapping[str, t.Any]], hosts: t.Sequence[str]) -> dict[str, t.Any]:
    return _fleet_findings.findings(
        {host: _fleet_sightings.of_host(_fleet_sightings.raw(variables, host), host) for host in hosts}
    )


class FilterModule:
    """Filters of this collection."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"fleet_findings": fleet_findings}
