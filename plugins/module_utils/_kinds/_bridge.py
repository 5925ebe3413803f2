# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: bridges (net/bridge/br_netlink.c)."""

from .. import _values
from . import _common
from ._kind import Kind
from ._option import Option

_KEPT = frozenset([2, 3, 8, 9, *range(20, 40), *range(41, 46), 49])
"""``IFLA_BR_*`` (linux/if_link.h): the timers, the VLAN protocol and group, multicast, netfilter, statistics and the limit
of the table. Not ``MULTI_BOOLOPT`` (46): a kernel without VLAN filtering does not take back the bits that it reports.
"""

KINDS = (
    Kind(
        name="bridge",
        family="bridge",
        usual=_common.ETHERNET,
        renewable=False,
        section="Bridge",
        kept=_KEPT,
        options=(
            Option("stp", _values.Bit(), "IFLA_BR_STP_STATE", word="stp_state", default=False),
            Option("priority", _values.Number(0, 65535), "IFLA_BR_PRIORITY", default=32768),
            Option("forward_delay", _values.Number(0, 0xFFFFFFFF), "IFLA_BR_FORWARD_DELAY", default=1500),
            Option("ageing_time", _values.Number(0, 0xFFFFFFFF), "IFLA_BR_AGEING_TIME", default=30000),
            Option("vlan_filtering", _values.Bit(), "IFLA_BR_VLAN_FILTERING", default=False),
        ),
    ),
)
