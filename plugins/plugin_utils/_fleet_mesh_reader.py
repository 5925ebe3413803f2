# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: ``tunnels_meshes`` as people write it, to meshes. Whatever one mesh alone shows as wrong is
found here, without a look at each of its tunnels.
"""

from __future__ import annotations

import typing as t

from ..module_utils.face import values
from . import _fleet_members, _fleet_one_device, _fleet_protection
from ._fleet_faults import Faults, Place
from ._fleet_mesh import MAX_HUBS, TOPOLOGIES, Mesh, capacity, taken_by_hubs
from ._fleet_one_device import OneDeviceMesh
from ._fleet_parsing import OPTIONS, Hosts, Parser
from ._fleet_tunnels import MODES, UNPROTECTED, Network
from ._fleet_values import AUTO, PROTECT, kind_of, listed, meant, name_of, network, yes_or_no

Groups = t.Mapping[str, t.Sequence[str]]
"""Each group of the inventory with its hosts, in their order."""

BY_PAIR = "pair"
ONE, PER_PEER = "one", "peer"
_MESH_KEYS = (
    "name",
    "mode",
    "topology",
    "group",
    "members",
    "hubs",
    "pool",
    "prefix",
    "devices",
    "netns",
    "routes",
    *OPTIONS,
    PROTECT,
)
_SHORTEST_DEVICE = 7
"""What of a device's name is left to the host at least."""


def read(meshes: t.Any, hosts: Hosts, groups: Groups, faults: Faults, protect: str = UNPROTECTED) -> list[Mesh]:
    """Return the declared meshes, without those that have faults. :arg meshes: None where there are none.

    :arg protect: what those have for it that do not say it.
    """
    meshes = [] if meshes is None else meshes
    if not isinstance(meshes, (list, tuple)):
        faults.add("tunnels_meshes", f"it is {kind_of(meshes)}; give a list of meshes")
        return []
    reader = _Reader(hosts, groups, faults, protect)
    found = [reader.mesh(mesh, position) for position, mesh in enumerate(meshes)]
    names: dict[str, Place] = {}
    for mesh in found:
        if mesh is not None and names.setdefault(mesh.name, mesh.place) is not mesh.place:
            faults.add(mesh.place, f"{names[mesh.name]} has the same name; give each its own")
    return [mesh for mesh in found if mesh is not None]


