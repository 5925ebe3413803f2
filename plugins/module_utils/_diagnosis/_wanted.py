# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what a host is to have, which a diagnosis asks about. Pure."""

import typing as t

from .. import _argspec, _errors, _values
from .._boot import _state
from .._firewall import _rules
from .._kinds import _catalog
from .._resources import Want
from .._states import _registry

FOU = "fou"
"""The driver of UDP ports that take tunnels."""

_FORWARDING = {
    _values.IPV4: ("net.ipv4.ip_forward", "net.ipv4.conf.all.forwarding"),
    _values.IPV6: ("net.ipv6.conf.all.forwarding",),
}


class Path(t.NamedTuple):
    """Between which addresses outer packets go."""

    host: t.Optional[str]
    local: t.Optional[str]
    remote: str
    packet: t.Optional[int]
    """How large they get, in bytes."""

    @property
    def far(self) -> str:
        """What messages call the other end."""
        return "{0} of {1}".format(self.remote, self.host) if self.host else self.remote


class Driver(t.NamedTuple):
    """What the kernel needs for some of the links."""

    module: str
    kind: str
    """The kernel's word for one of the kinds of links that it brings; empty where it brings none."""
    modes: t.Tuple[str, ...]


class Wanted(t.NamedTuple):
    """What is asked for."""

    name: str
    want: Want
    paths: t.Sequence[Path]
    rules: _rules.Rules
    opens: bool
    """Whether the firewall will be told to let these in."""
    probe: bool
    time: t.Optional[float]
    """Of the controller's clock."""

    @property
    def ends(self) -> t.Dict[str, t.Dict[str, t.Any]]:
        """What findings tell of the other ends, by their addresses."""
        return {path.remote: {"remote": path.remote, "host": path.host, "far": path.far} for path in self.paths}

    @property
    def devices(self) -> t.List[str]:
        """Those on the host itself."""
        return _state.devices(self.want)

    @property
    def drivers(self) -> t.List[Driver]:
        """Those that netlink brings about."""
        modes: t.Dict[str, t.Set[str]] = {}
        kinds: t.Dict[str, str] = {}
        for link in self.want.links.values():
            kind = _catalog.KINDS.get(str(link.kind))
            if kind is None or kind.implicit or kind.created_by_ioctl:
                continue
            modes.setdefault(kind.module, set()).add(kind.name)
            kinds[kind.module] = kind.kernel_name
            if link.attributes.get("encap", _values.NONE) != _values.NONE:
                modes.setdefault(kind.encap_driver, set()).add(kind.name + " inside UDP")
        for port in _registry.wanted("fou_ports", self.want).values():
            modes.setdefault(FOU, set()).add("{0} port {1}".format(port.encap.upper(), port.port))
        return [Driver(module, kinds.get(module, ""), tuple(sorted(modes[module]))) for module in sorted(modes)]

    @property
    def of_programs(self) -> t.List[str]:
        """The names of the TUN and TAP devices."""
        made = {kind.name for kind in _catalog.KINDS.values() if kind.created_by_ioctl}
        return sorted({link.name for link in self.want.links.values() if link.kind in made})

    @property
    def has_namespaces(self) -> bool:
        return bool(_state.inhabited(self.want))

    @property
    def forwarded(self) -> t.List[int]:
        """The families of packets that the host passes on."""
        sysctls = self.want.sysctls
        return [
            family
            for family, keys in _FORWARDING.items()
            if any((None, key) in sysctls and sysctls[(None, key)].value == "1" for key in keys)
        ]


def spec() -> _argspec.Spec:
    """Return what the module takes."""
    paths: _argspec.Spec = {
        "remote": {"type": "str", "required": True},
        "local": {"type": "str"},
        "host": {"type": "str"},
        "packet": {"type": "int"},
    }
    return {
        "name": {"type": "str", "default": "tunnels"},
        "document": {"type": "dict", "default": {}},
        "paths": {"type": "list", "elements": "dict", "default": [], "options": paths},
        "accept": _argspec.firewall()["accept"],
        "opens_firewall": {"type": "bool", "default": False},
        "probe": {"type": "bool", "default": True},
        "time": {"type": "float"},
    }


def of(params: t.Mapping[str, t.Any]) -> Wanted:
    """Return what the options of the module ask for; raise BadOption or Unfit for what can't be right."""
    return Wanted(
        name=params["name"],
        want=_state.fit(params["document"]),
        paths=[_path(entry, number) for number, entry in enumerate(params["paths"])],
        rules=_rules.wanted({"accept": params["accept"], "devices": [], "inner": _values.NONE, "forward": []}),
        opens=params["opens_firewall"],
        probe=params["probe"],
        time=params["time"],
    )


def _path(entry: t.Mapping[str, t.Any], number: int) -> Path:
    found = {}
    for option in ("local", "remote"):
        try:
            found[option] = _values.parse_ip(entry[option])[1] if entry[option] is not None else None
        except ValueError as error:
            raise _errors.BadOption("paths[{0}].{1}".format(number, option), str(error)) from None
    remote = str(found["remote"])
    if found["local"] and _values.family_of(str(found["local"])) != _values.family_of(remote):
        problem = "{0} is of another family than {1}; give both of one".format(found["local"], remote)
        raise _errors.BadOption("paths[{0}].local".format(number), problem)
    return Path(entry["host"], found["local"], remote, entry["packet"])
