# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what pyroute2's tables lack, or have otherwise than the kernel (linux/if_tunnel.h,
linux/if_addr.h, linux/if_link.h).
"""

import typing as t

Row = t.Tuple[int, str, str]

_MACVLAN: t.Tuple[Row, ...] = ((7, "IFLA_MACVLAN_BC_QUEUE_LEN", "uint32"),)
_GENEVE: t.Tuple[Row, ...] = (
    # Of this one and the time to live, the kernel takes one.
    (12, "IFLA_GENEVE_TTL_INHERIT", "flag8"),
    (13, "IFLA_GENEVE_DF", "uint8"),
    (14, "IFLA_GENEVE_INNER_PROTO_INHERIT", "flag"),
)
_IPVLAN: t.Tuple[Row, ...] = ((2, "IFLA_IPVLAN_FLAGS", "uint16"),)
_IP6GRE: t.Tuple[Row, ...] = ((18, "IFLA_IP6GRE_COLLECT_METADATA", "flag"),)

LINK_DATA: t.Dict[str, t.Tuple[str, t.Tuple[Row, ...]]] = {
    "erspan": (
        "gre",
        (
            (21, "IFLA_GRE_ERSPAN_INDEX", "uint32"),
            (22, "IFLA_GRE_ERSPAN_VER", "uint8"),
            (23, "IFLA_GRE_ERSPAN_DIR", "uint8"),
            (24, "IFLA_GRE_ERSPAN_HWID", "uint16"),
        ),
    ),
    "geneve": ("geneve", _GENEVE),
    "ip6gre": ("ip6gre", _IP6GRE),
    "ip6gretap": ("ip6gretap", _IP6GRE),
    "macvlan": ("macvlan", _MACVLAN),
    "macvtap": ("macvlan", _MACVLAN),
    "ipvlan": ("ipvlan", _IPVLAN),
    "ipvtap": ("ipvlan", _IPVLAN),
    "xfrm": ("xfrm", ((3, "IFLA_XFRM_COLLECT_METADATA", "flag"),)),
    "vlan": ("vlan", ((2, "IFLA_VLAN_FLAGS", "bitfield32"),)),
}
"""Kernel kind to the kind whose table serves, and the rows to add to it."""

MESSAGES: t.Dict[str, t.Tuple[Row, ...]] = {
    "rtmsg": ((30, "RTA_NH_ID", "uint32"),),
    "ifaddrmsg": ((9, "IFA_RT_PRIORITY", "uint32"), (11, "IFA_PROTO", "uint8")),
}
"""Name of a message to the rows to add to its table. Linux 5.3 has RTA_NH_ID, 4.18 IFA_RT_PRIORITY, 5.18 IFA_PROTO; pyroute2
has the latter two since 0.7.8."""
