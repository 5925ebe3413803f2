# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: a module's parameters as probes. Pure; whatever can't be right ends here, as BadOption."""

import ipaddress
import typing as t

from .. import _errors, _values
from .._want._checks import Params, check, namespace
from ._packets import SMALLEST
from ._types import ANY, READER, SILENCE, Expected, Probe

PROTOCOLS = {"gre": 47, "ipip": 4, "sit": 41, "udp": 17, "tcp": 6}
"""The words for protocols of outer packets; those of the first three are ``ip``'s for tunnels."""

_LONGEST = 3600
_MOST_PACKETS = 1000
_LARGEST = 65535


def probes(params: Params) -> t.List[Probe]:
    """Return the probes that the options describe. What stands beside a list of them holds for all that say nothing."""
    if params["probes"] is None:
        return [_probe(params, "")]
    return [_probe(_completed(own, params), "probes[{0}].".format(at)) for at, own in enumerate(params["probes"])]


def _completed(own: Params, shared: Params) -> Params:
    return {**shared, **{name: value for name, value in own.items() if value is not None}}


def _probe(params: Params, prefix: str) -> Probe:
    family, destination = check(prefix + "destination", _destination, params["destination"])
    source = None
    if params["source"]:
        source_family, source = check(prefix + "source", _values.parse_ip, params["source"])
        if source_family != family:
            raise _errors.BadOption(
                prefix + "source", "{0} is of another family than {1}; give both of one".format(source, destination)
            )
    least = _number(params, prefix, "min_path_mtu", SMALLEST[family], _LARGEST)
    others = {
        "requests": _number(params, prefix, "count", 0, _MOST_PACKETS),
        "interval": _seconds(params, prefix, "interval"),
        "timeout": _seconds(params, prefix, "timeout"),
        "expect": params["expect"],
    }
    named: t.Dict[str, t.Any] = {name: value for name, value in others.items() if value is not None}
    probe = Probe(
        netns=namespace(params, prefix),
        name=check(prefix + "name", _values.check_link_name, params["name"]),
        family=family,
        destination=destination,
        source=source,
        path_mtu=bool(params["path_mtu"]) or least is not None,
        min_path_mtu=least,
        outer=_outer(params["outer"], prefix + "outer.") if params["outer"] else None,
        label=params["label"],
        **named,
    )
    _check_together(probe, prefix)
    return probe


def _check_together(probe: Probe, prefix: str) -> None:
    if not probe.requests and probe.expect != ANY:
        raise _errors.BadOption(
            prefix + "count", "with 0, nothing is asked; say expect=any beside it, or give 1 or more"
        )
    if probe.expect in (SILENCE, READER) and probe.path_mtu:
        option = "min_path_mtu" if probe.min_path_mtu else "path_mtu"
        raise _errors.BadOption(
            prefix + option,
            "only answers tell it; leave it out, or say expect=answer instead of {0}".format(probe.expect),
        )


def _destination(raw: str) -> t.Tuple[int, str]:
    family, text = _values.parse_ip(raw)
    address = ipaddress.ip_address(text)
    if address.is_unspecified or address.is_multicast or text == "255.255.255.255":
        raise ValueError("{0} is not an address that one host has; give one such as 10.1.1.2".format(text))
    return family, text


def _outer(raw: Params, prefix: str) -> Expected:
    values: t.Dict[str, t.Any] = {}
    if raw.get("protocol") is not None:
        values["protocol"] = check(prefix + "protocol", _protocol, str(raw["protocol"]))
    for name in ("local", "remote"):
        if raw.get(name) is not None:
            values[name] = check(prefix + name, _values.parse_ip, raw[name])[1]
    values["port"] = _number(raw, prefix, "port", 1, 65535)
    if raw.get("dev") is not None:
        values["dev"] = check(prefix + "dev", _values.check_link_name, raw["dev"])
    return Expected(**values, encrypted=bool(raw.get("encrypted")))


def _protocol(text: str) -> int:
    if text in PROTOCOLS:
        return PROTOCOLS[text]
    return _values.parse_number(text, 1, 255, words="one of " + ", ".join(PROTOCOLS))


def _number(params: Params, prefix: str, name: str, low: int, high: int) -> t.Optional[int]:
    raw = params.get(name)
    return None if raw is None else check(prefix + name, lambda value: _values.parse_number(str(value), low, high), raw)


def _seconds(params: Params, prefix: str, name: str) -> t.Optional[float]:
    raw = params[name]
    if raw is None:
        return None
    if not 0 < raw <= _LONGEST:
        raise _errors.BadOption(
            prefix + name, "{0} is not a number of seconds above 0 and up to {1}".format(raw, _LONGEST)
        )
    return float(raw)
