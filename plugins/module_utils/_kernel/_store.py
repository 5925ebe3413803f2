# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the record of what was created, as a file of this host.

The file outlives a reboot, and so does what the role ``boot`` brings back. Indexes of links do not.
"""

import contextlib
import json
import os
import typing as t

from .. import _errors, _files, _record
from .._record import Made, MadeRoute, MadeSysctl, Record
from .._sorts._list import FORMED
from . import _namespaces, _place

FIRST = "/proc/1/ns/net"
"""The host's own namespace, which is that of its first process."""

Content = t.Dict[str, t.Any]


def load() -> Record:
    """Return the record for the namespace that we are in; an empty one where there is none. Raise Unreadable."""
    path, own = _whereabouts()
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        if content["boot"] != _place.boot():
            # What is made anew at boot is in the host's own namespace, and in those that have names there.
            return _parse(content, same_boot=False) if path == _host_path() else Record()
        if content.get("own", own) != own:
            return Record()
        record = _parse(content, same_boot=True)
    except FileNotFoundError:
        return Record()
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise _errors.Unreadable(path, "{0}: {1}".format(type(error).__name__, error)) from error
    return _record.without(record, _left(content["namespaces"], _record.places(record)))


def _left(told: t.Sequence[Content], names: t.Iterable[str]) -> t.List[str]:
    """Return those of the names that other namespaces have now, or none."""
    known = {entry["name"]: entry.get("identity") for entry in told}
    found = {name: _namespaces.identity(name) for name in names}
    return [name for name in found if found[name] is None or known.get(name) not in (None, found[name])]


def _parse(content: Content, same_boot: bool) -> Record:
    formed: Content = {name: {_tuples(id_): _tuples(forms) for id_, forms in content.get(name, ())} for name in FORMED}
    return Record(
        links={
            (entry["netns"], entry["name"]): Made(
                entry["kind"],
                _tuples(entry["identity"]),
                entry["ifindex"] if same_boot else 0,
                frozenset(entry.get("chosen", ())),
            )
            for entry in content["links"]
        },
        namespaces=frozenset(entry["name"] for entry in content["namespaces"] if entry.get("created", True)),
        routes={
            _route_id(id_): MadeRoute(_tuples(forms), _way_back().unpack(former) if former else None)
            for id_, forms, former in content["routes"]
        },
        sysctls={_tuples(id_): MadeSysctl(tuple(values), former) for id_, values, former in content.get("sysctls", ())},
        documents={
            name: frozenset((field, _route_id(id_) if field == "routes" else _tuples(id_)) for field, id_ in ids)
            for name, ids in content.get("documents", {}).items()
        },
        **{name: frozenset(map(_tuples, content.get(name, ()))) for name in _LISTS},
        **formed,
    )


def save(record: Record) -> None:
    """Put the record in the place of the former one, at once or not at all."""
    os.makedirs(_place.DIRECTORY, mode=0o755, exist_ok=True)
    path, own = _whereabouts()
    content: Content = {name: sorted(getattr(record, name), key=str) for name in _LISTS}
    content.update((name, list(getattr(record, name).items())) for name in FORMED)
    content["documents"] = {name: sorted(ids, key=str) for name, ids in record.documents.items()}
    content["routes"] = [
        (id_, made.forms, _way_back().pack(made.former) if made.former else None) for id_, made in record.routes.items()
    ]
    content["sysctls"] = [(id_, made.values, made.former) for id_, made in record.sysctls.items()]
    content["boot"], content["own"] = _place.boot(), own
    content["links"] = [
        {
            "netns": id_[0],
            "name": id_[1],
            "kind": made.kind,
            "identity": made.identity,
            "ifindex": made.ifindex,
            "chosen": sorted(made.chosen),
        }
        for id_, made in record.links.items()
    ]
    content["namespaces"] = [
        {"name": name, "identity": _namespaces.identity(name), "created": name in record.namespaces}
        for name in sorted(_record.places(record))
    ]
    _files.replace(path, json.dumps(content))


_LISTS = tuple(name for name in _record.OTHERS if name != "namespaces")


def _way_back() -> t.Any:
    """Return what writes routes to the letter; late, because hardly any record has one."""
    from .. import _way_back as module

    return module


def _whereabouts() -> t.Tuple[str, t.Optional[str]]:
    """Return the path of the record for the namespace that we are in, and what tells that from others.

    A module that runs in a namespace of its own, by the become plugin, keeps a record of its own there.
    """
    own, inode = _namespaces.identity(), os.stat(_namespaces.OWN).st_ino
    return (_host_path() if _is_hosts(inode, own) else _host_path("-{0}".format(inode))), own


def _host_path(suffix: str = "") -> str:
    return os.path.join(_place.DIRECTORY, "created{0}.json".format(suffix))


def _is_hosts(inode: int, own: t.Optional[str]) -> bool:
    """Return whether a namespace is the host's own; where the first process can't be asked, as far as can be told."""
    try:
        return os.stat(FIRST).st_ino == inode
    except OSError:
        return not _has_name(inode) and not _is_anothers(_host_path(), own)


def _has_name(inode: int) -> bool:
    found = []
    for name in _namespaces.names():
        with contextlib.suppress(OSError):
            found.append(os.stat(_namespaces.path(name)).st_ino)
    return inode in found


def _is_anothers(path: str, own: t.Optional[str]) -> bool:
    """Return whether a record is known to be that of another namespace."""
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        return bool(content["boot"] == _place.boot() and content["own"] != own)
    except (OSError, ValueError, LookupError, TypeError):
        return False


def _route_id(value: t.Any) -> t.Any:
    """Former records have no type of service in it."""
    return (*_tuples(value), 0)[:6]


def _tuples(value: t.Any) -> t.Any:
    """JSON has no tuples, which ids are."""
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
