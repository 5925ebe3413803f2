# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: names and values of sysctls (sysctl(8)), as they are written and what they are about. Pure."""

import re
import typing as t

_PART = re.compile(r"[^\s/=#;*?\[\]\\]+\Z")
_FOLDERS = tuple(
    ("net", family, folder)
    for family, folder in (("ipv4", "conf"), ("ipv6", "conf"), ("mpls", "conf"), ("ipv4", "neigh"), ("ipv6", "neigh"))
)
"""Where each device has a folder of its own."""
_OF_ALL = ("all", "default")

_IPV4_FORWARDING = ("net/ipv4/conf/*/forwarding", "net/ipv4/conf/all/accept_redirects")
_ALONG = {
    "net.ipv4.ip_forward": _IPV4_FORWARDING,
    "net.ipv4.conf.all.forwarding": _IPV4_FORWARDING,
    "net.ipv6.conf.all.forwarding": ("net/ipv6/conf/*/forwarding",),
}
"""What the kernel sets along (inet_forward_change, addrconf_fixup_forwarding), as patterns of paths."""

_IPV6_OFF = "disable_ipv6"


def parse(raw: t.Any) -> str:
    """Return a key in the one form that it has here; raise ValueError where it is none below ``net``.

    The first separator tells which of two ways a key is written. The other one is part of a device's name then, as in
    sysctl(8): net.ipv4.conf.eth0/1.forwarding or net/ipv4/conf/eth0.1/forwarding.
    """
    text = str(raw)
    swapped = text.translate(str.maketrans("./", "/.")) if "." in text.partition("/")[0] else text
    parts = swapped.split("/")
    if len(parts) < 2 or parts[0] != "net" or any(part in (".", "..") or not _PART.match(part) for part in parts):
        raise ValueError("{0!r} is not a key below net, such as net.ipv4.ip_forward".format(raw))
    return of_parts(parts)


def parse_value(key: str, raw: t.Any) -> str:
    """Return a value as ``/proc/sys`` shows it; raise ValueError where it can't be one."""
    if not isinstance(raw, (str, int)):
        raise ValueError("{0} has {1!r} for a value; give a number or text".format(key, raw))
    return " ".join(str(int(raw) if isinstance(raw, bool) else raw).split())


def of_parts(parts: t.Sequence[str]) -> str:
    """Return the key with dots, or with slashes where a device's name has dots in it: so every program takes it."""
    return ("/" if any("." in part for part in parts) else ".").join(parts)


def of_device(name: str, setting: str) -> str:
    """Return the key of a device's own sysctl, such as ``ipv4/rp_filter``."""
    family, _slash, rest = setting.partition("/")
    return of_parts(("net", family, "conf", name, rest))


def path(key: str) -> str:
    """Return the key as the path below ``/proc/sys``."""
    return key if "/" in key else key.replace(".", "/")


def link(netns: t.Optional[str], key: str) -> t.Optional[t.Tuple[t.Optional[str], str]]:
    """Return the place of the link whose own a sysctl is, if it is one's."""
    parts = path(key).split("/")
    is_own = len(parts) > 4 and tuple(parts[:3]) in _FOLDERS and parts[3] not in _OF_ALL
    return (netns, parts[3]) if is_own else None


def usual(key: str) -> str:
    """Return the key with what a new device has of a sysctl of its own."""
    parts = path(key).split("/")
    return of_parts([*parts[:3], "default", *parts[4:]])


def along(key: str) -> t.Sequence[str]:
    """Return patterns of the paths of what the kernel sets along with a sysctl."""
    return _ALONG.get(key, ())


def turns_ipv6_off(key: str, value: str) -> bool:
    """Return whether devices lose their IPv6 addresses and routes by it."""
    parts = path(key).split("/")
    return parts[:3] == ["net", "ipv6", "conf"] and parts[4:] == [_IPV6_OFF] and value != "0" and parts[3] != "default"
