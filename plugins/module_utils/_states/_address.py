# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: addresses of links as they are, wanted or shown. Pure."""

import typing as t

from .._resources import Address


def is_met(want: Address, have: Address) -> bool:
    """Return whether an address is as wanted; what the want leaves open is not compared."""
    return (
        want[:3] == have[:3]
        and (want.scope is None or want.scope == have.scope)
        and (want.label is None or want.label == have.label)
    )


def text(address: Address) -> str:
    """Return ``address/prefixlen``, of the peer where there is one."""
    return "{0}/{1}".format(address.peer or address.address, address.prefixlen)


def state(address: Address, device: str) -> t.Any:
    """Return an address as text where that says it all, else as the dictionary that the option takes."""
    named = {"address": text(address._replace(peer=None))}
    if address.peer is not None:
        named = {"address": address.address, "peer": text(address)}
    if address.scope not in (None, "global") and ":" not in address.address:
        named["scope"] = str(address.scope)
    if address.label not in (None, device):
        named["label"] = str(address.label)
    return named if len(named) > 1 else named["address"]
