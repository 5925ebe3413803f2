# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: operations as requests to the kernel. Everything that changes a host is done here."""

import errno
import os
import typing as t

from .. import _errors, _values
from .._kinds import _catalog, _common, _kind, _option, _veth
from .._resources import Link, LinkId
from .._steps._address import AddAddress, DeleteAddress
from .._steps._fou_port import AddFouPort, DeleteFouPort
from .._steps._link import AddLink, DeleteLink, MoveLink, SetLink
from .._steps._namespace import AddNamespace, DeleteNamespace, SetSysctl
from .._steps._route import AddRoute, DeleteRoute, SetRoute
from .._steps._step import Step
from .._steps._sysctl import PutSysctl
from . import _addresses, _formats, _fou, _groups, _ipv6_mtu, _namespaces, _netdevice, _routes, _sysctl, _tuntap
from ._netlink import NETLINK_GENERIC, Opener, Request
from ._rtnetlink import (
    NLM_F_APPEND,
    NLM_F_CREATE,
    NLM_F_EXCL,
    NLM_F_REPLACE,
    RTM_DELADDR,
    RTM_DELLINK,
    RTM_DELROUTE,
    RTM_NEWADDR,
    RTM_NEWLINK,
    RTM_NEWROUTE,
)

Outcome = t.Optional[Exception]

_CHANGES: t.Dict[t.Any, t.Tuple[int, int]] = {
    AddAddress: (RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE),
    DeleteAddress: (RTM_DELADDR, 0),
    # Appending is the one way to add an IPv4 route beside another that differs in its protocol only.
    AddRoute: (RTM_NEWROUTE, NLM_F_CREATE | NLM_F_APPEND),
    SetRoute: (RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE),
    DeleteRoute: (RTM_DELROUTE, 0),
}


