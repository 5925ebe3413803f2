# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what all that is written to the kernel goes through."""

import os
import typing as t

from ... import _errors
from ..._resources import LinkId
from ..._steps._step import Step
from .. import _namespaces, _netdevice, _nsids
from .._netlink import Opener, Request

Outcome = t.Optional[Exception]


class Writer:
    """Writes through the sockets of one ``Kernel``."""

    def __init__(self, open_socket: Opener, close_sockets: t.Callable[[str], t.Any]) -> None:
        """:arg close_sockets: lets go of the sockets in a namespace."""
        self.open, self._close_sockets = open_socket, close_sockets
        self._indexes: t.Dict[LinkId, int] = {}
        self._lookup: t.Optional[t.Tuple[t.Optional[str], _netdevice.Indexes]] = None
        """The namespace that indexes were asked for last, and where they are asked for."""
        self._pinned: t.Dict[t.Optional[str], int] = {}
        self._numbers: t.Dict[t.Tuple[t.Optional[str], t.Optional[str]], int] = {}
        self.kept: t.Dict[str, int] = {}
        """Namespaces that were deleted and live on until the run ends, in case that it has to be undone."""

    def close(self) -> None:
        for fd in [*self._pinned.values(), *self.kept.values()]:
            os.close(fd)
        self._forget_lookup()

    def pipelined(
        self,
        steps: t.Sequence[t.Any],
        request: t.Callable[[t.Any], Request],
        harmless: t.Callable[[t.Any], int] = lambda _step: 0,
    ) -> t.List[Outcome]:
        """Send the steps as one batch.

        :arg harmless: returns the errno that a step succeeds with all the same: what it deletes went by itself, or what it
            puts back is there.
        """
        requests: t.List[Request] = []
        refused: t.List[Outcome] = []
        try:
            connection = self.open(steps[0].netns)
            for step in steps:
                requests.append(request(step))
        except (OSError, _errors.TunnelsError) as error:
            # Those before it are done, so that the error is known for that of the step that it is about.
            refused.append(error)
        if not requests:
            return refused
        outcomes: t.List[Outcome] = [
            None if outcome is not None and outcome.errno == harmless(step) else outcome
            for step, outcome in zip(steps, connection.change(requests))
        ]
        return outcomes if any(outcomes) else outcomes + refused

    # Names and numbers

    def index(self, id_: LinkId) -> int:
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

    def place(self, netns: t.Optional[str], here: t.Optional[str]) -> t.Dict[str, int]:
        """Return the attribute that puts a link into a namespace other than the one that the message is sent in."""
        if netns == here:
            return {}
        if netns not in self._pinned:
            path = _namespaces.path(netns) if netns else _namespaces.OWN
            self._pinned[netns] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        return {"IFLA_NET_NS_FD": self._pinned[netns]}

    def number(self, netns: t.Optional[str], here: t.Optional[str]) -> int:
        """Return the number by which one namespace knows the other."""
        if (here, netns) not in self._numbers:
            self._numbers[here, netns] = _nsids.assigned(self.open, here, netns)
        return self._numbers[here, netns]

    def forget_namespace(self, name: str) -> None:
        """Forget what is known of a former namespace of that name."""
        self._close_sockets(name)
        self._forget_lookup()
        self._indexes = {id_: index for id_, index in self._indexes.items() if id_[0] != name}
        self._numbers = {places: number for places, number in self._numbers.items() if name not in places}
        if name in self._pinned:
            os.close(self._pinned.pop(name))

    def forget_links(self, ids: t.Iterable[LinkId]) -> None:
        """Forget the indexes of links that are deleted or moved."""
        for id_ in ids:
            self._indexes.pop(id_, None)


def one_by_one(do: t.Callable[[t.Any], t.Any], steps: t.Sequence[Step]) -> t.List[Outcome]:
    outcomes: t.List[Outcome] = []
    for step in steps:
        try:
            do(step)
        except (OSError, _errors.TunnelsError) as error:
            return [*outcomes, error]
        outcomes.append(None)
    return outcomes
