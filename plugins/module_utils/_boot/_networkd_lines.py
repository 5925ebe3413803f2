# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: values of one thing as lines of systemd-networkd's files. Whether networkd has them at all,
and in which file, is for ``_networkd``."""

import typing as t

from .. import _resources, _values
from .._kinds import _kind
from .._states import _address

Lines = t.List[str]

_USER_HZ = 100
"""What the kernel counts a bridge's times in."""
_NO_BROADCAST = 31
"""Prefixes from this length on have no broadcast address."""
_BROADCAST_SINCE = 248
"""The oldest release that can be told to give none."""


def tunnel(kind: _kind.Kind, values: t.Mapping[str, t.Any]) -> Lines:
    # Without this, networkd makes a tunnel only if the file of another link asks for it.
    lines = ["Independent=yes"]
    for name, word in (("local", "Local"), ("remote", "Remote")):
        lines += [f"{word}={values[name]}"] if values.get(name, _values.ANY) != _values.ANY else []
    if kind.kernel_name == "ip6tnl":
        lines.append(f"Mode={kind.mode_word}")
    if values.get("ttl", _values.INHERIT) != _values.INHERIT or "ip6" in kind.kernel_name:
        lines.append(f"TTL={_encoded(kind, 'ttl', values.get('ttl', _values.INHERIT))}")
    if values.get("tos"):
        lines.append(f"TOS={_encoded(kind, 'tos', values['tos'])}")
    lines += ["DiscoverPathMTU=no"] if values.get("pmtudisc") is False else []
    lines += [f"IPv6FlowLabel={values['flowlabel']}"] if values.get("flowlabel") else []
    lines += [f"EncapsulationLimit={values['encaplimit']}"] if "encaplimit" in values else []
    lines += _keys(values)
    lines += ["SerializeTunneledPackets=yes"] if values.get("seq") else []
    lines += ["External=yes"] if values.get("external") else []
    lines += _erspan(kind, values)
    return lines


def address(given: _resources.Address, release: int) -> Lines:
    lines = [f"Address={given.address}/{given.prefixlen}"]
    lines += [f"Peer={_address.text(given)}"] if given.peer else []
    lines += [f"Scope={given.scope}"] if given.scope else []
    lines += [f"Label={given.label}"] if given.label else []
    is_wide = _values.family_of(given.address) == _values.IPV4 and given.prefixlen < _NO_BROADCAST
    if is_wide and not given.peer and release >= _BROADCAST_SINCE:
        # The kernel and ip(8) give none by themselves.
        lines.append("Broadcast=no")
    return lines


def _encoded(kind: _kind.Kind, name: str, value: t.Any) -> t.Any:
    """Return what the kernel's attribute holds."""
    option = kind.option(name)
    return option.value.encode(value) if option else value


def tuntap(values: t.Mapping[str, t.Any]) -> Lines:
    lines: Lines = []
    for name, word in (("multi_queue", "MultiQueue"), ("packet_info", "PacketInfo"), ("vnet_hdr", "VNetHeader")):
        lines += [f"{word}=yes"] if values.get(name) else []
    for name, word in (("owner", "User"), ("group", "Group")):
        lines += [f"{word}={values[name]}"] if values.get(name, _values.NONE) != _values.NONE else []
    return lines


def bridge(values: t.Mapping[str, t.Any]) -> Lines:
    lines: Lines = []
    for name, word in (("stp", "STP"), ("vlan_filtering", "VLANFiltering")):
        lines += [f"{word}={yes(values[name])}"] if name in values else []
    lines += [f"Priority={values['priority']}"] if "priority" in values else []
    for name, word in (("forward_delay", "ForwardDelaySec"), ("ageing_time", "AgeingTimeSec")):
        lines += [f"{word}={values[name] * 1000 // _USER_HZ}ms"] if name in values else []
    return lines


def _keys(values: t.Mapping[str, t.Any]) -> Lines:
    received, sent = (values.get(name, _values.NONE) for name in ("ikey", "okey"))
    if received == sent:
        return [f"Key={received}"] if received != _values.NONE else []
    pairs = (("InputKey", received), ("OutputKey", sent))
    return [f"{word}={key}" for word, key in pairs if key != _values.NONE]


def _erspan(kind: _kind.Kind, values: t.Mapping[str, t.Any]) -> Lines:
    if kind.name != "erspan":
        return []
    words = {"erspan_ver": "Version", "erspan": "Index", "erspan_dir": "Direction", "erspan_hwid": "HardwareId"}
    return [f"ERSPAN{word}={values[name]}" for name, word in words.items() if name in values]


def route(given: _resources.Route) -> Lines:
    values = given.attributes
    everything = "::/0" if given.family == _values.IPV6 else "0.0.0.0/0"
    lines = [f"Destination={everything if given.dst == 'default' else given.dst}"]
    lines += [f"Gateway={values['via']}"] if values.get("via") else []
    lines += ["GatewayOnLink=yes"] if values.get("onlink") else []
    lines += [f"PreferredSource={values['src']}"] if values.get("src") else []
    lines += [f"MTUBytes={values['mtu']}"] if values.get("mtu") else []
    lines += [f"Type={values['type']}"] if values.get("type", "unicast") != "unicast" else []
    lines += [f"Scope={values['scope']}"] if values.get("scope") else []
    lines += [f"Protocol={'1' if values['protocol'] == 'redirect' else values['protocol']}"]
    lines += [f"Table={given.table}"] if given.table != _values.MAIN_TABLE else []
    lines += [f"Metric={given.metric}"] if given.metric else []
    return lines


_RULE = {
    "from": "From",
    "to": "To",
    "tos": "TypeOfService",
    "fwmark": "FirewallMark",
    "iif": "IncomingInterface",
    "oif": "OutgoingInterface",
    "uidrange": "User",
    "ipproto": "IPProtocol",
    "sport": "SourcePort",
    "dport": "DestinationPort",
    "type": "Type",
    "table": "Table",
    "suppress_prefixlength": "SuppressPrefixLength",
    "suppress_ifgroup": "SuppressInterfaceGroup",
}
_RULE_SWITCHES = {"not": "InvertRule", "l3mdev": "L3MasterDevice"}


def rule(given: _resources.Rule) -> Lines:
    values = given.values
    lines = [f"Priority={given.priority}"]
    if not {"from", "to"} & set(values):
        lines.append(f"Family={'ipv6' if given.family == _values.IPV6 else 'ipv4'}")
    lines += [f"{word}={values[name]}" for name, word in _RULE.items() if name in values]
    return lines + [f"{word}=yes" for name, word in _RULE_SWITCHES.items() if name in values]


def has_mark(values: t.Mapping[str, t.Any]) -> bool:
    """Return whether networkd can have the mark, which is none of 0."""
    return not values.get("fwmark", "").startswith("0x0/")


def is_near(via: str, near_to: _resources.Address) -> bool:
    family = _values.family_of(via)
    if family != _values.family_of(near_to.address):
        return False
    near = _values.network(family, near_to.peer or near_to.address, near_to.prefixlen)
    return _values.network(family, via, near_to.prefixlen) == near


def section(name: str, lines: Lines) -> Lines:
    return ["", f"[{name}]", *lines] if lines else []


def text(lines: Lines) -> str:
    return "\n".join(lines) + "\n"


def yes(value: bool) -> str:
    return "yes" if value else "no"