class Writer:
    """Writes through the sockets of one ``Kernel``."""

    def __init__(self, open_socket: Opener) -> None:
        self._open = open_socket
        self._indexes: t.Dict[LinkId, int] = {}
        self._lookup: t.Optional[t.Tuple[t.Optional[str], _netdevice.Indexes]] = None
        """The namespace that indexes were asked for last, and where they are asked for."""
        self._pinned: t.Dict[t.Optional[str], int] = {}
        self._kept: t.Dict[str, int] = {}
        """Namespaces that were deleted and live on until the run ends, in case that it has to be undone."""

    def perform(self, steps: t.Sequence[Step]) -> t.List[Outcome]:
        """Do the steps, all of one type and in one namespace; return what became of each, None being success.

        The list ends early where steps were not tried because an earlier one failed.
        """
        first = steps[0]
        if isinstance(first, (AddNamespace, DeleteNamespace)):
            return _one_by_one(self._namespace_step, steps)
        if isinstance(first, (SetSysctl, PutSysctl)):
            return _one_by_one(_sysctl_step, steps)
        if isinstance(first, (AddLink, SetLink)):
            outcomes = self._in_stretches(steps)
            _tell_ipv6(steps, outcomes)
            return outcomes
        if isinstance(first, (AddFouPort, DeleteFouPort)):
            return _one_by_one(self._fou_step, steps)
        if isinstance(first, DeleteLink) and len(steps) > 1:
            return self._deleted_together(steps)
        return self._pipelined(steps)

    def close(self) -> None:
        for fd in [*self._pinned.values(), *self._kept.values()]:
            os.close(fd)
        self._forget_lookup()

    def _in_stretches(self, steps: t.Sequence[Step]) -> t.List[Outcome]:
        """Do links of both ways of making them, and those that refer to others of the same stretch."""
        outcomes: t.List[Outcome] = []
        while len(outcomes) < len(steps) and not any(outcomes):
            rest = steps[len(outcomes) :]
            stretch = rest[: self._stretch(rest)]
            outcomes += self._tuntaps(stretch) if _by_ioctl(stretch[0]) else self._pipelined(stretch)
        return outcomes

    @staticmethod
    def _stretch(steps: t.Sequence[Step]) -> int:
        """Return how many of the steps go the same way and need nothing of one another."""
        by_ioctl = _by_ioctl(steps[0])
        made: t.Set[LinkId] = set()
        for position, step in enumerate(steps):
            if _by_ioctl(step) != by_ioctl:
                return position
            if isinstance(step, AddLink):
                if made.intersection(id_ for end in step.ends for id_, _option in _catalog.references(end)):
                    return position
                made.update(end.id for end in step.ends)
        return len(steps)

    def _pipelined(self, steps: t.Sequence[Step]) -> t.List[Outcome]:
        requests: t.List[Request] = []
        refused: t.List[Outcome] = []
        try:
            connection = self._open(steps[0].netns)
            for step in steps:
                requests.append(self._request(step))
        except (OSError, _errors.TunnelsError) as error:
            # Those before it are done, so that the error is known for that of the step that it is about.
            refused.append(error)
        if not requests:
            return refused
        try:
            outcomes = [_pardon(step, outcome) for step, outcome in zip(steps, connection.change(requests))]
        finally:
            self._forget_gone(steps)
        return outcomes if any(outcomes) else outcomes + refused

    def _deleted_together(self, steps: t.Sequence[t.Any]) -> t.List[Outcome]:
        try:
            connection = self._open(steps[0].netns)
            indexes = [self._index(step.link.id) for step in steps]
        except (OSError, _errors.TunnelsError):
            return self._pipelined(steps)
        try:
            gone = _groups.delete(connection, indexes)
        finally:
            self._forget_gone(steps)
        # One that can't go, or an old kernel: one by one, so that the error says which.
        return [None] * len(steps) if gone else self._pipelined(steps)

    def _forget_namespace(self, name: str) -> None:
        """Forget what is known of a former namespace of that name."""
        self._forget_lookup()
        self._indexes = {id_: index for id_, index in self._indexes.items() if id_[0] != name}
        if name in self._pinned:
            os.close(self._pinned.pop(name))

    def _forget_gone(self, steps: t.Iterable[t.Any]) -> None:
        """Forget the indexes of links that these steps delete or move."""
        for step in steps:
            if isinstance(step, (DeleteLink, MoveLink)):
                self._indexes.pop(step.link.id, None)
                self._indexes.pop(_veth.peer_of(step.link), None)

    # Steps

    def _namespace_step(self, step: t.Any) -> None:
        if isinstance(step, AddNamespace):
            self._forget_namespace(step.name)
            if not step.restored and step.name in self._kept:
                os.close(self._kept.pop(step.name))
            _namespaces.create(step.name, self._kept.get(step.name))
        else:
            name = step.namespace.name
            if not step.namespace.stale and name not in self._kept:
                self._kept[name] = os.open(_namespaces.path(name), os.O_RDONLY | os.O_CLOEXEC)
            _namespaces.delete(name)

    def _fou_step(self, step: t.Any) -> None:
        connection = self._open(step.netns, NETLINK_GENERIC)
        request = _fou.request(connection, step.port, add=isinstance(step, AddFouPort))
        for error in connection.change([request]):
            if error is not None:
                raise error

    @staticmethod
    def _tuntaps(steps: t.Sequence[t.Any]) -> t.List[Outcome]:
        try:
            with _namespaces.inside(steps[0].netns):
                return _one_by_one(_tuntap_step, steps)
        except OSError as error:
            return [error]

    def _request(self, step: t.Any) -> Request:
        if isinstance(step, AddLink):
            return Request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, self._new_link(step.link, step.peer))
        if isinstance(step, SetLink):
            return Request(RTM_NEWLINK, 0, self._changed_link(step))
        if isinstance(step, DeleteLink):
            return Request(RTM_DELLINK, 0, _formats.message("ifinfmsg").start(index=self._index(step.link.id)))
        if isinstance(step, MoveLink):
            body = _formats.message("ifinfmsg").start(index=self._index(step.link.id))
            return Request(RTM_NEWLINK, 0, body + _formats.message("ifinfmsg").pack(self._place(step.to, step.netns)))
        if isinstance(step, (AddAddress, DeleteAddress)):
            body = _addresses.encode(self._index((step.netns, step.name)), step.address)
        else:
            body = _routes.encode(step.route, lambda name: self._index((step.netns, name)))
        return Request(*_CHANGES[type(step)], body)

    def _new_link(self, link: Link, peer: t.Optional[Link]) -> bytes:
        kind = _catalog.KINDS[str(link.kind)]
        info: t.Dict[str, t.Any] = {"IFLA_INFO_KIND": kind.kernel_name}
        if peer is not None:
            nested = self._common(kind, peer, 0, {"IFLA_IFNAME": peer.name, **self._place(peer.netns, link.netns)})
            data = _formats.link_data(kind.kernel_name)
            info["IFLA_INFO_DATA"] = data.pack({"VETH_INFO_PEER": nested}) if data else b""
        elif kind.options:
            info["IFLA_INFO_DATA"] = self._data(kind, link, link.attributes)
        packed = {"IFLA_IFNAME": link.name, "IFLA_LINKINFO": _formats.link_info().pack(info)}
        return self._common(kind, link, 0, packed)

    def _changed_link(self, step: SetLink) -> bytes:
        kind = _catalog.KINDS.get(str(step.link.kind))
        extra: t.Dict[str, t.Any] = {}
        changes = step.link._replace(attributes=step.changes)
        if kind and kind.own.intersection(step.changes):
            link = step.link if kind.whole else step.link._replace(data=b"")
            info = {"IFLA_INFO_KIND": kind.kernel_name, "IFLA_INFO_DATA": self._data(kind, link, step.changes)}
            extra["IFLA_LINKINFO"] = _formats.link_info().pack(info)
            if kind.whole and "mtu" in step.link.attributes and not step.free_mtu:
                # ip_tunnel_update: without an MTU in the message a change of dev, key, csum or seq sets it anew.
                extra["IFLA_MTU"] = step.link.attributes["mtu"]
        return self._common(kind, changes, self._index(step.link.id), extra)

    def _common(self, kind: t.Optional[_kind.Kind], link: Link, index: int, extra: t.Mapping[str, t.Any]) -> bytes:
        """Return a whole link message with the common options among the attributes of ``link``."""
        options = kind.common if kind else _common.OPTIONS
        raw = _option.encode(options, self._with_indexes(link))
        touched = 0
        for option in options:
            if option.name in link.attributes and option.flags:
                touched |= option.flags[0][1]
        flags = raw.pop(_common.HEADER_FLAGS, 0)
        message = _formats.message("ifinfmsg")
        return message.start(index=index, flags=flags, change=touched) + message.pack({**extra, **raw})

    def _data(self, kind: _kind.Kind, link: Link, values: t.Mapping[str, t.Any]) -> bytes:
        """Return the kind's own attributes with ``values`` in place of those that the link has."""
        format_ = _formats.link_data(kind.kernel_name)
        if format_ is None:
            raise _errors.MissingDependency(
                "pyroute2 does not know links of kind {0}; install a newer one.".format(kind.name)
            )
        own = {name for option in kind.options for name in option.attributes}
        numbers = {format_.numbers[name] for name in (*own, *kind.constants)}
        # Of other kinds, what the kernel lacks it reports all the same, as off, and refuses to be told.
        data = _formats.only(link.data, kind.kept | numbers if kind.whole else kind.kept - numbers)
        known = format_.unpack(data)
        former = _option.decode(kind.options, known) if known and kind.whole else {}
        wanted = {**former, **self._with_indexes(link._replace(attributes=values))}
        raw = _option.encode(kind.options, wanted, known, link.attributes)
        return format_.merge(data, {**{name: raw[name] for name in raw if name in own}, **kind.constants})

    # Names and numbers

    def _with_indexes(self, link: Link) -> t.Dict[str, t.Any]:
        """Return the attributes with an index where an option names a link."""
        kind = _catalog.KINDS.get(str(link.kind))
        values = dict(link.attributes)
        for name, value in values.items():
            if name in _catalog.REFERENCES and (kind is None or kind.option(name)):
                values[name] = 0 if value == _values.NONE else self._index((link.netns, value))
        return values

    def _index(self, id_: LinkId) -> int:
        if id_ not in self._indexes:
            self._indexes[id_] = self._indexes_in(id_[0]).of(id_[1])
        return self._indexes[id_]

    def _indexes_in(self, netns: t.Optional[str]) -> _netdevice.Indexes:
        if self._lookup is None or self._lookup[0] != netns:
            self._forget_lookup()
            with _namespaces.inside(netns):
                self._lookup = (netns, _netdevice.Indexes())
        return self._lookup[1]

    def _forget_lookup(self) -> None:
        if self._lookup:
            self._lookup[1].close()
        self._lookup = None

    def _place(self, netns: t.Optional[str], here: t.Optional[str]) -> t.Dict[str, int]:
        """Return the attribute that puts a link into a namespace other than the one that the message is sent in."""
        if netns == here:
            return {}
        if netns not in self._pinned:
            path = _namespaces.path(netns) if netns else _namespaces.OWN
            self._pinned[netns] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        return {"IFLA_NET_NS_FD": self._pinned[netns]}


