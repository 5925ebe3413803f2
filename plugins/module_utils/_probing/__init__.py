# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: probes of links, as far as they are pure: options, packets, the course of each, the verdict.
``_kernel/_probe.py`` sends and receives.
"""
