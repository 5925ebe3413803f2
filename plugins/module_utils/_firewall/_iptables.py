# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: rules in chains of iptables, and in files that iptables-restore reads, which are the same text. Pure.

A rule is known by its comment, which says it all. ufw's chains and files are of this kind, too.
"""

import re
import typing as t

from .. import _values
from . import _rules
from ._rules import Rule, Rules

IPTABLES, UFW = "iptables", "ufw"

_FILTER = re.compile(r"^\*filter\n(.*?)^COMMIT$", re.MULTILINE | re.DOTALL)
FRAME = ("*filter", "COMMIT")
"""The first and the last line of what iptables-restore takes for the table filter."""
_INPUT, FORWARD, _DOCKER = "INPUT", "FORWARD", "DOCKER-USER"
_UFW_INPUT = {_values.IPV4: "ufw-before-input", _values.IPV6: "ufw6-before-input"}
_OF_FIREWALLD = "INPUT_ZONES"
_LINKS = {"": "-i ", _rules.IN: "-i ", _rules.OUT: "-o "}
_COUNTED = r"(?:\[\d+:\d+\] )?"


class Chain(t.NamedTuple):
    """The chain that rules go into, as the host has it."""

    firewall: str
    name: str
    lines: t.Sequence[str]
    """Ours in it, as iptables-save writes them."""
    filters: bool
    """Whether anybody else's rule or a policy may drop what comes in."""


def chain(saved: str, family: int, mark: str) -> t.Optional[Chain]:
    """Return the chain that accepts first; None where there is none, or where it is firewalld's. :arg saved: what iptables-save writes."""
    section = _FILTER.search(saved)
    if section is None or _declares(section.group(1), _OF_FIREWALLD):
        return None
    text = section.group(1)
    is_ufw = _declares(text, _UFW_INPUT[family])
    name = _UFW_INPUT[family] if is_ufw else _INPUT
    lines = _lines_of(text, mark, family, passed_on=False)
    others = [line for line in text.splitlines() if line.startswith("-A INPUT ") and line not in lines]
    return Chain(UFW if is_ufw else IPTABLES, name, lines, bool(others) or ":INPUT DROP" in text)


def forwarding(saved: str, family: int, mark: str) -> t.Optional[Chain]:
    """Return the chain that accepts what is passed on: Docker asks one of the host's own first. None as above."""
    section = _FILTER.search(saved)
    if section is None or _declares(section.group(1), _OF_FIREWALLD):
        return None
    text = section.group(1)
    lines = _lines_of(text, mark, family, passed_on=True)
    name = _DOCKER if _declares(text, _DOCKER) else FORWARD
    return Chain(UFW if _declares(text, _UFW_INPUT[family]) else IPTABLES, name, lines, ":FORWARD DROP" in text)


def _lines_of(text: str, mark: str, family: int, passed_on: bool) -> t.List[str]:
    """Return our lines for what comes to the host itself, or for what it passes on."""
    lines = (line for line in text.splitlines() if _is_ours(line, mark))
    return [line for line in lines if any(rule.way for rule in rules_of([line], mark, family)) is passed_on]


def _declares(text: str, name: str) -> bool:
    return re.search("^:{0} ".format(re.escape(name)), text, re.MULTILINE) is not None


def has_input(saved: str) -> bool:
    """Return whether iptables has a chain for incoming packets, so that nftables' chain of that name is no other."""
    section = _FILTER.search(saved)
    return section is not None and _declares(section.group(1), _INPUT)


def _is_ours(line: str, mark: str) -> bool:
    return re.match(_ours(mark), line) is not None


def _ours(mark: str) -> str:
    return r'{0}-A \S+ (?:.* )?--comment "?{1}'.format(_COUNTED, re.escape(mark))


def rules_of(lines: t.Iterable[str], mark: str, family: int) -> t.List[Rule]:
    """Return the rules that lines of ours are."""
    texts = (re.search('--comment "{0}([^"]*)"'.format(re.escape(mark)), line) for line in lines)
    rules = (_rules.parse(text.group(1)) for text in texts if text)
    return [rule for rule in rules if rule is not None and rule.family == family]


def batch(former: Chain, rules: Rules, mark: str) -> str:
    """Return what ``iptables-restore --noflush`` is to do, all or nothing, so that these rules take the place of the former."""
    lines = ["-D" + line[2:] for line in former.lines] + _lines(_verb(former.name), former.name, rules, mark)
    return _restorable(lines)


def file(name: str, rules: Rules, mark: str) -> str:
    """Return the same for a chain that was just made by others. :arg name: the chain's."""
    lines = _lines(_verb(name), name, rules, mark)
    return _restorable(lines) if lines else ""


def _verb(name: str) -> str:
    """What is passed on is accepted after all that others say of it. In Docker's chain, a return would be before it."""
    return "-A" if name == FORWARD else "-I"


def _restorable(lines: t.Sequence[str]) -> str:
    return "".join(line + "\n" for line in [FRAME[0], *lines, FRAME[1]])


def _lines(verb: str, name: str, rules: Rules, mark: str) -> t.List[str]:
    return ["{0} {1} {2}".format(verb, name, _words(rule, mark)) for rule in _rules.in_order(rules)]


def _words(rule: Rule, mark: str) -> str:
    words = ["-s " + rule.source] if rule.source else [_LINKS[rule.way] + rule.device]
    if rule.port:
        words.append("-p {0} -m {0} --dport {1}".format(_rules.TRANSPORT[rule.protocol], rule.port))
    elif rule.protocol:
        words.append("-p {0}".format(rule.protocol))
    words.append('-m comment --comment "{0}{1}" -j ACCEPT'.format(mark, rule.text))
    return " ".join(words)


def in_file(text: str, mark: str, family: int) -> t.List[Rule]:
    """Return our rules in a file, but for those of what is passed on, which no file of others needs."""
    found = rules_of((line for line in text.splitlines() if _is_ours(line, mark)), mark, family)
    return [rule for rule in found if not rule.way]


def edited(text: str, name: str, rules: Rules, mark: str) -> str:
    """Return the text of a file with these rules of ours in it and no others, before all of the chain; the rest to the letter."""
    rest = re.sub("^{0}.*\n".format(_ours(mark)), "", text, flags=re.MULTILINE)
    section = _FILTER.search(rest)
    if section is None:
        return rest
    first = re.compile("^{0}-A {1} ".format(_COUNTED, re.escape(name)), re.MULTILINE).search(rest, *section.span(1))
    place = first.start() if first else section.end(1)
    return rest[:place] + "".join(line + "\n" for line in _lines("-A", name, rules, mark)) + rest[place:]
