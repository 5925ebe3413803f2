# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: a state as files for systemd-networkd (systemd.netdev(5), systemd.network(5)).

What networkd can't have is a fault, and so is what it takes and then does otherwise than asked.
"""

from __future__ import annotations

import re
import typing as t

from ..module_utils import _managers, _resources, _values
from ..module_utils._kinds import _catalog, _kind, _veth
from ..module_utils._states import _address

OLDEST = 247
"""The release that is assumed where none is named."""

Lines = list[str]
Link = _resources.Link
Route = _resources.Route

_MATCHABLE = re.compile(r"[A-Za-z0-9_.:@+,=-]+\Z")
"""Names that are no pattern, and no list of patterns, to networkd."""

_SERIAL = ("gre", "gretap", "erspan")
_ONLY_FOR = {
    "tos": _SERIAL,
    "seq": _SERIAL,
    **dict.fromkeys(("csum", "ignore_df"), ()),
}
"""Options that networkd does not have for all kinds, to those that it has them for."""

_LATE = ("erspan", "ip6gre", "ip6tnl", "ip6ip6", "ipip6", "vti6")
"""Kinds that older releases get wrong: they give IPv6 tunnels the MAC address of an Ethernet card, which the kernel refuses."""
_NEEDS_REMOTE = ("gretap", "ip6gretap", "erspan")
_NEEDS_ENDPOINT = ("vti6", "ip6tnl", "ip6ip6", "ipip6")
_NOT_WRITTEN = "this collection writes none for networkd; have ip -batch bring it back, by to_ip_batch or the role boot"
_NO_FOU = "networkd opens no port for GUE on recent kernels, so this collection leaves all of FOU out"
_USER_HZ = 100
"""What the kernel counts a bridge's times in."""
_NO_BROADCAST = 31
"""Prefixes from this length on have no broadcast address."""
_BROADCAST_SINCE = 248
"""The oldest release that can be told to give none."""


