# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: connections as strongSwan has them, in its file and in its memory, and what one lacks of the other. Pure.

A file is made of blocks, two for each connection: what it is like, and its secrets. So one is changed, and the others are left alone.
"""

import re
import typing as t

from .. import _managers
from .._boot._files import Entries, Entry
from . import _connections
from ._connections import Connection

CONNECTION, SECRETS = "connections", "secrets"
_PATH = "/etc/swanctl/conf.d/warren-{0}.conf"
_BLOCK = re.compile(
    r"^({0}|{1}) \{{\n  (?:ike-)?(\S+?)(?:_key[0-9]+)? \{{\n(?:  .*\n)*?\}}\n".format(CONNECTION, SECRETS), re.M
)
_PLAIN = re.compile(r"[A-Za-z0-9_.:|\[\]-]+\Z")
_BEGIN_SINCE = (5, 9, 6)
"""The release that can be told to begin and to have a trap, both."""
_IKE, _ESP = "aes256gcm16-prfsha384-ecp384", "aes256gcm16-ecp384"

Blocks = t.Dict[t.Tuple[str, str], str]
"""By what they are of and the name of the connection, as text."""
Section = t.Dict[str, t.Any]


class Loaded(t.NamedTuple):
    """What strongSwan has in its memory of an owner."""

    release: t.Tuple[int, ...] = _BEGIN_SINCE
    connections: t.FrozenSet[str] = frozenset()
    keys: t.FrozenSet[str] = frozenset()


class Load(t.NamedTuple):
    """What strongSwan is told."""

    command: str
    message: Section
    words: str
    """What a person reads, which has no secrets."""


def path(owner: str) -> str:
    """Return where an owner's file is."""
    return _PATH.format(owner)


def section(one: Connection, release: t.Tuple[int, ...]) -> Section:
    """Return what a connection is like."""
    begins = one.initiates and release >= _BEGIN_SINCE
    # One end renews what both have well before the other would, because two that do so at once lose one another's.
    ike, esp = ("4h", "1h") if one.initiates else ("8h", "2h")
    child = {
        "mode": "transport",
        "esp_proposals": [_ESP],
        "rekey_time": esp,
        "replay_window": "128",
        "start_action": "trap|start" if begins else "trap",
        "dpd_action": "restart" if one.initiates else "trap",
        "close_action": "none",
    }
    children = {}
    for protocol in one.protocols:
        selector = ["dynamic[{0}]".format(protocol)]
        children[_connections.CHILDREN[protocol]] = {**child, "local_ts": selector, "remote_ts": selector}
    return {
        "version": "2",
        "local_addrs": [one.local],
        "remote_addrs": [one.remote],
        # IKE would go over to the port of NAT otherwise, which is not open.
        "mobike": "no",
        "keyingtries": "0",
        "dpd_delay": "10s",
        "rekey_time": ike,
        "proposals": [_IKE],
        "local": {"auth": "psk", "id": _identity(one.local_id)},
        "remote": {"auth": "psk", "id": _identity(one.remote_id)},
        "children": children,
    }


def _identity(name: str) -> str:
    """Without it, what looks like an address would be taken for one."""
    return "fqdn:" + name


def _keys(one: Connection, name: str) -> t.Dict[str, bytes]:
    """Return the secrets by name, in the order to load them: what is loaded last is what the host proves itself by."""
    numbered = list(enumerate(one.secrets))
    return {"ike-{0}_key{1}".format(name, number): secret.encode() for number, secret in reversed(numbered)}


def blocks(connections: t.Iterable[Connection], owner: str, release: t.Tuple[int, ...]) -> Blocks:
    """Return the blocks of a file that has these."""
    found: Blocks = {}
    for one in connections:
        name = one.name(owner)
        found[CONNECTION, name] = _block(CONNECTION, {name: section(one, release)})
        ids = {"id-1": _identity(one.local_id), "id-2": _identity(one.remote_id)}
        keys = {key: {**ids, "secret": "0x" + secret.hex()} for key, secret in _keys(one, name).items()}
        found[SECRETS, name] = _block(SECRETS, keys)
    return found


def _block(kind: str, content: Section) -> str:
    return "{0} {{\n{1}}}\n".format(kind, "".join(_lines(content, "  ")))


def _lines(content: Section, indent: str) -> t.Iterator[str]:
    for key, value in content.items():
        if isinstance(value, dict):
            yield "{0}{1} {{\n".format(indent, key)
            yield from _lines(value, indent + "  ")
            yield indent + "}\n"
        else:
            words = ", ".join(value) if isinstance(value, list) else value
            yield "{0}{1} = {2}\n".format(indent, key, words if _PLAIN.match(words) else '"{0}"'.format(words))


