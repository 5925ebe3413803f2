# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what routes put around packets (linux/lwtunnel.h)."""

import typing as t

from .. import _values
from .._resources import Encap
from . import _formats

_TYPES = {"ip": 2, "ip6": 4}
_WORDS = {number: word for word, number in _TYPES.items()}
_ANY = [_values.unspecified(family) for family in (_values.IPV4, _values.IPV6)]
_FLAGS = {"csum": 0x1, "key": 0x4, "seq": 0x8}


class _Attributes:
    """``LWTUNNEL_IP_*``, which ``LWTUNNEL_IP6_*`` are like; pyroute2 has tables for reading only."""

    nla_map = (
        (1, "id", "be64"),
        (2, "dst", "ipaddr"),
        (3, "src", "ipaddr"),
        (4, "ttl", "uint8"),
        (5, "tos", "uint8"),
        (6, "flags", "be16"),
    )


_FORMAT = _formats.Format(_Attributes)


def encode(encap: Encap) -> t.Tuple[int, bytes]:
    """Return ``RTA_ENCAP_TYPE`` and ``RTA_ENCAP``."""
    values = {name: value for name, value in encap._asdict().items() if name in _FORMAT.numbers}
    flags = sum(bit for name, bit in _FLAGS.items() if getattr(encap, name))
    return _TYPES[encap.type], _FORMAT.pack({**values, "flags": flags})


def decode(type_: int, payload: bytes) -> t.Optional[Encap]:
    """Return what is put around packets, None for nothing or for what is no tunnel, such as MPLS."""
    values = _FORMAT.unpack(payload)
    if type_ not in _WORDS or "dst" not in values:
        return None
    flags = values.pop("flags", 0)
    if values.get("src") in _ANY:
        del values["src"]
    values.update((name, bool(flags & bit)) for name, bit in _FLAGS.items())
    return Encap(_WORDS[type_], **values)
