# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: devices without options of their own (drivers/net/dummy.c, drivers/net/ifb.c)."""

from . import _common
from ._kind import Kind

_USUAL = {**_common.ETHERNET, **_common.MTU, "arp": False, "multicast": False}
"""``dummy_setup``, ``ifb_setup``."""

KINDS = (
    Kind(name="dummy", family="dummy", options=(), section="NetDev", usual=_USUAL),
    Kind(name="ifb", family="ifb", options=(), usual={**_USUAL, "txqueuelen": 32}),
)
