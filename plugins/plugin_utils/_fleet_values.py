# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: single values of a declaration, as people write them, to canonical ones; and words about them."""

from __future__ import annotations

import difflib
import ipaddress
import re
import typing as t

from ansible.module_utils.parsing.convert_bool import boolean

from ..module_utils.face import kinds, values
from ._fleet_tunnels import PROTECTIONS, Interface, Network

UNDERLAY, UNDERLAY6 = "tunnels_underlay_address", "tunnels_underlay_address6"
UNDERLAY_MTU, NUMBER, SHORT_NAME = "tunnels_underlay_mtu", "tunnels_number", "tunnels_short_name"
NETWORKS = "tunnels_networks"
PROTECT, PROTECT_ALL = "protect", "tunnels_protect"
"""What a tunnel or mesh has, and the variable for those that have it not."""
AUTO = "auto"

_HARDWARE = re.compile(
    r"(?:eth|wlan|wwan|usb|ib)[0-9]+\Z|(?:en|ib|sl|wl|ww)(?:P[0-9]+)?(?:[bcosv][0-9]|p[0-9]+s[0-9]|x[0-9a-f]{12})[0-9a-z]*\Z"
)
"""The names that drivers give (``alloc_netdev``, ``alloc_etherdev``), and those of systemd.net-naming-scheme(7)."""

_KINDS_OF_VALUES = ((type(None), "empty (null)"), (t.Mapping, "a dictionary"), ((list, tuple), "a list"))
_LONGEST = 60


def device_name(raw: t.Any, netns: str | None) -> str:
    """Return the name of a device that is to be made. :arg netns: the namespace, None outside, where network cards are."""
    name = values.check_new_link_name(name_of(raw))
    if name in kinds.FALLBACKS or name == "lo":
        raise ValueError(f"{name} is a device that the kernel makes by itself; choose another name")
    if netns is None and _HARDWARE.match(name):
        raise ValueError(f"{name} is what a network card is called, which a host may have or get; choose another name")
    return name


def name_of(raw: t.Any) -> str:
    """Return as text what stands in the place of a name."""
    if isinstance(raw, (t.Mapping, list, tuple)):
        raise ValueError(f"it is {kind_of(raw)}; give a name")
    return str(raw)


def option_of(mode: str, name: str) -> t.Any:
    return kinds.KINDS[mode].option("ikey" if name == "key" else name)


def mtu_or_auto(raw: t.Any) -> int | str:
    number = option_of("gre", "mtu").value
    return AUTO if raw == AUTO else values.parse_number(str(raw), number.low, number.high, AUTO)


def protection(raw: t.Any) -> str:
    """Return a value of ``protect``; raise ValueError for what is none."""
    if isinstance(raw, str) and raw in PROTECTIONS:
        return str(raw)
    raise ValueError(f"there is no {raw!r};{meant(raw, PROTECTIONS)} give {listed(PROTECTIONS)}")


def yes_or_no(raw: t.Any) -> bool:
    try:
        return bool(boolean(raw))
    except TypeError:
        raise ValueError(f"{raw!r} is neither true nor false; say true or false") from None


def underlay_address(mode: str, raw: str) -> str:
    value = option_of(mode, "local").value
    try:
        text = str(value.parse(raw))
    except ValueError:
        version = "IPv4" if value.family == values.IPV4 else "IPv6"
        raise ValueError(f"{raw!r} is not an {version} address, which mode {mode} needs") from None
    if text == values.ANY or not _is_one_hosts(ipaddress.ip_address(text)):
        raise ValueError(f"{raw} is not an address that one host has")
    return text


def _is_one_hosts(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return not (
        address.is_multicast or address.is_loopback or address.is_unspecified or str(address) == "255.255.255.255"
    )


def interface(raw: t.Any) -> Interface:
    try:
        found = ipaddress.ip_interface(str(raw))
    except ValueError:
        raise ValueError(f"{raw!r} is not an address such as 10.1.1.1 or 10.1.1.1/30; mend it") from None
    if not _is_one_hosts(found.ip):
        raise ValueError(f"{raw} is not an address that one host has; give one such as 10.1.1.1")
    return Interface(str(found.ip), found.network.prefixlen, found.version)


def own_interface(raw: t.Any) -> Interface:
    """Return an address that an end has, which is neither its network's nor the one for all of that."""
    found = interface(raw)
    check_place(found)
    return found


def check_place(own: Interface) -> None:
    """Raise ValueError if an address is its network's, or the one for all of that."""
    network = own.network
    if network.num_addresses > 2:
        if own.ip == network.network_address:
            raise ValueError(
                f"{own} is the address of the network itself; give {network.network_address + 1} or another"
            )
        if own.version == 4 and own.ip == network.broadcast_address:
            raise ValueError(
                f"{own} is the broadcast address of the network; give {network.broadcast_address - 1} or another"
            )


def network(raw: t.Any) -> Network:
    try:
        return ipaddress.ip_network(str(raw))
    except ValueError as error:
        raise ValueError(f"{raw!r} is not a network such as 10.9.0.0/24 ({error}); mend it") from None


def _networks(raw: t.Any) -> tuple[Network, ...]:
    if isinstance(raw, t.Mapping):
        raise ValueError("it is a dictionary; give a list of networks")
    return tuple(map(network, raw if isinstance(raw, (list, tuple)) else [raw]))


def is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def kind_of(value: t.Any) -> str:
    """Return in a word or two what somebody wrote in the place of something else."""
    for kind, words in _KINDS_OF_VALUES:
        if isinstance(value, kind):
            return words
    text = repr(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def listed(words: t.Iterable[str]) -> str:
    return ", ".join(words)


def meant(word: t.Any, known: t.Iterable[str]) -> str:
    close = difflib.get_close_matches(str(word), list(known), n=1)
    return f" did you mean {close[0]}?" if close else ""


OWN: t.Mapping[str, t.Callable[[t.Any], t.Any]] = {
    UNDERLAY_MTU: option_of("gre", "mtu").value.parse,
    NUMBER: lambda raw: values.parse_number(str(raw), 0, 2**62),
    SHORT_NAME: lambda raw: values.check_new_link_name(name_of(raw)),
    NETWORKS: _networks,
}
"""What makes a value of a host's variable, whatever mode of tunnel it is for."""
