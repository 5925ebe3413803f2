# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what a host would have after some steps. Pure; the preview in check mode and diff mode."""

import typing as t

from . import _operations, _resources
from ._kinds import _catalog, _veth
from ._resources import FouPort, FouPortId, Have, Link, LinkId, Route, RouteId


def foresee(have: Have, operations: t.Iterable[_operations.Operation]) -> Have:
    """Return what the host would have after these steps, as far as that can be told."""
    world = _World(have)
    for step in operations:
        world.effects[type(step)](step)
    return have._replace(namespaces=world.namespaces, links=world.links, routes=world.routes, fou_ports=world.fou_ports)


class _World:
    """A host that steps are tried out on."""

    def __init__(self, have: Have) -> None:
        self.namespaces = dict(have.namespaces)
        self.links: t.Dict[LinkId, Link] = dict(have.links)
        self.fou_ports: t.Dict[FouPortId, FouPort] = dict(have.fou_ports)
        self.routes: t.Dict[RouteId, Route] = dict(have.routes)
        self.effects: t.Dict[t.Any, t.Callable[[t.Any], None]] = {
            _operations.AddNamespace: self._add_namespace,
            _operations.DeleteNamespace: self._delete_namespace,
            _operations.SetSysctl: self._set_sysctl,
            _operations.PutSysctl: lambda _step: None,
            _operations.AddLink: self._add_link,
            _operations.DeleteLink: self._delete_link,
            _operations.SetLink: self._set_link,
            _operations.AddAddress: self._add_address,
            _operations.DeleteAddress: self._delete_address,
            _operations.MoveLink: self._move_link,
            _operations.AddRoute: self._put_route,
            _operations.SetRoute: self._put_route,
            _operations.DeleteRoute: self._delete_route,
            _operations.AddFouPort: self._add_fou_port,
            _operations.DeleteFouPort: self._delete_fou_port,
        }

    def _add_namespace(self, step: _operations.AddNamespace) -> None:
        self.namespaces[step.name] = _resources.Namespace(step.name)

    def _delete_namespace(self, step: _operations.DeleteNamespace) -> None:
        del self.namespaces[step.namespace.name]
        self.links = {id_: link for id_, link in self.links.items() if id_[0] != step.namespace.name}

    def _set_sysctl(self, step: _operations.SetSysctl) -> None:
        namespace = self.namespaces[str(step.netns)]
        self.namespaces[str(step.netns)] = namespace._replace(sysctl={**namespace.sysctl, step.key: step.value})

    def _add_link(self, step: _operations.AddLink) -> None:
        for end in step.ends:
            kind = _catalog.KINDS[str(end.kind)]
            self.links[end.id] = end._replace(attributes={**kind.defaults, **end.attributes}, addresses=())

    def _delete_link(self, step: _operations.DeleteLink) -> None:
        del self.links[step.link.id]
        if step.link.kind == "veth":
            self.links.pop(_veth.peer_of(step.link), None)

    def _move_link(self, step: _operations.MoveLink) -> None:
        link = _operations.moved(self.links.pop(step.link.id), step.to)
        self.links[link.id] = link

    def _set_link(self, step: _operations.SetLink) -> None:
        link = self.links.get(step.link.id, step.link)
        stay = tuple(a for a in link.addresses if not (step.takes_ipv6() and ":" in a.address))
        self.links[link.id] = link._replace(attributes={**link.attributes, **step.changes}, addresses=stay)

    def _add_address(self, step: _operations.AddAddress) -> None:
        self._delete_address(step)
        link = self.links[(step.netns, step.name)]
        self.links[link.id] = link._replace(addresses=(*link.addresses, step.address))

    def _delete_address(self, step: t.Union[_operations.AddAddress, _operations.DeleteAddress]) -> None:
        link = self.links[(step.netns, step.name)]
        others = tuple(address for address in link.addresses if address != step.address)
        self.links[link.id] = link._replace(addresses=others)

    def _put_route(self, step: t.Union[_operations.AddRoute, _operations.SetRoute]) -> None:
        if not isinstance(step, _operations.AddRoute) or not step.restored:
            self.routes[step.route.id] = step.route

    def _delete_route(self, step: _operations.DeleteRoute) -> None:
        del self.routes[step.route.id]

    def _add_fou_port(self, step: _operations.AddFouPort) -> None:
        self.fou_ports[step.port.id] = step.port

    def _delete_fou_port(self, step: _operations.DeleteFouPort) -> None:
        del self.fou_ports[step.port.id]
