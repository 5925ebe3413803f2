# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: tunnels over IPv4 (net/ipv4/ip_gre.c, ipip.c, ip_vti.c, net/ipv6/sit.c)."""

import typing as t

from .. import _values
from . import _common, _encapsulation, _tunnel_values, _underlay
from ._kind import Kind
from ._option import Option, always, never

SIT_TTL = 64
"""ipip6_netlink_parms: what the kernel chooses, unlike for its other tunnels."""

GRE_CSUM, GRE_KEY, GRE_SEQ = 0x8000, 0x2000, 0x1000
"""As ``IFLA_GRE_IFLAGS`` and ``IFLA_GRE_OFLAGS`` have them once read as big-endian."""
GRE_OPTION_SIZE = 4
"""Bytes of a key, a checksum or a sequence number (RFC 2890)."""
FWMARK = 20
"""``IFLA_GRE_FWMARK``, and ``IFLA_IPTUN_FWMARK``."""
KEPT = frozenset([6, 8, 9, *range(11, 15), 19, FWMARK])
"""Of all modes, as far as an option does not stand for it: the mark, which vti has as 6, what is inside and 6RD of sit
(``IFLA_IPTUN_*``), and ``IFLA_GRE_IGNORE_DF`` of erspan."""
ERSPAN_ID = 0x3FF
"""The highest session of ERSPAN, which the key stands for (linux/erspan.h)."""


def _reach(remote: str) -> str:
    if remote == _values.ANY:
        return "any"
    return "group" if _tunnel_values.is_group(remote) else "host"


def _reaches_otherwise(old: str, new: str) -> bool:
    """A device without Ethernet header is point-to-point, broadcast or neither by its remote, and stays so."""
    return _reach(old) != _reach(new)


def _endpoints(prefix: str, ethernet: bool) -> t.Tuple[Option, ...]:
    return (
        Option("local", _tunnel_values.Endpoint(_values.IPV4), prefix + "LOCAL", cuts=always, default=_values.ANY),
        Option(
            "remote",
            _tunnel_values.Endpoint(_values.IPV4),
            prefix + "REMOTE",
            recreate=never if ethernet else _reaches_otherwise,
            cuts=always,
            default=_values.ANY,
        ),
        Option("dev", _values.LinkName(), prefix + "LINK", default=_values.NONE),
    )


def _options(prefix: str, ethernet: bool = False, ttl: t.Any = _values.INHERIT) -> t.Tuple[Option, ...]:
    """Return what all these modes but vti have; ``prefix`` begins the names of their attributes.

    :arg ttl: what a new one has.
    """
    return (
        *_endpoints(prefix, ethernet),
        Option("ttl", _values.Number(1, 255, zero=_values.INHERIT), prefix + "TTL", default=ttl),
        Option("tos", _tunnel_values.Tos(), prefix + "TOS", default=0),
        Option("pmtudisc", _tunnel_values.NoSwitch(), prefix + "PMTUDISC", default=True),
        *_encapsulation.options(prefix),
    )


def external(prefix: str) -> Option:
    """Return the option of a device that is no tunnel by itself: routes say where packets go, and by what."""
    return Option(
        "external", _tunnel_values.Presence(), prefix + "COLLECT_METADATA", recreate=always, cuts=always, default=False
    )


def header(
    prefix: str,
    key: _tunnel_values.Key,
    flags: t.Tuple[int, int, int] = (GRE_KEY, GRE_SEQ, GRE_CSUM),
    csum: bool = True,
) -> t.Tuple[Option, ...]:
    """Return what the GRE header has, of which each end drops what is not as its own (ip_tunnel_rcv, ip6_tnl_rcv).

    :arg flags: the bits for key, seq and csum. :arg csum: whether there is that option.
    """
    received, sent = prefix + "IFLAGS", prefix + "OFLAGS"
    with_key, with_seq, with_csum = (((received, flag), (sent, flag)) for flag in flags)
    options = (
        Option("ikey", key, prefix + "IKEY", with_key[:1], cuts=always, default=_values.NONE),
        Option("okey", key, prefix + "OKEY", with_key[1:], cuts=always, default=_values.NONE),
        Option("seq", _tunnel_values.NoSwitch(), flags=with_seq, cuts=always, numbers=True, default=False),
        Option("csum", _tunnel_values.NoSwitch(), flags=with_csum, cuts=always, default=False),
    )
    return options if csum else options[:-1]


def _gre_options(ethernet: bool) -> t.Tuple[Option, ...]:
    prefix = "IFLA_GRE_"
    return (
        _options(prefix, ethernet)
        + header(prefix, _tunnel_values.Key())
        + (
            Option("ignore_df", _tunnel_values.NoSwitch(), prefix + "IGNORE_DF", word="ignore-df", default=False),
            external(prefix),
        )
    )


def _has_no_session(old: int, new: int) -> bool:
    """erspan_rcv: type I has no key that a tunnel could be found by, unlike types II and III."""
    return 0 in (old, new)


