# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what the kernel tells of ports of bridges, of which pyroute2 knows more with each release."""

from ._formats import Format


class _Data:
    """``IFLA_INFO_SLAVE_DATA`` (linux/if_link.h), as far as one can set it."""

    nla_map = (
        (2, "IFLA_BRPORT_PRIORITY", "uint16"),
        (3, "IFLA_BRPORT_COST", "uint32"),
        (4, "IFLA_BRPORT_MODE", "uint8"),
        (5, "IFLA_BRPORT_GUARD", "uint8"),
        (6, "IFLA_BRPORT_PROTECT", "uint8"),
        (7, "IFLA_BRPORT_FAST_LEAVE", "uint8"),
        (8, "IFLA_BRPORT_LEARNING", "uint8"),
        (9, "IFLA_BRPORT_UNICAST_FLOOD", "uint8"),
        (10, "IFLA_BRPORT_PROXYARP", "uint8"),
        (12, "IFLA_BRPORT_PROXYARP_WIFI", "uint8"),
        (25, "IFLA_BRPORT_MULTICAST_ROUTER", "uint8"),
        (27, "IFLA_BRPORT_MCAST_FLOOD", "uint8"),
        (28, "IFLA_BRPORT_MCAST_TO_UCAST", "uint8"),
        (29, "IFLA_BRPORT_VLAN_TUNNEL", "uint8"),
        (30, "IFLA_BRPORT_BCAST_FLOOD", "uint8"),
        (31, "IFLA_BRPORT_GROUP_FWD_MASK", "uint16"),
        (32, "IFLA_BRPORT_NEIGH_SUPPRESS", "uint8"),
        (33, "IFLA_BRPORT_ISOLATED", "uint8"),
        (34, "IFLA_BRPORT_BACKUP_PORT", "uint32"),
        (39, "IFLA_BRPORT_LOCKED", "uint8"),
        (40, "IFLA_BRPORT_MAB", "uint8"),
        (43, "IFLA_BRPORT_NEIGH_VLAN_SUPPRESS", "uint8"),
    )


FORMAT = Format(_Data)
