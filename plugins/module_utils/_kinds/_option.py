# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: an option of a link, as a row of a table."""

import typing as t

from .. import _values


def never(old: t.Any, new: t.Any) -> bool:
    """Answer a question about a change with no, whatever the values."""
    return False


def always(old: t.Any, new: t.Any) -> bool:
    """Answer a question about a change with yes, whatever the values."""
    return True


class Option(t.NamedTuple):
    """An option as the user knows it, and the kernel attribute that it stands for."""

    name: str
    value: _values.Value
    attribute: str = ""
    """The kernel's name for it; empty where the flags alone say it."""
    flags: t.Tuple[t.Tuple[str, int], ...] = ()
    """(attribute, bit): bits that are on exactly while the value announces itself by them (``Value.is_flagged``)."""
    recreate: t.Callable[[t.Any, t.Any], bool] = never
    """Whether going from one value to another takes a new link."""
    cuts: t.Callable[[t.Any, t.Any], bool] = never
    """Whether a change from one value to another at one end cuts the far end off until that end is changed likewise."""
    numbers: bool = False
    """Whether the packets are numbered while it is on: the far end then drops what a new link sends, which counts from 0
    again."""
    word: str = ""
    """``ip``'s word for it, where it is not the name."""
    default: t.Any = None
    """What a new link has unless asked otherwise, and what it means when the kernel does not report the attribute; None:
    nothing that could be foretold."""
    unreported: t.Any = None
    """What that means, where it is not the default."""
    reset: t.Any = None
    """What a link gets that shall have it as a new one, where that can't be foretold; None: only a new link shows that."""
    of_ipv6: bool = False
    """IPv6 has it, in a message of its own: before the link comes up, and not after the link moved or was too small for IPv6."""
    mask: int = 0
    """The bits of the attribute that it has, where it shares the attribute with others."""
    attribute6: str = ""
    """The attribute that the kernel has an IPv6 address in, where that is another one."""
    only_with: t.Tuple[str, t.Any] = ("", None)
    """Another option and the value of it without which the kernel refuses this one, whatever its value."""
    secret: bool = False
    """Ansible shows and logs it nowhere."""
    of_port: bool = False
    """A link has it only while it is a port of a bridge, and gets it in a message of its own."""
    internal: bool = False
    """Not the user's to choose."""
    of_message: bool = False
    """Its attribute is one of the message's, beside those of the driver (``IFLA_LINK``)."""

    @property
    def attributes(self) -> t.Tuple[str, ...]:
        """All attributes that it has a part in."""
        flags = (attribute for attribute, _bit in self.flags)
        return tuple(name for name in (self.attribute, self.attribute6, *flags) if name)

    def argument(self) -> t.Dict[str, t.Any]:
        """Return what Ansible takes for it."""
        # Said of keys too, which Ansible would ask about.
        told = {"no_log": self.secret} if self.secret or "key" in self.name else {}
        return {**self.value.argument(), **told}

    def is_told(self, values: t.Mapping[str, t.Any], former: t.Mapping[str, t.Any]) -> bool:
        """Return whether the kernel is told it with these values, over those that the link has already."""
        other, needed = self.only_with
        return self.name in values and {**former, **values}.get(other) == needed

    def words(self, value: t.Any) -> t.List[str]:
        return self.value.words(self.word or self.name, value)


Raw = t.Dict[str, t.Any]


def encode(
    options: t.Iterable[Option],
    values: t.Mapping[str, t.Any],
    base: t.Optional[Raw] = None,
    former: t.Optional[t.Mapping[str, t.Any]] = None,
) -> Raw:
    """Return the kernel's attributes for ``values``, over ``base`` (the attributes that the link has already).

    :arg former: the values that the link has already.
    """
    raw = dict(base or {})
    former = former or {}
    for option in options:
        if not option.is_told(values, former):
            continue
        value = option.value.over(former.get(option.name), values[option.name])
        if option.mask:
            lowest = option.mask & -option.mask
            raw[option.attribute] = raw.get(option.attribute, 0) & ~option.mask | option.value.encode(value) * lowest
        elif option.attribute6:
            raw.update(_by_family(option, value, former.get(option.name, _values.ANY)))
        elif option.attribute:
            raw[option.attribute] = option.value.encode(value)
        for attribute, bit in option.flags:
            old = raw.get(attribute, 0)
            raw[attribute] = old | bit if option.value.is_flagged(value) else old & ~bit
    return raw


def _by_family(option: Option, value: str, former: str) -> Raw:
    """Return the attributes for an address, or for none in place of a former one."""
    raw: Raw = dict.fromkeys((option.attribute, option.attribute6))
    shown = former if value == _values.ANY else value
    if shown != _values.ANY:
        family = _values.family_of(shown)
        name = option.attribute6 if family == _values.IPV6 else option.attribute
        raw[name] = _values.unspecified(family) if value == _values.ANY else option.value.encode(value)
    return raw


def decode(options: t.Iterable[Option], raw: Raw) -> t.Dict[str, t.Any]:
    """Return the canonical values of all ``options``, as far as ``raw`` and the defaults tell of them."""
    values = {}
    for option in options:
        value = _decode(option, raw)
        if value is not None:
            values[option.name] = value
    return values


def _decode(option: Option, raw: Raw) -> t.Any:
    name = option.attribute6 if option.attribute6 in raw else option.attribute
    if name and name not in raw:
        return option.default if option.unreported is None else option.unreported
    flagged = True
    for attribute, bit in option.flags:
        if attribute not in raw and not name:
            return option.default
        # An older kernel does not know the flag; the attribute it has always told.
        flagged = flagged and bool(raw.get(attribute, 0) & bit)
    content: t.Any = raw[name] if name else None
    if option.mask:
        content = (content & option.mask) // (option.mask & -option.mask)
    return option.value.decode(content, flagged)
