# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the types of option values.

A type turns what a person types into one canonical form (``parse``), that form into what the kernel's attribute
holds and back (``encode``, ``decode``), and into the words of ``ip`` (``words``). Two values mean the same exactly when
their canonical forms are equal.
"""

import re
import socket
import typing as t

NONE = "none"
ANY = "any"
INHERIT = "inherit"

IPV4, IPV6 = int(socket.AF_INET), int(socket.AF_INET6)
IPV6_MIN_MTU = 1280
"""RFC 8200."""

NUMBER = re.compile(r"(?:0[xX][0-9a-fA-F]+|[0-9]+)\Z")
_MAC = re.compile(r"[0-9a-fA-F]{1,2}(?:[:-][0-9a-fA-F]{1,2}){5}\Z")
_FORBIDDEN_IN_NAMES = re.compile(r"[\s/:\x00]")
_RENAMED_BY_UDEV = re.compile(r"[^A-Za-z0-9#+.=@_-]")
"""What udev replaces in names of new devices: systemd 247 all of it, 252 control characters, ! and what is not ASCII."""
_FOLDERS_OF_ALL = ("all", "default")
"""In /proc/sys/net/ipv4/conf, beside a folder for each device; the kernel gives no device such a name."""

IPV6_METRIC = 1024
"""What the kernel gives an IPv6 route that asks for none (IP6_RT_PRIO_USER)."""

DEFAULT_TABLE, MAIN_TABLE, LOCAL_TABLE = 253, 254, 255
"""Numbers of the kernel's own routing tables."""

MAX_NAME = 15
"""IFNAMSIZ without its closing NUL."""


def check_new_link_name(name: str) -> str:
    """Return ``name`` if the kernel and udev both let a new device keep it; else raise ValueError."""
    check_link_name(name)
    odd = _RENAMED_BY_UDEV.search(name)
    if odd:
        raise ValueError(
            "{0!r} has {1!r} in it, for which udev renames the device; use only letters from a to z, digits and "
            "# + - . = @ _".format(name, odd.group())
        )
    if name in _FOLDERS_OF_ALL:
        raise ValueError("{0!r} can't be a name, the kernel means all devices by it; choose another".format(name))
    return name


def check_link_name(name: str, high: int = MAX_NAME) -> str:
    """Return ``name`` if a device may have it (``dev_valid_name``), whoever made it; else raise ValueError."""
    size = len(name.encode("utf-8", "surrogateescape"))
    if not name:
        raise ValueError("a name can't be empty")
    if size > high:
        raise ValueError("{0!r} has {1} bytes; the kernel takes {2} at most".format(name, size, high))
    if name in (".", ".."):
        raise ValueError("{0!r} can't be a name; choose another".format(name))
    if _FORBIDDEN_IN_NAMES.search(name):
        raise ValueError("{0!r} has a slash, a colon or white space in it; leave them out".format(name))
    if "%" in name:
        raise ValueError("{0!r} has a % in it, which the kernel takes for a template; give the whole name".format(name))
    return name


def check_namespace_name(name: str) -> str:
    """Return ``name`` if it can be a file in ``/run/netns``, as ``ip netns`` demands; else raise ValueError."""
    if not name:
        raise ValueError("a name can't be empty")
    if name in (".", ".."):
        raise ValueError("{0!r} can't be a name; choose another".format(name))
    if re.search(r"[/\s\x00]", name) or not name.isprintable():
        raise ValueError("{0!r} has a slash or white space in it; leave them out".format(name))
    if len(name.encode("utf-8", "surrogateescape")) > 255:
        raise ValueError("{0!r}… is too long; a namespace's name has 255 bytes at most".format(name[:20]))
    return name


def parse_number(text: str, low: int, high: int, words: str = "") -> int:
    """Return the decimal or 0x number between ``low`` and ``high`` in ``text``; ``words`` names what else would do."""
    number = int(text, 16 if text[:2] in ("0x", "0X") else 10) if NUMBER.match(text) else -1
    if not low <= number <= high:
        raise ValueError("{0!r} is not a number from {1} to {2}{3}".format(text, low, high, words and " or " + words))
    return number


