# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: to_devices
short_description: The devices that a host's state makes
version_added: 0.1.0
author:
  - warren.tunnels contributors (@warren-tunnels)
description:
  - Takes a host's state as one document and returns the names of the links that it makes on the host itself, both ends of
    a veth pair too. Links in other namespaces and links that others make are left out.
  - These are the names for O(warren.tunnels.boot_files#module:devices), so that no network manager takes the devices.
positional: _input
options:
  _input:
    description: The state, as in P(warren.tunnels.to_ip_batch#filter).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Keep network managers off the devices of a state
  warren.tunnels.boot_files:
    name: lab
    devices: "{{ state | warren.tunnels.to_devices }}"
  vars:
    state:
      links:
        - {name: tap0, kind: tap}
        - {name: to-red, kind: veth, peer: {name: eth0, netns: red}}
        - {name: eth0, addresses: 192.0.2.1/24}
"""

RETURN = r"""
_value:
  description: The names, in alphabetical order.
  type: list
  elements: str
  sample: [tap0, to-red]
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.warren.tunnels.plugins.module_utils.face import documents


def to_devices(state: t.Any) -> list[str]:
    try:
        return documents.devices(documents.fit(state))
    except documents.Unfit as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """Filters of this collection."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"to_devices": to_devices}
