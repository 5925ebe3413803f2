# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_boot
short_description: What comes back on a host at its next boot, where tunnels had to stay as they are
version_added: 0.1.0
author:
  - warren.tunnels contributors (@warren-tunnels)
description:
  - Takes what is declared for a host, and returns it with the links that had to stay as they are, and what goes with them, as
    the host has them. So a tunnel whose other end could not be changed along comes back as it is at that end, too.
  - The role P(warren.tunnels.tunnels#role) writes files of this.
positional: _input
options:
  _input:
    description: What is declared, as M(warren.tunnels.network_state) takes it.
    type: dict
    required: true
  there:
    description: What the host has of it, as M(warren.tunnels.network_state) returns it as C(before).
    type: dict
    required: true
  keep:
    description: The links that had to stay, as M(warren.tunnels.network_state) takes them as O(warren.tunnels.network_state#module:keep).
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Have all back after a reboot, and tun100 as it is
  ansible.builtin.include_role:
    name: warren.tunnels.boot
  vars:
    boot_document: "{{ declared | warren.tunnels.fleet_boot(there=outlook.before, keep=[{'name': 'tun100'}]) }}"
"""

RETURN = r"""
_value:
  description: The document, as M(warren.tunnels.network_state) takes it.
  type: dict
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.warren.tunnels.plugins.module_utils.face import documents
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet_boot


def fleet_boot(
    declared: t.Mapping[str, t.Any], there: t.Mapping[str, t.Any], keep: t.Sequence[t.Mapping[str, t.Any]]
) -> dict[str, t.Any]:
    try:
        return _fleet_boot.document(declared, there, keep)
    except documents.Unfit as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """Filters of this collection."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"fleet_boot": fleet_boot}
