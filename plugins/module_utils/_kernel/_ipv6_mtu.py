# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the mtu that IPv6 goes by on a device, which is a number of its own.

It follows the device's where that is set. Where the kernel works a tunnel's mtu out anew (``ip_tunnel_update``,
``ip6gre_tnl_link_config_route``), IPv6 is not told, and goes on with packets that are too large, or smaller than need be.
"""

import contextlib
import typing as t

from .._sorts._sysctl import _reading as _sysctl
from . import _namespaces, _netdevice


def follow(netns: t.Optional[str], names: t.Iterable[str]) -> None:
    """Have IPv6 go by what the mtu of these links is now; where IPv6 is off, or can't be told, nothing changes."""
    with _namespaces.inside(netns):
        for name in names:
            with contextlib.suppress(OSError):
                _sysctl.write("net/ipv6/conf/{0}/mtu".format(name), str(_netdevice.mtu(name)))