def parse_ip(text: str) -> t.Tuple[int, str]:
    """Return the address family and the shortest text of an IPv4 or IPv6 address; else raise ValueError."""
    for family in (IPV4, IPV6):
        try:
            return family, socket.inet_ntop(family, socket.inet_pton(family, text))
        except (OSError, ValueError):
            continue
    raise ValueError("{0!r} is not an IP address".format(text))


def family_of(address: str) -> int:
    """Return the address family of an address that was parsed already."""
    return IPV6 if ":" in address else IPV4


def unspecified(family: int) -> str:
    """Return the address that stands for none."""
    return socket.inet_ntop(family, bytes(16 if family == IPV6 else 4))


def parse_prefix(family: int, text: str) -> int:
    """Return the prefix length in ``24`` or ``255.255.255.0``; else raise ValueError."""
    if family == IPV4 and text.count(".") == 3:
        mask = int.from_bytes(socket.inet_pton(socket.AF_INET, parse_ip(text)[1]), "big")
        length = bin(mask).count("1")
        if mask != (0xFFFFFFFF << (32 - length)) & 0xFFFFFFFF:
            raise ValueError("{0} is not a netmask".format(text))
        return length
    return parse_number(text, 0, 32 if family == IPV4 else 128)


def parse_mac(raw: t.Any) -> str:
    """Return an Ethernet address in its canonical form, be it a link's or a group's; else raise ValueError."""
    text = str(raw)
    if not _MAC.match(text):
        quote = "; YAML reads some as numbers, so put it in quotes" if text.isdigit() else ""
        raise ValueError("{0!r} is not an Ethernet address such as 02:00:5e:00:53:01{1}".format(text, quote))
    return ":".join("{0:02x}".format(int(part, 16)) for part in re.split("[:-]", text))


def network(family: int, text: str, length: int) -> str:
    """Return the address of the network that an address with this prefix length is in."""
    packed = socket.inet_pton(family, text)
    bits = len(packed) * 8
    number = int.from_bytes(packed, "big") >> (bits - length) << (bits - length)
    return socket.inet_ntop(family, number.to_bytes(len(packed), "big"))


class Value:
    """What all types share; the canonical form is what the kernel's attribute holds unless a type says otherwise."""

    refers_to_link = False
    """The attribute holds a link's index, the canonical form is its name."""

    def parse(self, raw: t.Any) -> t.Any:
        return raw

    def over(self, former: t.Any, value: t.Any) -> t.Any:
        """Return what to tell the kernel so that a link goes from a former value to this one; None: it is a new link."""
        return value

    def encode(self, value: t.Any) -> t.Any:
        """Return what the attribute holds; None: it is left out."""
        return value

    def decode(self, raw: t.Any, flagged: bool = True) -> t.Any:
        """Return the canonical form; ``raw`` is None where there are flags only."""
        return raw

    def is_flagged(self, value: t.Any) -> bool:
        """Whether the flags that announce the value are on."""
        return bool(value) and value != NONE

    def words(self, word: str, value: t.Any) -> t.List[str]:
        return [word, str(value)]

    def argument(self) -> t.Dict[str, t.Any]:
        """Return what Ansible takes for it."""
        return {"type": "str"}


class Switch(Value):
    """A yes or no, in ``ip``'s words ``word on`` and ``word off``."""

    def __init__(self, inverted: bool = False) -> None:
        """:arg inverted: the kernel's flag says the opposite of the option (``IFF_NOARP``)."""
        self.inverted = inverted

    def encode(self, value: bool) -> t.Any:
        return int(value is not self.inverted)

    def decode(self, raw: t.Any, flagged: bool = True) -> bool:
        return bool(flagged if raw is None else raw) is not self.inverted

    def is_flagged(self, value: t.Any) -> bool:
        return value is not self.inverted

    def words(self, word: str, value: bool) -> t.List[str]:
        return [word, "on" if value else "off"]

    def argument(self) -> t.Dict[str, t.Any]:
        return {"type": "bool"}


