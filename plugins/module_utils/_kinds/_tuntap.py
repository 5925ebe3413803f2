# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: TUN and TAP devices (drivers/net/tun.c)."""

import typing as t

from .. import _values
from . import _common
from ._kind import Kind
from ._option import Option, always


def _cleared(old: t.Any, new: t.Any) -> bool:
    """TUNSETOWNER and TUNSETGROUP take any id but -1: once set, the kernel has no way to unset."""
    return bool(new == _values.NONE)


OPTIONS = (
    Option("owner", _values.Account("user"), "IFLA_TUN_OWNER", recreate=_cleared, word="user", default=_values.NONE),
    Option("group", _values.Account("group"), "IFLA_TUN_GROUP", recreate=_cleared, default=_values.NONE),
    Option("packet_info", _values.PlainSwitch(), "IFLA_TUN_PI", word="pi", default=False),
    Option("vnet_hdr", _values.PlainSwitch(), "IFLA_TUN_VNET_HDR", default=False),
    Option("multi_queue", _values.PlainSwitch(), "IFLA_TUN_MULTI_QUEUE", recreate=always, default=False),
)

PERSISTENT = Option("persist", _values.Switch(), "IFLA_TUN_PERSIST", internal=True)
"""Not the user's to choose: what this collection makes is persistent."""

_QUEUE = 500
"""The transmit queue of a new TUN device, in packets (``TUN_READQ_SIZE``)."""

_USUAL = {
    "tun": {**_common.POINT_TO_POINT, **_common.MTU, "multicast": True, "txqueuelen": _QUEUE},
    "tap": {**_common.ETHERNET, **_common.MTU},
}

KINDS = tuple(
    Kind(
        name=name,
        family="tuntap",
        section=name.capitalize(),
        options=(*OPTIONS, PERSISTENT),
        kernel_kind="tun",
        driver="tun",
        ethernet=name == "tap",
        usual=usual,
        created_by_ioctl=True,
    )
    for name, usual in _USUAL.items()
)
