# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the kinds of links, and what tunnels put around packets, for the controller's side."""

from .._kinds._catalog import ANY, FALLBACKS, KINDS, references
from .._kinds._encapsulation import header as encapsulation_size
from .._kinds._ip6tunnel import ENCAPLIMIT_SIZE
from .._kinds._iptunnel import GRE_OPTION_SIZE
from .._kinds._kind import Kind
from .._kinds._underlay import place as underlay_place
from .._kinds._underlay import told as underlay_told

__all__ = [
    "ANY",
    "ENCAPLIMIT_SIZE",
    "FALLBACKS",
    "GRE_OPTION_SIZE",
    "KINDS",
    "Kind",
    "encapsulation_size",
    "references",
    "underlay_place",
    "underlay_told",
]
