# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: ports that take tunnels inside UDP as they are, wanted or shown. Pure."""

import typing as t

from ... import _values
from ..._resources import Have, Want

FIELD = "fou_ports"

Entry = t.Dict[str, t.Any]

FouPortId = t.Tuple[t.Optional[str], int, int]
"""What tells ports apart: namespace, address family and number."""


class FouPort(t.NamedTuple):
    """A UDP port on which a host takes tunnels (``ip fou``)."""

    netns: t.Optional[str]
    family: int
    port: int
    encap: str
    """``fou`` or ``gue``."""
    ipproto: int = 0
    """What is inside, by IANA's number; 0 with ``gue``, which tells it in each packet."""

    @property
    def id(self) -> FouPortId:
        return (self.netns, self.family, self.port)


_IDENTITY = ("port", "family", "netns")
"""The options that the label tells."""


def is_met(want: FouPort, have: t.Optional[FouPort], _whole: Want, _host: Have) -> bool:
    return have == want


def state(port: t.Optional[FouPort]) -> Entry:
    """Return a port as the user reads it; only the state where there is none."""
    if port is None:
        return {"state": "absent"}
    told: Entry = {"state": "present", "port": port.port, "encap": port.encap}
    told["family"] = _family_word(port.family)
    told.update({"ipproto": port.ipproto} if port.encap == "fou" else {})
    told.update({"netns": port.netns} if port.netns else {})
    return told


def entries(ports: t.Mapping[FouPortId, FouPort], _have: Have) -> t.List[Entry]:
    return [entry(port) for port in ports.values()]


def entry(port: FouPort) -> Entry:
    return {name: value for name, value in state(port).items() if name != "state"}


def label(id_: FouPortId) -> Entry:
    netns, family, port = id_
    return {"fou_port": port, "family": _family_word(family), "netns": netns}


def _family_word(family: int) -> str:
    return "inet6" if family == _values.IPV6 else "inet"


def options(port: FouPort) -> Entry:
    return {name: value for name, value in entry(port).items() if name not in _IDENTITY}
