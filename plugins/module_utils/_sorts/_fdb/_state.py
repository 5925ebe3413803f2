# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: forwarding entries as they are, wanted or shown. Pure."""

import typing as t

from ..._resources import Have, LinkId, Want

FIELD = "fdb"

PERMANENT, STATIC = "permanent", "static"
FLOODED = "00:00:00:00:00:00"
"""On a VXLAN device, stands for all frames that no other entry is for."""

Entry = t.Dict[str, t.Any]

ForwardingId = t.Tuple[t.Optional[str], str, str, bool, int, int, str, int, int, str]
"""What tells entries apart: namespace, link, Ethernet address, whether the link's bridge has it, VLAN, VNI of the frames, and
where there may be one for each of several far ends, the far end."""

FarEnd = t.Tuple[str, int, int, str]


class Forwarding(t.NamedTuple):
    """Where frames to an Ethernet address go (``struct ndmsg`` of ``AF_BRIDGE``). What is 0 or empty is not said of it."""

    netns: t.Optional[str]
    dev: str
    lladdr: str
    master: bool = False
    """The bridge that the link is a port of has it, and not the link itself."""
    vlan: int = 0
    src_vni: int = 0
    dst: str = ""
    port: int = 0
    vni: int = 0
    via: str = ""
    type: t.Optional[str] = None
    """None in a want: any; in a have: the kernel keeps none."""
    sticky: t.Optional[bool] = None
    """None in a want: as it is. The same goes for the next one."""
    extern_learn: t.Optional[bool] = None
    at: t.Optional[t.Tuple[str, bool]] = None
    """In a have, of an address that the bridge has elsewhere: the link, and whether that is a port."""
    usual: t.Tuple[int, int] = (0, 0)
    """In a have: the port and the VNI of the device, which are those of an entry that says none."""

    @property
    def id(self) -> ForwardingId:
        far: FarEnd = self.far if self.has_several else ("", 0, 0, "")
        return (self.netns, self.dev, self.lladdr, self.master, self.vlan, self.src_vni, *far)

    @property
    def standing(self) -> "Forwarding":
        """Return it as what it is where the bridge has it."""
        return self._replace(dev=self.at[0], master=self.at[1], at=None) if self.at else self

    @property
    def far(self) -> FarEnd:
        return (self.dst, self.port, self.vni, self.via)

    @property
    def has_several(self) -> bool:
        """Return whether frames to the address go to each of several far ends, with an entry for each."""
        return bool(self.dst) and is_flooded(self.lladdr)

    @property
    def was_read(self) -> bool:
        """Return whether it is a VXLAN device's as the kernel told of it: then it leaves nothing open of its far end."""
        return any(self.usual)

    @property
    def place(self) -> t.Tuple[t.Any, ...]:
        """Return what the kernel tells it from others by, however its port and VNI were said."""
        port, vni = (0 if told == usual else told for told, usual in zip((self.port, self.vni), self.usual))
        return self._replace(port=port, vni=vni).id


_IDENTITY = ("lladdr", "dev", "netns", "master", "vlan", "src_vni")
"""The options that the label tells."""
_OF_KERNEL = ("at", "usual")


def is_flooded(lladdr: str) -> bool:
    """Return whether frames to an address go to several places: all zeros, or the address of a group."""
    return lladdr == FLOODED or bool(int(lladdr[:2], 16) & 1)


def is_met(want: Forwarding, have: t.Optional[Forwarding], _whole: Want, _host: Have) -> bool:
    return have is not None and is_like(want, have)


def is_like(want: Forwarding, have: Forwarding) -> bool:
    """Return whether an entry is as wanted; what the want leaves open is not compared."""
    return (
        not have.at
        and want.type in (None, have.type)
        and all(getattr(want, name) in (None, bool(getattr(have, name))) for name in ("sticky", "extern_learn"))
        and want.dst in ("", have.dst)
        and (want.via == have.via or (not want.via and not want.was_read))
        and (want.port or want.usual[0]) in (0, have.port or have.usual[0])
        and (want.vni or want.usual[1]) in (0, have.vni or have.usual[1])
    )


def link(id_: ForwardingId) -> LinkId:
    return id_[:2]


def refers(forwarding: Forwarding) -> t.List[LinkId]:
    return [(forwarding.netns, forwarding.via)] if forwarding.via else []


def state(forwarding: t.Optional[Forwarding]) -> Entry:
    """Return an entry as the user reads it; only the state where there is none."""
    if forwarding is None or forwarding.at:
        return {"state": "absent"}
    return {"state": "present", **entry(forwarding)}


def entries(things: t.Mapping[ForwardingId, Forwarding], _have: Have) -> t.List[Entry]:
    there = (id_ for id_, thing in things.items() if not thing.at)
    return [entry(things[id_]) for id_ in sorted(there, key=lambda id_: (id_[0] or "", *id_[1:]))]


def entry(forwarding: Forwarding) -> Entry:
    told: Entry = {"lladdr": forwarding.lladdr, "dev": forwarding.dev}
    values = forwarding._asdict()
    told.update({name: value for name, value in values.items() if value and name not in (*told, *_OF_KERNEL)})
    return told


def label(id_: ForwardingId) -> Entry:
    netns, dev, lladdr, master, vlan, src_vni, dst, port, vni, via = id_
    more: Entry = {"master": master, "vlan": vlan, "src_vni": src_vni, "dst": dst, "port": port, "vni": vni, "via": via}
    return {FIELD: lladdr, "dev": dev, **{name: value for name, value in more.items() if value}, "netns": netns}


def options(forwarding: Forwarding) -> Entry:
    """Return what there is beside the label. Of an address that the bridge has elsewhere, that is the device."""
    told = {name: value for name, value in entry(forwarding).items() if name not in label(forwarding.id)}
    told.pop("lladdr")
    return {**told, "dev": forwarding.at[0]} if forwarding.at else told
