# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the types of values that have members, which the kernel takes and gives up one by one."""

import typing as t

from .. import _nla, _values

Members = t.List[t.Any]


class MemberValue(_values.Value):
    """A list. The canonical form has each member once, and in order."""

    def joined(self, value: Members, member: t.Any) -> Members:
        """Return what a list becomes when a member comes."""
        return sorted([*self.parted(value, member), member])

    def parted(self, value: Members, member: t.Any) -> Members:
        """Return what a list becomes when a member goes."""
        return [other for other in value if other != member]

    def difference(self, old: Members, new: Members) -> t.Tuple[Members, Members]:
        """Return the members that go and those that come on the way from one list to another."""
        return [one for one in old if one not in new], [one for one in new if one not in old]

    def coming(self, device: str, member: t.Any) -> t.List[str]:
        """Return ``ip``'s words that give a device a member."""
        raise NotImplementedError

    def going(self, device: str, member: t.Any) -> t.List[str]:
        """Return those that take it away."""
        raise NotImplementedError


class AltNames(MemberValue):
    """Names of a link beside its own."""

    _NUMBER = 53
    """``IFLA_ALT_IFNAME``."""
    _HIGH = 127
    """``ALTIFNAMSIZ`` without the closing NUL."""

    def parse(self, raw: t.Any) -> Members:
        return sorted({_values.check_link_name(str(name), self._HIGH) for name in raw})

    def encode(self, value: Members) -> bytes:
        return b"".join(_nla.pack(self._NUMBER, _nla.pack_text(name)) for name in value)

    def decode(self, raw: bytes, flagged: bool = True) -> Members:
        return sorted(_nla.read_text(content) for number, content in _nla.read(raw) if number == self._NUMBER)

    def coming(self, device: str, member: str) -> t.List[str]:
        return ["link", "property", "add", "dev", device, "altname", member]

    def going(self, device: str, member: str) -> t.List[str]:
        return ["link", "property", "del", "dev", device, "altname", member]

    def argument(self) -> t.Dict[str, t.Any]:
        return {"type": "list", "elements": "str"}
