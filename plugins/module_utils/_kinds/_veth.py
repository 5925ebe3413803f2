# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: virtual Ethernet pairs (drivers/net/veth.c)."""

import typing as t

from .. import _values
from .._resources import Link, LinkId
from . import _common
from ._kind import Kind
from ._option import Option, always

PEER = "peer"
"""The other end, as its LinkId. The engine reads it from both ends' indexes; no attribute holds it."""

KINDS = (
    Kind(
        name="veth",
        family="veth",
        section="Peer",
        options=(Option(PEER, _values.Value(), recreate=always, internal=True),),
        usual={**_common.ETHERNET, **_common.MTU},
    ),
)


def peer_of(link: Link) -> LinkId:
    """Return the place of a veth's other end; no link has the one returned where there is none or it is not known."""
    peer: t.Any = link.attributes.get(PEER)
    return peer if isinstance(peer, tuple) else (None, "")


def ends(link: Link) -> t.List[LinkId]:
    """Return the places of the links that go with a link when it is deleted, itself first."""
    peer: t.Any = link.attributes.get(PEER)
    return [link.id, peer] if isinstance(peer, tuple) else [link.id]
