# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: a state as files for systemd-networkd (systemd.netdev(5), systemd.network(5)).

What networkd can't have is a fault, and so is what it takes and then does otherwise than asked.
"""

import re
import typing as t

from .. import _managers, _resources, _values
from .._kinds import _catalog, _kind, _underlay, _veth
from .._states import _registry
from . import _networkd_kinds
from . import _networkd_lines as _lines

OLDEST = 247
"""The release that is assumed where none is named."""

Lines = t.List[str]
Link = _resources.Link

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
_OWN_ONLY = "networkd knows the host's own namespace only"
_NOT_WRITTEN = "this collection writes none for networkd; have ip -batch bring it back, by to_ip_batch or the role boot"
NO_FOU = "networkd opens no port for GUE on recent kernels, so this collection leaves all of FOU out"


class Networkd:
    """What becomes of one state, for one release of networkd."""

    def __init__(self, want: _resources.Want, release: int) -> None:
        self.want, self.release = want, release
        self.faults: t.List[str] = []
        self.sections: t.Dict[_resources.LinkId, Lines] = {}
        """What the files of links have beside the links."""
        self.files: t.Dict[str, str] = {}

    def make(self) -> None:
        for namespace in self.want.namespaces:
            self.faults.append(f"namespace {namespace}: networkd knows the host's own only")
        for field in _registry.BESIDE_LINKS:
            if _registry.wanted(field, self.want):
                _registry.load(field, "_boot").sort_in(self)
        made_as_peer: t.Set[t.Any] = set()
        for link in self.want.links.values():
            unfit = self._unfit(link)
            if unfit:
                self._fault(link, *unfit)
            elif link.netns is None:
                self._link(link, is_peer=link.id in made_as_peer)
                made_as_peer.add(link.attributes.get(_veth.PEER))

    def _unfit(self, link: Link) -> t.Optional[t.Tuple[str, str]]:
        """Return why networkd can't have a link, with the option that it is about; None where it can, or has no say in it."""
        if link.netns is not None:
            is_lo = link.kind == "loopback" and link.netns in self.want.namespaces
            return None if is_lo else ("netns", _OWN_ONLY)
        if _underlay.is_elsewhere(link):
            return _underlay.NAME, _OWN_ONLY
        if link.kind is None:
            return "kind", "it is there already, and its settings are in another file of networkd's"
        if not _catalog.KINDS[link.kind].section:
            return "kind", _NOT_WRITTEN
        if not _MATCHABLE.match(link.name):
            return "name", "it has a character that has a meaning to networkd; choose another name"
        return None

    def _fault(self, link: Link, option: str, problem: str) -> None:
        self.faults.append(f"{link.name}: {option}: {problem}")

    def add(self, link: Link, section: str, lines: Lines) -> None:
        """Add a section to the file of a link."""
        self.sections.setdefault(link.id, []).extend(_lines.section(section, lines))

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
            netdev += _lines.section(kind.section, self._own(kind, link, values))
            self.files[link.name + ".netdev"] = _lines.text(netdev)
        network = self._network(kind, link, values, is_peer)
        network = network or _lines.section("Link", ["Unmanaged=yes"])
        self.files[link.name + ".network"] = _lines.text([_managers.HEAD, "[Match]", f"Name={link.name}", *network])

    def _check_common(self, link: Link, values: t.Mapping[str, t.Any]) -> None:
        for name in ("alias", "txqueuelen", "altnames"):
            if values.get(name, "") not in ("", []):
                self._fault(link, name, "networkd has none; leave it out")
        if values.get("addrgenmode") == "stable_secret":
            self._fault(link, "addrgenmode", "networkd makes up a secret of its own; have ip -batch bring it back")
        if values.get("promisc"):
            self._since(link, "promisc", 252)
        master = values.get("master", _values.NONE)
        if master != _values.NONE:
            above = self.want.links.get((None, master))
            if above is None or above.kind not in _networkd_kinds.MASTERS:
                kinds = " or a ".join(sorted(_networkd_kinds.MASTERS))
                self._fault(link, "master", f"networkd needs {master} to be a {kinds} of this state")

    def _network(self, kind: _kind.Kind, link: Link, values: t.Mapping[str, t.Any], is_peer: bool) -> Lines:
        """Return what is beyond the making of the device; nothing if that is all."""
        # networkd ignores the MTU in the file that makes such a device.
        late = {"mtu", "mac"} if kind.created_by_ioctl else {"mtu"} if is_peer else set()
        device = _lines.device(values, late)
        master = values.get("master", _values.NONE)
        others = self._port_of((link.netns, master)) + self._made_on(link)
        for fault in filter(None, map(_lines.address_fault, link.addresses)):
            self._fault(link, "addresses", fault)
        content = [
            line
            for address in link.addresses
            for line in _lines.section("Address", _lines.address(address, self.release))
        ]
        as_port, faults = _networkd_kinds.port_lines(values, self.release)
        for option, problem in faults.items():
            self._fault(link, option, problem)
        content += _lines.section("Bridge", as_port)
        content += self.sections.get(link.id, [])
        if not values.get("up"):
            if device or others or content or "addrgenmode" in values:
                self._fault(link, "up", "networkd brings every link up that it gives something to; say up=true")
            return []
        # No link of these waits for others: a TAP without a program has no carrier, and a host boots without it.
        settings = ["ConfigureWithoutCarrier=yes", "IPv6AcceptRA=no", "KeepConfiguration=static", *others]
        settings += [f"IPv6LinkLocalAddressGenerationMode={values['addrgenmode']}"] if "addrgenmode" in values else []
        return _lines.section("Link", ["RequiredForOnline=no", *device]) + _lines.section("Network", settings) + content

    def _port_of(self, id_: _resources.LinkId) -> Lines:
        """Return the line that makes a link a port of another one, if that is there."""
        above = self.want.links.get(id_)
        word = _networkd_kinds.MASTERS.get(str(above.kind)) if above else None
        return [f"{word}={id_[1]}"] if word else []

    def _made_on(self, link: Link) -> Lines:
        """Return the lines that have networkd make links on this one."""
        uppers = [upper for upper in self.want.links.values() if _networkd_kinds.stands_on(upper) == link.id]
        return [f"{_catalog.KINDS[str(upper.kind)].section}={upper.name}" for upper in uppers]

    def _settings(self, kind: _kind.Kind, link: Link, values: t.Mapping[str, t.Any]) -> Lines:
        lower = _networkd_kinds.stands_on(link)
        below = self.want.links.get(lower) if lower else None
        if lower and (below is None or below.kind is None):
            needed = f"networkd makes it by the file of {lower[1]}, which has to be a link of this state"
            self._fault(link, kind.lower[0].name, needed)
        lines, faults = _networkd_kinds.lines(kind, values, self.release)
        for option, problem in faults.items():
            self._fault(link, option, problem)
        return lines

    def _own(self, kind: _kind.Kind, link: Link, values: t.Mapping[str, t.Any]) -> Lines:
        """Return what is in the section that the kind has of its own."""
        if kind.section == "Tunnel":
            self._check_tunnel(kind, link, values)
            return _lines.tunnel(kind, values)
        if not kind.options:
            return []
        if kind.name in _networkd_kinds.SETTINGS:
            return self._settings(kind, link, values)
        if kind.section == "Peer":
            peer = self.want.links[values[_veth.PEER]].attributes
            return [f"Name={values[_veth.PEER][1]}", *([f"MACAddress={peer['mac']}"] if "mac" in peer else [])]
        return _lines.bridge(values) if kind.section == "Bridge" else _lines.tuntap(values)

    def _check_tunnel(self, kind: _kind.Kind, link: Link, values: t.Mapping[str, t.Any]) -> None:
        if values.get("dev", _values.NONE) != _values.NONE:
            self._fault(link, "dev", "networkd binds a tunnel to a link in that link's own file; leave it out")
        for name, able in _ONLY_FOR.items():
            if values.get(name, _values.NONE) not in (_values.NONE, False, 0) and kind.name not in able:
                self._fault(link, name, "networkd has none for this kind; leave it out")
        self._check_keys(kind, link, values)
        if values.get("encap", _values.NONE) != _values.NONE:
            self._fault(link, "encap", NO_FOU)
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


def files(want: _resources.Want, release: int = OLDEST) -> t.Tuple[t.Dict[str, str], t.List[str]]:
    """Return the contents of the files by their names, and what networkd can't have.

    :arg release: of systemd, such as 252.
    """
    networkd = Networkd(want, release)
    networkd.make()
    return networkd.files, networkd.faults
