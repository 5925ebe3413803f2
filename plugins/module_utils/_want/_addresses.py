# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: addresses as people type them."""

import functools
import re
import typing as t

from .. import _errors, _values
from .._resources import Address
from .._states import _address
from .._states._address import text
from ._checks import check

_MAX_LABEL = 15
_LONGEST = 0xFFFFFFFE
"""Seconds; one more is forever."""
_TEMPORARY_LENGTH = 64
_FLAGS = {"true": True, "yes": True, "false": False, "no": False}
_NAMES = ("address", "peer", "scope", "label", *_address.OPTIONS)
_SCOPES = ("global", "site", "link", "host")


def parse(raw: t.Optional[t.Sequence[t.Any]], prefix: str, device: str) -> t.Tuple[Address, ...]:
    """Return the addresses of the link ``device``; ``prefix`` is what the option's name begins with."""
    found: t.List[Address] = []
    for position, entry in enumerate(raw or ()):
        address = _parsed(entry, "{0}addresses[{1}]".format(prefix, position), device)
        if address.address == "::1" and device != "lo":
            raise _errors.BadOption("{0}addresses[{1}]".format(prefix, position), "::1 is lo's own; give another")
        _check_unique(address, found, "{0}addresses[{1}]".format(prefix, position))
        found.append(address)
    return tuple(found)


def _check_unique(address: Address, found: t.Iterable[Address], where: str) -> None:
    for other in found:
        if address[:3] == other[:3]:
            raise _errors.BadOption(where, "it is there twice; leave one out")
        # addrconf.c (ipv6_add_addr) tells the addresses of a link apart by nothing else.
        if address.address == other.address and ":" in address.address:
            there = text(other)
            raise _errors.BadOption(
                where, "a link has an IPv6 address once, and {0} is there already; leave one out".format(there)
            )


def _parsed(entry: t.Any, where: str, device: str) -> Address:
    if not isinstance(entry, (str, dict)):
        raise _errors.BadOption(where, "{0!r} is neither an address nor a dictionary with one".format(entry))
    fields = {"address": entry} if isinstance(entry, str) else entry
    unknown = sorted(str(key) for key in set(fields) - {*_NAMES})
    if unknown:
        raise _errors.BadOption(
            where, "it has no {0}; {1} are what it takes".format(", ".join(unknown), ", ".join(_NAMES))
        )
    if not isinstance(fields.get("address"), str):
        raise _errors.BadOption(where + ".address", "give an address such as 10.1.1.1/24")
    family, host, own_length = check(where + ".address", _parse_host, fields["address"])
    peer, length = None, own_length
    if fields.get("peer") is not None:
        peer_family, peer, peer_length = check(where + ".peer", parse_interface, fields["peer"])
        if peer_family != family:
            raise _errors.BadOption(where + ".peer", "it is of another family than {0}".format(text))
        length = peer_length if peer_length is not None else own_length
    scope, label = fields.get("scope"), fields.get("label")
    if scope is not None and (scope not in _SCOPES or family != _values.IPV4):
        raise _errors.BadOption(where + ".scope", "it is one of {0}, and for IPv4 only".format(", ".join(_SCOPES)))
    if label is not None:
        if family != _values.IPV4:
            raise _errors.BadOption(where + ".label", "only IPv4 addresses have one; leave it out")
        if (
            not isinstance(label, str)
            or not label.startswith(device)
            or len(label) > _MAX_LABEL
            or re.search(r"[\s/]", label)
        ):
            raise _errors.BadOption(
                where + ".label", "it begins with {0}, as in {0}:1, and has 15 characters at most".format(device)
            )
    full = 32 if family == _values.IPV4 else 128
    address = Address(host, full if length is None else length, None if peer == host else peer, scope, label)
    return address._replace(options=_options(fields, address, where))


def _options(fields: t.Mapping[str, t.Any], address: Address, where: str) -> t.Dict[str, t.Any]:
    options: t.Dict[str, t.Any] = {}
    for name in _address.OPTIONS:
        if fields.get(name) is None:
            continue
        option = "{0}.{1}".format(where, name)
        if name in _address.ONLY_IPV6 and ":" not in address.address:
            raise _errors.BadOption(option, "only IPv6 addresses have it; leave it out")
        options[name] = check(option, _PARSERS.get(name, _parse_flag), fields[name])
    valid, preferred = (options.get(name, _address.FOREVER) for name in (_address.VALID, _address.PREFERRED))
    if valid != _address.FOREVER and _address.PREFERRED not in options:
        options[_address.PREFERRED] = valid
    elif valid != _address.FOREVER and (preferred == _address.FOREVER or preferred > valid):
        raise _errors.BadOption(
            where + ".preferred_lft", "{0} is longer than {1}, for which it is valid".format(preferred, valid)
        )
    if valid == _address.FOREVER and preferred not in (0, _address.FOREVER) and ":" not in address.address:
        raise _errors.BadOption(
            where + ".preferred_lft", "the kernel does not count it for IPv4 without valid_lft; give that too, or 0"
        )
    if options.get("mngtmpaddr") and address.prefixlen != _TEMPORARY_LENGTH:
        raise _errors.BadOption(
            where + ".mngtmpaddr", "the kernel makes others of addresses with /64 only; leave it out"
        )
    return options


def _parse_flag(raw: t.Any) -> bool:
    # Within a list of anything, Ansible does not turn text to what it stands for.
    word = str(raw).lower()
    if word not in _FLAGS:
        raise ValueError("{0!r} is neither true nor false".format(raw))
    return _FLAGS[word]


def _parse_lifetime(least: int, raw: t.Any) -> t.Any:
    if str(raw) == _address.FOREVER:
        return _address.FOREVER
    return _values.parse_number(str(raw), least, _LONGEST, _address.FOREVER)


_PARSERS: t.Dict[str, t.Callable[[t.Any], t.Any]] = {
    _address.METRIC: lambda raw: _values.parse_number(str(raw), 0, 0xFFFFFFFF),
    _address.VALID: functools.partial(_parse_lifetime, 1),
    _address.PREFERRED: functools.partial(_parse_lifetime, 0),
}


def parse_interface(raw: t.Any) -> t.Tuple[int, str, t.Optional[int]]:
    """Return family, address and prefix length of ``10.1.1.1/24``, ``10.1.1.1/255.255.255.0`` or ``10.1.1.1``."""
    address, slash, prefix = str(raw).partition("/")
    family, text = _values.parse_ip(address)
    if not slash:
        return family, text, None
    try:
        return family, text, _values.parse_prefix(family, prefix)
    except ValueError as error:
        raise ValueError("{0!r}: {1}".format(raw, error)) from None


def _parse_host(raw: t.Any) -> t.Tuple[int, str, t.Optional[int]]:
    family, text, length = parse_interface(raw)
    if not text.strip("0.:"):
        raise ValueError("{0} is no host's address; give one such as 10.1.1.1/24".format(text))
    return family, text, length
