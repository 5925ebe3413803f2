# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: rich rules in the zones of firewalld. Pure.

They have no comments. A priority that hardly anybody chooses, and that is made from the owner's name, is what they are known by.
"""

import re
import typing as t
import zlib

from .. import _errors, _values
from . import _rules
from ._rules import Place, Rule, Rules

NAME = "firewalld"
_ZONE = re.compile(r"^(\S+)(?: \((.*)\))?\n((?:[ \t].*\n?|\n(?=[ \t]))*)", re.MULTILINE)
_WORDS = {_values.IPV4: "ipv4", _values.IPV6: "ipv6"}
_AT_A_TIME = 100
"""Rules of one command, which has no answer until all are done."""

_RULE = re.compile(
    r'rule priority="(-\d+)" family="ipv[46]" source address="(\S+)" '
    r'(?:protocol value="(\d+)"|port port="(\d+)" protocol="(tcp|udp)") accept\Z'
)
_NO_INNER = (
    "firewalld knows what comes out of a tunnel by the zone of its device; say firewall-cmd --permanent --zone=trusted "
    "--add-interface={0} and firewall-cmd --zone=trusted --add-interface={0}, or choose a zone of your own, and inner: none"
)


class Zone(t.NamedTuple):
    """A zone as ``firewall-cmd --list-all-zones`` shows it."""

    name: str
    is_active: bool
    """Whether packets come by it: it has an interface or a source, or is the default."""
    accepts_all: bool
    lines: t.Sequence[str]
    """Its rich rules."""


def zones(listed: str, default: str) -> t.Dict[str, Zone]:
    """Return the zones that a listing shows. :arg default: the default zone."""
    found = {}
    for name, notes, body in _ZONE.findall(listed):
        lines = [line.strip() for line in body.splitlines()]
        is_active = name == default or "active" in notes.split(", ")
        rules = [line for line in lines if line.startswith("rule ")]
        found[name] = Zone(name, is_active, "target: ACCEPT" in lines, rules)
    return found


def priority(name: str) -> int:
    """Return what rules of an owner have, which puts them before all that have none."""
    return -20000 - zlib.crc32(name.encode()) % 10000


class Part(t.NamedTuple):
    """What a zone has at present, or permanently."""

    zone: str
    is_permanent: bool
    place: Place
    lines: t.Sequence[str]
    """Ours."""


def parts(
    running: t.Mapping[str, Zone], permanent: t.Mapping[str, Zone], name: str, rules: Rules, purge: bool
) -> t.List[Part]:
    """Return the zones that packets come by, or that have rules of ours; raise BadOption for rules that no zone can have."""
    rules = _rules.halves(rules)[0]
    by_device = [rule.device for rule in _rules.in_order(rules) if rule.device]
    if by_device:
        raise _errors.BadOption("inner", _NO_INNER.format(by_device[0]))
    active = {zone.name for zone in running.values() if zone.is_active and not zone.accepts_all}
    found = []
    for is_permanent, there in ((False, running), (True, permanent)):
        for zone in there.values():
            lines = [line for line in zone.lines if _parse(line, name)]
            have = [rule for rule in (_parse(line, name) for line in lines) if rule]
            want = rules if zone.name in active else frozenset()
            label = "zone {0}{1}".format(zone.name, ", permanent" if is_permanent else "")
            place = Place(NAME, label, have, want if purge else want | frozenset(have))
            if have or zone.name in active:
                found.append(Part(zone.name, is_permanent, place, lines))
    return found


def _parse(line: str, name: str) -> t.Optional[Rule]:
    match = _RULE.match(line)
    if match is None or int(match.group(1)) != priority(name):
        return None
    source = match.group(2)
    family = _values.family_of(source)
    if match.group(3):
        return Rule(family, int(match.group(3)), source=source)
    numbers = {word: number for number, word in _rules.TRANSPORT.items()}
    return Rule(family, numbers[match.group(5)], int(match.group(4)), source=source)


def rich(rule: Rule, name: str) -> str:
    """Return a rule in firewalld's words."""
    what = 'protocol value="{0}"'.format(rule.protocol)
    if rule.port:
        what = 'port port="{0}" protocol="{1}"'.format(rule.port, _rules.TRANSPORT[rule.protocol])
    words = 'rule priority="{0}" family="{1}" source address="{2}" {3} accept'
    return words.format(priority(name), _WORDS[rule.family], rule.source, what)


def commands(part: Part, name: str) -> t.List[t.List[str]]:
    """Return the options of ``firewall-cmd`` by which a zone has what it should have; what is new comes first."""
    have = frozenset(part.place.have)
    options = ["--add-rich-rule=" + rich(rule, name) for rule in _rules.in_order(part.place.want - have)]
    options += ["--remove-rich-rule=" + rich(rule, name) for rule in _rules.in_order(have - part.place.want)]
    where = (["--permanent"] if part.is_permanent else []) + ["--zone=" + part.zone]
    # Of one command, all are added or all are removed.
    groups = [[option for option in options if option.startswith(verb)] for verb in ("--add", "--remove")]
    return [
        where + group[number : number + _AT_A_TIME] for group in groups for number in range(0, len(group), _AT_A_TIME)
    ]