class _Reader(Parser):
    def __init__(self, hosts: Hosts, groups: Groups, faults: Faults, protect: str) -> None:
        super().__init__(hosts, faults, protect)
        self.groups = groups

    def mesh(self, raw: t.Any, position: int) -> Mesh | None:
        label = f" ({raw['name']})" if isinstance(raw, dict) and raw.get("name") else ""
        place = Place(f"tunnels_meshes[{position}]{label}")
        before = self.faults.noted
        if not self.has_form(raw, _MESH_KEYS, place):
            return None
        mode, topology = self.mode(raw.get("mode"), place), self._topology(raw.get("topology"), place)
        if mode is None or topology is None:
            return None
        netns = self.netns(raw.get("netns"), place)
        is_one = self._is_one(raw.get("devices"), place)
        prefix = None if is_one else self._prefix(raw, place)
        if is_one:
            self._check_one(mode, topology, netns, raw, place)
        key_by_pair = raw.get("key") == BY_PAIR and MODES[mode].is_gre
        options = self.options(mode, {**raw, "key": None} if key_by_pair else raw, place)
        pools = self._pools(mode, raw.get("pool"), place / "pool")
        before_names = self.faults.noted
        slots, names = self._names(topology, raw, place)
        if self.faults.noted == before_names:
            self._check_count(raw, names, place)
        routes = raw.get("routes") is not None and self.parsed(yes_or_no, raw["routes"], place / "routes")
        protect = self.protection(raw.get(PROTECT), place)
        away = _fleet_protection.away(netns, "leave netns out")
        _fleet_protection.check(protect, options, away, is_one, place, self.faults)
        if self.faults.noted > before:
            return None
        room = _fleet_one_device.capacity(pools) if is_one else capacity(topology, pools)
        if not is_one:
            self._check_pools_of_hubs(slots, pools, place / "pool")
        # With one device, hubs have their addresses as the others have.
        members = _fleet_members.read(
            self, place, names, () if is_one else slots, mode, netns, prefix, room, bool(routes)
        )
        if self.faults.noted > before:
            return None
        options["mtu"] = None if options.get("mtu") in (None, AUTO) else options["mtu"]
        hubs = tuple(hub for hub in slots if hub is not None)
        mesh = (OneDeviceMesh if is_one else Mesh)(
            str(raw["name"]),
            mode,
            topology,
            members,
            hubs,
            pools,
            options,
            key_by_pair,
            netns,
            bool(routes),
            place,
            protect,
        )
        self._check_mtu(mesh)
        self.check_room(mode, options, mesh.overhead, members, place, mesh.is_encrypted)
        self._check_networks(mesh)
        return mesh

    def _topology(self, raw: t.Any, place: Place) -> str | None:
        if isinstance(raw, str) and raw in TOPOLOGIES:
            return str(raw)
        problem = "it has no topology" if raw is None else f"there is no topology {raw!r}"
        self.faults.add(place / "topology", f"{problem}; give one of {listed(TOPOLOGIES)}")
        return None

    def _is_one(self, raw: t.Any, place: Place) -> bool:
        if raw not in (None, ONE, PER_PEER):
            self.faults.add(
                place / "devices",
                f"it is neither {ONE} nor {PER_PEER}, but {raw!r}; say how many a host has, one or one per peer",
            )
        return bool(raw == ONE)

    def _check_one(self, mode: str, topology: str, netns: str | None, raw: t.Mapping[str, t.Any], place: Place) -> None:
        """Note what can't be where all tunnels of a host have one device."""
        one = f"one device for all of a host's tunnels (devices: {ONE})"
        if raw.get("name") is None:
            self.faults.add(place, "it has no name; give one of 15 characters at most, which its devices have")
        else:
            self.device(raw["name"], netns, place / "name")
        for option, value, known in (
            ("mode", mode, _fleet_one_device.SHARING),
            ("topology", topology, _fleet_one_device.TOPOLOGIES),
        ):
            if value not in known:
                self.faults.add(place / option, f"{value} can't have {one}; take {listed(known)}, or leave devices out")
        if raw.get("key") == BY_PAIR:
            self.faults.add(place / "key", f"{one} have one key; give a number, or leave devices out")
        if raw.get("prefix") is not None:
            self.faults.add(place / "prefix", f"{one} is called as the mesh is; leave it out")
        for name in _fleet_one_device.NOT_SHARED:
            if raw.get(name) is not None:
                self.faults.add(place / name, f"{one} can't have it; leave it out, or leave devices out")
        for name in _fleet_one_device.NUMBERS:
            if raw.get(name) == values.INHERIT:
                self.faults.add(place / name, f"with {one} it is a number; give one, or leave devices out")

    def _prefix(self, raw: t.Mapping[str, t.Any], place: Place) -> str:
        """Return what the names of the mesh's devices begin with."""
        if raw.get("name") is None:
            self.faults.add(place, "it has no name; give one of a few letters, which its devices begin with")
            return ""
        source = "name" if raw.get("prefix") is None else "prefix"
        own = self.parsed(name_of, raw[source], place / source)
        if own is None:
            return ""
        prefix = f"{own}-" if source == "name" else own
        most = values.MAX_NAME - _SHORTEST_DEVICE
        if len(prefix.encode()) > most:
            self.faults.add(
                place / source,
                f"devices would begin with {prefix!r}, which leaves too little for the host's name; give a prefix of "
                f"{most} characters at most",
            )
        elif prefix:
            self.parsed(values.check_new_link_name, prefix, place / source)
        return prefix

    def _pools(self, mode: str, raw: t.Any, place: Place) -> tuple[Network, ...]:
        entries = [] if raw is None else list(raw) if isinstance(raw, (list, tuple)) else [raw]
        found = [self.parsed(_pool, entry, place) for entry in entries]
        pools = tuple(pool for pool in found if pool is not None)
        for pool in pools:
            if pool.version not in MODES[mode].carries:
                self.faults.add(
                    place, f"mode {mode} carries {MODES[mode].versions}, not {pool}; take another mode or pool"
                )
        if len({pool.version for pool in pools}) < len(pools):
            self.faults.add(
                place, "it has two pools of one family; give one, and another for the other family if wanted"
            )
        if not entries:
            self.faults.add(place, "it has none; give the network that its addresses come from, such as 10.255.0.0/16")
        return pools

    def _check_pools_of_hubs(self, slots: t.Sequence[str | None], pools: t.Iterable[Network], place: Place) -> None:
        taken = taken_by_hubs([position for position, hub in enumerate(slots) if hub is not None])
        for pool in pools:
            if taken > pool.num_addresses:
                length = pool.max_prefixlen - (taken - 1).bit_length()
                self.faults.add(
                    place,
                    f"{pool} has no room for the tunnels that the hubs have with each other; give a larger one, a /{length} at "
                    "least, or fewer hubs",
                )

    def _names(
        self, topology: str, raw: t.Mapping[str, t.Any], place: Place
    ) -> tuple[tuple[str | None, ...], list[str]]:
        """Return the hubs in their places, and all members."""
        members = self._members(raw, place)
        hubs = raw.get("hubs")
        if (topology == "hub") != bool(hubs):
            remedy = "give hubs, a list of hosts" if topology == "hub" else "leave it out, or take topology hub"
            self.faults.add(
                place / "hubs", f"topology {topology} has {'some' if topology == 'hub' else 'none'}; {remedy}"
            )
            return (), members
        if not hubs:
            return (), members
        if not isinstance(hubs, (list, tuple)) or len(hubs) > MAX_HUBS:
            self.faults.add(place / "hubs", f"it is not a list of up to {MAX_HUBS} hosts; give one")
            return (), members
        slots = tuple(None if hub is None else str(hub) for hub in hubs)
        named = [hub for hub in slots if hub is not None and self.is_host(hub, place / "hubs")]
        if len(set(named)) < len(named):
            self.faults.add(place / "hubs", "it has a host twice; leave one out")
        return slots, list(dict.fromkeys([*named, *members]))

    def _check_count(self, raw: t.Mapping[str, t.Any], names: t.Sequence[str], place: Place) -> None:
        """Note a mesh that has no tunnels, which may be one whose hosts went missing."""
        if len(names) > 1:
            return
        sources = ["members" if raw.get("group") is None else "group", *(["hubs"] if raw.get("hubs") else [])]
        count = f"one host, {names[0]}," if names else "no hosts,"
        self.faults.add(
            place / " and ".join(sources),
            f"{'they have' if len(sources) > 1 else 'it has'} {count} and a mesh has two and more; add hosts, or leave the "
            "mesh out",
        )

    def _members(self, raw: t.Mapping[str, t.Any], place: Place) -> list[str]:
        if (raw.get("group") is None) == (raw.get("members") is None):
            self.faults.add(place, "who is in it is not said, or twice; give group, or members, a list of hosts")
            return []
        if raw.get("group") is not None:
            group = str(raw["group"])
            if group not in self.groups:
                self.faults.add(
                    place / "group",
                    f"no group {group!r} is in the inventory;{meant(group, self.groups)} add it or mend the name",
                )
            return [str(host) for host in self.groups.get(group, ())]
        if not isinstance(raw["members"], (list, tuple)):
            self.faults.add(place / "members", "it is not a list; give a list of hosts")
            return []
        names = [str(host) for host in raw["members"]]
        if len(set(names)) < len(names):
            self.faults.add(place / "members", "it has a host twice; leave one out")
        return [name for name in names if self.is_host(name, place / "members")]

    def _check_mtu(self, mesh: Mesh) -> None:
        least = min(mesh.members.values(), key=lambda member: member.underlay_mtu, default=None)
        if least is not None:
            mtu = mesh.options["mtu"] or mesh.mtu(least, least)
            self.check_mtu(mtu, (pool.version for pool in mesh.pools), mesh.place)

    def _check_networks(self, mesh: Mesh) -> None:
        """An Ethernet tunnel asks for the next hop's address, so there must be one of the family."""
        if not MODES[mesh.mode].is_ethernet:
            return
        versions = {network.version for member in mesh.members.values() for network in member.networks}
        for version in sorted(versions - {pool.version for pool in mesh.pools}):
            self.faults.add(
                mesh.place / "pool",
                f"there are IPv{version} networks behind its members, but it has no IPv{version} pool, which mode "
                f"{mesh.mode} needs for routes; give one more",
            )


def _pool(raw: t.Any) -> Network:
    pool = network(raw)
    if pool.is_multicast or pool.is_loopback:
        raise ValueError(f"{raw} is not for hosts; give a network such as 10.255.0.0/16")
    return pool
