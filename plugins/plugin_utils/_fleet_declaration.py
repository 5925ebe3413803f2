# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: all that is declared, for the fleet and for each host, looked at as a whole."""

from __future__ import annotations

import typing as t

from . import _fleet, _fleet_parsing, _fleet_secrets, _fleet_shares, _fleet_tunnels, _fleet_variables, _role_options
from ._fleet_faults import Faults, host_names
from ._fleet_hosts import Unreadable, Variables
from ._fleet_mesh_reader import Groups

_LINKS, _MESHES, _PROTECT = _fleet_variables.FLEETWIDE
_NOTHING = {_LINKS: [], _MESHES: [], _PROTECT: _fleet_tunnels.UNPROTECTED}
"""What is declared where nothing is."""


class Declaration(t.NamedTuple):
    """What is declared."""

    hosts: dict[str, dict[str, t.Any]]
    """What the planner reads of each host."""
    faults: list[str]
    """A sentence for each."""
    summary: list[str]
    """What there is, and what is worth a word."""
    links: t.Any
    meshes: t.Any
    protect: t.Any
    groups: dict[str, list[str]]
    """Those that meshes name."""
    mark: str
    """What tells it from others."""


def is_wanted(name: str) -> bool:
    """Whether a host's variable of this name is of interest."""
    return name == "ansible_host" or _role_options.is_related(name)


def look(
    host: str, variables: Variables, inventory: t.Mapping[str, Variables], batch: t.Sequence[str], groups: Groups
) -> Declaration:
    """Return what is declared.

    :arg host: where the task runs. :arg variables: all that it has there, such as those of the play and of the role.
    :arg inventory: the other hosts. :arg batch: the hosts whose own variables are looked at.
    """
    hosts = {**inventory, host: variables}
    faults = Faults()
    strangers = _check_names(hosts, faults)
    links, meshes, protect = (_fleetwide(name, host, variables, faults) for name in _NOTHING)
    fleet = _fleet.Fleet(links, meshes, hosts, groups, faults, protect)
    alike = dict(_NOTHING)
    if fleet.is_encrypted:
        alike.update(_fleet_secrets.NOTHING)
        before = faults.noted
        given = {name: _fleetwide(name, host, variables, faults) for name in _fleet_secrets.NOTHING}
        if faults.noted == before:
            _fleet_secrets.check(given, faults)
    _check_alike(alike, host, hosts, inventory, batch, faults)
    checker = _fleet_variables.Checker(fleet, faults)
    for name in batch:
        checker.check(name, hosts[name])
    summary = [*_counted(fleet, hosts, batch), *_noted(strangers)]
    read = _fleet_parsing.read_hosts(hosts), faults.found, summary, links, meshes, protect, _named(meshes, groups)
    return Declaration(*read, mark=_fleet_shares.mark(Declaration(*read, mark="")._asdict()))


def _named(meshes: t.Any, groups: Groups) -> dict[str, list[str]]:
    entries = meshes if isinstance(meshes, list) else []
    names = [entry.get("group") for entry in entries if isinstance(entry, dict)]
    return {str(name): list(hosts) for name, hosts in groups.items() if name in names}


def _fleetwide(name: str, host: str, variables: Variables, faults: Faults) -> t.Any:
    value = variables.get(name)
    if isinstance(value, Unreadable):
        faults.add_of(host, name, value.problem)
        return None
    return value


def _check_names(hosts: t.Mapping[str, Variables], faults: Faults) -> dict[str, list[str]]:
    """Note variables that seem misspelt; return others that begin as ours do, each with the hosts that have it."""
    unknown: dict[str, list[str]] = {}
    own: set[str] = set()
    known = _role_options.names()
    for host, variables in hosts.items():
        for name in variables:
            if name not in known and name != "ansible_host":
                unknown.setdefault(name, []).append(host)
        if _role_options.OWN_VARIABLES in variables:
            value = variables[_role_options.OWN_VARIABLES]
            own.update(value if isinstance(value, (list, tuple)) else ())
    strangers = {}
    for name, having in unknown.items():
        if name in own:
            continue
        meant = _role_options.meant(name)
        if meant is not None:
            for host in having:
                faults.add_of(
                    host,
                    name,
                    f"there is no such variable; did you mean {meant}? If it is your own, name it in "
                    f"{_role_options.OWN_VARIABLES}",
                )
        elif _role_options.is_ours(name):
            strangers[name] = having
    return strangers


def _check_alike(
    declared: t.Mapping[str, t.Any],
    host: str,
    hosts: t.Mapping[str, Variables],
    inventory: t.Mapping[str, Variables],
    batch: t.Sequence[str],
    faults: Faults,
) -> None:
    """Note hosts that have another declaration of the fleet than the one where the task runs. :arg declared: what, with what stands for none."""
    for name, nothing in declared.items():
        here = hosts[host].get(name) or nothing
        if here != nothing and host in inventory and inventory[host].get(name) != here:
            # From the play or the role, and so the same for all.
            continue
        for other in batch:
            if (hosts[other].get(name) or nothing) != here:
                faults.add_of(
                    other,
                    name,
                    f"it is not that of {host}; put it where all hosts get the same, such as group_vars/all.yml",
                )


# In words


def _counted(fleet: _fleet.Fleet, hosts: t.Mapping[str, Variables], batch: t.Sequence[str]) -> t.Iterator[str]:
    of_fleet = len(hosts)
    if fleet.tunnels or fleet.meshes:
        yield (
            f"{_number(len(fleet.tunnels), 'link')} and {_number(len(fleet.meshes), 'mesh', 'meshes')}, "
            f"{_number(fleet.count, 'tunnel')} in all, between {len(fleet.hosts)} of {_number(of_fleet, 'host')}"
        )
    else:
        yield (
            f"no tunnels are declared: {_LINKS} and {_MESHES} are empty on {_number(of_fleet, 'host')}; if that is not what "
            "you want, see that the inventory which declares them is given (-i)"
        )
    for name, words in (
        (_fleet_variables.TAPS, "TUN and TAP devices"),
        (_fleet_variables.NETWORK, "other network state"),
    ):
        having = [host for host in batch if hosts[host].get(name)]
        if having:
            yield f"{words} ({name}) on {_number(len(having), 'host')}"


def _noted(strangers: t.Mapping[str, list[str]]) -> t.Iterator[str]:
    if strangers:
        named = ", ".join(f"{name} of {host_names(hosts)}{_question(name)}" for name, hosts in strangers.items())
        yield (
            f"unknown to this collection, and without effect: {named}; if they are your own, "
            f"{_role_options.OWN_VARIABLES} keeps them out of this list"
        )


def _question(name: str) -> str:
    meant = _role_options.likely(name)
    return f" (did you mean {meant}?)" if meant else ""


def _number(count: int, one: str, several: str = "") -> str:
    return f"{count} {one if count == 1 else several or one + 's'}"
