# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: operations as text, in the words of ``ip``."""

import shlex
import typing as t

from . import _operations, _resources, _show, _values
from ._kinds import _catalog, _kind


def command(operation: _operations.Operation) -> str:
    """Return the ``ip`` command line that does the same; where ``ip`` has none, what is done instead."""
    return _RENDERERS[type(operation)](operation)


def _line(netns: t.Optional[str], *words: str) -> str:
    where = ["ip", "-n", netns] if netns else ["ip"]
    return " ".join(shlex.quote(word) for word in where + list(words))


def _sysctl(step: t.Union[_operations.SetSysctl, _operations.PutSysctl]) -> str:
    where = ["ip", "netns", "exec", step.netns] if step.netns else []
    return " ".join(shlex.quote(word) for word in [*where, "sysctl", "-w", step.key + "=" + step.value])


def _option_words(kind: _kind.Kind, values: t.Mapping[str, t.Any], own: bool) -> t.List[str]:
    """Return the words for the kind's own options, or for the common ones, in the order of the tables."""
    words: t.List[str] = []
    for option in kind.options if own else kind.common:
        if option.name in values and option.attribute + str(option.flags or "") and option.name != "persist":
            words += option.words(values[option.name])
    return words


def _type_words(kind: _kind.Kind) -> t.List[str]:
    return ["type", kind.kernel_name, *(["mode", kind.mode_word] if kind.constants else kind.extra)]


def _add_link(operation: _operations.AddLink) -> str:
    link, peer = operation.link, operation.peer
    kind = _catalog.KINDS[str(link.kind)]
    # What ip would choose by itself, as kind.initial has it, is told where it is not wanted.
    initial = kind.initial_of(link.attributes)
    unusual = {name: value for name, value in kind.defaults.items() if name in initial}
    if kind.encap_driver == "fou6" and link.attributes.get("encap", _values.NONE) != _values.NONE:
        # Over IPv6 only, ip turns it on.
        unusual["encap_csum6"] = False
    own = _option_words(kind, {**unusual, **link.attributes}, own=True)
    if kind.created_by_ioctl:
        return _line(link.netns, "tuntap", "add", "dev", link.name, "mode", kind.name, *own)
    common = _option_words(kind, link.attributes, own=False)
    words = ["link", "add", "dev", link.name, *common, *_type_words(kind), *own]
    if peer:
        words += ["peer", "name", peer.name, *_option_words(kind, peer.attributes, own=False)]
        words += ["netns", str(peer.netns or "1")] if peer.netns != link.netns else []
    return _line(link.netns, *words)


def _delete_link(operation: _operations.DeleteLink) -> str:
    return _line(operation.netns, "link", "delete", "dev", operation.link.name)


def _set_link(operation: _operations.SetLink) -> str:
    link = operation.link
    kind = _catalog.KINDS.get(str(link.kind), _catalog.ANY)
    own = _option_words(kind, operation.changes, own=True)
    common = _option_words(kind, operation.changes, own=False)
    if kind.created_by_ioctl and kind.own.intersection(operation.changes):
        # ip can't change an existing device; this is what /dev/net/tun is asked.
        values = ["{0}={1}".format(name, value) for name, value in sorted(operation.changes.items())]
        where = " in namespace " + link.netns if link.netns else ""
        return "ioctl TUNSETIFF {0}{1}: {2}".format(link.name, where, " ".join(values))
    words = ["link", "set", "dev", link.name, *common]
    return _line(link.netns, *words, *(_type_words(kind) + own if own else ()))


def _address_words(name: str, address: _resources.Address) -> t.List[str]:
    words = (
        [_show.address_text(address)]
        if address.peer is None
        else [address.address, "peer", _show.address_text(address)]
    )
    for word in ("scope", "label"):
        value = getattr(address, word)
        words += [word, value] if value not in (None, "global", name) else []
    return [*words, "dev", name]


