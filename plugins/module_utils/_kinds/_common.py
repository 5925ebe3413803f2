# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the options that every link has (``struct ifinfomsg``, ``IFLA_*``)."""

from .. import _values
from . import _addrgenmode, _members, _port
from ._option import Option

IFF_UP = 0x1
IFF_NOARP = 0x80
IFF_PROMISC = 0x100
IFF_MULTICAST = 0x1000

ETHERNET = {"multicast": True, "arp": True, "txqueuelen": 1000}
"""What a new Ethernet device has (``ether_setup``)."""
POINT_TO_POINT = {"multicast": False, "arp": False, "txqueuelen": 1000}
"""What a new tunnel without Ethernet header has."""
MTU = {"mtu": 1500}
"""What a new device without an underlay has (``ETH_DATA_LEN``)."""

HEADER_FLAGS = "flags"
"""Stands for ``ifi_flags``, which is in the message's header and not among its attributes."""

MIN_MTU = 68
"""Bytes of the smallest packet that a device must carry (RFC 791)."""


def _goes_down(old: bool, new: bool) -> bool:
    return not new


UP = Option("up", _values.UpDown(), flags=((HEADER_FLAGS, IFF_UP),), cuts=_goes_down, default=False)

OPTIONS = (
    UP,
    Option("mtu", _values.Number(MIN_MTU, 0x7FFFFFFF), "IFLA_MTU"),
    Option("mac", _values.Mac(), "IFLA_ADDRESS", word="address"),
    Option("promisc", _values.Switch(), flags=((HEADER_FLAGS, IFF_PROMISC),), default=False),
    Option("multicast", _values.Switch(), flags=((HEADER_FLAGS, IFF_MULTICAST),)),
    Option("arp", _values.Switch(inverted=True), flags=((HEADER_FLAGS, IFF_NOARP),)),
    Option("txqueuelen", _values.Number(0, 0xFFFFFFFF), "IFLA_TXQLEN"),
    Option("alias", _values.Text(255), "IFLA_IFALIAS", default=""),
    Option("master", _values.LinkName(), "IFLA_MASTER", default=_values.NONE),
    # Not "group", which TUN and TAP devices have of another sort.
    Option("ifgroup", _values.Number(1, 0xFFFFFFFF, zero="default"), "IFLA_GROUP", word="group", default="default"),
    _addrgenmode.ROW,
    Option("altnames", _members.AltNames(), "IFLA_PROP_LIST", default=[]),
    *_port.OPTIONS,
)
