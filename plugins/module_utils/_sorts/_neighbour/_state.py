# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: neighbours as they are, wanted or shown. Pure."""

import typing as t

from ..._resources import Have, LinkId, Want

FIELD = "neighbours"

Entry = t.Dict[str, t.Any]

NeighbourId = t.Tuple[t.Optional[str], str, str, bool]
"""What tells neighbours apart: namespace, link, address, and whether it is answered for."""


class Neighbour(t.NamedTuple):
    """An address of a link's network that is there for good (``struct ndmsg``)."""

    netns: t.Optional[str]
    dev: str
    to: str
    proxy: bool
    """The host answers for it."""
    lladdr: str = ""
    """Where frames to it go; empty where the host answers for it."""
    router: t.Optional[bool] = None
    """None in a want: as it is."""
    protocol: t.Optional[str] = None
    """Who made it; None in a want: any; in a have: not told."""

    @property
    def id(self) -> NeighbourId:
        return (self.netns, self.dev, self.to, self.proxy)


_IDENTITY = ("to", "dev", "netns", "proxy")
"""The options that the label tells."""


def is_met(want: Neighbour, have: t.Optional[Neighbour], _whole: Want, _host: Have) -> bool:
    return have is not None and is_like(want, have)


def is_like(want: Neighbour, have: Neighbour) -> bool:
    """Return whether a neighbour is as wanted; what the want leaves open is not compared."""
    return (
        want.lladdr == have.lladdr
        and want.router in (None, have.router)
        and (want.protocol is None or want.protocol == have.protocol)
    )


def link(id_: NeighbourId) -> LinkId:
    return id_[:2]


def state(neighbour: t.Optional[Neighbour]) -> Entry:
    """Return a neighbour as the user reads it; only the state where there is none."""
    return {"state": "absent"} if neighbour is None else {"state": "present", **entry(neighbour)}


def entries(neighbours: t.Mapping[NeighbourId, Neighbour], _have: Have) -> t.List[Entry]:
    return [entry(neighbours[id_]) for id_ in sorted(neighbours, key=lambda id_: (id_[0] or "", *id_[1:]))]


def entry(neighbour: Neighbour) -> Entry:
    told: Entry = {"to": neighbour.to, "dev": neighbour.dev}
    told.update({name: value for name, value in neighbour._asdict().items() if value and name not in told})
    return told


def label(id_: NeighbourId) -> Entry:
    netns, dev, to, proxy = id_
    return {"neighbour": to, "dev": dev, **({"proxy": True} if proxy else {}), "netns": netns}


def options(neighbour: Neighbour) -> Entry:
    return {name: value for name, value in entry(neighbour).items() if name not in _IDENTITY}