def _route_words(route: _resources.Route) -> t.List[str]:
    values = route.attributes
    words = [values["type"]] if values.get("type", "unicast") != "unicast" else []
    # Without an address in it, ip would take it for IPv4.
    words.append("::/0" if route.dst == "default" and route.family == _values.IPV6 else route.dst)
    words += ["tos", hex(route.tos)] if route.tos else []
    # Before via or dev, so that the src of the route is not taken for its own.
    words += _encap_words(values["encap"]) if values.get("encap") else []
    for word in ("via", "dev", "src", "mtu"):
        words += [word, str(values[word])] if values.get(word) else []
    words += ["onlink"] if values.get("onlink") else []
    words += ["scope", values["scope"]] if values.get("scope") not in (None, _usual_scope(route)) else []
    words += ["proto", str(values["protocol"])] if values.get("protocol") else []
    words += ["table", str(route.table)] if route.table != _values.MAIN_TABLE else []
    words += ["metric", str(route.metric)] if route.metric else []
    for hop in values.get("nexthops", ()):
        words.append("nexthop")
        words += ["via", hop.via] if hop.via else []
        words += ["dev", hop.dev] if hop.dev else []
        words += ["weight", str(hop.weight)]
    return words


def _encap_words(encap: _resources.Encap) -> t.List[str]:
    ttl, tos = ("hoplimit", "tc") if encap.type == "ip6" else ("ttl", "tos")
    words = ["encap", encap.type, "id", str(encap.id)]
    words += ["src", encap.src] if encap.src else []
    words += ["dst", encap.dst]
    words += [ttl, str(encap.ttl)] if encap.ttl else []
    words += [tos, hex(encap.tos)] if encap.tos else []
    return words + [word for word in ("key", "csum", "seq") if getattr(encap, word)]


def route_text(route: _resources.Route) -> str:
    """Return a route as ``ip`` shows it."""
    return " ".join(_route_words(route))


def _usual_scope(route: _resources.Route) -> str:
    """Return the scope that ip chooses where none is asked for."""
    values = route.attributes
    if route.family == _values.IPV6:
        return "global"
    if values.get("type") == "local":
        return "host"
    direct = values.get("type", "unicast") == "unicast" and not values.get("via") and not values.get("nexthops")
    return "link" if direct else "global"


def port_text(port: _resources.FouPort) -> str:
    """Return a FOU port as ``ip`` takes it."""
    return " ".join([*_port_words(port), *_encap_of_port(port)])


def _port_words(port: _resources.FouPort) -> t.List[str]:
    return [str(port.port)] + (["-6"] if port.family == _values.IPV6 else [])


def _encap_of_port(port: _resources.FouPort) -> t.List[str]:
    return ["gue"] if port.encap == "gue" else ["ipproto", str(port.ipproto)]


def _fou_line(port: _resources.FouPort, verb: str) -> str:
    words = ["fou", verb, "port", *_port_words(port)] + (_encap_of_port(port) if verb == "add" else [])
    return _line(port.netns, *words)


_RENDERERS: t.Dict[t.Any, t.Callable[[t.Any], str]] = {
    _operations.AddNamespace: lambda step: _line(None, "netns", "add", step.name),
    _operations.DeleteNamespace: lambda step: _line(None, "netns", "delete", step.namespace.name),
    _operations.SetSysctl: _sysctl,
    _operations.PutSysctl: _sysctl,
    _operations.AddLink: _add_link,
    _operations.DeleteLink: _delete_link,
    _operations.SetLink: _set_link,
    _operations.AddAddress: lambda step: _line(
        step.netns, "address", "replace", *_address_words(step.name, step.address)
    ),
    _operations.DeleteAddress: lambda step: _line(
        step.netns, "address", "delete", *_address_words(step.name, step.address)
    ),
    _operations.MoveLink: lambda step: _line(
        step.netns, "link", "set", "dev", step.link.name, "netns", str(step.to or "1")
    ),
    _operations.AddRoute: lambda step: _line(step.netns, "route", "append", *_route_words(step.route)),
    _operations.SetRoute: lambda step: _line(step.netns, "route", "replace", *_route_words(step.route)),
    _operations.AddFouPort: lambda step: _fou_line(step.port, "add"),
    _operations.DeleteFouPort: lambda step: _fou_line(step.port, "del"),
    _operations.DeleteRoute: lambda step: _line(step.netns, "route", "delete", *_route_words(step.route)),
}
