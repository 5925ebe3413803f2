# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: tunnels inside UDP, by FOU and GUE (net/ipv4/fou_core.c, ip-fou(8))."""

import typing as t

from .. import _values
from . import _tunnel_values
from ._option import Option, always

SIZES = {"none": 0, "fou": 8, "gue": 12}
"""Bytes of the UDP header, and for GUE of one of its own (include/net/gue.h)."""
REMCSUM_SIZE = 8
"""What the private flags of GUE take, and the option of remote checksums."""
OPTIONS = frozenset(["encap", "encap_remcsum"])
"""Those that the size depends on."""
DECIDE_MTU = OPTIONS.union(["mtu", "dev", "okey", "csum", "seq", "encaplimit"])
"""What must be known to tell the mtu when they change."""

INSIDE = frozenset(["encap_sport", "encap_dport", "encap_csum", "encap_csum6", "encap_remcsum"])
"""Those that have no effect on a tunnel without encapsulation. ``ip`` sends some of them by itself."""

_CSUM, _CSUM6, _REMCSUM = 0x1, 0x2, 0x4
"""``TUNNEL_ENCAP_FLAG_*`` (linux/if_tunnel.h)."""


def header(values: t.Mapping[str, t.Any]) -> int:
    """Return the bytes that go before each packet for the encapsulation (``ip_encap_hlen``)."""
    encap = values.get("encap", _values.NONE)
    return SIZES[encap] + (REMCSUM_SIZE if encap == "gue" and values.get("encap_remcsum") else 0)


def options(prefix: str) -> t.Tuple[Option, ...]:
    """Return the options of a kind whose attributes begin with ``prefix``."""
    type_, flags = prefix + "ENCAP_TYPE", prefix + "ENCAP_FLAGS"
    return (
        Option("encap", _values.Choice("none", "fou", "gue"), type_, cuts=always, default=_values.NONE),
        Option(
            "encap_sport",
            _values.Number(1, 65535, zero="auto"),
            prefix + "ENCAP_SPORT",
            word="encap-sport",
            default="auto",
        ),
        Option(
            "encap_dport",
            _values.Number(0, 65535),
            prefix + "ENCAP_DPORT",
            cuts=always,
            word="encap-dport",
            default=0,
        ),
        Option("encap_csum", _tunnel_values.NoSwitch(), flags=((flags, _CSUM),), word="encap-csum", default=False),
        Option("encap_csum6", _tunnel_values.NoSwitch(), flags=((flags, _CSUM6),), word="encap-csum6", default=False),
        Option(
            "encap_remcsum", _tunnel_values.NoSwitch(), flags=((flags, _REMCSUM),), word="encap-remcsum", default=False
        ),
    )
