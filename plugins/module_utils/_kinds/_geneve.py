# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: Ethernet in UDP with options (drivers/net/geneve.c)."""

import typing as t

from .. import _values
from . import _tunnel_values
from ._kind import Kind
from ._option import Option, always

_P = "IFLA_GENEVE_"
_MAX_ID = 0xFFFFFF
_ONLY_OVER = {"flowlabel": "IPv6", "udpcsum": "IPv4", "udp6zerocsumtx": "IPv6"}
"""Options that the kernel takes and does not report where the packets are of the other version."""


def _complaint(values: t.Mapping[str, t.Any]) -> str:
    named = [name for name in ("id", "remote") if name in values]
    if values.get("external"):
        given = [name for name in named if values[name] not in (0, _values.ANY)]
        return "{0}: an external geneve has none, since routes and filters tell it".format(given[0]) if given else ""
    if "id" not in named:
        return "id: a geneve needs one, from 0 to {0}, unless it is external".format(_MAX_ID)
    remote = values.get("remote", _values.ANY)
    if remote == _values.ANY:
        return "remote: a geneve needs the address of the other host, unless it is external"
    if _tunnel_values.is_group(remote):
        return "remote: {0} is a multicast group, and geneve has one other host; give its address".format(remote)
    version = "IPv6" if ":" in remote else "IPv4"
    odd = [name for name, needed in _ONLY_OVER.items() if values.get(name) and needed != version]
    return "{0}: it is for packets over {1} only; leave it out".format(odd[0], _ONLY_OVER[odd[0]]) if odd else ""


def _resets(old: t.Any, new: t.Any) -> bool:
    """With an IPv6 address the kernel turns all checksums on, and takes none of their options with it (geneve_nl2info)."""
    return ":" in str(new)


def _switch(
    name: str, attribute: str, default: t.Optional[bool] = False, value: t.Optional[_values.Switch] = None
) -> Option:
    """Return a yes or no that the kernel takes for a new device only."""
    value = value or _tunnel_values.NoSwitch()
    return Option(name, value, _P + attribute, recreate=always, cuts=always, default=default)


OPTIONS = (
    Option("id", _values.Number(0, _MAX_ID), _P + "ID", recreate=always, cuts=always),
    Option(
        "remote",
        _tunnel_values.EitherEndpoint(),
        _P + "REMOTE",
        attribute6=_P + "REMOTE6",
        recreate=_resets,
        cuts=always,
        default=_values.ANY,
    ),
    Option(
        "ttl",
        _tunnel_values.HopLimit(),
        _P + "TTL",
        flags=((_P + "TTL_INHERIT", 1),),
        default=_tunnel_values.HopLimit.AUTO,
    ),
    Option("tos", _tunnel_values.Tos(), _P + "TOS", default=0),
    Option("df", _values.Choice("unset", "set", "inherit"), _P + "DF", default="unset"),
    Option("flowlabel", _values.Number(0, 0xFFFFF), _P + "LABEL", default=0),
    Option("dstport", _values.Number(1, 65535), _P + "PORT", recreate=always, cuts=always, default=6081),
    _switch("udpcsum", "UDP_CSUM"),
    _switch("udp6zerocsumtx", "UDP_ZERO_CSUM6_TX"),
    # A new one has it on over IPv4, where it means nothing, and off over IPv6.
    _switch("udp6zerocsumrx", "UDP_ZERO_CSUM6_RX", default=None),
    _switch("external", "COLLECT_METADATA", value=_tunnel_values.Presence()),
    _switch("innerprotoinherit", "INNER_PROTO_INHERIT", value=_tunnel_values.Presence()),
)

KINDS = (
    Kind(
        name="geneve",
        family="geneve",
        options=OPTIONS,
        # Whether it has ARP and multicast is as innerprotoinherit has it.
        usual={"txqueuelen": 1000},
        # Each is known by these (geneve_find_dev).
        identity=("id", "remote", "dstport", "external"),
        mtu_apart=True,
        section="GENEVE",
        complaint=_complaint,
    ),
)
