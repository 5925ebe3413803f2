# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: Ethernet in UDP (drivers/net/vxlan/vxlan_core.c)."""

import typing as t

from .. import _values
from . import _common, _tunnel_values, _underlay
from ._kind import Kind
from ._option import Option, always

_P = "IFLA_VXLAN_"
_MAX_ID = 0xFFFFFF
_KEPT = frozenset([24, 30, 31])
"""``IFLA_VXLAN_REMCSUM_NOPARTIAL``, ``VNIFILTER``, ``LOCALBYPASS``."""


def _with_inherit(old: t.Any, new: t.Any) -> bool:
    return _values.INHERIT in (old, new)


def _to_none(old: t.Any, new: t.Any) -> bool:
    """The kernel takes a device away without a word, and goes on with it."""
    return bool(new == _values.NONE)


def _switch(name: str, attribute: str, default: bool = False, **other: t.Any) -> Option:
    """Return a yes or no that the kernel takes for a new device only."""
    return Option(name, _tunnel_values.NoSwitch(), _P + attribute, recreate=always, default=default, **other)


def _complaint(values: t.Mapping[str, t.Any]) -> str:
    known = values.get("id", _values.NONE) != _values.NONE
    if values.get("external"):
        return "id: an external vxlan has none, since routes and filters tell it; say id=none" if known else ""
    if not known:
        return "id: a vxlan needs one, from 1 to {0}, unless it is external".format(_MAX_ID)
    remote, local = (values.get(name, _values.ANY) for name in ("remote", "local"))
    if local != _values.ANY and _tunnel_values.is_group(local):
        return "local: {0} is a multicast group, and no host's own address; give one".format(local)
    if values.get("dev", _values.NONE) == _values.NONE and remote != _values.ANY and _tunnel_values.is_group(remote):
        return "dev: a vxlan to the group {0} needs the link that packets of the group come by".format(remote)
    if values.get("flowlabel") and ":" not in remote + local:
        return "flowlabel: only packets over IPv6 have one; give addresses of IPv6, or leave it out"
    return ""


def _besides(values: t.Mapping[str, t.Any]) -> t.Tuple[t.Any, ...]:
    """vxlan_vni_in_use: those over IPv4 and IPv6 are apart, and so are those on several links by link-local addresses."""
    remote, local = (values.get(name, _values.ANY) for name in ("remote", "local"))
    family = _values.IPV6 if ":" in remote + local else _values.IPV4
    link_local = any(address != _values.ANY and _tunnel_values.is_link_local(address) for address in (remote, local))
    return (family, values.get("dev", _values.NONE) if link_local else _values.NONE)


OPTIONS = (
    Option(
        "id",
        _values.Number(1, _MAX_ID, zero=_values.NONE),
        _P + "ID",
        recreate=always,
        cuts=always,
        default=_values.NONE,
    ),
    Option(
        "remote",
        _tunnel_values.EitherEndpoint(group="group"),
        _P + "GROUP",
        attribute6=_P + "GROUP6",
        cuts=always,
        default=_values.ANY,
    ),
    Option(
        "local",
        _tunnel_values.EitherEndpoint(),
        _P + "LOCAL",
        attribute6=_P + "LOCAL6",
        cuts=always,
        default=_values.ANY,
    ),
    Option("dev", _values.LinkName(), _P + "LINK", recreate=_to_none, default=_values.NONE),
    Option("dstport", _values.Number(1, 65535), _P + "PORT", recreate=always, cuts=always, default=8472),
    Option("srcport", _tunnel_values.PortRange(), _P + "PORT_RANGE", recreate=always, default="auto"),
    Option(
        "ttl",
        _tunnel_values.HopLimit(),
        _P + "TTL",
        flags=((_P + "TTL_INHERIT", 1),),
        recreate=_with_inherit,
        default="auto",
    ),
    Option("tos", _tunnel_values.Tos(), _P + "TOS", default=0),
    # pyroute2's table has it in the host's byte order, the kernel in the network's.
    Option("flowlabel", _tunnel_values.FlowLabel(), _P + "LABEL", default=0),
    Option("df", _values.Choice("unset", "set", "inherit"), _P + "DF", default="unset"),
    Option("learning", _tunnel_values.NoSwitch(), _P + "LEARNING", default=True),
    Option("ageing", _values.Number(1, 0xFFFFFFFF), _P + "AGEING", default=300),
    Option(
        "maxaddress",
        _values.Number(1, 0xFFFFFFFF, zero="unlimited"),
        _P + "LIMIT",
        recreate=always,
        default="unlimited",
    ),
    _switch("proxy", "PROXY"),
    _switch("rsc", "RSC"),
    _switch("l2miss", "L2MISS"),
    _switch("l3miss", "L3MISS"),
    _switch("udpcsum", "UDP_CSUM", default=True),
    _switch("udp6zerocsumtx", "UDP_ZERO_CSUM6_TX", cuts=always),
    _switch("udp6zerocsumrx", "UDP_ZERO_CSUM6_RX"),
    _switch("remcsumtx", "REMCSUM_TX", cuts=always),
    _switch("remcsumrx", "REMCSUM_RX", cuts=always),
    Option("gbp", _tunnel_values.Presence(), _P + "GBP", recreate=always, cuts=always, default=False),
    _switch("external", "COLLECT_METADATA", cuts=always),
    _underlay.OPTION,
)

KINDS = (
    Kind(
        name="vxlan",
        family="vxlan",
        options=OPTIONS,
        # VXLAN_F_RCV_FLAGS, as far as there are options.
        identity=("id", "dstport", "external", "udp6zerocsumrx", "remcsumrx", "gbp"),
        besides=_besides,
        usual=_common.ETHERNET,
        # As ip(8) has it: what is learnt of an external one nobody asks for.
        initial_external={"learning": False},
        kept=_KEPT,
        mtu_apart=True,
        stands=True,
        bound=True,
        complaint=_complaint,
    ),
)
