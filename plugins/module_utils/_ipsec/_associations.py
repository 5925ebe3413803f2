# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what strongSwan has established, as it tells it. Pure."""

import typing as t

from . import _connections

_PROTOCOLS = {name: number for number, name in _connections.CHILDREN.items()}
_INSTALLED = ("INSTALLED", "REKEYING", "REKEYED")


def read(messages: t.Iterable[t.Mapping[str, t.Any]], prefix: str) -> t.List[t.Dict[str, t.Any]]:
    """Return what encrypts packets now, each the youngest of its kind. :arg messages: as ``list-sas`` tells them."""
    found: t.Dict[t.Tuple[str, int], t.Dict[str, t.Any]] = {}
    for message in messages:
        for name, ike in message.items():
            for child in ike.get("child-sas", {}).values() if name.startswith(prefix) else ():
                one = _one(name, ike, child)
                key = name, one["protocol"]
                if child.get("state") in _INSTALLED and (key not in found or one["age"] < found[key]["age"]):
                    found[key] = one
    return [found[key] for key in sorted(found)]


def _one(name: str, ike: t.Mapping[str, t.Any], child: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
    cipher = [child.get(key, "") for key in ("encr-alg", "encr-keysize", "integ-alg")]
    return {
        "connection": name,
        "local": ike.get("local-host", ""),
        "remote": ike.get("remote-host", ""),
        "protocol": _PROTOCOLS.get(child.get("name", ""), 0),
        "mode": child.get("mode", "").lower(),
        "cipher": "-".join(part for part in cipher if part),
        "age": int(child.get("install-time", 0)),
        "nat": child.get("encap") == "yes",
    }
