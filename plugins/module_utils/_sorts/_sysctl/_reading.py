# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: sysctls as files below ``/proc/sys``, where each namespace has its own (sysctl(5))."""

import contextlib
import errno
import glob
import os
import typing as t

from ... import _errors, _sysctls
from ..._kernel import _namespaces
from ..._kernel._netlink import Opener
from ..._resources import Sysctl, SysctlId

_ROOT = "/proc/sys/"


def read_these(_open_socket: Opener, ids: t.Iterable[SysctlId], _namer: t.Any) -> t.Iterator[Sysctl]:
    """Yield those that there are."""
    return _read(ids)


def read_in(_open_socket: Opener, places: t.Iterable[t.Optional[str]], _namer: t.Any) -> t.Iterator[Sysctl]:
    """Yield those of these namespaces that this collection set: every host has a thousand others."""
    from ..._kernel import _store

    there = set(places)
    ours: t.Tuple[SysctlId, ...] = ()
    # Who has to have the record asks for it.
    with contextlib.suppress(OSError, _errors.Unreadable):
        ours = tuple(_store.load().sysctls)
    return _read(id_ for id_ in ours if id_[0] in there)


def _read(ids: t.Iterable[SysctlId]) -> t.Iterator[Sysctl]:
    for netns, keys in _by_namespace(ids).items():
        # Others may take it away while we look.
        with contextlib.suppress(FileNotFoundError), _namespaces.inside(netns):
            found = [(key, read(key)) for key in keys]
            yield from (Sysctl(netns, key, value) for key, value in found if value is not None)


def usual(ids: t.Iterable[SysctlId]) -> t.Dict[SysctlId, str]:
    """Return what new devices have of those that are a device's own."""
    defaults = {id_: (id_[0], _sysctls.usual(id_[1])) for id_ in ids if _sysctls.link(*id_)}
    found = {sysctl.id: sysctl.value for sysctl in _read(dict.fromkeys(defaults.values()))}
    return {id_: found[default] for id_, default in defaults.items() if default in found}


def with_along(sysctl: Sysctl) -> Sysctl:
    """Return a sysctl with what the kernel sets along with it."""
    patterns = _sysctls.along(sysctl.key)
    if not patterns:
        return sysctl
    with _namespaces.inside(sysctl.netns):
        paths = sorted(path[len(_ROOT) :] for pattern in patterns for path in glob.glob(_ROOT + pattern))
        values = {_sysctls.of_parts(path.split("/")): read(path) for path in paths}
    return sysctl._replace(along={key: value for key, value in values.items() if value is not None})


def _by_namespace(ids: t.Iterable[SysctlId]) -> t.Dict[t.Optional[str], t.List[str]]:
    found: t.Dict[t.Optional[str], t.List[str]] = {}
    for netns, key in ids:
        found.setdefault(netns, []).append(key)
    return found


def read(key: str) -> t.Optional[str]:
    """Return a sysctl of the namespace that we are in; None where there is no such key."""
    try:
        fd = os.open(_ROOT + _sysctls.path(key), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(key, error) from error
    try:
        return " ".join(os.read(fd, 1 << 16).decode("ascii", "replace").split())
    except OSError as error:
        if error.errno == errno.EIO:
            # An IPv6 secret, before it is set.
            return ""
        raise _unreadable(key, error) from error
    finally:
        os.close(fd)


def _unreadable(key: str, error: OSError) -> _errors.Conflict:
    return _errors.Conflict(
        "sysctls: {0} can't be read ({1}), so that nobody can tell what it is; leave it out".format(key, error.strerror)
    )


def write(key: str, value: str) -> None:
    """Set a sysctl of the namespace that we are in."""
    with open(_ROOT + _sysctls.path(key), "w", encoding="ascii") as file:
        file.write(value + "\n")
