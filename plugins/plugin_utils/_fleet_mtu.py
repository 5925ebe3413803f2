# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: how many bytes a tunnel puts around each packet."""

from __future__ import annotations

import typing as t

from ..module_utils.face import kinds
from ._fleet_tunnels import MODES

UNDERLAY = 1500
"""Bytes of the largest packet on the underlay, where nothing else is said."""
LARGEST = 0xFFFF
"""Bytes of the largest packet of all (RFC 791)."""
MINIMUM = {4: 68, 6: 1280}
"""Of a link that carries this version of IP, in bytes (RFC 791, RFC 8200)."""

_IP = {4: 20, 6: 40}
_ETHERNET = 14
_GRE = 4
_GRE_OPTIONS = ("key", "csum", "seq")
"""RFC 2784, RFC 2890."""
_ESP, _ESP_TRAILER, _ESP_BLOCK = 8 + 8 + 16, 2, 4
"""Of AES-GCM with an ICV of 16 bytes, in transport mode and without NAT: header, IV and ICV; what is padded with the packet; and to
what (RFC 4106, RFC 4303)."""


def overhead(mode: str, options: t.Mapping[str, t.Any]) -> int:
    """Return the bytes around a packet on a device of this mode.

    :arg options: canonical, by their names in ``ip_tunnel``. For Ethernet, the packet is what the frame holds.
    """
    facts = MODES[mode]
    total = _IP[facts.outer] + kinds.encapsulation_size(options)
    if facts.is_gre:
        total += _GRE + sum(kinds.GRE_OPTION_SIZE for name in _GRE_OPTIONS if _is_on(options.get(name)))
    if facts.is_ethernet:
        total += _ETHERNET
    # What a route puts around packets has no such option, whatever the device is like.
    if facts.outer == 6 and options.get("encaplimit") != "none" and "external" not in options:
        total += kinds.ENCAPLIMIT_SIZE
    return total


def room(underlay: int, mode: str, is_encrypted: bool) -> int:
    """Return the bytes of the largest outer packet of a mode that fits into one of the underlay's, by ESP or without."""
    if not is_encrypted:
        return underlay
    header = _IP[MODES[mode].outer]
    return (underlay - header - _ESP) // _ESP_BLOCK * _ESP_BLOCK - _ESP_TRAILER + header


def on_wire(packet: int, mode: str, is_encrypted: bool) -> int:
    """Return the bytes that an outer packet of a mode has on the underlay."""
    if not is_encrypted:
        return packet
    header = _IP[MODES[mode].outer]
    return header + _ESP - (header - packet - _ESP_TRAILER) // _ESP_BLOCK * _ESP_BLOCK


def _is_on(value: t.Any) -> bool:
    """A key of 0 is one, too."""
    return value is not None and value is not False and value != "none"
