# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: routes as people type them."""

import typing as t

from ... import _errors, _protocols, _values
from ..._resources import Encap, NextHop, Route
from ..._want._addresses import parse_interface
from ..._want._checks import Params, check, namespace

_TABLES = {"main": _values.MAIN_TABLE, "default": _values.DEFAULT_TABLE, "local": _values.LOCAL_TABLE}
_PROTOCOLS = ("static", "boot", "dhcp", "ra", "kernel", "redirect")


def parse(params: Params, prefix: str = "") -> t.List[Route]:
    """Return the route that the options describe."""
    dst_family, dst = check(prefix + "dst", parse_destination, params["dst"])
    attributes, families = _attributes(params, prefix)
    families = {"dst": dst_family, **families}
    if params["encap"] is not None:
        attributes["encap"] = parse_encap(params["encap"], prefix + "encap.")
    if params["nexthops"]:
        attributes["nexthops"], families["nexthops"] = _next_hops(params["nexthops"], prefix)
    family = _family(params["family"], families, prefix)
    if family == _values.IPV6 and "scope" in attributes:
        raise _errors.BadOption(prefix + "scope", "only IPv4 routes have one; leave it out")
    if params["state"] == "present":
        _check_ways(attributes, prefix)
    _take_single_hop(attributes)
    metric = params["metric"]
    if metric is None:
        metric = 0 if family == _values.IPV4 else _values.IPV6_METRIC
    metric = check(prefix + "metric", _values.Number(0, 0xFFFFFFFF).parse, metric)
    if family == _values.IPV6 and metric == 0:
        raise _errors.BadOption(
            prefix + "metric", "IPv6 has none of 0; leave it out for {0}".format(_values.IPV6_METRIC)
        )
    table = check(prefix + "table", parse_table, params["table"])
    tos = check(prefix + "tos", parse_tos, params["tos"] or 0)
    if family == _values.IPV6 and tos:
        raise _errors.BadOption(prefix + "tos", "only IPv4 routes have one; leave it out")
    return [Route(namespace(params, prefix), family, dst, metric, table, attributes, tos=tos)]


def _attributes(params: Params, prefix: str) -> t.Tuple[t.Dict[str, t.Any], t.Dict[str, t.Optional[int]]]:
    """Return the options that are set, and the families of those that are addresses."""
    values: t.Dict[str, t.Any] = {}
    families: t.Dict[str, t.Optional[int]] = {}
    for name, parser in _PARSERS.items():
        if params[name] is not None:
            values[name] = check(prefix + name, parser, params[name])
    for name in ("via", "src"):
        if name in values:
            families[name], values[name] = values[name]
    return values, families


def _take_single_hop(attributes: t.Dict[str, t.Any]) -> None:
    """The kernel keeps one next hop of several as if it had been no list."""
    hops = attributes.get("nexthops", ())
    if len(hops) == 1:
        del attributes["nexthops"]
        attributes.update({name: getattr(hops[0], name) for name in ("via", "dev") if getattr(hops[0], name)})


def _family(named: t.Optional[str], found: t.Mapping[str, t.Optional[int]], prefix: str) -> int:
    """Return the family that is named, or else that of the addresses; a default route may have neither."""
    family = {None: None, "inet": _values.IPV4, "inet6": _values.IPV6}[named]
    for name, other in found.items():
        if family is not None and other is not None and other != family:
            raise _errors.BadOption(prefix + name, "it is of another family than the rest of the route")
        family = family or other
    return family or _values.IPV4


def _check_ways(attributes: t.Mapping[str, t.Any], prefix: str) -> None:
    ways = [name for name in ("via", "dev", "nexthops", "nhid") if attributes.get(name)]
    if attributes.get("nhid"):
        _check_by_nexthop(attributes, prefix)
    elif attributes.get("type", "unicast") in ("unicast", "local"):
        if not ways:
            raise _errors.BadOption(prefix + "dev", "a route needs a way; give dev, via, nexthops or nhid")
        if "nexthops" in ways and len(ways) > 1:
            raise _errors.BadOption(prefix + "nexthops", "{0} belongs into its elements then".format(ways[0]))
        if attributes.get("onlink") and not attributes.get("via"):
            raise _errors.BadOption(prefix + "onlink", "it is about via; give that, or leave it out")
        if attributes.get("encap") and "nexthops" in ways:
            raise _errors.BadOption(prefix + "encap", "it is about one way; give dev or via in place of nexthops")
    elif ways:
        raise _errors.BadOption(prefix + ways[0], "a {0} route has no way; leave it out".format(attributes["type"]))
    elif attributes.get("encap"):
        raise _errors.BadOption(prefix + "encap", "a {0} route has none; leave it out".format(attributes["type"]))