class PlainSwitch(Switch):
    """A yes or no, in ``ip``'s words ``word`` and nothing."""

    def words(self, word: str, value: bool) -> t.List[str]:
        return [word] if value else []


class Bit(Switch):
    """A yes or no, in ``ip``'s words ``word 1`` and ``word 0``."""

    def words(self, word: str, value: bool) -> t.List[str]:
        return [word, str(int(value))]


class UpDown(Switch):
    """Up or down, ``ip``'s words being just that."""

    def words(self, word: str, value: bool) -> t.List[str]:
        return ["up" if value else "down"]


class Number(Value):
    """A number in a range."""

    has_words = False
    """Whether a class that is made of this one has words beside its numbers, or writes them otherwise."""

    def __init__(self, low: int, high: int, zero: str = "") -> None:
        """:arg zero: the word that the kernel's 0 stands for, such as ``inherit``."""
        self.low, self.high, self.zero = low, high, zero

    def parse(self, raw: t.Any) -> t.Any:
        if self.zero and str(raw) in (self.zero, "0"):
            return self.zero
        return parse_number(str(raw), self.low, self.high, self.zero)

    def encode(self, value: t.Any) -> int:
        return 0 if value == self.zero else int(value)

    def decode(self, raw: int, flagged: bool = True) -> t.Any:
        return self.zero if self.zero and not raw else raw

    def argument(self) -> t.Dict[str, t.Any]:
        return {"type": "str" if self.has_words or self.zero else "int"}


class Choice(Value):
    """One of some words, each a number to the kernel."""

    def __init__(self, *words: str, numbers: t.Sequence[int] = ()) -> None:
        """:arg numbers: those of the words, in their order; without, they are counted from 0 on."""
        self.choices = words
        self._numbers = dict(zip(words, numbers or range(len(words))))

    def parse(self, raw: t.Any) -> str:
        if raw not in self.choices:
            raise ValueError("{0!r} is none of {1}".format(raw, ", ".join(self.choices)))
        return str(raw)

    def encode(self, value: str) -> int:
        return self._numbers[value]

    def decode(self, raw: int, flagged: bool = True) -> str:
        return next((word for word, number in self._numbers.items() if number == raw), str(raw))

    def argument(self) -> t.Dict[str, t.Any]:
        return {"type": "str", "choices": list(self.choices)}


class LinkName(Value):
    """Another link in the same namespace, or ``none``."""

    refers_to_link = True

    def parse(self, raw: t.Any) -> str:
        return check_link_name(str(raw))

    def encode(self, value: t.Any) -> t.Any:
        return 0 if value == NONE else value

    def decode(self, raw: t.Any, flagged: bool = True) -> t.Any:
        return raw or NONE

    def words(self, word: str, value: str) -> t.List[str]:
        return ["no" + word] if value == NONE and word in ("master", "backup_port") else [word, value]


class Text(Value):
    """Text of a limited number of bytes."""

    def __init__(self, high: int) -> None:
        self.high = high

    def parse(self, raw: t.Any) -> str:
        text = str(raw)
        size = len(text.encode("utf-8", "surrogateescape"))
        if size > self.high:
            raise ValueError("it has {0} bytes; the kernel takes {1} at most".format(size, self.high))
        if "\x00" in text:
            raise ValueError("it has a NUL character in it; leave that out")
        return text


class Mac(Value):
    """An Ethernet address."""

    def parse(self, raw: t.Any) -> str:
        address = parse_mac(raw)
        if int(address[:2], 16) & 1 or not address.strip("0:"):
            raise ValueError("{0!r} is a multicast or an all-zero address, which no link can have".format(str(raw)))
        return address
