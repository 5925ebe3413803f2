# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A lab of real Linux hosts (User-mode Linux) on one machine, for tests and for trying things out."""