def _check_by_nexthop(attributes: t.Mapping[str, t.Any], prefix: str) -> None:
    for name in ("via", "dev", "nexthops", "onlink", "encap", "scope"):
        if attributes.get(name):
            raise _errors.BadOption(prefix + name, "it is the nexthop's; say it there, or leave nhid out")
    if attributes.get("type", "unicast") != "unicast":
        raise _errors.BadOption(prefix + "nhid", "a {0} route has no way; leave it out".format(attributes["type"]))


def _next_hops(entries: t.Sequence[Params], prefix: str) -> t.Tuple[t.Tuple[NextHop, ...], t.Optional[int]]:
    hops, families = [], set()
    for position, entry in enumerate(entries):
        where = "{0}nexthops[{1}].".format(prefix, position)
        via = None
        if entry["via"] is not None:
            family, via = check(where + "via", _values.parse_ip, entry["via"])
            families.add(family)
        dev = entry["dev"] and check(where + "dev", _values.check_link_name, entry["dev"])
        if not via and not dev:
            raise _errors.BadOption(where + "via", "give via or dev, or both")
        if len(families) > 1:
            raise _errors.BadOption(where + "via", "it is of another family than the rest of the route")
        hops.append(NextHop(via, dev, check(where + "weight", _values.Number(1, 256).parse, entry["weight"])))
    return tuple(hops), families.pop() if families else None


def parse_encap(entry: Params, where: str) -> t.Optional[Encap]:
    """Return what the route puts around packets, None for nothing."""
    named = {name: value for name, value in entry.items() if value is not None}
    type_ = named.pop("type")
    if type_ == _values.NONE:
        if named:
            raise _errors.BadOption(where + min(named), "with type none, there is none; leave it out")
        return None
    if "dst" not in named:
        raise _errors.BadOption(where + "dst", "it is missing; give the underlay address of the far end")
    return Encap(type_, **{name: check(where + name, _ENCAP[name], (type_, raw)) for name, raw in named.items()})


def _parse_outer(typed: t.Tuple[str, t.Any]) -> str:
    type_, raw = typed
    family, text = _values.parse_ip(str(raw))
    if (family == _values.IPV6) != (type_ == "ip6"):
        version = "IPv6" if type_ == "ip6" else "IPv4"
        raise ValueError("{0!r} is not an {1} address, which type {2} needs".format(raw, version, type_))
    return text


def parse_destination(raw: t.Any) -> t.Tuple[t.Optional[int], str]:
    """Return family and text of ``default`` or of a network; a lone address is a network of its own."""
    if str(raw) == "default":
        return None, "default"
    family, text, length = parse_interface(raw)
    length = (32 if family == _values.IPV4 else 128) if length is None else length
    network = _values.network(family, text, length)
    if network != text:
        raise ValueError("{0!r} has bits beyond its prefix; {1}/{2} is the network".format(raw, network, length))
    return family, "default" if length == 0 else "{0}/{1}".format(text, length)


def parse_table(raw: t.Any) -> int:
    return _TABLES.get(str(raw)) or _values.parse_number(str(raw), 1, 0xFFFFFFFF, ", ".join(_TABLES))


def parse_tos(raw: t.Any) -> int:
    number = _values.parse_number(str(raw), 0, 255)
    if number & 3:
        raise ValueError("{0!r} has one of the last two bits, which are no route's (ECN); leave them 0".format(raw))
    return number


def _parse_protocol(raw: t.Any) -> str:
    return _protocols.parse(raw, 1, _PROTOCOLS)


_PARSERS: t.Dict[str, t.Callable[[t.Any], t.Any]] = {
    "via": _values.parse_ip,
    "src": _values.parse_ip,
    "dev": _values.check_link_name,
    "nhid": lambda raw: _values.parse_number(str(raw), 1, 0xFFFFFFFF),
    "type": str,
    "scope": str,
    "onlink": bool,
    "protocol": _parse_protocol,
    "mtu": _values.Number(68, 0xFFFFFFFF).parse,
}


def _within(high: int) -> t.Callable[[t.Any], int]:
    return lambda typed: _values.parse_number(str(typed[1]), 0, high)


_ENCAP: t.Dict[str, t.Callable[[t.Any], t.Any]] = {
    "id": _within(0xFFFFFFFFFFFFFFFF),
    "dst": _parse_outer,
    "src": _parse_outer,
    "ttl": _within(255),
    "tos": _within(255),
    "key": lambda typed: bool(typed[1]),
    "csum": lambda typed: bool(typed[1]),
    "seq": lambda typed: bool(typed[1]),
}
"""What makes a value of the type of the encapsulation and of what the user typed."""
