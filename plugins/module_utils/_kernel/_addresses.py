# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: addresses of links, read and as messages (rtnetlink(7), ``struct ifaddrmsg``)."""

import os
import re
import socket
import typing as t

from .._resources import Address
from . import _formats
from ._netlink import Socket
from ._rtnetlink import RTM_GETADDR, SCOPE_NUMBERS, SCOPES

IFA_F_SECONDARY, IFA_F_DADFAILED, IFA_F_TENTATIVE, IFA_F_STABLE_PRIVACY = 0x01, 0x08, 0x40, 0x800
ASKED_FLAGS = 0x02 | 0x10 | 0x100 | 0x200 | 0x400
"""``IFA_F_NODAD``, ``HOMEADDRESS``, ``MANAGETEMPADDR``, ``NOPREFIXROUTE`` and ``MCAUTOJOIN``: those one can ask for."""
IFAPROT_KERNEL_LL = 3
TELLS = tuple(map(int, re.findall("[0-9]+", os.uname().release)[:2])) >= (5, 18)
"""Whether this kernel says which addresses are its own (``IFA_PROTO``)."""

_ATTRIBUTES = frozenset(("IFA_LOCAL", "IFA_ADDRESS", "IFA_LABEL", "IFA_FLAGS", "IFA_PROTO"))


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


def encode(index: int, address: Address) -> bytes:
    """Return the body of a message about this address of the link with that index, as it was found if it was."""
    message = _formats.message("ifaddrmsg")
    if address.message:
        return _as_found(index, address)
    scope = address.scope or "global"
    attributes = {"IFA_LOCAL": address.address, "IFA_ADDRESS": address.peer or address.address}
    if address.label:
        attributes["IFA_LABEL"] = address.label
    header = message.start(
        family=socket.AF_INET6 if ":" in address.address else socket.AF_INET,
        prefixlen=address.prefixlen,
        scope=SCOPE_NUMBERS[scope] if scope in SCOPE_NUMBERS else int(scope),
        index=index,
    )
    return header + message.pack(attributes)


def _as_found(index: int, address: Address) -> bytes:
    message = _formats.message("ifaddrmsg")
    size = message.header.size
    header: t.Dict[str, int] = dict(zip(message.fields, message.header.unpack(address.message[:size])))
    payload = address.message[size:]
    flags: int = message.unpack(payload, ("IFA_FLAGS",)).get("IFA_FLAGS", header["flags"])
    # What else there is tells of the address's state.
    header.update(index=index, flags=flags & ASKED_FLAGS & 0xFF)
    return message.start(**header) + message.merge(payload, {"IFA_FLAGS": flags & ASKED_FLAGS})


def _decode(header: t.Mapping[str, int], attributes: t.Mapping[str, t.Any], body: bytes) -> Address:
    local = attributes["IFA_LOCAL"] if "IFA_LOCAL" in attributes else _formats.required(attributes, "IFA_ADDRESS")
    far = attributes.get("IFA_ADDRESS", local)
    scope = SCOPES.get(header["scope"], str(header["scope"]))
    ipv6 = header["family"] == socket.AF_INET6
    return Address(
        address=local,
        prefixlen=header["prefixlen"],
        peer=far if far != local else None,
        scope=scope,
        label=attributes.get("IFA_LABEL"),
        automatic=ipv6 and scope == "link" and _is_kernels_own(local, attributes),
        message=body,
        secondary=not ipv6 and bool(attributes.get("IFA_FLAGS", header["flags"]) & IFA_F_SECONDARY),
    )


def _is_kernels_own(address: str, attributes: t.Mapping[str, t.Any]) -> bool:
    """Return whether the kernel made a link-local address by itself; an older one does not say so, but its form does."""
    if "IFA_PROTO" in attributes or TELLS:
        return bool(attributes.get("IFA_PROTO") == IFAPROT_KERNEL_LL)
    # From a MAC address (RFC 4291, appendix A), from an IPv4 address (RFC 5214), or a random one, which nobody can ask for.
    identifier = socket.inet_pton(socket.AF_INET6, address)[8:]
    made = identifier[3:5] == b"\xff\xfe" or identifier[1:4] == b"\0\x5e\xfe"
    return made or bool(attributes.get("IFA_FLAGS", 0) & IFA_F_STABLE_PRIVACY)
