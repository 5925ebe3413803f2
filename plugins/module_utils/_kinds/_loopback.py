# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the loopback device (drivers/net/loopback.c)."""

from ._kind import Kind

KINDS = (Kind(name="loopback", family="netns", options=(), ethernet=False, implicit=True, lacks=("master",)),)
