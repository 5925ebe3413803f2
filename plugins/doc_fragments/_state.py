# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  state:
    description:
      - With V(present) it exists and has the properties that the task names.
      - With V(absent) it does not exist. What is not there is no change.
    type: str
    choices:
      - present
      - absent
    default: present
"""
