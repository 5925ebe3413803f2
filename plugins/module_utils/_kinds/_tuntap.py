# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: TUN and TAP devices (drivers/net/tun.c)."""

import re
import typing as t

from .. import _values
from . import _addrgenmode, _common
from ._kind import Kind
from ._option import Option, always


class Account(_values.Value):
    """A user or a group, by name or id; ``none`` where there is none. The canonical form of an id is a number."""

    def __init__(self, database: str) -> None:
        """:arg database: ``user`` or ``group``."""
        self.database = database

    def parse(self, raw: t.Any) -> t.Any:
        text = str(raw)
        if not re.match(r"[^-:\s][^:\s]*\Z", text):
            raise ValueError("{0!r} can't be a {1}; give a name, a number, or none".format(text, self.database))
        return _values.parse_number(text, 0, 0xFFFFFFFE) if _values.NUMBER.match(text) else text

    def decode(self, raw: t.Optional[int], flagged: bool = True) -> t.Any:
        return _values.NONE if raw is None or raw == 0xFFFFFFFF else raw


def _cleared(old: t.Any, new: t.Any) -> bool:
    """TUNSETOWNER and TUNSETGROUP take any id but -1: once set, the kernel has no way to unset."""
    return bool(new == _values.NONE)


OPTIONS = (
    Option("owner", Account("user"), "IFLA_TUN_OWNER", recreate=_cleared, word="user", default=_values.NONE),
    Option("group", Account("group"), "IFLA_TUN_GROUP", recreate=_cleared, default=_values.NONE),
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
        instead=() if name == "tap" else (_addrgenmode.ROW_WITHOUT_EUI64,),
        created_by_ioctl=True,
    )
    for name, usual in _USUAL.items()
)
