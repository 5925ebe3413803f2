# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: no link goes that others made something on, unless the task says so."""

import typing as t

from .. import _errors
from .._kinds import _catalog, _veth
from .._resources import Have, Link, Loss, Want
from .._steps._link import DeleteLink, MoveLink, SetLink
from . import _words
from ._draft import Draft
from ._making import is_one_way


def check(want: Want, have: Have, draft: Draft) -> None:
    """Raise Conflict where links go that others stand on; with ``force``, note what is lost."""
    for step in draft.deletions:
        if isinstance(step, DeleteLink):
            replaced = step.link.id in want.links
            ends = [have.links[id_] for id_ in _veth.ends(step.link) if id_ in have.links]
            lost = [what for end in ends for what in _lost(end, want, have, draft)]
            lost += _lost_ends(ends, have, replaced)
            lost += [what for end in ends for what in _lost_with(end, draft)]
            _check(step.link, "replaced" if replaced else "deleted", lost, want, draft)
    for step in draft.settings:
        if isinstance(step, SetLink) and is_one_way(step):
            lost = [*_lost(step.link, want, have, draft), *_lost_with(step.link, draft)]
            _check(step.link, "changed so that it could be changed back,", lost, want, draft)
    for move in draft.moves:
        if isinstance(move, MoveLink):
            lost = [
                _words.kind_and_place(upper)
                for upper in move.link.uppers
                if _is_bound(upper) and upper.id not in draft.freed
            ]
            lost += _lost_with(move.link, draft)
            _check(move.link, "moved", lost, want, draft)


def _check(link: Link, verb: str, lost: t.List[str], want: Want, draft: Draft) -> None:
    if not lost:
        return
    if not want.force:
        raise _errors.Conflict(
            "force: {0} can't be {1} without what others made on it: {2}. Remove that first, or say force=true to lose it. "
            "Nothing was changed.".format(_words.where(link), verb, _words.enumerate_(lost))
        )
    said = "{0} is {1}, and what others made on it is lost: {2}".format(
        _words.where(link), verb, _words.enumerate_(lost)
    )
    draft.losses.append(Loss(link.id, tuple(lost), said))


def _lost(link: Link, want: Want, have: Have, draft: Draft) -> t.Iterator[str]:
    # A namespace that goes with strangers in it is refused by itself.
    told = want.absent_namespaces if want.override and not want.force else ()
    for upper in link.uppers:
        if upper.id not in draft.freed and upper.netns not in told:
            yield _words.kind_and_place(upper)
    for port in link.ports:
        if port.id not in draft.freed and not _is_free(port, link, want, have):
            yield "port " + port.name


def _is_free(port: Link, master: Link, want: Want, have: Have) -> bool:
    """Return whether a port may lose its master: it is wanted, or ours and loses nothing else."""
    if master.kind in _catalog.CYCLING:
        return port.id in want.links and "master" in want.links[port.id].attributes
    return port.id in want.links or port.id in have.own_ports


def _is_bound(upper: Link) -> bool:
    """Return whether it goes with what it stands on even where that only moves to another namespace."""
    kind = _catalog.KINDS.get(str(upper.kind))
    return kind is not None and kind.bound


def _lost_with(link: Link, draft: Draft) -> t.Iterator[str]:
    """Yield what is attached to a link, or to a port that stays, and could not be put back if the plan failed."""
    yield from (one.what for one in link.attached if not one.requests)
    for port in link.ports:
        if port.id not in draft.freed:
            yield from ("{0} of port {1}".format(one.what, port.name) for one in port.attached if not one.requests)


def _lost_ends(ends: t.Sequence[Link], have: Have, replaced: bool) -> t.Iterator[str]:
    """Yield the other end of a pair that would not come back, or be taken from a namespace without a name."""
    for end in ends:
        if end.id in have.unseen:
            yield "its other end, which is where this task can't look"
        elif replaced and "/" in (end.netns or ""):
            yield "its other end " + _words.where(end)
