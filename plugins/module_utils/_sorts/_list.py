# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the sorts of things that a host has, which are called resources. This is the one list of them.

The folder of a sort has all that is known of it, a file for each floor of the engine that asks something of it. What they are
called and what they answer is in docs/add-a-resource.md. A file is loaded when it is needed: modules are sent as source, to be
compiled each time. So nothing but this list says which files there are. The functions are never called: Ansible sends with a
module what is imported anywhere in it.
"""

import collections
import functools
import importlib
import typing as t


def _namespace() -> t.Any:
    from ._namespace import _state

    return (_state,)


def _link() -> t.Any:
    from ._link import _state

    return (_state,)


def _nexthop() -> t.Any:
    from ._nexthop import _boot, _options, _plan, _reading, _state, _steps, _want, _writing

    return _boot, _options, _plan, _reading, _state, _steps, _want, _writing


def _route() -> t.Any:
    from ._route import _boot, _options, _plan, _reading, _state, _steps, _want, _writing

    return _boot, _options, _plan, _reading, _state, _steps, _want, _writing


def _fou_port() -> t.Any:
    from ._fou_port import _boot, _options, _plan, _reading, _state, _steps, _want, _writing

    return _boot, _options, _plan, _reading, _state, _steps, _want, _writing


def _rule() -> t.Any:
    from ._rule import _boot, _options, _plan, _reading, _state, _steps, _want, _writing

    return _boot, _options, _plan, _reading, _state, _steps, _want, _writing


def _neighbour() -> t.Any:
    from ._neighbour import _boot, _options, _plan, _reading, _state, _steps, _want, _writing

    return _boot, _options, _plan, _reading, _state, _steps, _want, _writing


def _fdb() -> t.Any:
    from ._fdb import _boot, _options, _plan, _reading, _state, _steps, _want, _writing

    return _boot, _options, _plan, _reading, _state, _steps, _want, _writing


def _sysctl() -> t.Any:
    from ._sysctl import _boot, _options, _plan, _reading, _state, _steps, _want, _writing

    return _boot, _options, _plan, _reading, _state, _steps, _want, _writing


class Sort(t.NamedTuple):
    """What is known of a sort before anything of it is named."""

    files: t.Callable[[], t.Any]
    """Has the name of its folder, and names its files."""
    module: str
    """The module of one thing of the sort, which an entry of a document could be given to; of links, of one that is there.
    Sysctls have none, and their own name here."""
    is_mapping: bool = False
    """A document has all of them as one dictionary, and not as a list."""
    driver: str = ""
    """The kernel module that has to be there before a thing of the sort is made, where the kernel does not load it by itself."""
    is_of_links: bool = False
    """It may be a link's own, and then goes with it. ``link`` of its state tells whose one is."""
    has_open_ids: bool = False
    """A task may leave a part of an id to us. Then ``undecided`` and ``decided`` of its state tell what that is."""
    is_through_links: bool = False
    """It leads through links. ``ways`` of its state tells through which."""
    refers: bool = False
    """It needs things of other sorts, or others of its own. ``references`` of its state tells which."""
    goes_along: bool = False
    """The kernel takes it away with what it refers to, whosever it is. ``read_along`` of its reading tells of all that may go so."""
    carries: bool = False
    """What refers to it goes along with it."""
    has_forms: bool = False
    """Others may make one with the same id. ``form`` of its state tells them apart, and begins with the protocol."""


SORTS: t.Dict[str, Sort] = {
    "namespaces": Sort(_namespace, "netns"),
    "links": Sort(_link, "link"),
    "nexthops": Sort(
        _nexthop, "nexthop", is_through_links=True, refers=True, goes_along=True, carries=True, has_forms=True
    ),
    "routes": Sort(_route, "route", is_through_links=True, refers=True, goes_along=True),
    "fou_ports": Sort(_fou_port, "fou", driver="fou"),
    "rules": Sort(_rule, "rule", has_open_ids=True),
    "neighbours": Sort(_neighbour, "neighbour", is_of_links=True),
    "fdb": Sort(_fdb, "fdb", is_of_links=True),
    "sysctls": Sort(_sysctl, "sysctls", is_mapping=True, is_of_links=True),
}
"""By what ``Want``, ``Have`` and documents call them."""

FIELDS = tuple(SORTS)

BESIDE_LINKS = tuple(field for field in FIELDS if field not in ("namespaces", "links"))
"""What is in a namespace, which is the first part of its id, and is no link."""

OF_LINKS = tuple(field for field, sort in SORTS.items() if sort.is_of_links)

THROUGH_LINKS = tuple(field for field, sort in SORTS.items() if sort.is_through_links)

REFERRING = tuple(field for field, sort in SORTS.items() if sort.refers)

ALONG = tuple(field for field, sort in SORTS.items() if sort.goes_along)

CARRYING = tuple(field for field, sort in SORTS.items() if sort.carries)

FORMED = tuple(field for field, sort in SORTS.items() if sort.has_forms)


def absent(field: str) -> str:
    """Return the field of a ``Want`` with what shall not be there, beside that with what shall."""
    return "absent_" + field


def with_fields(type_: t.Any, more: t.Mapping[str, t.Any]) -> t.Any:
    """Return a NamedTuple with more fields, each with the value that it has unless it is told."""
    fields = {name: value for name, value in more.items() if name not in type_._fields}
    names = (*type_._fields, *fields)
    extended: t.Any = collections.namedtuple(type_.__name__, names)  # type: ignore[misc]
    extended.__new__.__defaults__ = (*type_.__new__.__defaults__, *fields.values())
    extended.__doc__, extended.__module__ = type_.__doc__, type_.__module__
    return extended


@functools.lru_cache(maxsize=None)
def load(field: str, name: str) -> t.Any:
    """Return a file of a sort, such as ``_state``. It may be asked for with each of many things."""
    return importlib.import_module(".{0}.{1}".format(SORTS[field].files.__name__, name), __package__)
