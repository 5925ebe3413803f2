# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_differences
short_description: How what would be done differs from a plan
version_added: 0.1.0
author:
  - warren.tunnels contributors (@warren-tunnels)
description:
  - Takes what would be done to a fleet now, and returns how it differs from a plan that the playbook C(warren.tunnels.plan) wrote.
  - The playbook C(warren.tunnels.site) uses it.
positional: _input
options:
  _input:
    description: What P(warren.tunnels.fleet_preview#filter) returns.
    type: dict
    required: true
  plan:
    description: The plan, as the text of its file.
    type: str
    required: true
  network:
    description:
      - Whether only what becomes of links, and what goes with them, is compared, on hosts that are reached now. So it is right
        before a change of these, when all else has been done.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Show what has changed since the plan was made
  ansible.builtin.debug:
    msg: "{{ now | warren.tunnels.fleet_differences(plan=lookup('ansible.builtin.file', '/tmp/tunnels-plan.json')) }}"
  vars:
    now: "{{ hostvars | warren.tunnels.fleet_preview(hosts=ansible_play_hosts_all, reached=ansible_play_hosts) }}"
"""

RETURN = r"""
_value:
  description: A sentence for each difference; an empty list where there is none.
  type: list
  elements: str
  sample: ["host1: link tun100: changed (ttl inherit to 64) now, and nothing to do in the plan"]
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet_preview


def fleet_differences(now: t.Mapping[str, t.Any], plan: str, network: bool = False) -> list[str]:
    compare = _fleet_preview.network_differences if network else _fleet_preview.differences
    try:
        return compare(_fleet_preview.kept(plan), now)
    except _fleet_preview.Unreadable as error:
        raise AnsibleFilterError(f"tunnels_plan: {error}") from None


class FilterModule:
    """Filters of this collection."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"fleet_differences": fleet_differences}
