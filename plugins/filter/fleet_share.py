# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_share
short_description: One host's share of the tunnels of a declaration that was read before
version_added: 0.1.0
author:
  - warren.tunnels contributors (@warren-tunnels)
description:
  - Returns the same as P(warren.tunnels.fleet_plan#filter), from what P(warren.tunnels.fleet_declaration#lookup) has read.
  - Each process reads a declaration once, and Ansible copies what is read to the processes that it does tasks with. So it is
    faster to work out a share again for each task than to keep it in a variable.
positional: _input, host
options:
  _input:
    description: What the lookup returned.
    type: dict
    required: true
  host:
    description: The host whose share is wanted.
    type: str
    required: true
  texts:
    description:
      - Parts of the share that are lists, each with default values for their entries. An entry is JSON then, which modules
        take in the place of a dictionary.
      - Ansible looks at each value of a dictionary that it hands to a module, and of a text at none. Of hundreds of routes,
        that is most of what a task takes.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Read what is declared
  ansible.builtin.set_fact:
    declaration: "{{ lookup('warren.tunnels.fleet_declaration') }}"
  run_once: true

- name: Show the devices of this host
  ansible.builtin.debug:
    msg: "{{ (declaration | warren.tunnels.fleet_share(inventory_hostname)).links }}"
"""

RETURN = r"""
_value:
  description: The host's share, as RV(warren.tunnels.fleet_plan#filter:_value).
  type: dict
"""

import json
import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet, _fleet_shares


def fleet_share(
    declaration: t.Mapping[str, t.Any], host: str, texts: t.Mapping[str, t.Mapping[str, t.Any]] | None = None
) -> dict[str, t.Any]:
    try:
        share = _fleet_shares.of(declaration, host)
    except _fleet.FleetError as error:
        raise AnsibleFilterError(str(error)) from None
    parts = {part: dict(values) for part, values in (texts or {}).items()}
    return {**share, **{part: _texts(share[part], values) for part, values in parts.items()}}


def _texts(entries: t.Iterable[dict[str, t.Any]], values: dict[str, t.Any]) -> list[str]:
    return [json.dumps({**values, **entry}) for entry in entries]


class FilterModule:
    """Filters of this collection."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"fleet_share": fleet_share}
