# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: systemd-networkd's words for the options of kinds of links (systemd.netdev(5))."""

import re
import typing as t

from .. import _values
from .._kinds import _catalog, _kind, _port
from .._resources import Link, LinkId
from . import _networkd_lines as _lines

_NONE = "networkd has none; leave it out"
_NONE_OF_PORTS = (
    "this collection writes none for networkd; have ip -batch bring it back, by to_ip_batch or the role boot"
)
_TOO_OLD = "networkd {0} can't do that, {1} can"


def _plain(value: t.Any) -> str:
    return str(value)


def _map(value: t.Any) -> str:
    return str(value).replace(":", "-")


def _tos(value: t.Any) -> str:
    return "1" if value == _values.INHERIT else str(value)


def _fragmented(value: t.Any) -> str:
    return {"unset": "no", "set": "yes"}.get(str(value), str(value))


def _opposite(value: t.Any) -> str:
    return _lines.yes(not value)


def _router(value: t.Any) -> str:
    return ("no", "query", "permanent", "temporary")[int(value)]


class Setting(t.NamedTuple):
    word: str
    form: t.Callable[[t.Any], str] = _plain
    since: int = 0
    """The oldest release that has it, where that is newer than those that are assumed."""
    always: bool = False
    """networkd chooses otherwise than the kernel where it is told nothing."""


MASTERS = {"bridge": "Bridge", "vrf": "VRF"}
"""The word for a port's master, by the kind of that."""

_MACVLAN = {
    "mode": Setting("Mode"),
    "macaddr": Setting("SourceMACAddress"),
    "bcqueuelen": Setting("BroadcastMulticastQueueLength", since=248),
}

_IPVLAN = {"mode": Setting("Mode", str.upper), "flags": Setting("Flags")}

SETTINGS: t.Dict[str, t.Dict[str, Setting]] = {
    "vlan": {
        "id": Setting("Id"),
        "protocol": Setting("Protocol", str.lower, since=248),
        "gvrp": Setting("GVRP", _lines.yes),
        "mvrp": Setting("MVRP", _lines.yes),
        "loose_binding": Setting("LooseBinding", _lines.yes),
        "reorder_hdr": Setting("ReorderHeader", _lines.yes),
        "egress_qos_map": Setting("EgressQOSMaps", _map, since=248),
        "ingress_qos_map": Setting("IngressQOSMaps", _map, since=248),
    },
    "geneve": {
        "id": Setting("Id"),
        "remote": Setting("Remote"),
        "tos": Setting("TOS", _tos),
        "ttl": Setting("TTL"),
        "udpcsum": Setting("UDPChecksum", _lines.yes),
        "udp6zerocsumtx": Setting("UDP6ZeroChecksumTx", _lines.yes),
        "udp6zerocsumrx": Setting("UDP6ZeroChecksumRx", _lines.yes),
        "dstport": Setting("DestinationPort"),
        "flowlabel": Setting("FlowLabel"),
        "df": Setting("IPDoNotFragment", _fragmented),
    },
    "macvlan": _MACVLAN,
    "macvtap": _MACVLAN,
    "ipvlan": _IPVLAN,
    "ipvtap": _IPVLAN,
    "vrf": {"table": Setting("Table")},
}
"""By kind and option, in the order of the lines."""

PORT: t.Dict[str, Setting] = {
    # Before 252, networkd takes these two for the opposite.
    "guard": Setting("UseBPDU", _opposite, since=252),
    "root_block": Setting("AllowPortToBeRoot", _opposite, since=252),
    "flood": Setting("UnicastFlood", _lines.yes),
    "mcast_flood": Setting("MulticastFlood", _lines.yes),
    "mcast_to_unicast": Setting("MulticastToUnicast", _lines.yes),
    "neigh_suppress": Setting("NeighborSuppression", _lines.yes),
    "learning": Setting("Learning", _lines.yes),
    "hairpin": Setting("HairPin", _lines.yes),
    "isolated": Setting("Isolated", _lines.yes, since=251),
    "fastleave": Setting("FastLeave", _lines.yes),
    "proxy_arp": Setting("ProxyARP", _lines.yes),
    "proxy_arp_wifi": Setting("ProxyARPWiFi", _lines.yes),
    "mcast_router": Setting("MulticastRouter", _router),
    "cost": Setting("Cost"),
    "priority": Setting("Priority"),
}
"""Of the section for a port of a bridge."""


def lines(kind: _kind.Kind, values: t.Mapping[str, t.Any], release: int) -> t.Tuple[t.List[str], t.Dict[str, str]]:
    """Return the lines of the section that a kind has of its own, and what is in the way by option."""
    settings = SETTINGS[kind.name]
    own = {name: value for name, value in values.items() if name in kind.own and kind.option(name) not in kind.lower}
    told = {name: value for name, value in own.items() if value != kind.defaults.get(name)}
    faults = {name: _NONE for name in told if name not in settings}
    found = []
    for name, setting in settings.items():
        value = own.get(name, kind.defaults.get(name))
        if name not in told and not setting.always:
            continue
        if setting.since > release:
            faults[name] = _TOO_OLD.format(release, setting.since)
        elif setting.form is _map and not all(map(_is_mappable, re.findall(r"(\d+):(\d+)", str(value)))):
            faults[name] = "networkd maps no priority to a higher one, and not 0; leave it out"
        elif value is not None and value != _values.NONE:
            found.append(f"{setting.word}={setting.form(value)}")
    return found, faults


def port_lines(values: t.Mapping[str, t.Any], release: int) -> t.Tuple[t.List[str], t.Dict[str, str]]:
    """Return the lines of the section for a port, and what is in the way by option."""
    told = {name: values[name] for name in sorted(_port.NAMES.intersection(values))}
    told = {name: value for name, value in told.items() if value != _port.DEFAULTS.get(name)}
    found, faults = [], {}
    for word, setting in PORT.items():
        if _port.full(word) in told:
            value = told.pop(_port.full(word))
            if setting.since > release:
                faults[_port.full(word)] = _TOO_OLD.format(release, setting.since)
            else:
                found.append(f"{setting.word}={setting.form(value)}")
    faults.update(dict.fromkeys(told, _NONE_OF_PORTS))
    return found, faults


def _is_mappable(pair: t.Tuple[str, str]) -> bool:
    old, new = map(int, pair)
    return old >= new > 0


def stands_on(link: Link) -> t.Optional[LinkId]:
    """Return the place of the link that networkd makes this one on."""
    kind = _catalog.KINDS.get(str(link.kind))
    if kind is None or kind.name not in SETTINGS or not kind.lower:
        return None
    name = link.attributes.get(kind.lower[0].name, _values.NONE)
    return (link.netns, name) if name != _values.NONE else None
