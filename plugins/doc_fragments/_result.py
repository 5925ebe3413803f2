# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
notes:
  - A change is all or nothing. If a step fails, those before it are undone, and the error says what failed.
  - Only what the task names is compared. An option that is not given leaves that property as it is; on a new link it
    is as the kernel makes it.
  - The returned list C(operations) shows each step as the C(ip) command that does the same. It is for people to read; the
    module talks to the kernel itself.
"""