def text(have: Blocks) -> str:
    """Return a file."""
    return (
        "".join(["{0}\n".format(_managers.HEAD), *("\n" + have[key] for key in sorted(have, key=_place))])
        if have
        else ""
    )


def _place(key: t.Tuple[str, str]) -> t.Tuple[str, str]:
    return key[1], key[0]


def files(owner: str, have: Blocks) -> Entries:
    """Return the file, which only root reads; nothing where it would have nothing."""
    return {path(owner): Entry(text(have).encode(), mode=0o600)} if have else {}


def read(written: str) -> Blocks:
    """Return the blocks of a file."""
    return {(found.group(1), found.group(2)): found.group() for found in _BLOCK.finditer(written)}


def loads(connections: t.Iterable[Connection], owner: str, have: Blocks, want: Blocks, loaded: Loaded) -> t.List[Load]:
    """Return what strongSwan has to be told, so that it has what the file is to have: secrets first, since a connection may begin."""
    keys, added = [], []
    for one in connections:
        name = one.name(owner)
        secrets = _keys(one, name)
        if _is_new((SECRETS, name), have, want) or not loaded.keys.issuperset(secrets):
            owners = [_identity(one.local_id), _identity(one.remote_id)]
            for key, secret in secrets.items():
                message = {"id": key, "type": "IKE", "data": secret, "owners": owners}
                keys.append(Load("load-shared", message, "load the secret {0}".format(key)))
        if _is_new((CONNECTION, name), have, want) or name not in loaded.connections:
            added.append(
                Load("load-conn", {name: section(one, loaded.release)}, "load the connection {0}".format(name))
            )
    return keys + added + _unloads(want, loaded)


def _is_new(key: t.Tuple[str, str], have: Blocks, want: Blocks) -> bool:
    return have.get(key) != want[key]


def _unloads(want: Blocks, loaded: Loaded) -> t.List[Load]:
    """A connection goes with what it has established, which would last for hours otherwise."""
    found = []
    for name in sorted(name for name in loaded.connections if (CONNECTION, name) not in want):
        found.append(Load("unload-conn", {"name": name}, "unload the connection {0}".format(name)))
        end = {"ike": name, "force": "yes", "timeout": "1000"}
        found.append(Load("terminate", end, "end what {0} has established".format(name)))
    secrets = "".join(block for (kind, _name), block in want.items() if kind == SECRETS)
    for key in sorted(key for key in loaded.keys if "  {0} {{\n".format(key) not in secrets):
        found.append(Load("unload-shared", {"id": key}, "unload the secret {0}".format(key)))
    return found


def absent(
    connections: t.Iterable[Connection], owner: str, todo: t.Iterable[Load], there: t.Iterable[t.Mapping[str, t.Any]]
) -> t.List[t.Tuple[str, str]]:
    """Return what this end is to begin once more, because it came to nothing: the connection, and the part of it.

    :arg todo: what strongSwan was told just now, and begins by itself. :arg there: what is established.
    """
    begun = {name for load in todo if load.command == "load-conn" for name in load.message}
    known = {(one["connection"], one["protocol"]) for one in there}
    return [
        (one.name(owner), _connections.CHILDREN[protocol])
        for one in connections
        for protocol in one.protocols
        if one.initiates and one.name(owner) not in begun and (one.name(owner), protocol) not in known
    ]


def changes(have: Blocks, want: Blocks, todo: t.Iterable[Load]) -> t.List[t.Dict[str, str]]:
    """Return what becomes of each connection that does not stay as it is."""
    found = []
    told = " ".join(load.words for load in todo)
    for name in sorted({name for _kind, name in [*have, *want]}):
        key, secrets = (CONNECTION, name), (SECRETS, name)
        if key not in want:
            change = "removed"
        elif key not in have:
            change = "created"
        elif have[key] != want[key]:
            change = "changed"
        elif have.get(secrets) != want.get(secrets):
            change = "secret changed"
        elif name in told:
            change = "loaded"
        else:
            continue
        found.append({"connection": name, "change": change})
    return found


def shown(have: Blocks, other: Blocks, mark: str) -> str:
    """Return blocks as a difference shows them, without a secret. :arg other: those of the other side. :arg mark: of secrets that differ."""
    found = []
    for kind, name in sorted(have, key=_place):
        if kind == CONNECTION:
            found.append(have[kind, name])
        elif have[kind, name] != other.get((kind, name)):
            found.append("{0} secret of {1}\n".format(mark, name))
    return "".join(found)
