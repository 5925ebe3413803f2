# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the host's kernel, to which this folder alone talks: none but it imports pyroute2 or
opens a socket or /dev/net/tun."""

import typing as t

from .._resources import Attached, Have, Link, LinkId, Want
from . import _glance, _lock, _namespaces
from ._netlink import NETLINK_ROUTE, Socket, reaches

if t.TYPE_CHECKING:
    from .._record import Record
    from .._resources import Route, Rule
    from .._steps._step import Step
    from .._ways import Lifeline, Way
    from ._read import Reader
    from ._writing._writer import Writer


class Kernel:
    """The kernel of this host: one socket for each namespace that is read or changed, opened when first needed."""

    def __init__(self) -> None:
        self._sockets: t.Dict[t.Tuple[t.Optional[str], int], Socket] = {}
        self._writer: t.Optional[Writer] = None

    def __enter__(self) -> "Kernel":
        return self

    def __exit__(self, *exception: t.Any) -> None:
        if self._writer:
            self._writer.close()
        for connection in self._sockets.values():
            connection.close()

    def glance(self, want: Want) -> Have:
        """Return what the host has of what ``want`` names, and of many links no more than that."""
        return _glance.Glancer(self._open, _glance.named(want)).glance(want)

    def read(self, want: Want) -> Have:
        """Return everything that a plan for ``want`` depends on, but for routes that it would disturb."""
        return self._reader().have(want)

    def survey(self, namespaces: t.Optional[t.Collection[str]] = None) -> Have:
        """Return all that the host has; of its namespaces with names, those that are named here."""
        return self._reader().everything(namespaces)

    def things(self, field: str, places: t.Iterable[t.Optional[str]]) -> t.List[t.Any]:
        """Return the things of a field that are in those namespaces."""
        return self._reader().things(field, places)

    def read_routes(self, have: Have, ids: t.Iterable[LinkId]) -> Have:
        """Return ``have`` with the routes of those links."""
        return self._reader().with_routes(have, ids)

    def read_dependents(self, have: Have, ids: t.Iterable[LinkId]) -> Have:
        """Return ``have`` with what stands on those links: their ports, and links that others made on them."""
        return self._reader().with_dependents(have, ids)

    def read_attached(self, have: Have, ids: t.Iterable[LinkId]) -> Have:
        """Return ``have`` with what people attached to those links and to their ports."""
        return self._reader().with_attached(have, ids)

    def read_along(self, have: Have, places: t.Collection[t.Optional[str]]) -> Have:
        """Return ``have`` with all in those namespaces that may go along with something else."""
        return self._reader().with_along(have, places) if places else have

    def put_back(self, link: Link, attached: t.Iterable[Attached]) -> None:
        """Attach that to a link again, as far as the kernel takes it."""
        from . import _attached

        _attached.put_back(self._open(link.netns), link.ifindex, attached)

    def read_sysctls(self, have: Have, ids: t.Iterable[LinkId]) -> Have:
        """Return ``have`` with the sysctls that those links have of their own."""
        return self._reader().with_sysctls(have, ids)

    def read_links(self, have: Have, ids: t.Collection[LinkId]) -> Have:
        """Return ``have`` with those links too, as far as they are there."""
        return self._reader().with_links(have, ids)

    def lifeline(self) -> "Lifeline":
        """Return what carries the connection that we were started through."""
        # Late, because only a run that changes something asks.
        from . import _lifeline

        return _lifeline.Finder(self._open).lifeline()

    def ways(self, questions: t.Iterable[t.Tuple[t.Optional[str], str]]) -> "t.Dict[t.Any, t.Optional[Way]]":
        """Return by which ways packets go from namespaces to addresses, None where there is no way."""
        from . import _lifeline

        finder = _lifeline.Finder(self._open)
        return {question: finder.way(*question) if reaches(self._open, question[0]) else None for question in questions}

    def rules(self, netns: t.Optional[str], family: int) -> "t.List[Rule]":
        """Return the rules of one family, the kernel's own too, in the order in which it looks at them."""
        from .._sorts._rule import _reading as _rules

        return _rules.read(self._open(netns), netns, family)

    def table(self, netns: t.Optional[str], family: int, table: int) -> "t.List[Route]":
        """Return the routes of a table."""
        return self._reader().table(netns, family, table)

    def perform(self, steps: "t.Sequence[Step]") -> t.List[t.Optional[Exception]]:
        """Do the steps, all of one type and in one namespace; return what became of each, as far as they were tried."""
        # Late, as is the record: a run that changes nothing needs neither (see _main/_resource).
        from . import _write
        from ._writing._writer import Writer

        self._writer = self._writer or Writer(self._open, self._close)
        return _write.perform(self._writer, steps)

    @staticmethod
    def alone(patience: float = _lock.PATIENCE) -> t.ContextManager[None]:
        """Return what keeps other runs from changing the host while it is entered.

        :arg patience: for how many seconds it waits for another run.
        """
        return _lock.alone(patience)

    @staticmethod
    def recall() -> "Record":
        """Return the record of what was created."""
        from . import _store

        return _store.load()

    @staticmethod
    def remember(record: "Record") -> None:
        """Keep the record."""
        from . import _store

        _store.save(record)

    @staticmethod
    def checkpoints() -> t.Optional[t.List[str]]:
        """Return the names of the checkpoints that are armed; None: only root may know."""
        from . import _place

        return _place.armed()

    @staticmethod
    def protections() -> t.List[str]:
        """Return who has a table that keeps tunnels' packets from going in clear."""
        from . import _place

        return _place.protections()

    @staticmethod
    def encryptions() -> t.List[str]:
        """Return who has connections of IPsec."""
        from . import _place

        return _place.encryptions()

    def _close(self, netns: str) -> None:
        """Close the sockets in a former namespace of that name."""
        for place in [place for place in self._sockets if place[0] == netns]:
            self._sockets.pop(place).close()

    def _reader(self) -> "Reader":
        from ._read import Reader

        return Reader(self._open)

    def _open(self, netns: t.Optional[str], protocol: int = NETLINK_ROUTE) -> Socket:
        if (netns, protocol) not in self._sockets:
            with _namespaces.inside(netns):
                self._sockets[(netns, protocol)] = Socket(protocol)
        return self._sockets[(netns, protocol)]
