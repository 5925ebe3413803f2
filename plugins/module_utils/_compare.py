# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: whether a host has what is wanted. Pure.

Most runs find that it has, and need none of what plans and performs. What is not named is not compared.
"""

import typing as t

from ._kinds import _catalog
from ._resources import Address, Have, Link, Namespace, Route, Want


def is_met(want: Want, have: Have) -> bool:
    """Return whether nothing is to be done; that is when a plan would have no steps."""
    return (
        have.namespaces.keys().isdisjoint(want.absent_namespaces)
        and have.links.keys().isdisjoint(want.absent_links)
        and have.names.keys().isdisjoint(want.absent_links)
        and have.routes.keys().isdisjoint(want.absent_routes)
        and have.fou_ports.keys().isdisjoint(want.absent_fou_ports)
        and all(_is_namespace(namespace, have.namespaces.get(name)) for name, namespace in want.namespaces.items())
        and all(have.fou_ports.get(id_) == port for id_, port in want.fou_ports.items())
        and all(_is_link(link, have.links.get(id_), want, have) for id_, link in want.links.items())
        and all(is_route(route, have.routes.get(id_)) for id_, route in want.routes.items())
    )


def _is_namespace(want: Namespace, have: t.Optional[Namespace]) -> bool:
    return (
        have is not None
        and not have.stale
        and all(value is None or have.sysctl.get(key) == value for key, value in want.sysctl.items())
    )


def _is_link(want: Link, have: t.Optional[Link], whole: Want, host: Have) -> bool:
    if have is None or want.kind not in (None, have.kind):
        return False
    found = have.attributes
    if want.kind is not None and found.get("persist") is False:
        return False
    if want.id in whole.renewed and have.ifindex == whole.renewed[want.id][0]:
        return False
    for name, value in want.attributes.items():
        if found.get(name) != value and found.get(name) != _account(have, name, value, host):
            return False
    return all(any(is_address(address, other) for other in have.addresses) for address in want.addresses) and (
        want.id not in whole.purged
        or all(
            other.automatic or any(is_address(address, other) for address in want.addresses) for other in have.addresses
        )
    )


def _account(link: Link, name: str, value: t.Any, host: Have) -> t.Any:
    """Return the number of the user or group that an option names, or the value as it is."""
    option = _catalog.KINDS.get(str(link.kind), _catalog.ANY).option(name)
    database = getattr(option.value, "database", None) if option else None
    return host.accounts.get((database, value), value) if database else value


def is_address(want: Address, have: Address) -> bool:
    """Return whether an address is as wanted; what the want leaves open is not compared."""
    return (
        want[:3] == have[:3]
        and (want.scope is None or want.scope == have.scope)
        and (want.label is None or want.label == have.label)
    )


def is_route(want: Route, have: t.Optional[Route]) -> bool:
    """Return whether a route is as wanted; what the want leaves open is not compared."""
    return have is not None and all(
        _is_value(name, value, have.attributes.get(name)) for name, value in want.attributes.items()
    )


def _is_value(name: str, want: t.Any, have: t.Any) -> bool:
    """The kernel adds to a next hop the link that it found."""
    if name != "nexthops" or have is None:
        return bool(want == have)
    return len(want) == len(have) and all(
        (hop.via, hop.weight) == (other.via, other.weight) and hop.dev in (None, other.dev)
        for hop, other in zip(want, have)
    )
