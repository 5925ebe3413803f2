# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the types of option values that only tunnels have."""

import socket
import struct
import typing as t

from .._values import (
    ANY,
    INHERIT,
    IPV4,
    NONE,
    Number,
    PlainSwitch,
    Switch,
    Value,
    family_of,
    parse_ip,
    parse_number,
    unspecified,
)


def is_group(address: str) -> bool:
    """Return whether a parsed address is a multicast group's."""
    first = socket.inet_pton(family_of(address), address)[0]
    return first == 0xFF if ":" in address else 224 <= first <= 239


def is_link_local(address: str) -> bool:
    """Return whether a parsed address is an IPv6 one that tells hosts of one link apart (RFC 4291)."""
    first, second = socket.inet_pton(family_of(address), address)[:2]
    return ":" in address and (first, second & 0xC0) == (0xFE, 0x80)


class NoSwitch(Switch):
    """A yes or no, in ``ip``'s words ``word`` and ``noword``."""

    def words(self, word: str, value: bool) -> t.List[str]:
        return [word if value else "no" + word]


class Presence(PlainSwitch):
    """A yes or no that the kernel has as an attribute without content, there or not."""

    def encode(self, value: bool) -> t.Any:
        return True if value else None


class Tos(Number):
    """The type of service of the outer header; the kernel says ``inherit`` with bit 0 (``ip_tunnel_ecn_encap``)."""

    has_words = True

    def __init__(self) -> None:
        super().__init__(0, 255)

    def parse(self, raw: t.Any) -> t.Any:
        return INHERIT if str(raw) == INHERIT else self.decode(parse_number(str(raw), 0, 255, INHERIT))

    def encode(self, value: t.Any) -> int:
        return 1 if value == INHERIT else int(value)

    def decode(self, raw: int, flagged: bool = True) -> t.Any:
        return INHERIT if raw == 1 else raw

    def words(self, word: str, value: t.Any) -> t.List[str]:
        return [word, value if value == INHERIT else hex(value)]


class HopLimit(Number):
    """The time to live of the outer header, which a flag takes from the inner packet, and 0 leaves to the kernel."""

    has_words = True
    AUTO = "auto"

    def __init__(self) -> None:
        super().__init__(1, 255)

    def parse(self, raw: t.Any) -> t.Any:
        if str(raw) in (self.AUTO, "0"):
            return self.AUTO
        words = "{0} or {1}".format(self.AUTO, INHERIT)
        return INHERIT if str(raw) == INHERIT else parse_number(str(raw), self.low, self.high, words)

    def encode(self, value: t.Any) -> int:
        return 0 if value in (self.AUTO, INHERIT) else int(value)

    def decode(self, raw: int, flagged: bool = True) -> t.Any:
        return INHERIT if flagged else raw or self.AUTO

    def is_flagged(self, value: t.Any) -> bool:
        return bool(value == INHERIT)


class Key(Value):
    """A tunnel's key (RFC 2890): a number or a dotted quad; ``none`` where there is none. Zero is a key too."""

    def __init__(self, high: int = 0xFFFFFFFF) -> None:
        self.high = high

    def parse(self, raw: t.Any) -> t.Any:
        text = str(raw)
        if text == NONE:
            return NONE
        try:
            if text.count(".") == 3:
                text = str(int.from_bytes(socket.inet_pton(socket.AF_INET, text), "big"))
            return parse_number(text, 0, self.high)
        except (OSError, ValueError):
            raise ValueError(
                "{0!r} is not a number from 0 to {1}, a dotted quad such as 10.0.0.1, or none".format(raw, self.high)
            ) from None

    def encode(self, value: t.Any) -> int:
        return 0 if value == NONE else int(value)

    def decode(self, raw: int, flagged: bool = True) -> t.Any:
        return raw if flagged else NONE

    def is_flagged(self, value: t.Any) -> bool:
        return bool(value != NONE)

    def words(self, word: str, value: t.Any) -> t.List[str]:
        return ["no" + word] if value == NONE else [word, str(value)]


class PlainKey(Key):
    """A key where the kernel has no flag for one: 0 is none."""

    def parse(self, raw: t.Any) -> t.Any:
        return super().parse(raw) or NONE

    def decode(self, raw: int, flagged: bool = True) -> t.Any:
        return raw or NONE


