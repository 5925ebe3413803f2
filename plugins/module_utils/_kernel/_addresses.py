# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: addresses of links, read and as messages (rtnetlink(7), ``struct ifaddrmsg``)."""

import functools
import os
import re
import socket
import struct
import time
import typing as t

from .._resources import Address
from .._states._address import FLAGS, FOREVER, METRIC, ONLY_IPV6, PREFERRED, VALID
from . import _formats
from ._netlink import Socket
from ._rtnetlink import RTM_GETADDR, SCOPE_NUMBERS, SCOPES

IFA_F_SECONDARY, IFA_F_DADFAILED, IFA_F_DEPRECATED = 0x01, 0x08, 0x20
IFA_F_TENTATIVE, IFA_F_STABLE_PRIVACY = 0x40, 0x800
_TEMPORARY = IFA_F_SECONDARY
"""Of an IPv6 address: the kernel made it of one with ``IFA_F_MANAGETEMPADDR`` (RFC 8981)."""
ASKED_FLAGS = 0x02 | 0x10 | 0x100 | 0x200 | 0x400
"""``IFA_F_NODAD``, ``HOMEADDRESS``, ``MANAGETEMPADDR``, ``NOPREFIXROUTE`` and ``MCAUTOJOIN``: those one can ask for."""
IFAPROT_KERNEL_LL = 3
TELLS = tuple(map(int, re.findall("[0-9]+", os.uname().release)[:2])) >= (5, 18)
"""Whether this kernel says which addresses are its own (``IFA_PROTO``)."""

_ATTRIBUTES = frozenset(
    ("IFA_LOCAL", "IFA_ADDRESS", "IFA_LABEL", "IFA_FLAGS", "IFA_CACHEINFO", "IFA_RT_PRIORITY", "IFA_PROTO")
)
_CACHEINFO = struct.Struct("=IIII")
"""``struct ifa_cacheinfo``, which begins with the lifetimes: preferred and valid."""
_FOREVER = 0xFFFFFFFF
_UNLIMITED = b"\xff" * 8
"""Both lifetimes."""
_TOLD = sum(FLAGS.values())


def read(connection: Socket, indexes: t.Collection[int], filtered: bool) -> t.Dict[int, t.List[Address]]:
    """Return the addresses of the links with these indexes.

    :arg filtered: ask for each link by itself, rather than for all there are.
    """
    message = _formats.message("ifaddrmsg")
    found: t.Dict[int, t.List[Address]] = {index: [] for index in indexes}
    for asked in indexes if filtered else [0]:
        for body in connection.dump(RTM_GETADDR, message.start(index=asked)):
            header, attributes = message.unpack_message(body, _ATTRIBUTES)
            # Before Linux 4.20 the index in the request is no filter.
            if header["index"] in found and asked in (0, header["index"]):
                found[header["index"]].append(_decode(header, attributes, body))
    return found


def tentative(connection: Socket) -> t.Set[int]:
    """Return the indexes of the links with an IPv6 address of which the kernel still asks whether somebody else has it.

    It sends nothing from such an address (RFC 4862, section 5.4), but from one of another link.
    """
    message = _formats.message("ifaddrmsg")
    headers = [
        message.unpack_message(body, ())[0]
        for body in connection.dump(RTM_GETADDR, message.start(family=socket.AF_INET6))
    ]
    return {each["index"] for each in headers if each["flags"] & (IFA_F_TENTATIVE | IFA_F_DADFAILED) == IFA_F_TENTATIVE}


def encode(index: int, address: Address, changes: t.Optional[t.Mapping[str, t.Any]] = None) -> bytes:
    """Return the body of a message about this address of the link with that index, as it was found if it was.

    :arg changes: options that it gets in place of those that were found.
    """
    message = _formats.message("ifaddrmsg")
    if address.message:
        return _as_found(index, address, changes or {})
    scope = address.scope or "global"
    attributes: t.Dict[str, t.Any] = {"IFA_LOCAL": address.address, "IFA_ADDRESS": address.peer or address.address}
    if address.label:
        attributes["IFA_LABEL"] = address.label
    header = message.start(
        family=socket.AF_INET6 if ":" in address.address else socket.AF_INET,
        prefixlen=address.prefixlen,
        scope=SCOPE_NUMBERS[scope] if scope in SCOPE_NUMBERS else int(scope),
        index=index,
    )
    return header + message.pack({**attributes, **_encode_options(address.options)})


