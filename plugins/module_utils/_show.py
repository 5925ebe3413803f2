# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what a host has, as the results of modules show it. Pure."""

import typing as t

from . import _resources, _values
from ._kinds import _catalog


def link_state(link: t.Optional[_resources.Link]) -> t.Dict[str, t.Any]:
    """Return a link as the user reads it, in the form that the options have; only the state where there is none."""
    if link is None:
        return {"state": "absent"}
    state: t.Dict[str, t.Any] = {"state": "present", "name": link.name}
    kind = _catalog.KINDS.get(str(link.kind))
    if kind is None or len(_catalog.family(kind.family)) > 1:
        state["mode"] = link.kind
    if link.netns:
        state["netns"] = link.netns
    for name, value in sorted(link.attributes.items()):
        if name not in ("persist", "peer"):
            state[name] = value
    state["addresses"] = [address_state(address, link.name) for address in link.addresses]
    return state


def address_text(address: _resources.Address) -> str:
    """Return ``address/prefixlen``, of the peer where there is one."""
    return "{0}/{1}".format(address.peer or address.address, address.prefixlen)


def address_state(address: _resources.Address, device: str) -> t.Any:
    """Return an address as text where that says it all, else as the dictionary that the option takes."""
    named = {"address": address_text(address._replace(peer=None))}
    if address.peer is not None:
        named = {"address": address.address, "peer": address_text(address)}
    if address.scope not in (None, "global") and ":" not in address.address:
        named["scope"] = str(address.scope)
    if address.label not in (None, device):
        named["label"] = str(address.label)
    return named if len(named) > 1 else named["address"]


def namespace_state(
    namespace: t.Optional[_resources.Namespace], loopback: t.Optional[_resources.Link]
) -> t.Dict[str, t.Any]:
    """Return a namespace as the user reads it."""
    if namespace is None or namespace.stale:
        return {"state": "absent"}
    state: t.Dict[str, t.Any] = {"state": "present", "name": namespace.name, "sysctl": dict(namespace.sysctl)}
    if loopback is not None:
        state["loopback"] = bool(loopback.attributes.get("up", False))
    return state


def route_state(route: t.Optional[_resources.Route]) -> t.Dict[str, t.Any]:
    """Return a route as the user reads it; only the state where there is none."""
    if route is None:
        return {"state": "absent"}
    state: t.Dict[str, t.Any] = {"state": "present", "dst": route.dst, "table": route.table, "metric": route.metric}
    state.update({"tos": route.tos} if route.tos else {})
    if route.netns:
        state["netns"] = route.netns
    for name, value in sorted(route.attributes.items()):
        if value is not None:
            state[name] = _PARTS.get(name, lambda whole: whole)(value)
    return state


_PARTS: t.Dict[str, t.Callable[[t.Any], t.Any]] = {
    "nexthops": lambda hops: [{k: v for k, v in hop._asdict().items() if v is not None} for hop in hops],
    "encap": lambda encap: {k: v for k, v in encap._asdict().items() if v},
}
"""Of a route, the options that have parts."""


def fou_state(port: t.Optional[_resources.FouPort]) -> t.Dict[str, t.Any]:
    """Return a port as the user reads it; only the state where there is none."""
    if port is None:
        return {"state": "absent"}
    state: t.Dict[str, t.Any] = {"state": "present", "port": port.port, "encap": port.encap}
    state["family"] = "inet6" if port.family == _values.IPV6 else "inet"
    state.update({"ipproto": port.ipproto} if port.encap == "fou" else {})
    state.update({"netns": port.netns} if port.netns else {})
    return state
