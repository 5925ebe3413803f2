# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: who made a route or a rule (``RTPROT_*``, linux/rtnetlink.h), as words and numbers. Pure."""

import typing as t

from . import _values

WORDS: t.Mapping[int, str] = {0: "unspec", 1: "redirect", 2: "kernel", 3: "boot", 4: "static", 9: "ra", 16: "dhcp"}


def parse(raw: t.Any, lowest: int, proposed: t.Iterable[str]) -> str:
    """Return the word for a protocol, or its number as text where there is no word; raise ValueError for what is none.

    :arg proposed: the words that an error names.
    """
    number = next((number for number, word in WORDS.items() if word == str(raw)), None)
    if number is None or number < lowest:
        number = _values.parse_number(str(raw), lowest, 255, ", ".join(proposed))
    return WORDS.get(number, str(number))
