# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: between which addresses IPsec is wanted, for which protocols, and who proves what by which secret. Pure."""

import re
import typing as t

from .. import _errors
from .._protection import _peers

CHILDREN = {4: "ipip", 41: "sit", 47: "gre"}
"""What the part of a connection is called that is for a protocol."""
_ID = re.compile(r"[^\x00-\x20\x7f\"\\]{1,200}\Z")
_SHORTEST = 16


class Connection(t.NamedTuple):
    """Two hosts that know each other, and what they encrypt."""

    local: str
    remote: str
    local_id: str
    remote_id: str
    protocols: t.Tuple[int, ...]
    secrets: t.Tuple[str, ...]
    """The first is what the host proves itself by, and the peer may do so by each."""
    initiates: bool
    """It is this end that begins, and that renews keys before the other one does."""

    def name(self, owner: str) -> str:
        """Return what strongSwan knows it by."""
        return prefix(owner) + "_".join(re.sub("[.:]", "-", address) for address in (self.local, self.remote))


def prefix(owner: str) -> str:
    """Return what the names of an owner's connections begin with, and of nobody else's: no owner has an underscore in it."""
    return "warren-{0}_".format(owner)


def wanted(entries: t.Sequence[t.Mapping[str, t.Any]]) -> t.List[Connection]:
    """Return what the option ``connections`` asks for; raise BadOption for a value that can't be right."""
    found: t.Dict[t.Tuple[str, str], Connection] = {}
    for number, entry in enumerate(entries):
        try:
            one = _connection(entry)
            if found.setdefault((one.local, one.remote), one) is not one:
                problem = "there is another connection from {0} to {1}; make them one, with the protocols of both"
                raise _errors.BadOption("remote", problem.format(one.local, one.remote))
        except _errors.BadOption as error:
            raise error.inside("connections[{0}]".format(number)) from None
    return [found[ends] for ends in sorted(found)]


def _connection(entry: t.Mapping[str, t.Any]) -> Connection:
    _family, local, remote = _peers.ends(entry)
    local_id, remote_id = (_id(entry, option) for option in ("local_id", "remote_id"))
    if local_id == remote_id:
        raise _errors.BadOption("remote_id", "both ends are {0!r}; give the peer's".format(remote_id))
    protocols = tuple(sorted(set(entry["protocols"])))
    unknown = [number for number in protocols if number not in _peers.TUNNELS]
    if unknown or not protocols:
        problem = "{0} is no protocol of tunnels; give some of 4 (IPIP), 41 (SIT) and 47 (GRE)"
        raise _errors.BadOption("protocols", problem.format(unknown[0] if unknown else "none"))
    return Connection(local, remote, local_id, remote_id, protocols, _secrets(entry["secrets"]), entry["initiate"])


def _id(entry: t.Mapping[str, t.Any], option: str) -> str:
    if not _ID.match(entry[option]):
        problem = "{0!r} is not of 1 to 200 characters without spaces, quotes and backslashes; give another"
        raise _errors.BadOption(option, problem.format(entry[option]))
    return str(entry[option])


def _secrets(given: t.Sequence[str]) -> t.Tuple[str, ...]:
    """Return them. What is told of one that is wrong is not what it is."""
    if not given:
        raise _errors.BadOption("secrets", "there is none; give one that the peer has too")
    if any(len(secret) < _SHORTEST for secret in given):
        problem = "one is shorter than {0} characters, and could be guessed; give a longer one"
        raise _errors.BadOption("secrets", problem.format(_SHORTEST))
    return tuple(dict.fromkeys(given))
