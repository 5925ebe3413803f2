# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: tunnels over IPv6 (net/ipv6/ip6_gre.c, ip6_tunnel.c, ip6_vti.c)."""

import socket
import typing as t

from .. import _values
from . import _encapsulation, _iptunnel, _tunnel_values
from ._iptunnel import GRE_CSUM, GRE_KEY, GRE_SEQ, external, header
from ._kind import Kind
from ._option import Option, always

IGN_ENCAP_LIMIT, USE_ORIG_TCLASS, USE_ORIG_FLOWLABEL = 0x1, 0x2, 0x4
"""``IP6_TNL_F_*`` (linux/ip6_tunnel.h)."""
TCLASS_MASK, FLOWLABEL_MASK = 0x0FF00000, 0x000FFFFF

ENCAPLIMIT_SIZE = 8
"""Bytes of the destination options that have the limit (RFC 2473); left out with ``encaplimit: none``."""

_LIKE_IP = {"ttl": 64, "encaplimit": 4}
"""As ``ip`` makes them. The kernel's own choice is an encapsulation limit of 0, which forbids any further tunnel."""


def _endpoints(prefix: str) -> t.Tuple[Option, ...]:
    return (
        Option("local", _tunnel_values.Endpoint(_values.IPV6), prefix + "LOCAL", cuts=always, default=_values.ANY),
        Option("remote", _tunnel_values.Endpoint(_values.IPV6), prefix + "REMOTE", cuts=always, default=_values.ANY),
        Option("dev", _values.LinkName(), prefix + "LINK", default=_values.NONE),
    )


def _options(prefix: str) -> t.Tuple[Option, ...]:
    """Return what all these modes but vti6 have; ``prefix`` begins the names of their attributes."""
    info, flags = prefix + "FLOWINFO", prefix + "FLAGS"
    return (
        *_endpoints(prefix),
        Option("ttl", _values.Number(1, 255, zero=_values.INHERIT), prefix + "TTL", default=_values.INHERIT),
        Option("tos", _tunnel_values.Inheritable(255), info, ((flags, USE_ORIG_TCLASS),), default=0, mask=TCLASS_MASK),
        Option(
            "flowlabel",
            _tunnel_values.Inheritable(FLOWLABEL_MASK),
            info,
            ((flags, USE_ORIG_FLOWLABEL),),
            default=0,
            mask=FLOWLABEL_MASK,
        ),
        Option(
            "encaplimit",
            _tunnel_values.Omittable(0, 255),
            prefix + "ENCAP_LIMIT",
            ((flags, IGN_ENCAP_LIMIT),),
            default=0,
        ),
        *_encapsulation.options(prefix),
    )


def _gre_options() -> t.Tuple[Option, ...]:
    prefix = "IFLA_IP6GRE_"
    # pyroute2's table has these flags in the host's byte order, the kernel in the network's.
    flags = (socket.htons(GRE_KEY), socket.htons(GRE_SEQ), socket.htons(GRE_CSUM))
    return (*_options(prefix), *header(prefix, _tunnel_values.Key(), flags), external(prefix))


def _vti_options() -> t.Tuple[Option, ...]:
    return (
        *_endpoints("IFLA_VTI_"),
        Option("ikey", _tunnel_values.PlainKey(), "IFLA_VTI_IKEY", cuts=always, default=_values.NONE),
        Option("okey", _tunnel_values.PlainKey(), "IFLA_VTI_OKEY", cuts=always, default=_values.NONE),
    )


def tunnel(name: str, options: t.Tuple[Option, ...], **other: t.Any) -> Kind:
    """Return a kind of tunnel over IPv6."""
    return _iptunnel.tunnel(name, options, encap_driver="fou6", **other)


def _limit(values: t.Mapping[str, t.Any]) -> int:
    return 0 if values.get("encaplimit") == _values.NONE else ENCAPLIMIT_SIZE


def _header(values: t.Mapping[str, t.Any]) -> int:
    """The kernel follows all headers, but not where it is given an mtu besides (ip6_tnl_changelink, do_setlink)."""
    return _encapsulation.header(values) + _limit(values)


def _gre_header(values: t.Mapping[str, t.Any]) -> int:
    return _iptunnel.gre_header(values) + _limit(values)


def _ip6tnl(name: str, protocol: int) -> Kind:
    """Return a kind of ip6tnl that carries one protocol (a number of IANA's), or all (0)."""
    return tunnel(
        name,
        (*_options("IFLA_IP6TNL_"), external("IFLA_IP6TNL_")),
        kernel_kind="ip6tnl",
        driver="ip6_tunnel",
        ethernet=False,
        fallbacks=("ip6tnl0",),
        constants={"IFLA_IP6TNL_PROTO": protocol},
        initial=_LIKE_IP,
        header=_header,
    )


KINDS = (
    tunnel(
        "ip6gre",
        _gre_options(),
        driver="ip6_gre",
        ethernet=False,
        fallbacks=("ip6gre0",),
        initial=_LIKE_IP,
        header=_gre_header,
    ),
    # ip6gre_changelink_common looks for the endpoints among ip6gre tunnels only, and takes what it finds for the device.
    tunnel("ip6gretap", _gre_options(), driver="ip6_gre", barred_by="ip6gre", initial=_LIKE_IP, header=_gre_header),
    _ip6tnl("ip6tnl", 0),
    _ip6tnl("ip6ip6", socket.IPPROTO_IPV6),
    _ip6tnl("ipip6", socket.IPPROTO_IPIP),
    tunnel("vti6", _vti_options(), driver="ip6_vti", ethernet=False, fallbacks=("ip6_vti0",)),
)
