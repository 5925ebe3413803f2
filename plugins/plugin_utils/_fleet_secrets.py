# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the secrets of pairs of hosts, which come from one of the fleet, so that none has to be kept. Pure.

A host that is told those of its own pairs can't work out others, nor that of the fleet.
"""

from __future__ import annotations

import hashlib
import hmac
import typing as t

from ..module_utils.face import values
from ._fleet_faults import Faults
from ._fleet_values import kind_of

SECRET, GENERATION = "tunnels_protect_secret", "tunnels_protect_generation"
NOTHING: t.Mapping[str, t.Any] = {SECRET: None, GENERATION: 1}
"""The variables, and what they are where nothing is said."""
_PURPOSE = "warren.tunnels psk"
_SHORTEST = 32
_LARGEST = 1 << 31


def derived(secret: str, one: str, other: str, generation: int) -> str:
    """Return what two ends share, whatever their order."""
    words = "\0".join([_PURPOSE, *sorted((one, other)), str(generation)])
    return hmac.new(secret.encode(), words.encode(), hashlib.sha256).hexdigest()


def generations(raw: t.Any) -> tuple[int, ...]:
    """Return them, the one first by which hosts prove themselves; raise ValueError for what is none."""
    entries = list(raw) if isinstance(raw, (list, tuple)) else [raw]
    try:
        found = tuple(dict.fromkeys(values.parse_number(str(entry), 1, _LARGEST) for entry in entries))
    except ValueError as error:
        raise ValueError(f"{error}; give one number, or the new one and the former one") from None
    if not found:
        raise ValueError("the list is empty; give one number, or the new one and the former one")
    return found


def with_secrets(
    connections: t.Sequence[t.Mapping[str, t.Any]], secret: t.Any, generation: t.Any
) -> list[dict[str, t.Any]]:
    """Return connections with their secrets; raise ValueError where there can be none, in words without it."""
    fleet, numbers = _secret(secret) if connections else "", generations(generation)
    return [
        {**one, "secrets": [derived(fleet, one["local_id"], one["remote_id"], number) for number in numbers]}
        for one in connections
    ]


def check(variables: t.Mapping[str, t.Any], faults: Faults) -> None:
    """Note what is wrong with the fleet's secret and its generation."""
    for name, parse in ((SECRET, _secret), (GENERATION, generations)):
        try:
            parse(NOTHING[name] if variables.get(name) is None else variables[name])
        except ValueError as error:
            faults.add(name, str(error))


def _secret(raw: t.Any) -> str:
    """Return it as text, as what vaulted values are, too."""
    remedy = f"give {_SHORTEST} characters or more that nobody can guess, such as openssl rand -base64 32 makes, by ansible-vault"
    if raw is None or raw == "":
        raise ValueError(
            f"protect: ipsec is declared, and there is no secret to make those of the hosts from; {remedy}"
        )
    if isinstance(raw, (bool, int, float, list, tuple, dict)):
        raise ValueError(f"it is {kind_of(raw) if isinstance(raw, (list, tuple, dict)) else 'a number'}; {remedy}")
    text = str(raw)
    if len(text) < _SHORTEST:
        raise ValueError(f"it is too short; {remedy}")
    return text