class _Networkd:
    """What becomes of one state, for one release of networkd."""

    def __init__(self, want: _resources.Want, release: int) -> None:
        self.want, self.release = want, release
        self.faults: list[str] = []
        self.routes: dict[_resources.LinkId, list[Route]] = {}
        self.files: dict[str, str] = {}

    def make(self) -> None:
        for namespace in self.want.namespaces:
            self.faults.append(f"namespace {namespace}: networkd knows the host's own only")
        for route in self.want.routes.values():
            self._sort_in(route)
        made_as_peer: set[t.Any] = set()
        for link in self.want.links.values():
            if link.netns is not None:
                if link.kind != "loopback" or link.netns not in self.want.namespaces:
                    self._fault(link, "netns", "networkd knows the host's own namespace only")
            elif link.kind is None:
                self._fault(link, "kind", "it is there already, and its settings are in another file of networkd's")
            elif not _catalog.KINDS[link.kind].section:
                self._fault(link, "kind", _NOT_WRITTEN)
            elif not _MATCHABLE.match(link.name):
                self._fault(link, "name", "it has a character that has a meaning to networkd; choose another name")
            else:
                self._link(link, is_peer=link.id in made_as_peer)
                made_as_peer.add(link.attributes.get(_veth.PEER))
        for port in self.want.fou_ports.values():
            self.faults.append(f"FOU port {port.port}: {_NO_FOU}")

    def _fault(self, link: Link, option: str, problem: str) -> None:
        self.faults.append(f"{link.name}: {option}: {problem}")

    def _since(self, link: Link, option: str, release: int) -> None:
        """:arg release: the oldest that is known to do it."""
        if self.release < release:
            self._fault(link, option, f"networkd {self.release} can't do that, {release} can")

    # Links

    def _link(self, link: Link, is_peer: bool) -> None:
        kind = _catalog.KINDS[str(link.kind)]
        # As the engine makes it: what the kernel would choose is of no use for some kinds.
        values = {**kind.initial_of(link.attributes), **link.attributes}
        self._check_common(link, values)
        if not is_peer:
            word = kind.name if kind.created_by_ioctl else kind.kernel_name
            netdev = [_managers.HEAD, "[NetDev]", f"Name={link.name}", f"Kind={word}"]
            if not kind.created_by_ioctl:
                netdev += [f"MTUBytes={values['mtu']}"] if "mtu" in values else []
                netdev += [f"MACAddress={values['mac']}"] if "mac" in values else []
            netdev += _section(kind.section, self._own(kind, link, values))
            self.files[link.name + ".netdev"] = _text(netdev)
        network = self._network(kind, link, values, is_peer)
        network = network or _section("Link", ["Unmanaged=yes"])
        self.files[link.name + ".network"] = _text([_managers.HEAD, "[Match]", f"Name={link.name}", *network])

    def _check_common(self, link: Link, values: t.Mapping[str, t.Any]) -> None:
        if values.get("alias"):
            self._fault(link, "alias", "networkd has none; leave it out")
        if "txqueuelen" in values:
            self._fault(link, "txqueuelen", "networkd has none; leave it out")
        if values.get("promisc"):
            self._since(link, "promisc", 252)
        master = values.get("master", _values.NONE)
        if master != _values.NONE:
            bridge = self.want.links.get((None, master))
            if bridge is None or bridge.kind != "bridge":
                self._fault(link, "master", f"networkd needs {master} to be a bridge of this state")

    def _network(self, kind: _kind.Kind, link: Link, values: t.Mapping[str, t.Any], is_peer: bool) -> Lines:
        """Return what is beyond the making of the device; nothing if that is all."""
        device: Lines = []
        if kind.created_by_ioctl or is_peer:
            # networkd ignores these in the file that makes the device.
            device += [f"MTUBytes={values['mtu']}"] if "mtu" in values else []
        if kind.created_by_ioctl:
            device += [f"MACAddress={values['mac']}"] if "mac" in values else []
        for name, word in (("arp", "ARP"), ("multicast", "Multicast")):
            device += [f"{word}={_yes(values[name])}"] if name in values else []
        device += ["Promiscuous=yes"] if values.get("promisc") else []
        master = values.get("master", _values.NONE)
        bridge = [f"Bridge={master}"] if master != _values.NONE else []
        content = [line for address in link.addresses for line in _section("Address", self._address(address))]
        for route in self.routes.get(link.id, ()):
            content += _section("Route", _route(route))
        if not values.get("up"):
            if device or bridge or content:
                self._fault(link, "up", "networkd brings every link up that it gives something to; say up=true")
            return []
        # No link of these waits for others: a TAP without a program has no carrier, and a host boots without it.
        settings = ["ConfigureWithoutCarrier=yes", "IPv6AcceptRA=no", "KeepConfiguration=static", *bridge]
        return _section("Link", ["RequiredForOnline=no", *device]) + _section("Network", settings) + content

    def _address(self, address: _resources.Address) -> Lines:
        lines = [f"Address={address.address}/{address.prefixlen}"]
        lines += [f"Peer={_address.text(address)}"] if address.peer else []
        lines += [f"Scope={address.scope}"] if address.scope else []
        lines += [f"Label={address.label}"] if address.label else []
        is_wide = _values.family_of(address.address) == _values.IPV4 and address.prefixlen < _NO_BROADCAST
        if is_wide and not address.peer and self.release >= _BROADCAST_SINCE:
            # The kernel and ip(8) give none by themselves.
            lines.append("Broadcast=no")
        return lines

    def _own(self, kind: _kind.Kind, link: Link, values: t.Mapping[str, t.Any]) -> Lines:
        """Return what is in the section that the kind has of its own."""
        if kind.section == "Tunnel":
            return self._tunnel(kind, link, values)
        if kind.section == "Peer":
            peer = self.want.links[values[_veth.PEER]].attributes
            return [f"Name={values[_veth.PEER][1]}", *([f"MACAddress={peer['mac']}"] if "mac" in peer else [])]
        return _bridge(values) if kind.section == "Bridge" else _tuntap(values)

    def _tunnel(self, kind: _kind.Kind, link: Link, values: t.Mapping[str, t.Any]) -> Lines:
        self._check_tunnel(kind, link, values)
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

    def _check_tunnel(self, kind: _kind.Kind, link: Link, values: t.Mapping[str, t.Any]) -> None:
        if values.get("dev", _values.NONE) != _values.NONE:
            self._fault(link, "dev", "networkd binds a tunnel to a link in that link's own file; leave it out")
        for name, able in _ONLY_FOR.items():
            if values.get(name, _values.NONE) not in (_values.NONE, False, 0) and kind.name not in able:
                self._fault(link, name, "networkd has none for this kind; leave it out")
        self._check_keys(kind, link, values)
        if values.get("encap", _values.NONE) != _values.NONE:
            self._fault(link, "encap", _NO_FOU)
        self._check_limit(kind, link, values)
        if kind.name in _LATE:
            self._since(link, "kind", 252)
        if values.get("external"):
            self._since(link, "external", 252)
        else:
            self._check_endpoints(kind, link, values)

    def _check_endpoints(self, kind: _kind.Kind, link: Link, values: t.Mapping[str, t.Any]) -> None:
        local, remote = (values.get(name, _values.ANY) for name in ("local", "remote"))
        if kind.name in _NEEDS_REMOTE and remote == _values.ANY:
            self._fault(link, "remote", "networkd needs one for this kind")
        elif kind.name in _NEEDS_ENDPOINT and local == remote == _values.ANY:
            self._fault(link, "remote", "networkd needs one, or local, for this kind")

    def _check_keys(self, kind: _kind.Kind, link: Link, values: t.Mapping[str, t.Any]) -> None:
        for name in ("ikey", "okey"):
            key = values.get(name, _values.NONE)
            if key == 0:
                self._fault(link, name, "networkd takes 0 for no key; choose another")
            elif key != _values.NONE and kind.name == "ip6gretap":
                self._since(link, name, 252)

    def _check_limit(self, kind: _kind.Kind, link: Link, values: t.Mapping[str, t.Any]) -> None:
        limit = values.get("encaplimit", _values.NONE)
        if limit != _values.NONE and kind.kernel_name != "ip6tnl":
            self._fault(link, "encaplimit", "networkd gives these tunnels a limit of 0 or none; say none")

    # Routes

    def _sort_in(self, route: Route) -> None:
        """Put a route to the link in whose file it belongs."""
        what = f"route to {route.dst}"
        if route.netns is not None:
            self.faults.append(f"{what}: netns: networkd knows the host's own namespace only")
        elif route.tos or route.attributes.get("encap"):
            option = "tos" if route.tos else "encap"
            self.faults.append(
                f"{what}: {option}: networkd has no such routes; have ip -batch bring them back, by to_ip_batch or the role "
                "boot"
            )
        elif route.attributes.get("nexthops"):
            self.faults.append(f"{what}: nexthops: this collection writes none for networkd; leave them out")
        else:
            owner = self._way(route)
            if owner is None:
                self.faults.append(f"{what}: dev: networkd needs a link of this state, in whose file the route belongs")
            else:
                self.routes.setdefault(owner.id, []).append(route)

    def _way(self, route: Route) -> Link | None:
        name, via = route.attributes.get("dev"), route.attributes.get("via")
        if name:
            link = self.want.links.get((None, name))
            return link if link is not None and link.kind else None
        leading = [
            link
            for link in self.want.links.values()
            if link.netns is None and link.kind and via and any(_is_near(via, address) for address in link.addresses)
        ]
        return leading[0] if len(leading) == 1 else None


