# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: whether a link that is there can become what is wanted, and what stands in the way."""

import typing as t

from .. import _errors
from .._kinds import _catalog, _kind, _veth
from .._resources import Link, LinkId, Want
from . import _words

Attributes = t.Dict[str, t.Any]


def is_of(have: Link, family: str) -> bool:
    """Return whether a link is of a family of kinds."""
    kind = _catalog.KINDS.get(str(have.kind))
    return kind is not None and kind.family == family


def check_family(have: Link, family: str, prefix: str = "") -> None:
    """Raise Conflict if a link is not of the family of kinds that the module of the task manages."""
    if not is_of(have, family):
        what = "but of kind " + have.kind if have.kind else "but a hardware device"
        raise _errors.Conflict(
            "{0}name: {1} is there already and is not of a kind that this module manages, {2}. Choose another name{3}.".format(
                prefix, _words.where(have), what, ", or remove that link first" if have.kind else ""
            )
        )


def check_options(kind: _kind.Kind, have: Link, want: Link) -> None:
    """Raise Conflict if a link's kind has no such option as is wanted of it."""
    for name in want.attributes:
        if kind.option(name) is None:
            raise _errors.Conflict(
                "{0}{1}: {2} is of kind {3}, which has no such option; leave it out".format(
                    want.prefix, name, _words.where(have), kind.name
                )
            )


def not_the_other_end(have: Link, want: Link) -> _errors.Conflict:
    """Return the error of a pair whose other end would take the name of another link."""
    return _errors.Conflict(
        "{0}name: {1} is there already and is not the other end of {2}. Choose another name, or remove that link "
        "first.".format(want.prefix, _words.where(have), _words.plain(want.attributes[_veth.PEER]))
    )


def reasons_to_replace(kind: _kind.Kind, have: Link, changes: Attributes) -> t.List[str]:
    """Return why only a new link can be as wanted; nothing where this one can be changed."""
    if kind is not _catalog.ANY and have.kind != kind.name:
        return ["its mode is {0}, not {1}".format(have.kind, kind.name)]
    if kind.outer_family(have.attributes) != kind.outer_family({**have.attributes, **changes}):
        return ["its addresses can't go from one family to the other in place"]
    return [
        "{0} can't go from {1} to {2} in place".format(
            option.name, _words.plain(have.attributes.get(option.name)), _words.plain(changes[option.name])
        )
        for option in kind.options
        if option.name in changes and option.recreate(have.attributes.get(option.name), changes[option.name])
    ]


def reasons_to_go(
    kind: _kind.Kind, have: Link, changes: Attributes, freed: t.Container[LinkId], want: Want
) -> t.List[str]:
    """Return why a link goes with the one that it stands on, where it can be made again.

    :arg freed: the links that are deleted, if only to be made again.
    """
    lower = [
        (option.name, _catalog.referred(have, option.name, str(have.attributes.get(option.name))))
        for option in kind.lower
        if kind.stands
    ]
    again = [id_ for name, id_ in lower if id_ in freed and (name in changes or id_ in want.links)]
    return ["{0}, which it stands on, goes".format(name) for _netns, name in again]


def own_of(kind: _kind.Kind, changes: Attributes) -> Attributes:
    """Return what of the changes is the kind's own."""
    return {name: value for name, value in changes.items() if name in kind.own}
