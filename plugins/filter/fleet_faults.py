# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_faults
short_description: What is wrong with the tunnels that are declared for the whole fleet
version_added: 0.1.0
author:
  - warren.tunnels contributors (@warren-tunnels)
description:
  - Checks the declaration as P(warren.tunnels.fleet_plan#filter) does, and returns all that is wrong instead of failing.
  - The playbook C(warren.tunnels.validate) uses it.
positional: _input
options:
  _input:
    description: The tunnels, as in P(warren.tunnels.fleet_plan#filter).
    type: list
    elements: dict
    required: true
  hosts:
    description: The variables of all hosts of the inventory; say V(hostvars).
    type: dict
    required: true
  meshes:
    description: The meshes.
    type: list
    elements: dict
    default: []
  groups:
    description: The groups of the inventory with their hosts; say V(groups).
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Nothing is wrong with the declaration
  ansible.builtin.assert:
    that: tunnels_links | warren.tunnels.fleet_faults(hosts=hostvars) == []
"""

RETURN = r"""
_value:
  description: A sentence for each fault, with its link or mesh, the host, the variable and the remedy.
  type: list
  elements: str
  sample:
    - "tunnels_links[0] (tun100), ttl: '300' is not a number from 1 to 255 or inherit."
"""

import typing as t

from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet


def fleet_faults(
    links: t.Any,
    hosts: t.Mapping[str, t.Mapping[str, t.Any]],
    meshes: t.Any = (),
    groups: t.Mapping[str, t.Sequence[str]] | None = None,
) -> list[str]:
    try:
        _fleet.Fleet(links, meshes, hosts, groups or {})
    except _fleet.FleetError as error:
        return error.faults
    return []


class FilterModule:
    """Filters of this collection."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"fleet_faults": fleet_faults}