def files(want: _resources.Want, release: int = OLDEST) -> tuple[dict[str, str], list[str]]:
    """Return the contents of the files by their names, and what networkd can't have.

    :arg release: of systemd, such as 252.
    """
    networkd = _Networkd(want, release)
    networkd.make()
    return networkd.files, networkd.faults


def _encoded(kind: _kind.Kind, name: str, value: t.Any) -> t.Any:
    """Return what the kernel's attribute holds."""
    option = kind.option(name)
    return option.value.encode(value) if option else value


def _tuntap(values: t.Mapping[str, t.Any]) -> Lines:
    lines: Lines = []
    for name, word in (("multi_queue", "MultiQueue"), ("packet_info", "PacketInfo"), ("vnet_hdr", "VNetHeader")):
        lines += [f"{word}=yes"] if values.get(name) else []
    for name, word in (("owner", "User"), ("group", "Group")):
        lines += [f"{word}={values[name]}"] if values.get(name, _values.NONE) != _values.NONE else []
    return lines


def _bridge(values: t.Mapping[str, t.Any]) -> Lines:
    lines: Lines = []
    for name, word in (("stp", "STP"), ("vlan_filtering", "VLANFiltering")):
        lines += [f"{word}={_yes(values[name])}"] if name in values else []
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


def _route(route: Route) -> Lines:
    values = route.attributes
    everything = "::/0" if route.family == _values.IPV6 else "0.0.0.0/0"
    lines = [f"Destination={everything if route.dst == 'default' else route.dst}"]
    lines += [f"Gateway={values['via']}"] if values.get("via") else []
    lines += ["GatewayOnLink=yes"] if values.get("onlink") else []
    lines += [f"PreferredSource={values['src']}"] if values.get("src") else []
    lines += [f"MTUBytes={values['mtu']}"] if values.get("mtu") else []
    lines += [f"Type={values['type']}"] if values.get("type", "unicast") != "unicast" else []
    lines += [f"Scope={values['scope']}"] if values.get("scope") else []
    lines += [f"Protocol={'1' if values['protocol'] == 'redirect' else values['protocol']}"]
    lines += [f"Table={route.table}"] if route.table != _values.MAIN_TABLE else []
    lines += [f"Metric={route.metric}"] if route.metric else []
    return lines


def _is_near(via: str, address: _resources.Address) -> bool:
    family = _values.family_of(via)
    if family != _values.family_of(address.address):
        return False
    near = _values.network(family, address.peer or address.address, address.prefixlen)
    return _values.network(family, via, address.prefixlen) == near


def _section(name: str, lines: Lines) -> Lines:
    return ["", f"[{name}]", *lines] if lines else []


def _text(lines: Lines) -> str:
    return "\n".join(lines) + "\n"


def _yes(value: bool) -> str:
    return "yes" if value else "no"
