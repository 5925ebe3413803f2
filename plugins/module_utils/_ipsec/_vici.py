# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the messages by which strongSwan is asked and told (vici, in its documentation). Pure."""

import struct
import typing as t

REQUEST, RESPONSE, UNKNOWN, REGISTER, UNREGISTER, CONFIRM, EVENT_UNKNOWN, EVENT = range(8)
"""What a packet is."""
_SECTION, _SECTION_END, _VALUE, _LIST, _ITEM, _LIST_END = range(1, 7)
"""What an element of a message is."""
_NAMED = (REQUEST, REGISTER, UNREGISTER, EVENT)
_LENGTH, _NAME = struct.Struct("!H"), struct.Struct("!B")

Message = t.Dict[str, t.Any]
"""Each value is a text, bytes, a list of those, or a section, which is a dictionary again. What comes has texts only."""


class Garbled(Exception):
    """Bytes that are no packet."""


def packet(kind: int, name: str, message: t.Optional[t.Mapping[str, t.Any]] = None) -> bytes:
    """Return a packet without its length. :arg name: of the command or the event."""
    return bytes([kind]) + _name(name) + b"".join(_section(message or {}))


def _section(message: t.Mapping[str, t.Any]) -> t.Iterator[bytes]:
    for key, value in message.items():
        if isinstance(value, t.Mapping):
            yield bytes([_SECTION]) + _name(key)
            yield from _section(value)
            yield bytes([_SECTION_END])
        elif isinstance(value, (list, tuple)):
            yield bytes([_LIST]) + _name(key)
            yield from (bytes([_ITEM]) + _value(item) for item in value)
            yield bytes([_LIST_END])
        else:
            yield bytes([_VALUE]) + _name(key) + _value(value)


def _name(name: str) -> bytes:
    raw = name.encode()
    return _NAME.pack(len(raw)) + raw


def _value(value: t.Union[str, bytes]) -> bytes:
    raw = value if isinstance(value, bytes) else value.encode()
    return _LENGTH.pack(len(raw)) + raw


def read(raw: bytes) -> t.Tuple[int, str, Message]:
    """Return what a packet is, its name where it has one, and its message; raise Garbled where that can't be told."""
    try:
        kind, at = raw[0], 1
        name = ""
        if kind in _NAMED:
            name, at = _taken(raw, at, _NAME)
        message, _at = _read_section(raw, at, 0)
    except (IndexError, struct.error, RecursionError) as error:
        raise Garbled(str(error)) from None
    return kind, name, message


def _read_section(raw: bytes, at: int, depth: int) -> t.Tuple[Message, int]:
    message: Message = {}
    while at < len(raw):
        element, at = raw[at], at + 1
        if element == _SECTION_END and depth:
            return message, at
        key, at = _taken(raw, at, _NAME)
        if element == _SECTION:
            message[key], at = _read_section(raw, at, depth + 1)
        elif element == _VALUE:
            message[key], at = _taken(raw, at, _LENGTH)
        elif element == _LIST:
            message[key], at = _read_list(raw, at)
        else:
            raise Garbled("there is no element {0}".format(element))
    if depth:
        raise Garbled("it ends within a section")
    return message, at


def _read_list(raw: bytes, at: int) -> t.Tuple[t.List[str], int]:
    found = []
    while raw[at] == _ITEM:
        item, at = _taken(raw, at + 1, _LENGTH)
        found.append(item)
    if raw[at] != _LIST_END:
        raise Garbled("there is {0} in a list".format(raw[at]))
    return found, at + 1


def _taken(raw: bytes, at: int, length: struct.Struct) -> t.Tuple[str, int]:
    """Return a text and where it ends. :arg length: what its length is written as, before it."""
    start = at + length.size
    end = start + int(length.unpack(raw[at:start])[0])
    if end > len(raw):
        raise Garbled("it ends within a text")
    return raw[start:end].decode("utf-8", "replace"), end
