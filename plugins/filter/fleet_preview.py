# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_preview
short_description: What would be done to the hosts and tunnels of a fleet
version_added: 0.1.0
author:
  - warren.tunnels contributors (@warren-tunnels)
description:
  - Takes the variables of all hosts, in which the tasks of the role P(warren.tunnels.tunnels#role) registered what they would
    do in check mode, and puts it together.
  - The playbooks C(warren.tunnels.plan) and C(warren.tunnels.site) use it.
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
    description: Those of them that could be reached; say V(ansible_play_hosts).
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Show what would be done
  ansible.builtin.debug:
    msg: "{{ preview.table }}"
  vars:
    preview: "{{ hostvars | warren.tunnels.fleet_preview(hosts=ansible_play_hosts_all, reached=ansible_play_hosts) }}"
"""

RETURN = r"""
_value:
  description: What would be done.
  type: dict
  contains:
    version:
      description: The version of this form.
      type: int
      sample: 1
    outcome:
      description:
        - V(nothing), V(changes), or V(incomplete) where a host can't be reached or something is in the way there.
      type: str
      sample: changes
    hosts:
      description:
        - Each host with its C(state), V(nothing), V(changes), V(unreachable) or V(refused), with C(msg), which says what is in
          the way, and with C(changes). Each of these has C(what) it is about, such as V(link) or V(file), its C(name), C(change),
          which is V(created), V(changed), V(replaced), V(removed), or V(unknown) where it can't be looked at yet, and either
          C(details) or what M(warren.tunnels.network_state) says of it.
      type: list
      elements: dict
    tunnels:
      description: Tunnels that are down meanwhile, each with a C(device), its C(hosts), and how long it is C(down).
      type: list
      elements: dict
    table:
      description: All of it, as lines of text.
      type: list
      elements: str
"""

import typing as t

from ansible_collections.warren.tunnels.plugins.plugin_utils import (
    _fleet_course,
    _fleet_preview,
    _fleet_preview_steps,
    _fleet_sightings,
)


def fleet_preview(
    variables: t.Mapping[str, t.Mapping[str, t.Any]], hosts: t.Sequence[str], reached: t.Sequence[str]
) -> dict[str, t.Any]:
    return _fleet_preview.preview(
        {host: _noted(_fleet_sightings.raw(variables, host), host, host in reached) for host in hosts}
    )


def _noted(variables: t.Mapping[str, t.Any], host: str, reached: bool) -> dict[str, t.Any]:
    outlook = variables.get("__tunnels_outlook") or {}
    return {
        "share": _fleet_sightings.share(variables, host),
        "reached": reached,
        "unsettled": _fleet_course.CHECKPOINT in (outlook.get("checkpoints") or ()),
        "obstacle": variables.get("__tunnels_obstacle") or {},
        "results": {name: variables.get(name, {}) for name in _fleet_preview_steps.STEPS},
    }


class FilterModule:
    """Filters of this collection."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"fleet_preview": fleet_preview}
