# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: rules in the chains of nftables, which have a set of peers each. Pure.

A packet must pass every base chain of a hook: an accept in a table of ours would not help against a drop in another. So the
rules go into the chains that filter, each with a comment by which it is known again.
"""

import itertools
import re
import typing as t

from .. import _values
from . import _rules
from ._rules import Place, Rule, Rules

NAME = "nftables"
_WORDS = {_values.IPV4: "ip", _values.IPV6: "ip6"}
_NFPROTO = {_values.IPV4: "ipv4", _values.IPV6: "ipv6"}
_COMMENT = re.compile(r"(ip6?) (all|\d+)(?:/(\d+))?(?: (in|out))?\Z")
_LINKS = {"": "iifname", _rules.IN: "iifname", _rules.OUT: "oifname"}


def word(family: int) -> str:
    """Return what nftables calls an IP version."""
    return _WORDS[family]


Json = t.Mapping[str, t.Any]
Key = t.Tuple[str, str, str]
"""The family, the table and the name of a chain."""


class Chain(t.NamedTuple):
    """A base chain that incoming packets must pass, or those that the host passes on."""

    key: Key
    place: Place
    handles: t.Sequence[int]
    """Of our rules in it."""

    @property
    def families(self) -> t.List[int]:
        return families(self.key[0])


def families(family: str) -> t.List[int]:
    """Return the IP versions that a table of a family sees."""
    return [number for number, word in sorted(_WORDS.items()) if family in (word, "inet")]


def chains(
    ruleset: t.Sequence[Json], mark: str, rules: Rules, purge: bool, left_out: t.Container[Key]
) -> t.List[Chain]:
    """Return the chains that filter incoming packets, those that drop what nobody has accepted of what is passed on, and all
    that have rules of ours.

    :arg ruleset: as ``nft --json`` lists it. :arg left_out: chains that another firewall owns.
    """
    found, by_hook = [], dict(zip(("input", "forward"), _rules.halves(rules)))
    for chain in (entry["chain"] for entry in ruleset if "chain" in entry):
        key, hook = (chain["family"], chain["table"], chain["name"]), chain.get("hook")
        if hook not in by_hook or chain.get("type") != "filter" or not families(key[0]) or key in left_out:
            continue
        there = rules_in(ruleset, key)
        ours = [rule for rule in there if str(rule.get("comment", "")).startswith(mark)]
        filters = chain.get("policy") == "drop" or (hook == "input" and len(ours) < len(there))
        have = [one for rule in ours for one in _members(rule, mark)]
        here = frozenset(rule for rule in by_hook[hook] if rule.family in families(key[0])) if filters else frozenset()
        place = Place(NAME, " ".join(key), have, here if purge else here | frozenset(have))
        if ours or (filters and (here or hook == "input")):
            found.append(Chain(key, place, [rule["handle"] for rule in ours]))
    return found


def rules_in(ruleset: t.Sequence[Json], key: Key) -> t.List[Json]:
    """Return the rules of a chain."""
    rules = (entry["rule"] for entry in ruleset if "rule" in entry)
    return [rule for rule in rules if (rule["family"], rule["table"], rule["chain"]) == key]


def _members(rule: Json, mark: str) -> t.Iterator[Rule]:
    """Yield what one of our rules accepts: its comment says what, its set from whom."""
    match = _COMMENT.match(rule["comment"][len(mark) :])
    if match is None:
        return
    family = _values.IPV6 if match.group(1) == "ip6" else _values.IPV4
    protocol = 0 if match.group(2) == "all" else int(match.group(2))
    for expression in rule.get("expr", ()):
        matched = expression.get("match", {})
        left = matched.get("left", {})
        way = "source" if "payload" in left and left["payload"].get("field") == "saddr" else ""
        way = "device" if left.get("meta", {}).get("key") in _LINKS.values() else way
        for member in elements(matched.get("right")) if way else ():
            yield Rule(family, protocol, int(match.group(3) or 0), way=match.group(4) or "", **{way: member})


def elements(right: t.Any) -> t.List[str]:
    """A set of one is told as that one."""
    return [str(element) for element in (right["set"] if isinstance(right, dict) else [right])]


def batch(found: t.Iterable[Chain], mark: str) -> str:
    """Return what ``nft -f -`` is to do in those that differ, all or nothing."""
    lines = []
    for chain in found:
        if chain.place.differs:
            lines += ["delete rule {0} {1} {2} handle {3}".format(*chain.key, handle) for handle in chain.handles]
            lines += _insertions(chain, mark)
    return "".join(line + "\n" for line in lines)


def file(found: t.Iterable[Chain], mark: str) -> str:
    """Return what a file holds that has the rules in chains which were just loaded; empty if there are none.

    It must never keep the others' rules from being loaded, and so makes a chain that is not there any more.
    """
    lines = []
    for chain in found:
        insertions = _insertions(chain, mark)
        if insertions:
            lines += ["add table {0} {1}".format(*chain.key), "add chain {0} {1} {2}".format(*chain.key), *insertions]
    return "".join(line + "\n" for line in lines)


def _insertions(chain: Chain, mark: str) -> t.List[str]:
    groups = itertools.groupby(
        _rules.in_order(chain.place.want), key=lambda rule: (rule[:3], bool(rule.source), rule.way)
    )
    # Each is inserted before the former. What is passed on is accepted after all that others say of it.
    return [
        "{0} rule {1} {2} {3} {4}".format("add" if way else "insert", *chain.key, _rule(group, mark, chain.key[0]))
        for (_what, _is_peer, way), group in reversed([(key, list(group)) for key, group in groups])
    ]


def _rule(group: t.Sequence[Rule], mark: str, table: str) -> str:
    """Return one rule for all that differ in their peer, or in their device, alone."""
    family, protocol, port = group[0][:3]
    word = _WORDS[family]
    if group[0].source:
        words = ["{0} saddr {{ {1} }}".format(word, ", ".join(rule.source for rule in group))]
    else:
        words = ["meta nfproto " + _NFPROTO[family]] if table == "inet" else []
        words.append(
            "{0} {{ {1} }}".format(_LINKS[group[0].way], ", ".join('"{0}"'.format(rule.device) for rule in group))
        )
    if port:
        words.append("{0} dport {1}".format(_rules.TRANSPORT[protocol], port))
    elif protocol:
        words.append("meta l4proto {0}".format(protocol))
    what = "{0}/{1}".format(protocol, port) if port else str(protocol or "all")
    what += " " + group[0].way if group[0].way else ""
    words.append('accept comment "{0}{1} {2}"'.format(mark, word, what))
    return " ".join(words)
