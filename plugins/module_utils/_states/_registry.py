# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the sorts of things that a host has, and whether it has what is wanted. Pure.

The room of a sort tells whether a thing ``is_met``, that is as wanted, where what is not named is not compared; its
``state`` as its module shows it, where it has one; the ``entries`` of all in a document; and its ``label`` and ``options`` in
an account of changes, where links have more to say (``_changes``).

It is loaded when a thing of the sort is named: modules are sent as source, to be compiled each time.
"""

import typing as t

from .._resources import Have, Want


def _namespace() -> t.Any:
    from . import _namespace as room

    return room


def _link() -> t.Any:
    from . import _link as room

    return room


def _route() -> t.Any:
    from . import _route as room

    return room


def _fou_port() -> t.Any:
    from . import _fou_port as room

    return room


def _rule() -> t.Any:
    from . import _rule as room

    return room


def _sysctl() -> t.Any:
    from . import _sysctl as room

    return room


class Sort(t.NamedTuple):
    """What is known of a sort before anything of it is named."""

    room: t.Callable[[], t.Any]
    module: str
    """The module of one thing of the sort, which an entry of a document could be given to; of links, of one that is there.
    Sysctls have none, and their own name here."""
    has_open_ids: bool = False
    """A task may leave a part of an id to us. Then the room has ``undecided`` and ``decided`` for what that is."""


_SORTS: t.Dict[str, Sort] = {
    "namespaces": Sort(_namespace, "netns"),
    "links": Sort(_link, "link"),
    "routes": Sort(_route, "route"),
    "fou_ports": Sort(_fou_port, "fou"),
    "rules": Sort(_rule, "rule", has_open_ids=True),
    "sysctls": Sort(_sysctl, "sysctls"),
}

FIELDS = tuple(_SORTS)
"""What ``Want``, ``Have`` and documents call them; ``absent_`` and the same is what shall not be there."""

OPEN = tuple(field for field, sort in _SORTS.items() if sort.has_open_ids)

MODULES = {field: sort.module for field, sort in _SORTS.items()}


BESIDE_LINKS = tuple(field for field in FIELDS if field not in ("namespaces", "links"))
"""What is in a namespace, which is the first part of its id, and is no link."""


def absent(field: str) -> str:
    """Return the field of a ``Want`` with what shall not be there."""
    return "absent_" + field


def named(field: str, want: Want) -> t.Set[t.Any]:
    """Return the ids of all things of a field that a want names."""
    return {*getattr(want, field), *getattr(want, absent(field))}


def room(field: str) -> t.Any:
    """Return what knows of the things in a field."""
    return _SORTS[field].room()


def there(field: str, have: Have) -> t.Mapping[t.Any, t.Any]:
    """Return the things of a field that are there."""
    return t.cast("t.Mapping[t.Any, t.Any]", getattr(have, field))


def is_met(want: Want, have: Have) -> bool:
    """Return whether nothing is to be done; that is when a plan would have no steps."""
    return have.names.keys().isdisjoint(want.absent_links) and all(_is_met(field, want, have) for field in FIELDS)


def _is_met(field: str, want: Want, have: Have) -> bool:
    found, wanted = there(field, have), getattr(want, field)
    return found.keys().isdisjoint(getattr(want, absent(field))) and all(
        room(field).is_met(wanted[id_], found.get(id_), want, have) for id_ in wanted
    )
