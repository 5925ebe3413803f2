# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
requirements:
  - Python 3.6 or newer on the managed host.
  - pyroute2 0.7.2 or newer there (Debian and Ubuntu package it as C(python3-pyroute2)); for Python 3.6 to 3.8 a
    version older than 0.9.
  - root, or the capability C(CAP_NET_ADMIN), and C(CAP_SYS_ADMIN) for namespaces.
"""
