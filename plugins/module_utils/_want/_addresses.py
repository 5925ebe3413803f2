# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: addresses as people type them."""

import re
import typing as t

from .. import _errors, _values
from .._resources import Address
from .._states._address import text
from ._checks import check

_MAX_LABEL = 15
_SCOPES = ("global", "site", "link", "host")


def parse(raw: t.Optional[t.Sequence[t.Any]], prefix: str, device: str) -> t.Tuple[Address, ...]:
    """Return the addresses of the link ``device``; ``prefix`` is what the option's name begins with."""
    found: t.List[Address] = []
    for position, entry in enumerate(raw or ()):
        address = _address(entry, "{0}addresses[{1}]".format(prefix, position), device)
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


def _address(entry: t.Any, where: str, device: str) -> Address:
    if not isinstance(entry, (str, dict)):
        raise _errors.BadOption(where, "{0!r} is neither an address nor a dictionary with one".format(entry))
    fields = {"address": entry} if isinstance(entry, str) else entry
    unknown = sorted(str(key) for key in set(fields) - {"address", "peer", "scope", "label"})
    if unknown:
        raise _errors.BadOption(
            where, "it has no {0}; address, peer, scope and label are what it takes".format(", ".join(unknown))
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
    return Address(host, full if length is None else length, None if peer == host else peer, scope, label)


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
