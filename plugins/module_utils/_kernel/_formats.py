# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: pyroute2's tables of attributes, compiled to struct packers.

pyroute2 has the knowledge: which attributes a message has, and the type of each. Its own encoder and decoder are
made for comfort, and take ten times as long as packing by these tables does.
"""

import socket
import struct
import typing as t

from .. import _errors, _nla
from .._nla import HEADER, TYPE_MASK
from . import _pyroute2, _supplement

Names = t.Union[t.Tuple[str, ...], t.FrozenSet[str]]
Pack = t.Callable[[t.Any], bytes]
Unpack = t.Callable[[bytes], t.Any]

_BITFIELD = struct.Struct("=II")
_SCALARS = {
    "uint8": "=B",
    "uint16": "=H",
    "uint32": "=I",
    "uint64": "=Q",
    "int32": "=i",
    "be16": ">H",
    "be32": ">I",
    "be64": ">Q",
}


def _scalar(form: str) -> t.Tuple[Pack, Unpack]:
    packer = struct.Struct(form)
    return packer.pack, lambda payload: packer.unpack_from(payload)[0]


def _pack_ip(text: str) -> bytes:
    return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)


def _unpack_ip(payload: bytes) -> str:
    return socket.inet_ntop(socket.AF_INET6 if len(payload) == 16 else socket.AF_INET, payload)


def _pack_mac(text: str) -> bytes:
    return bytes(int(octet, 16) for octet in text.split(":"))


def _unpack_mac(payload: bytes) -> str:
    return ":".join("{0:02x}".format(octet) for octet in payload)


def _same(payload: bytes) -> bytes:
    return payload


def _pack_bitfield(both: int) -> bytes:
    return _BITFIELD.pack(both & 0xFFFFFFFF, both >> 32)


def _unpack_bitfield(payload: bytes) -> int:
    value, selector = _BITFIELD.unpack_from(payload)
    return int(value | selector << 32)


_ATOMS: t.Dict[str, t.Tuple[Pack, Unpack]] = {
    "ip4addr": (_pack_ip, _unpack_ip),
    "ip6addr": (_pack_ip, _unpack_ip),
    "ipaddr": (_pack_ip, _unpack_ip),
    "target": (_pack_ip, _unpack_ip),
    "l2addr": (_pack_mac, _unpack_mac),
    "asciiz": (_nla.pack_text, _nla.read_text),
    # One number: the flags, and above them which of these are told.
    "bitfield32": (_pack_bitfield, _unpack_bitfield),
    # What is on by a byte, and off by its absence.
    "flag8": (lambda value: b"\1", any),
    # Some drivers report one of these by a byte, which may be 0 (vxlan_fill_info).
    "flag": (lambda value: b"", lambda payload: not payload or any(payload)),
}
_ATOMS.update((name, _scalar(form)) for name, form in _SCALARS.items())


def _atom(message_class: t.Any, codec: t.Any) -> t.Tuple[Pack, Unpack]:
    """Return packer and unpacker of an attribute; nested and unknown ones are left as they are."""
    if codec in _ATOMS:
        return _ATOMS[codec]
    fields = getattr(getattr(message_class, str(codec), None), "fields", None) or []
    if len(fields) == 1 and fields[0][0] == "value" and struct.calcsize(fields[0][1]) <= 8:
        return _scalar(fields[0][1])
    return _same, _same


class _Layout:
    """Where the attributes are in a payload.

    A link's message has some sixty, of which few are asked for. That another one has them at the same places is seen
    by one look at all their headers, which costs a third of going from one to the next.
    """

    def __init__(self, payload: bytes, chosen: t.Mapping[int, t.Tuple[str, Unpack]]) -> None:
        self.places: t.List[t.Tuple[str, Unpack, int, int]] = []
        form = ["="]
        position, end = 0, len(payload)
        while position + HEADER.size <= end:
            size, number = HEADER.unpack_from(payload, position)
            here, position = position, position + ((size + 3) & ~3)
            if size < HEADER.size or here + size > end:
                form.append("HH")
                break
            known = chosen.get(number & TYPE_MASK)
            if known is not None:
                self.places.append((*known, here + HEADER.size, here + size))
            form.append("HH{0}x".format(min(position, end) - here - HEADER.size))
        self.headers = struct.Struct("".join(form))
        self.expected = self.headers.unpack_from(payload)


class Format:
    """The header and the attributes of a message, or the attributes of a nest."""

    def __init__(self, message_class: t.Any, more: t.Sequence[_supplement.Row] = ()) -> None:
        """:arg message_class: one of pyroute2's, or anything with its ``fields`` and ``nla_map``.

        :arg more: rows that its ``nla_map`` may lack, or have wrong.
        """
        fields = getattr(message_class, "fields", None) or ()
        self.fields = tuple(name for name, form in fields if "x" not in form)
        self.header = struct.Struct("=" + "".join(form for name, form in fields))
        self._pack: t.Dict[str, t.Tuple[int, Pack]] = {}
        self._unpack: t.Dict[int, t.Tuple[str, Unpack]] = {}
        self._choices: t.Dict[t.Optional[Names], t.Dict[int, t.Tuple[str, Unpack]]] = {}
        self._layouts: t.Dict[t.Tuple[t.Optional[Names], int, bytes], _Layout] = {}
        """The last one of each length, by what was asked for: the messages of a dump are mostly laid out alike.

        By the first attribute's header too: it is the name of a link, and names have all lengths.
        """
        self.numbers: t.Dict[str, int] = {}
        self._flags: t.Set[int] = set()
        """The attributes that say all by being there."""
        numbered = [
            row if isinstance(row[0], int) else (position, *row) for position, row in enumerate(message_class.nla_map)
        ]
        for number, name, codec, *_rest in (*more, *numbered):
            if number in self._unpack:
                continue
            pack, unpack = _atom(message_class, codec)
            self._pack[name] = (number, pack)
            self._unpack[number] = (name, unpack)
            self.numbers[name] = number
            if codec in ("flag", "flag8"):
                self._flags.add(number)

    def start(self, **values: int) -> bytes:
        """Return the header with these fields, the others being zero; raise Malformed where a number can't be."""
        try:
            return self.header.pack(*(values.get(name, 0) for name in self.fields))
        except struct.error:
            raise _errors.Malformed("a number among {0}".format(sorted(values.items()))) from None

    def pack(self, attributes: t.Mapping[str, t.Any]) -> bytes:
        """Return these attributes, by their kernel names, as they go on the wire; None is left out."""
        packed = []
        for name, value in attributes.items():
            if value is not None:
                number, pack = self._pack[name]
                if not value and number in self._flags:
                    continue
                packed.append(_nla.pack(number, pack(value)))
        return b"".join(packed)

    def unpack(self, payload: bytes, names: t.Optional[Names] = None, start: int = 0) -> t.Dict[str, t.Any]:
        """Return the attributes in ``payload`` from ``start`` by their kernel names, or those of ``names`` only.

        What the table does not know, or what is too short for its type, is left out.
        """
        key = (names, len(payload) - start, payload[start : start + HEADER.size])
        layout = self._layouts.get(key)
        if layout is None or layout.headers.unpack_from(payload, start) != layout.expected:
            layout = self._layouts[key] = _Layout(payload[start:], self._chosen(names))
        values: t.Dict[str, t.Any] = {}
        for name, unpack, first, last in layout.places:
            try:
                values[name] = unpack(payload[start + first : start + last])
            except (struct.error, ValueError, OSError):
                continue
        return values

    def _chosen(self, names: t.Optional[Names]) -> t.Dict[int, t.Tuple[str, Unpack]]:
        if names not in self._choices:
            self._choices[names] = {
                number: known for number, known in self._unpack.items() if names is None or known[0] in names
            }
        return self._choices[names]

    def unpack_message(
        self, payload: bytes, names: t.Optional[Names] = None
    ) -> t.Tuple[t.Dict[str, int], t.Dict[str, t.Any]]:
        """Return the fields of the header and the attributes of a whole message; raise Malformed if it is too short."""
        if len(payload) < self.header.size:
            raise _errors.Malformed("a message of {0} bytes".format(len(payload)))
        header = dict(zip(self.fields, self.header.unpack_from(payload)))
        return header, self.unpack(payload, names, self.header.size)

    def merge(self, payload: bytes, attributes_: t.Mapping[str, t.Any]) -> bytes:
        """Return ``payload`` with these attributes in place of its own; whatever else it has stays to the letter."""
        return _nla.without(payload, {self.numbers[name] for name in attributes_}) + self.pack(attributes_)


