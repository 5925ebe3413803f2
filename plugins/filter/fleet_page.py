# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_page
short_description: What was found of the fleet's tunnels, for a page
version_added: 0.1.0
author:
  - warren.tunnels contributors (@warren-tunnels)
description:
  - Takes what P(warren.tunnels.fleet_findings#filter) returns and makes it short, for the page that the playbook
    C(warren.tunnels.report) writes. The playbook writes the whole of it as JSON, too.
positional: _input
options:
  _input:
    description: The findings.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show what a page has of it
  ansible.builtin.debug:
    msg: "{{ hostvars | warren.tunnels.fleet_findings(hosts=ansible_play_hosts_all) | warren.tunnels.fleet_page }}"
  vars:
    observed: {host1: {}, host2: {}}
"""

RETURN = r"""
_value:
  description: The same, with numbers in the place of names that come often.
  type: dict
  contains:
    hosts:
      description: Name of each host, and whether it was asked.
      type: list
      elements: list
      sample: [[host1, true], [host2, true]]
    states:
      description: The states, which C(tunnels) refers to by position.
      type: list
      elements: str
    modes:
      description: The modes, likewise.
      type: list
      elements: str
    tunnels:
      description:
        - Of each tunnel both hosts, state, mode, faults, and the ends that were asked. An end has its host, device, loss in
          percent, mean round trip in milliseconds, path MTU and mtu in bytes, the outer protocol, and what is not as declared.
      type: list
      elements: list
    stray:
      description: What answers where it must not, by host.
      type: list
      elements: list
"""

import typing as t

from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet_page


def fleet_page(findings: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return _fleet_page.page(findings)


class FilterModule:
    """Filters of this collection."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"fleet_page": fleet_page}
