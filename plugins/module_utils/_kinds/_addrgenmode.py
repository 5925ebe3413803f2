# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: how IPv6 makes the addresses that it gives a link by itself (net/ipv6/addrconf.c)."""

import struct
import typing as t

from .. import _nla, _values
from ._option import Option

_NUMBER = struct.Struct("=i")
_CONF, _MODE = 2, 8
"""``IFLA_INET6_CONF``, ``IFLA_INET6_ADDR_GEN_MODE``; the latter is told along with counters only."""
_PLACE = 44
"""Among the numbers of the former (``DEVCONF_ADDR_GEN_MODE``)."""
EUI64, RANDOM = "eui64", "random"
_WORDS = {EUI64: 0, "none": 1, "stable_secret": 2, RANDOM: 3}


class AddrGenMode(_values.Value):
    """In what IPv6 has of the link, which is one family's among those of ``IFLA_AF_SPEC``."""

    def parse(self, raw: t.Any) -> str:
        if raw not in _WORDS:
            raise ValueError("{0!r} is none of {1}".format(raw, ", ".join(_WORDS)))
        return str(raw)

    def encode(self, value: str) -> bytes:
        return _nla.nest(_values.IPV6, _nla.pack(_MODE, bytes([_WORDS[value]])))

    def decode(self, raw: bytes, flagged: bool = True) -> t.Optional[str]:
        own = dict(_nla.read(dict(_nla.read(raw)).get(_values.IPV6, b"")))
        number = own[_MODE][0] if own.get(_MODE) else self._of_all(own.get(_CONF, b""))
        return next((word for word, known in _WORDS.items() if known == number), None)

    @staticmethod
    def _of_all(numbers: bytes) -> t.Optional[int]:
        end = (_PLACE + 1) * _NUMBER.size
        return int(_NUMBER.unpack_from(numbers, end - _NUMBER.size)[0]) if len(numbers) >= end else None


class WithoutEui64(AddrGenMode):
    """Of devices that have no address of their own to make others of: the kernel goes from eui64 to random by itself, when a
    program first attaches (``addrconf_dev_config``)."""

    def parse(self, raw: t.Any) -> str:
        if raw == EUI64:
            raise ValueError("such a device has no Ethernet address to make others of; say random or none")
        return super().parse(raw)

    def decode(self, raw: bytes, flagged: bool = True) -> t.Optional[str]:
        value = super().decode(raw, flagged)
        return RANDOM if value == EUI64 else value


ROW = Option("addrgenmode", AddrGenMode(), "IFLA_AF_SPEC", of_ipv6=True, reset=EUI64)
ROW_WITHOUT_EUI64 = ROW._replace(value=WithoutEui64(), reset=RANDOM)
