# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: ports that take tunnels inside UDP, by generic netlink (linux/fou.h, ip-fou(8)).

pyroute2 has no class for them. Numbers of families differ from kernel to kernel and are asked for by name.
"""

import typing as t

from ... import _errors
from ..._kernel import _formats
from ..._kernel._netlink import NETLINK_GENERIC, Opener, Request, Socket
from ._state import FouPort, FouPortId

GENL_ID_CTRL = 16
CTRL_CMD_GETFAMILY = 3
FOU_CMD_ADD, FOU_CMD_DEL, FOU_CMD_GET = 1, 2, 3
ENCAPS = {1: "fou", 2: "gue"}


class _Control:
    """The controller's attributes, in the form of pyroute2's classes."""

    fields = (("cmd", "B"), ("version", "B"), ("reserved", "H"))
    nla_map = ((1, "CTRL_ATTR_FAMILY_ID", "uint16"), (2, "CTRL_ATTR_FAMILY_NAME", "asciiz"))


class _Fou:
    """The ports' attributes, likewise."""

    fields = _Control.fields
    nla_map = (
        (1, "FOU_ATTR_PORT", "be16"),
        (2, "FOU_ATTR_AF", "uint8"),
        (3, "FOU_ATTR_IPPROTO", "uint8"),
        (4, "FOU_ATTR_TYPE", "uint8"),
    )


_CONTROL = _formats.Format(_Control)
_FOU = _formats.Format(_Fou)


def read_these(open_socket: Opener, ids: t.Iterable[FouPortId], namer: t.Any) -> t.Iterator[FouPort]:
    """Return those ports, and others of their namespaces."""
    return read_in(open_socket, {id_[0] for id_ in ids}, namer)


def read_in(open_socket: Opener, places: t.Iterable[t.Optional[str]], _namer: t.Any) -> t.Iterator[FouPort]:
    """Yield the ports of those namespaces."""
    for netns in places:
        yield from read(open_socket(netns, NETLINK_GENERIC), netns)


def read(connection: Socket, netns: t.Optional[str]) -> t.List[FouPort]:
    """Return the ports of the namespace of a generic netlink socket; none where the driver is not loaded."""
    number = _listed_family(connection)
    if number is None:
        return []
    ports = []
    for body in connection.dump(number, _FOU.start(cmd=FOU_CMD_GET, version=1)):
        _header, raw = _FOU.unpack_message(body)
        encap = ENCAPS.get(raw.get("FOU_ATTR_TYPE", 0), "unknown")
        # A driver of before Linux 5.3 does not tell the protocol where there is none.
        family, port = (_formats.required(raw, name) for name in ("FOU_ATTR_AF", "FOU_ATTR_PORT"))
        ports.append(FouPort(netns, family, port, encap, raw.get("FOU_ATTR_IPPROTO", 0)))
    return ports


def request(connection: Socket, port: FouPort, add: bool) -> Request:
    """Return the request that makes a port or takes it away; raise TunnelsError where the driver is not loaded."""
    attributes = {"FOU_ATTR_PORT": port.port, "FOU_ATTR_AF": port.family}
    if add:
        attributes["FOU_ATTR_TYPE"] = next(number for number, encap in ENCAPS.items() if encap == port.encap)
        if port.encap == "fou":
            attributes["FOU_ATTR_IPPROTO"] = port.ipproto
    header = _FOU.start(cmd=FOU_CMD_ADD if add else FOU_CMD_DEL, version=1)
    return Request(_family(connection), 0, header + _FOU.pack(attributes))


def is_loaded(connection: Socket) -> bool:
    """Return whether the driver is loaded or built in. Asking does not load it."""
    return _listed_family(connection) is not None


def _listed_family(connection: Socket) -> t.Optional[int]:
    # Asking for one family by name could load its driver.
    for body in connection.dump(GENL_ID_CTRL, _CONTROL.start(cmd=CTRL_CMD_GETFAMILY, version=1)):
        _header, raw = _CONTROL.unpack_message(body)
        if raw.get("CTRL_ATTR_FAMILY_NAME") == "fou":
            return int(_formats.required(raw, "CTRL_ATTR_FAMILY_ID"))
    return None


def _family(connection: Socket) -> int:
    asked = _CONTROL.start(cmd=CTRL_CMD_GETFAMILY, version=1) + _CONTROL.pack({"CTRL_ATTR_FAMILY_NAME": "fou"})
    answer = connection.get([Request(GENL_ID_CTRL, 0, asked)])[0]
    if answer is None:
        raise _errors.TunnelsError(_errors.fou_missing())
    return int(_formats.required(_CONTROL.unpack_message(answer)[1], "CTRL_ATTR_FAMILY_ID"))
