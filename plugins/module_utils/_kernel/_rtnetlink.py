# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: numbers of rtnetlink, and the words that ip(8) has for some (linux/rtnetlink.h)."""

import typing as t

RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK = 16, 17, 18
RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR = 20, 21, 22
RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE = 24, 25, 26
RTM_NEWNEIGH, RTM_GETNEIGH = 28, 30
RTM_NEWRULE, RTM_DELRULE, RTM_GETRULE = 32, 33, 34
RTM_NEWQDISC, RTM_GETQDISC = 36, 38
RTM_GETTFILTER = 46
RTM_NEWNSID, RTM_GETNSID = 88, 90
RTM_NEWLINKPROP, RTM_DELLINKPROP = 108, 109

NLM_F_REPLACE, NLM_F_EXCL, NLM_F_CREATE, NLM_F_APPEND = 0x100, 0x200, 0x400, 0x800

ARPHRD_ETHER, ARPHRD_LOOPBACK = 1, 772
NOT_AN_NSID = 0xFFFFFFFF

SCOPES = {0: "global", 200: "site", 253: "link", 254: "host", 255: "nowhere"}
SCOPE_NUMBERS = {name: number for number, name in SCOPES.items()}
ROUTE_TYPES = {
    1: "unicast",
    2: "local",
    3: "broadcast",
    4: "anycast",
    5: "multicast",
    6: "blackhole",
    7: "unreachable",
    8: "prohibit",
    9: "throw",
}


def word_for(words: t.Mapping[int, str], number: int) -> str:
    """Return the word for a number, or the number as text."""
    return words.get(number, str(number))


def number_of(words: t.Mapping[int, str], text: str) -> int:
    """Return the number that a word, or the text of a number, stands for."""
    for number, word in words.items():
        if word == text:
            return number
    return int(text)
