# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: links with an Ethernet address of their own on another one (drivers/net/macvlan.c, macvtap.c)."""

import struct
import typing as t

from .. import _values
from . import _common, _underlay
from ._kind import Kind
from ._option import Option, always

_MODES = {"private": 1, "vepa": 2, "bridge": 4, "passthru": 8, "source": 16}
_FLAGS = ("null", "nopromisc", "nodst")
_SET = (1, 2)
"""The bits of ``MACVLAN_MACADDR_SET``."""
_KEPT = frozenset([9])
"""``IFLA_MACVLAN_BC_CUTOFF``."""
_P = "IFLA_MACVLAN_"


class Sources(_values.Value):
    """The Ethernet addresses that packets are taken from, next to one another."""

    _ENTRY = struct.Struct("=HH6s2x")
    """An attribute with one of them."""
    _NUMBER = 4
    """``IFLA_MACVLAN_MACADDR``."""

    def parse(self, raw: t.Any) -> str:
        text = str(raw)
        if text == _values.NONE:
            return text
        return " ".join(sorted({_values.Mac().parse(address) for address in text.split()})) or _values.NONE

    def encode(self, value: str) -> bytes:
        addresses = value.split() if value != _values.NONE else []
        size = self._ENTRY.size - 2
        packed = (bytes(int(octet, 16) for octet in address.split(":")) for address in addresses)
        return b"".join(self._ENTRY.pack(size, self._NUMBER, address) for address in packed)

    def decode(self, raw: bytes, flagged: bool = True) -> str:
        whole = raw[: len(raw) // self._ENTRY.size * self._ENTRY.size]
        found = (":".join("{0:02x}".format(octet) for octet in entry[2]) for entry in self._ENTRY.iter_unpack(whole))
        return " ".join(sorted(found)) or _values.NONE

    def is_flagged(self, value: t.Any) -> bool:
        return True

    def words(self, word: str, value: str) -> t.List[str]:
        return [word, *(["flush"] if value == _values.NONE else ["set", *value.split()])]


def _takes_another(old: t.Any, new: t.Any) -> bool:
    """The kernel refuses a change from and to passthru, and forgets the sources where they are of no use any more."""
    return "passthru" in (old, new) or old == "source"


def _complaint(values: t.Mapping[str, t.Any]) -> str:
    if "link" not in values:
        return "link: such a device needs the link that it sends and takes packets by; give its name"
    if values.get("macaddr", _values.NONE) != _values.NONE and values.get("mode") != "source":
        return "macaddr: only mode=source goes by the addresses that packets come from; say macaddr=none"
    return ""


OPTIONS = (
    Option("link", _values.LinkName(), "IFLA_LINK", of_message=True, recreate=always, cuts=always),
    Option(
        "mode",
        _values.Choice(*_MODES, numbers=tuple(_MODES.values())),
        _P + "MODE",
        recreate=_takes_another,
        default="vepa",
    ),
    Option("flag", _values.Choice(*_FLAGS), _P + "FLAGS", default="null"),
    Option(
        "macaddr",
        Sources(),
        _P + "MACADDR_DATA",
        flags=tuple((_P + "MACADDR_MODE", bit) for bit in _SET),
        default=_values.NONE,
        only_with=("mode", "source"),
    ),
    Option("bcqueuelen", _values.Number(0, 0xFFFFFFFF), _P + "BC_QUEUE_LEN", default=1000),
    _underlay.OPTION,
)

_USUAL: t.Dict[str, t.Mapping[str, t.Any]] = {
    "macvlan": _common.ETHERNET,
    "macvtap": {**_common.ETHERNET, "txqueuelen": 500},
}
"""Of the queue, macvtap has what a TAP device has (``TUN_READQ_SIZE``)."""

KINDS = tuple(
    Kind(
        name=name,
        family=name,
        options=OPTIONS,
        usual=usual,
        kept=_KEPT,
        stands=True,
        section=name.upper(),
        complaint=_complaint,
    )
    for name, usual in _USUAL.items()
)
