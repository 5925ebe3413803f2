# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: pair_secrets
short_description: Connections of IPsec with the secrets of their two hosts
version_added: 0.1.0
author:
  - warren.tunnels contributors (@warren-tunnels)
description:
  - Makes the secret of each pair of hosts from one secret of the fleet, by HMAC-SHA256 of the purpose, the two hosts' names in their order,
    and a generation. So both ends have the same, whichever hosts a play runs on, and nothing is kept.
  - A host that knows the secrets of its own pairs can't work out others.
  - The result is secret. Give it to M(warren.tunnels.ipsec), which does not show it, and to no C(set_fact) or C(debug).
positional: _input
options:
  _input:
    description: The connections, as P(warren.tunnels.fleet_plan#filter) returns them as C(ipsec).
    type: list
    elements: dict
    required: true
  secret:
    description: The fleet's secret, of 32 characters or more.
    type: str
    required: true
  generation:
    description:
      - A number, or a list of them. By the first, hosts prove themselves. Peers may do so by each.
    type: raw
    default: 1
"""

EXAMPLES = r"""
- name: Encrypt the tunnels of this host
  warren.tunnels.ipsec:
    name: tunnels
    connections: "{{ share.ipsec | warren.tunnels.pair_secrets(secret=tunnels_protect_secret) }}"
  vars:
    share: "{{ tunnels_links | warren.tunnels.fleet_plan(host=inventory_hostname, hosts=hostvars) }}"
"""

RETURN = r"""
_value:
  description: The connections, each with C(secrets), as O(warren.tunnels.ipsec#module:connections).
  type: list
  elements: dict
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet_secrets


def pair_secrets(connections: list[dict[str, t.Any]], secret: t.Any, generation: t.Any = 1) -> list[dict[str, t.Any]]:
    try:
        return _fleet_secrets.with_secrets(connections, secret, generation)
    except ValueError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """Filters of this collection."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"pair_secrets": pair_secrets}
