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


def device(values: t.Mapping[str, t.Any], late: t.Container[str]) -> Lines:
    """Return what is in the section of the link. :arg late: what is not in the file that makes it."""
    lines = [f"MTUBytes={values['mtu']}"] if "mtu" in values and "mtu" in late else []
    lines += [f"MACAddress={values['mac']}"] if "mac" in values and "mac" in late else []
    for name, word in (("arp", "ARP"), ("multicast", "Multicast")):
        lines += [f"{word}={yes(values[name])}"] if name in values else []
    lines += ["Promiscuous=yes"] if values.get("promisc") else []
    lines += [f"Group={values['ifgroup']}"] if values.get("ifgroup", "default") != "default" else []
    return lines


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


_ADDRESS = {
    "home": "HomeAddress=yes",
    "nodad": "DuplicateAddressDetection=none",
    "mngtmpaddr": "ManageTemporaryAddress=yes",
    _address.NO_ROUTE: "AddPrefixRoute=no",
}


def address_fault(given: _resources.Address) -> str:
    """Return what networkd can't have of an address, or nothing."""
    is_limited = given.options.get(_address.VALID, _address.FOREVER) != _address.FOREVER
    if is_limited or given.options.get(_address.PREFERRED, 0) not in (0, _address.FOREVER):
        return f"networkd gives {given.address} no lifetime that ends; have ip -batch give it, by to_ip_batch or the role boot"
    return ""


def address(given: _resources.Address, release: int) -> Lines:
    lines = [f"Address={given.address}/{given.prefixlen}"]
    lines += [f"Peer={_address.text(given)}"] if given.peer else []
    lines += [f"Scope={given.scope}"] if given.scope else []
    lines += [f"Label={given.label}"] if given.label else []
    values = given.options
    lines += ["PreferredLifetime=0"] if values.get(_address.PREFERRED) == 0 else []
    lines += [f"RouteMetric={values[_address.METRIC]}"] if values.get(_address.METRIC) else []
    lines += [word for name, word in _ADDRESS.items() if values.get(name)]
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


def section(name: str, lines: Lines) -> Lines:
    return ["", f"[{name}]", *lines] if lines else []


def text(lines: Lines) -> str:
    return "\n".join(lines) + "\n"


def yes(value: bool) -> str:
    return "yes" if value else "no"
