# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: VLAN devices (net/8021q/vlan_netlink.c, vlan_dev.c)."""

import struct
import typing as t

from .. import _values
from . import _underlay
from ._kind import Kind
from ._option import Option, always

_P = "IFLA_VLAN_"
_MAX_ID = 4094
_ETH_P_8021Q, _ETH_P_8021AD = 0x8100, 0x88A8


class Flag(_values.Switch):
    """A bit of ``IFLA_VLAN_FLAGS``, and 32 above it the one that says that it is told."""

    _TOLD = 1 << 32
    high = 1 | _TOLD

    def encode(self, value: bool) -> int:
        return int(value) | self._TOLD

    def decode(self, raw: int, flagged: bool = True) -> bool:
        return bool(raw & 1)


class QosMap(_values.Value):
    """Which priority becomes which, as ``0:1 2:3``. To map one to 0 is not to map it, to the kernel too."""

    _MAPPING = struct.Struct("=HHII")
    """``IFLA_VLAN_QOS_MAPPING`` with its header."""
    _NUMBER = 1

    def __init__(self, highest_from: int, highest_to: int) -> None:
        self.highest_from, self.highest_to = highest_from, highest_to

    def parse(self, raw: t.Any) -> str:
        text = str(raw)
        if text == _values.NONE:
            return text
        found: t.Dict[int, int] = {}
        for pair in text.split():
            old, colon, new = pair.partition(":")
            if not colon:
                raise ValueError(
                    "{0!r} is no mapping such as 0:1; put it in quotes, since YAML reads some as numbers".format(pair)
                )
            number = _values.parse_number(old, 0, self.highest_from)
            if number in found:
                raise ValueError("{0} is mapped twice; leave one out".format(number))
            found[number] = _values.parse_number(new, 0, self.highest_to)
        return self._text({old: new for old, new in found.items() if new})

    def over(self, former: t.Any, value: str) -> str:
        gone = dict.fromkeys(self._pairs(former or _values.NONE), 0)
        return self._text({**gone, **self._pairs(value)})

    def encode(self, value: str) -> t.Optional[bytes]:
        size = self._MAPPING.size
        return b"".join(self._MAPPING.pack(size, self._NUMBER, *pair) for pair in self._pairs(value).items()) or None

    def decode(self, raw: bytes, flagged: bool = True) -> str:
        whole = raw[: len(raw) // self._MAPPING.size * self._MAPPING.size]
        return self._text({old: new for _size, _number, old, new in self._MAPPING.iter_unpack(whole) if new})

    def words(self, word: str, value: str) -> t.List[str]:
        return [word, *value.split()] if value != _values.NONE else []

    @staticmethod
    def _pairs(value: str) -> t.Dict[int, int]:
        pairs = (pair.split(":") for pair in value.split() if value != _values.NONE)
        return {int(old): int(new) for old, new in pairs}

    @staticmethod
    def _text(pairs: t.Mapping[int, int]) -> str:
        return " ".join("{0}:{1}".format(old, pairs[old]) for old in sorted(pairs)) or _values.NONE


def _complaint(values: t.Mapping[str, t.Any]) -> str:
    if "link" not in values:
        return "link: a vlan needs the link whose packets it takes; give its name"
    return "" if "id" in values else "id: a vlan needs one, from 0 to {0}".format(_MAX_ID)


def _flag(name: str, bit: int, default: bool = False) -> Option:
    # The kernel reports none where none is on (vlan_fill_info).
    return Option(name, Flag(), _P + "FLAGS", mask=Flag.high * bit, default=default, unreported=False)


OPTIONS = (
    Option("link", _values.LinkName(), "IFLA_LINK", of_message=True, recreate=always, cuts=always),
    Option("id", _values.Number(0, _MAX_ID), _P + "ID", recreate=always, cuts=always),
    Option(
        "protocol",
        _values.Choice("802.1Q", "802.1ad", numbers=(_ETH_P_8021Q, _ETH_P_8021AD)),
        _P + "PROTOCOL",
        recreate=always,
        cuts=always,
        default="802.1Q",
    ),
    _flag("reorder_hdr", 0x1, default=True),
    _flag("gvrp", 0x2),
    _flag("mvrp", 0x8),
    _flag("loose_binding", 0x4),
    _flag("bridge_binding", 0x10),
    Option("ingress_qos_map", QosMap(7, 0xFFFFFFFF), _P + "INGRESS_QOS", word="ingress-qos-map", default=_values.NONE),
    Option("egress_qos_map", QosMap(0xFFFFFFFF, 7), _P + "EGRESS_QOS", word="egress-qos-map", default=_values.NONE),
    _underlay.OPTION,
)

KINDS = (
    Kind(
        name="vlan",
        family="vlan",
        options=OPTIONS,
        driver="8021q",
        identity=("id", "protocol", "link"),
        # Whether it has ARP and multicast is as the link below has it (vlan_dev_init).
        usual={"txqueuelen": 1000},
        stands=True,
        # It comes up only while the link below is up.
        later=("alias", "up"),
        section="VLAN",
        complaint=_complaint,
    ),
)
