# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: rules of policy routing as people type them."""

import typing as t

from ... import _errors, _protocols, _values
from ..._resources import Rule
from ..._want._checks import Params, check, namespace
from .._route._want import parse_destination, parse_table, parse_tos

_NUMBER = 0xFFFFFFFF
_PROTOCOLS = ("static", "boot", "dhcp", "ra", "unspec")
_IPPROTOS = {"icmp": 1, "tcp": 6, "udp": 17, "gre": 47, "esp": 50, "ah": 51, "ipv6-icmp": 58, "sctp": 132}
_LOOKUP, _GOTO = "lookup", "goto"
_OF_LOOKUP = ("table", "suppress_prefixlength", "suppress_ifgroup")


def parse(params: Params) -> t.List[Rule]:
    """Return the rule that the options describe."""
    values = {
        name: check(name, parser, params[name])
        for name, parser in _PARSERS.items()
        if params[name] is not None and params[name] is not False
    }
    if not values.get("tos", 1):
        del values["tos"]
    family = _take_family(params["family"], values)
    _check_action(values)
    priority = params["priority"]
    if priority is not None:
        priority = check("priority", _values.Number(0, _NUMBER).parse, priority)
        if values.get(_GOTO, _NUMBER + 1) <= priority:
            raise _errors.BadOption(
                _GOTO, "it leads back; give the priority of a later rule, above {0}".format(priority)
            )
    return [Rule(namespace(params), family, priority, tuple(sorted(values.items())))]


def _take_family(named: t.Optional[str], values: t.Dict[str, t.Any]) -> int:
    """Return the family that is named, or else that of the addresses, and leave the networks in the values."""
    family = {None: None, "inet": _values.IPV4, "inet6": _values.IPV6}[named]
    for name in ("from", "to"):
        if name in values:
            other, network = values.pop(name)
            if family is not None and other is not None and other != family:
                raise _errors.BadOption(name, "it is of another family than the rest of the rule")
            family = family or other
            # What is for all addresses is no condition.
            values.update({name: network} if network != "default" else {})
    return family or _values.IPV4


def _check_action(values: t.Dict[str, t.Any]) -> None:
    """Raise BadOption where the values don't say one thing to do; leave what the kernel keeps of them."""
    type_ = values.pop("type", _LOOKUP)
    if type_ != _LOOKUP:
        values["type"] = type_
    ends = "l3mdev" in values or _GOTO in values or "type" in values
    for name in (*_OF_LOOKUP, _GOTO):
        if name in values and "type" in values:
            raise _errors.BadOption(name, "a rule of type {0} looks nothing up; leave it out".format(type_))
        if name in values and _GOTO in values and name != _GOTO:
            raise _errors.BadOption(name, "a rule with goto looks nothing up; leave one of them out")
    if "l3mdev" in values and ("table" in values or _GOTO in values):
        other = "table" if "table" in values else _GOTO
        raise _errors.BadOption(other, "l3mdev has packets go by the table of their VRF; leave one of them out")
    if not ends:
        values.setdefault("table", _values.MAIN_TABLE)


def _parse_network(raw: t.Any) -> t.Tuple[t.Optional[int], str]:
    return (None, "default") if str(raw) in ("all", "any") else parse_destination(raw)


def _parse_fwmark(raw: t.Any) -> str:
    """Return the mark, with the bits of it that count where those are not all."""
    mark, slash, mask = str(raw).partition("/")
    number = _values.parse_number(mark, 0, _NUMBER)
    bits = _values.parse_number(mask, 1, _NUMBER) if slash else _NUMBER
    # ip(8) takes a mark of 0 without a mask for any mark.
    return hex(number) if bits == _NUMBER and number else "{0}/{1}".format(hex(number), hex(bits))


def _range(high: int, single: str) -> t.Callable[[t.Any], str]:
    """:arg single: the form of a range of one number."""

    def parse_range(raw: t.Any) -> str:
        first, dash, last = str(raw).partition("-")
        start = _values.parse_number(first, 0, high)
        end = _values.parse_number(last, 0, high) if dash else start
        if end < start:
            raise ValueError("{0!r} ends before it begins".format(raw))
        return single.format(start) if start == end else "{0}-{1}".format(start, end)

    return parse_range


def _parse_port(raw: t.Any) -> str:
    text = _range(65535, "{0}")(raw)
    if text.startswith("0"):
        raise ValueError("{0!r} has port 0 in it, which no packet has; begin with 1".format(raw))
    return text


def _parse_ipproto(raw: t.Any) -> int:
    return _IPPROTOS.get(str(raw)) or _values.parse_number(str(raw), 1, 255, ", ".join(_IPPROTOS))


def _parse_protocol(raw: t.Any) -> str:
    protocol = _protocols.parse(raw, 0, _PROTOCOLS)
    if protocol == "kernel":
        raise ValueError("the kernel's own rules are left alone; leave it out")
    return protocol


def _number(low: int, high: int) -> t.Callable[[t.Any], int]:
    return lambda raw: _values.parse_number(str(raw), low, high)


_PARSERS: t.Dict[str, t.Callable[[t.Any], t.Any]] = {
    "not": bool,
    "from": _parse_network,
    "to": _parse_network,
    "tos": parse_tos,
    "fwmark": _parse_fwmark,
    "iif": _values.check_link_name,
    "oif": _values.check_link_name,
    "uidrange": _range(_NUMBER - 1, "{0}-{0}"),
    "ipproto": _parse_ipproto,
    "sport": _parse_port,
    "dport": _parse_port,
    "tun_id": _number(1, 0xFFFFFFFFFFFFFFFF),
    "l3mdev": bool,
    "type": str,
    "goto": _number(1, _NUMBER),
    "table": parse_table,
    "suppress_prefixlength": _number(0, 128),
    "suppress_ifgroup": _number(0, _NUMBER - 1),
    "protocol": _parse_protocol,
}