class Inheritable(Number):
    """A number that a flag takes from the inner packet."""

    has_words = True

    def __init__(self, high: int) -> None:
        super().__init__(0, high)

    def parse(self, raw: t.Any) -> t.Any:
        return INHERIT if str(raw) == INHERIT else parse_number(str(raw), 0, self.high, INHERIT)

    def encode(self, value: t.Any) -> int:
        return 0 if value == INHERIT else int(value)

    def decode(self, raw: int, flagged: bool = True) -> t.Any:
        return INHERIT if flagged else raw

    def is_flagged(self, value: t.Any) -> bool:
        return bool(value == INHERIT)

    def words(self, word: str, value: t.Any) -> t.List[str]:
        return [word, value if value == INHERIT else hex(value)]


class Omittable(Number):
    """A number that a flag leaves out."""

    has_words = True

    def parse(self, raw: t.Any) -> t.Any:
        return NONE if str(raw) == NONE else parse_number(str(raw), self.low, self.high, NONE)

    def encode(self, value: t.Any) -> int:
        return 0 if value == NONE else int(value)

    def decode(self, raw: int, flagged: bool = True) -> t.Any:
        return NONE if flagged else raw

    def is_flagged(self, value: t.Any) -> bool:
        return bool(value == NONE)


class Endpoint(Value):
    """An address of the underlay, or ``any``, for which the attribute is left out: gretap refuses one of zero."""

    def __init__(self, family: int) -> None:
        """:arg family: ``IPV4`` or ``IPV6``."""
        self.family = family

    def parse(self, raw: t.Any) -> str:
        name = "IPv4" if self.family == IPV4 else "IPv6"
        if str(raw) == ANY:
            return ANY
        try:
            family, text = parse_ip(str(raw))
        except ValueError:
            raise ValueError(
                "{0!r} is not an {1} address; give one, without a prefix, or any".format(raw, name)
            ) from None
        if family != self.family:
            raise ValueError("{0!r} is not an {1} address, which this mode needs".format(raw, name))
        return self.decode(text)

    def encode(self, value: str) -> t.Optional[str]:
        return None if value == ANY else value

    def decode(self, raw: str, flagged: bool = True) -> str:
        return ANY if raw == unspecified(self.family) else raw


class EitherEndpoint(Value):
    """An address of the underlay, of IPv4 or IPv6, or ``any``."""

    def __init__(self, group: str = "") -> None:
        """:arg group: ``ip``'s word where it is a multicast group."""
        self.group = group

    def parse(self, raw: t.Any) -> str:
        if str(raw) == ANY:
            return ANY
        try:
            return self.decode(parse_ip(str(raw))[1])
        except ValueError:
            raise ValueError("{0!r} is not an IP address; give one, without a prefix, or any".format(raw)) from None

    def decode(self, raw: str, flagged: bool = True) -> str:
        return ANY if raw == unspecified(family_of(raw)) else raw

    def words(self, word: str, value: str) -> t.List[str]:
        return [self.group if self.group and value != ANY and is_group(value) else word, value]


class PortRange(Value):
    """The lowest and the highest port that packets leave from, as ``low-high``; ``auto`` leaves them to the kernel."""

    AUTO = "auto"
    _FORM = struct.Struct(">HH")

    def parse(self, raw: t.Any) -> str:
        if str(raw) == self.AUTO:
            return self.AUTO
        low, _dash, high = str(raw).partition("-")
        try:
            ports = [parse_number(port, 1, 65535) for port in (low, high)]
        except ValueError:
            ports = [1, 0]
        if ports[0] > ports[1]:
            raise ValueError("{0!r} is no range of ports such as 49152-65535, and not {1}".format(raw, self.AUTO))
        return "{0}-{1}".format(*ports)

    def encode(self, value: str) -> bytes:
        ports = (0, 0) if value == self.AUTO else map(int, value.split("-"))
        return self._FORM.pack(*ports)

    def decode(self, raw: bytes, flagged: bool = True) -> str:
        ports = self._FORM.unpack_from(raw)
        return "{0}-{1}".format(*ports) if any(ports) else self.AUTO

    def words(self, word: str, value: str) -> t.List[str]:
        return [word, *(["0", "0"] if value == self.AUTO else value.split("-"))]


class FlowLabel(Number):
    """The flow label of the outer IPv6 header, in the network's byte order."""

    has_words = True

    def __init__(self) -> None:
        super().__init__(0, 0xFFFFF)

    def encode(self, value: int) -> int:
        return socket.htonl(value)

    def decode(self, raw: int, flagged: bool = True) -> int:
        return socket.ntohl(raw)

    def words(self, word: str, value: int) -> t.List[str]:
        return [word, hex(value)]