def required(attributes_: t.Mapping[str, t.Any], name: str) -> t.Any:
    """Return an attribute that each such message has; raise Malformed if this one has not."""
    if name not in attributes_:
        raise _errors.Malformed("a message without {0}".format(name))
    return attributes_[name]


_formats: t.Dict[str, Format] = {}


def message(name: str) -> Format:
    """Return the format of an rtnetlink message by pyroute2's name for it, such as ``ifinfmsg``."""
    if name not in _formats:
        _formats[name] = Format(_pyroute2.message_class(name), _supplement.MESSAGES.get(name, ()))
    return _formats[name]


def link_info() -> Format:
    """Return the format of ``IFLA_LINKINFO``."""
    if "ifinfo" not in _formats:
        _formats["ifinfo"] = Format(_pyroute2.message_class("ifinfmsg").ifinfo)
    return _formats["ifinfo"]


def link_data(kernel_kind: str) -> t.Optional[Format]:
    """Return the format of the ``IFLA_INFO_DATA`` of a kind of link; None if pyroute2 knows none."""
    key = "data " + kernel_kind
    if key not in _formats:
        base, more = _supplement.LINK_DATA.get(kernel_kind, (kernel_kind, ()))
        data_class = _pyroute2.data_class(base)
        if data_class is None:
            return None
        _formats[key] = Format(data_class, more)
    return _formats[key]
