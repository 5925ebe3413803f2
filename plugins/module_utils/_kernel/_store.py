# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the record of what was created, as a file of this host.

The file outlives a reboot, and so does what the role ``boot`` brings back. Indexes of links do not.
"""

import contextlib
import json
import os
import typing as t

from .. import _files
from .._record import Made, MadeRoute, Record
from . import _namespaces, _place


def load() -> Record:
    """Return the record for the namespace that we are in; an empty one where there is none that can be read."""
    try:
        with open(_path(), encoding="utf-8") as file:
            return _record(json.load(file))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return Record()


def _record(content: t.Dict[str, t.Any]) -> Record:
    same_boot = content["boot"] == _place.boot()
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
        namespaces=frozenset(
            entry["name"] for entry in content["namespaces"] if _is_same(entry["name"], entry["inode"], same_boot)
        ),
        routes={
            _route_id(id_): MadeRoute(_tuples(forms), _checkpoint().unpack(former) if former else None)
            for id_, forms, former in content["routes"]
        },
        documents={
            name: frozenset((field, _route_id(id_) if field == "routes" else _tuples(id_)) for field, id_ in ids)
            for name, ids in content.get("documents", {}).items()
        },
        **{name: frozenset(map(_tuples, content[name])) for name in _LISTS},
    )


def save(record: Record) -> None:
    """Put the record in the place of the former one, at once or not at all."""
    os.makedirs(_place.DIRECTORY, mode=0o755, exist_ok=True)
    content: t.Dict[str, t.Any] = {name: sorted(getattr(record, name), key=str) for name in _LISTS}
    content["documents"] = {name: sorted(ids, key=str) for name, ids in record.documents.items()}
    content["routes"] = [
        (id_, made.forms, _checkpoint().pack(made.former) if made.former else None)
        for id_, made in record.routes.items()
    ]
    content["boot"] = _place.boot()
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
    content["namespaces"] = [{"name": name, "inode": _inode(name)} for name in sorted(record.namespaces)]
    _files.replace(_path(), json.dumps(content))


_LISTS = ("fou_ports", "addresses")


def _checkpoint() -> t.Any:
    """Return what writes routes to the letter; late, because hardly any record has one."""
    from .. import _checkpoint as module

    return module


def _path() -> str:
    """A module that runs in a namespace of its own, by the become plugin, keeps a record of its own there."""
    own, first = os.stat(_namespaces.OWN).st_ino, None
    with contextlib.suppress(OSError):
        first = os.stat("/proc/1/ns/net").st_ino
    suffix = "" if first in (own, None) else "-{0}".format(own)
    return os.path.join(_place.DIRECTORY, "created{0}.json".format(suffix))


def _inode(name: str) -> int:
    try:
        return os.stat(_namespaces.path(name)).st_ino
    except OSError:
        return 0


def _is_same(name: str, inode: int, same_boot: bool) -> bool:
    return not same_boot or not inode or _inode(name) == inode


def _route_id(value: t.Any) -> t.Any:
    """Former records have no type of service in it."""
    return (*_tuples(value), 0)[:6]


def _tuples(value: t.Any) -> t.Any:
    """JSON has no tuples, which ids are."""
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
