# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: with_defaults
short_description: The entries of a list, each with default values
version_added: 0.1.0
author:
  - warren.tunnels contributors (@warren-tunnels)
description:
  - Takes a list of dictionaries, such as the links of a host's state, and returns it with default values in each of them.
  - The values that an entry has itself stay.
  - The role P(warren.tunnels.tunnels#role) makes its document so, in one step for hundreds of links and routes.
positional: _input, values
options:
  _input:
    description: The entries.
    type: list
    elements: dict
    required: true
  values:
    description: The default values.
    type: dict
    required: true
  unless:
    description: A key. An entry that has it stays as it is.
    type: str
"""

EXAMPLES = r"""
- name: Have links that are as declared, and up unless something else is said
  warren.tunnels.network_state:
    links: "{{ links | warren.tunnels.with_defaults({'state': 'replaced', 'up': true}, unless='state') }}"
  vars:
    links:
      - {name: tap0, kind: tap}
      - {name: tap1, state: absent}
"""

RETURN = r"""
_value:
  description: The entries, in their order.
  type: list
  elements: dict
  sample: [{state: replaced, up: true, name: tap0, kind: tap}, {name: tap1, state: absent}]
"""

import collections.abc
import typing as t

from ansible.errors import AnsibleFilterError


def with_defaults(entries: t.Any, values: t.Mapping[str, t.Any], unless: str | None = None) -> list[t.Any]:
    if not isinstance(entries, collections.abc.Sequence) or isinstance(entries, str):
        raise AnsibleFilterError(f"{entries!r} is not a list of dictionaries")
    return [_filled(entry, values, unless) for entry in entries]


def _filled(entry: t.Any, values: t.Mapping[str, t.Any], unless: str | None) -> t.Any:
    if not isinstance(entry, collections.abc.Mapping):
        raise AnsibleFilterError(f"{entry!r} is not a dictionary")
    return entry if unless is not None and unless in entry else {**values, **entry}


class FilterModule:
    """Filters of this collection."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"with_defaults": with_defaults}