def _pardon(step: Step, outcome: t.Optional[_errors.KernelError]) -> Outcome:
    """Take it for a success if what was to be deleted went by itself, or what was to be put back is there."""
    harmless: t.Dict[t.Any, int] = {DeleteAddress: errno.EADDRNOTAVAIL, DeleteRoute: errno.ESRCH}
    if isinstance(step, AddRoute) and step.route.message:
        harmless[AddRoute] = errno.EEXIST
    return None if outcome is not None and outcome.errno == harmless.get(type(step)) else outcome


def _tell_ipv6(steps: t.Sequence[t.Any], outcomes: t.Sequence[Outcome]) -> None:
    freed = [
        step.link.name
        for step, outcome in zip(steps, outcomes)
        if outcome is None and isinstance(step, SetLink) and step.free_mtu
    ]
    if freed:
        _ipv6_mtu.follow(steps[0].netns, freed)


def _sysctl_step(step: t.Any) -> None:
    with _namespaces.inside(step.netns):
        _sysctl.write(step.key, step.value)


def _tuntap_step(step: t.Any) -> None:
    link = step.link
    if isinstance(step, AddLink):
        _tuntap.create(link.name, link.kind, link.attributes)
    else:
        _tuntap.change(link.name, link.kind, {**link.attributes, **step.changes})


def _by_ioctl(step: t.Any) -> bool:
    kind = _catalog.KINDS.get(str(step.link.kind))
    if kind is None or not kind.created_by_ioctl:
        return False
    return isinstance(step, AddLink) or not kind.own.isdisjoint(step.changes)


def _one_by_one(do: t.Callable[[Step], None], steps: t.Sequence[Step]) -> t.List[Outcome]:
    outcomes: t.List[Outcome] = []
    for step in steps:
        try:
            do(step)
        except (OSError, _errors.TunnelsError) as error:
            return [*outcomes, error]
        outcomes.append(None)
    return outcomes
