# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: devices that have a routing table for their ports (drivers/net/vrf.c)."""

import typing as t

from .. import _values
from ._kind import Kind
from ._option import Option, always


def _complaint(values: t.Mapping[str, t.Any]) -> str:
    return "" if "table" in values else "table: a vrf needs the number of a routing table; give one"


KINDS = (
    Kind(
        name="vrf",
        family="vrf",
        options=(Option("table", _values.Number(1, 0xFFFFFFFF), "IFLA_VRF_TABLE", recreate=always),),
        # vrf_dev_init. The mtu is as large as the kernel's version lets it be.
        usual={"txqueuelen": 1000, "arp": False, "multicast": False},
        renewable=False,
        any_port=True,
        cycles=True,
        # It is no port of anything (IFF_NO_RX_HANDLER, do_vrf_add_slave).
        lacks=("master",),
        section="VRF",
        complaint=_complaint,
    ),
)