def _as_found(index: int, address: Address, changes: t.Mapping[str, t.Any]) -> bytes:
    message = _formats.message("ifaddrmsg")
    size = message.header.size
    header: t.Dict[str, int] = dict(zip(message.fields, message.header.unpack(address.message[:size])))
    payload = address.message[size:]
    found = message.unpack(payload, _ATTRIBUTES)
    # What else there is tells of the address's state.
    all_flags: int = found.get("IFA_FLAGS", header["flags"])
    flags = all_flags & ASKED_FLAGS
    header.update(index=index)
    left = {name: FOREVER if number == _FOREVER else number for name, number in _lifetimes(found, all_flags).items()}
    told = {
        "IFA_CACHEINFO": 2 * _UNLIMITED,
        "IFA_FLAGS": 0,
        **_encode_options({**left, METRIC: found.get("IFA_RT_PRIORITY", 0), **changes}),
    }
    told["IFA_FLAGS"] |= flags & ~sum(FLAGS[name] for name in FLAGS if name in changes)
    return message.start(**{**header, "flags": told["IFA_FLAGS"] & 0xFF}) + message.merge(payload, told)


def _lifetimes(attributes: t.Mapping[str, t.Any], flags: int) -> t.Dict[str, int]:
    """Return what is left of them."""
    preferred, valid, *_moments = _CACHEINFO.unpack(attributes.get("IFA_CACHEINFO", 2 * _UNLIMITED))
    # Of an IPv4 address that is valid forever, only the flag tells it.
    return {PREFERRED: 0 if flags & IFA_F_DEPRECATED else preferred, VALID: valid}


def _encode_options(options: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
    preferred, valid = (
        _FOREVER if options.get(name, FOREVER) == FOREVER else options[name] for name in (PREFERRED, VALID)
    )
    flags = sum(bit for name, bit in FLAGS.items() if options.get(name))
    return {
        **({"IFA_FLAGS": flags} if flags else {}),
        **({"IFA_CACHEINFO": _CACHEINFO.pack(min(preferred, valid), valid, 0, 0)} if preferred < _FOREVER else {}),
        **({"IFA_RT_PRIORITY": options[METRIC]} if METRIC in options else {}),
    }


def _decode_options(attributes: t.Mapping[str, t.Any], flags: int, ipv6: bool) -> t.Mapping[str, t.Any]:
    lasting = _lasting(flags & _TOLD, ipv6, attributes.get("IFA_RT_PRIORITY", 0))
    cacheinfo = attributes.get("IFA_CACHEINFO", _UNLIMITED)
    if cacheinfo.startswith(_UNLIMITED) and not flags & IFA_F_DEPRECATED:
        return lasting
    left = _lifetimes(attributes, flags)
    counted = {name: number and number + _age(cacheinfo) for name, number in left.items() if number != _FOREVER}
    return {**lasting, **counted}


@functools.lru_cache(maxsize=None)
def _lasting(flags: int, ipv6: bool, metric: int) -> t.Mapping[str, t.Any]:
    """Return the options of an address that lasts forever: most have them alike."""
    known = {name: bool(flags & bit) for name, bit in FLAGS.items() if ipv6 or name not in ONLY_IPV6}
    return {**known, METRIC: metric, PREFERRED: FOREVER, VALID: FOREVER}


def _age(cacheinfo: bytes) -> int:
    """Return the seconds since the lifetimes were given. The kernel tells the moment by its clock of hundredths, which
    overflows."""
    given = _CACHEINFO.unpack(cacheinfo)[3]
    return int((int(time.monotonic() * 100) - given) & 0xFFFFFFFF) // 100


def _decode(header: t.Mapping[str, int], attributes: t.Mapping[str, t.Any], body: bytes) -> Address:
    local = attributes["IFA_LOCAL"] if "IFA_LOCAL" in attributes else _formats.required(attributes, "IFA_ADDRESS")
    far = attributes.get("IFA_ADDRESS", local)
    scope = SCOPES.get(header["scope"], str(header["scope"]))
    ipv6 = header["family"] == socket.AF_INET6
    flags = attributes.get("IFA_FLAGS", header["flags"])
    return Address(
        address=local,
        prefixlen=header["prefixlen"],
        peer=far if far != local else None,
        scope=scope,
        label=attributes.get("IFA_LABEL"),
        automatic=ipv6 and (bool(flags & _TEMPORARY) or (scope == "link" and _is_kernels_own(local, attributes))),
        message=body,
        secondary=not ipv6 and bool(flags & IFA_F_SECONDARY),
        options=_decode_options(attributes, flags, ipv6),
    )


def _is_kernels_own(address: str, attributes: t.Mapping[str, t.Any]) -> bool:
    """Return whether the kernel made a link-local address by itself; an older one does not say so, but its form does."""
    if "IFA_PROTO" in attributes or TELLS:
        return bool(attributes.get("IFA_PROTO") == IFAPROT_KERNEL_LL)
    # From a MAC address (RFC 4291, appendix A), from an IPv4 address (RFC 5214), or a random one, which nobody can ask for.
    identifier = socket.inet_pton(socket.AF_INET6, address)[8:]
    made = identifier[3:5] == b"\xff\xfe" or identifier[1:4] == b"\0\x5e\xfe"
    return made or bool(attributes.get("IFA_FLAGS", 0) & IFA_F_STABLE_PRIVACY)
