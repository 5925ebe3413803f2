# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: whether what is wanted calls links by names that stand for them."""

from .. import _errors
from .._resources import Have, Link, LinkId, Want
from . import _words
from ._draft import Draft


def check_reference(option: str, id_: LinkId, want: Want, have: Have, draft: Draft) -> None:
    """Note that there is no link of a name that an option gives; raise Conflict if it is an alternative name of one."""
    if id_ not in have.names and id_ not in have.links and id_ not in want.links:
        draft.unmet.append("{0}: {1}".format(option, _words.missing(id_)))
    real = have.names.get(id_, id_[1])
    if real != id_[1]:
        raise _errors.Conflict("{0}: {1} is an alternative name of {2}; give {2}.".format(option, id_[1], real))


def check_new(link: Link, want: Want, have: Have, draft: Draft) -> None:
    """Raise Conflict if a link that is not there has the alternative name of one that stays, there or where it comes from."""
    own = "give {1}"
    another = "choose another, or take it from {1} first (ip link property del dev {1} altname {0})"
    if link.id in want.sources:
        _check_own((want.sources[link.id], link.name), have, draft, link.prefix, own)
    _check_own(link.id, have, draft, link.prefix, own if link.kind is None else another)


def check_absent(want: Want, have: Have, draft: Draft) -> None:
    """Raise Conflict if a link that is not wanted is called by the alternative name of one that stays."""
    for id_ in want.absent_links:
        _check_own(id_, have, draft, "", "give {1}")


def _check_own(id_: LinkId, have: Have, draft: Draft, prefix: str, remedy: str) -> None:
    real = have.names.get(id_, id_[1])
    if real != id_[1] and (id_[0], real) not in draft.freed:
        words = "{2}name: {0} is an alternative name of {1}; " + remedy + "."
        raise _errors.Conflict(words.format(id_[1], real, prefix))