def _erspan_options() -> t.Tuple[Option, ...]:
    prefix = "IFLA_GRE_"
    return (
        _options(prefix, ethernet=True)
        + header(prefix, _tunnel_values.Key(ERSPAN_ID), csum=False)
        + (
            external(prefix),
            Option("erspan_ver", _values.Number(0, 2), prefix + "ERSPAN_VER", cuts=_has_no_session, default=1),
            Option("erspan", _values.Number(0, 0xFFFFF), prefix + "ERSPAN_INDEX", default=0),
            Option("erspan_dir", _values.Choice("ingress", "egress"), prefix + "ERSPAN_DIR", default="ingress"),
            Option("erspan_hwid", _values.Number(0, 63), prefix + "ERSPAN_HWID", default=0),
        )
    )


def _vti_options() -> t.Tuple[Option, ...]:
    return (
        *_endpoints("IFLA_VTI_", ethernet=False),
        Option("ikey", _tunnel_values.PlainKey(), "IFLA_VTI_IKEY", cuts=always, default=_values.NONE),
        Option("okey", _tunnel_values.PlainKey(), "IFLA_VTI_OKEY", cuts=always, default=_values.NONE),
    )


def _no_df_with_ttl(values: t.Mapping[str, t.Any]) -> str:
    """ip_tunnel_ctl, ipip6_tunnel_update: a ttl of their own turns DF on."""
    if values.get("pmtudisc") is False and values.get("ttl", _values.INHERIT) != _values.INHERIT:
        return "pmtudisc: off, it needs ttl=inherit with this mode"
    return ""


def _no_df_twice(values: t.Mapping[str, t.Any]) -> str:
    if values.get("ignore_df") and values.get("pmtudisc", True):
        return "ignore_df: it needs pmtudisc=false"
    return ""


def _no_session(values: t.Mapping[str, t.Any]) -> str:
    """erspan_validate: types II and III take packets with a sequence number and a key, and no others."""
    if values.get("external") or values.get("erspan_ver") == 0:
        return ""
    for name in ("ikey", "okey"):
        if values.get(name, _values.NONE) == _values.NONE:
            return "{0}: mode erspan needs one, from 0 to {1}; give key, or ikey and okey".format(name, ERSPAN_ID)
    return "" if values.get("seq") else "seq: mode erspan needs it on"


def gre_header(values: t.Mapping[str, t.Any]) -> int:
    """Return what GRE takes beside its first four bytes, and its encapsulation.

    The kernel follows what GRE itself takes, but not where it is given an mtu besides (ipgre_link_update).
    """
    taken = (values.get("okey", _values.NONE) != _values.NONE, values.get("csum"), values.get("seq"))
    return _encapsulation.header(values) + GRE_OPTION_SIZE * sum(map(bool, taken))


def tunnel(name: str, options: t.Tuple[Option, ...], **other: t.Any) -> Kind:
    """Return a kind of tunnel, over IPv4 or IPv6."""
    identity = tuple(option.name for option in options if option.name in ("local", "remote", "dev", "ikey"))
    usual = _common.ETHERNET if other.get("ethernet", True) else _common.POINT_TO_POINT
    facts: t.Dict[str, t.Any] = {"encap_driver": "fou", "section": "Tunnel", "usual": usual, **other}
    return Kind(name, "ip_tunnel", (*options, _underlay.OPTION), identity=identity, whole=True, kept=KEPT, **facts)


KINDS = (
    tunnel(
        "gre",
        _gre_options(ethernet=False),
        driver="ip_gre",
        ethernet=False,
        fallbacks=("gre0",),
        complaint=_no_df_twice,
        header=gre_header,
    ),
    tunnel(
        "gretap",
        _gre_options(ethernet=True),
        driver="ip_gre",
        fallbacks=("gretap0",),
        complaint=_no_df_twice,
        header=gre_header,
    ),
    tunnel(
        "erspan",
        _erspan_options(),
        driver="ip_gre",
        fallbacks=("erspan0",),
        initial={"seq": True},
        complaint=_no_session,
        header=gre_header,
    ),
    tunnel(
        "ipip",
        (*_options("IFLA_IPIP_"), external("IFLA_IPIP_")),
        extra=("mode", "ipip"),
        ethernet=False,
        fallbacks=("tunl0",),
        complaint=_no_df_with_ttl,
        header=_encapsulation.header,
    ),
    tunnel(
        "sit",
        _options("IFLA_SIT_", ttl=SIT_TTL),
        extra=("mode", "ip6ip"),
        ethernet=False,
        fallbacks=("sit0",),
        # As ip(8) has it, and as the other modes have it by themselves.
        initial={"ttl": _values.INHERIT},
        complaint=_no_df_with_ttl,
        header=_encapsulation.header,
    ),
    tunnel("vti", _vti_options(), driver="ip_vti", ethernet=False, fallbacks=("ip_vti0",)),
)
