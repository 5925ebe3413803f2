# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: attributes of netlink's messages, in bytes (``struct nlattr``)."""

import struct
import typing as t

HEADER = struct.Struct("=HH")
"""The size, itself included, and the number."""
TYPE_MASK = 0x3FFF
"""Leaves the number without NLA_F_NESTED and NLA_F_NET_BYTEORDER."""

_NLA_F_NESTED = 0x8000


def pack(number: int, content: bytes) -> bytes:
    """Return one attribute (``struct nlattr``) with its padding."""
    size = HEADER.size + len(content)
    return HEADER.pack(size, number) + content + b"\0" * (-size % 4)


def nest(number: int, content: bytes) -> bytes:
    """Return an attribute with others in it."""
    return pack(number | _NLA_F_NESTED, content)


def read(payload: bytes) -> t.Iterator[t.Tuple[int, bytes]]:
    """Yield the number and the content of each attribute, up to the first that does not fit."""
    for number, whole in _wholes(payload):
        yield number, whole[HEADER.size :]


def without(payload: bytes, numbers: t.Container[int]) -> bytes:
    """Return the attributes in ``payload`` but those of these numbers; the others stay to the letter, flags and all."""
    return _joined(whole for number, whole in _wholes(payload) if number not in numbers)


def only(payload: bytes, numbers: t.Container[int]) -> bytes:
    """Return those of the attributes in ``payload`` that have these numbers, to the letter."""
    return _joined(whole for number, whole in _wholes(payload) if number in numbers)


def _joined(wholes: t.Iterable[bytes]) -> bytes:
    return b"".join(whole + b"\0" * (-len(whole) % 4) for whole in wholes)


def _wholes(payload: bytes) -> t.Iterator[t.Tuple[int, bytes]]:
    position, end = 0, len(payload)
    while position + HEADER.size <= end:
        size, number = HEADER.unpack_from(payload, position)
        if not HEADER.size <= size <= end - position:
            return
        yield number & TYPE_MASK, payload[position : position + size]
        position += (size + 3) & ~3


def pack_text(text: str) -> bytes:
    """Return a content that is text, with its closing NUL."""
    return text.encode("utf-8", "surrogateescape") + b"\0"


def read_text(content: bytes) -> str:
    """Return the text up to the first NUL."""
    return content.split(b"\0", 1)[0].decode("utf-8", "surrogateescape")
