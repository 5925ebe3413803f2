# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_summary
short_description: What a run of the main job came to on each host
version_added: 0.1.0
author:
  - warren.tunnels contributors (@warren-tunnels)
description:
  - Takes the variables of all hosts, in which the tasks of the role P(warren.tunnels.tunnels#role) registered what they did and
    saw, and returns a table for a person.
  - Of more than 20 hosts, it lists those that changed or have a fault, and counts the others.
  - The playbook C(warren.tunnels.site) ends with it.
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
  reached:
    description: Those of them that are in the run still; say V(ansible_play_hosts).
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Say what it came to
  ansible.builtin.debug:
    msg: "{{ hostvars | warren.tunnels.fleet_summary(hosts=ansible_play_hosts_all, reached=ansible_play_hosts) }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: The table, as lines of text.
  type: list
  elements: str
  sample:
    - host   tunnels up  changed  at fault
    - host1  2 of 2      yes
    - host2  2 of 2      no
    - 2 hosts, 4 of 4 ends of tunnels up, 1 changed, 0 at fault.
"""

import typing as t

from ansible_collections.warren.tunnels.plugins.plugin_utils import (
    _fleet_preview_steps,
    _fleet_sightings,
    _fleet_summary,
)


def fleet_summary(
    variables: t.Mapping[str, t.Mapping[str, t.Any]], hosts: t.Sequence[str], reached: t.Sequence[str]
) -> list[str]:
    here = set(reached)
    return _fleet_summary.table(
        {host: _seen(_fleet_sightings.raw(variables, host), host, host in here) for host in hosts}
    )


def _seen(variables: t.Mapping[str, t.Any], host: str, stayed: bool) -> dict[str, t.Any]:
    seen = {
        "stayed": stayed,
        "changed": any((variables.get(name) or {}).get("changed") for name in _fleet_preview_steps.STEPS),
        "observed": _fleet_sightings.of_host(variables, host),
    }
    return _fleet_sightings.Seen(seen, variables, host)


class FilterModule:
    """Filters of this collection."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"fleet_summary": fleet_summary}
