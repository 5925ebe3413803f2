# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what a host's firewalls would do to tunnels, from what they list. Pure."""

import fnmatch
import re
import typing as t

from .. import _values
from .._firewall import _iptables, _nftables, _plan, _rules

_FORWARD = re.compile(r"^:FORWARD DROP", re.MULTILINE)
_DOCKER = re.compile(r"^:DOCKER-USER ", re.MULTILINE)
_ACCEPTING = re.compile(r"^-A (?:FORWARD|DOCKER-USER) (.*)-j ACCEPT$", re.MULTILINE)
_FLUSH = re.compile(r"(?:^|;)\s*flush\s+ruleset\b", re.MULTILINE)
_TABLE = re.compile(
    r"(?:^|;)\s*(?:(?:add|create)\s+)?table\s+(?:(ip6?|inet|arp|bridge|netdev)\s+)?([\w.-]+)", re.MULTILINE
)
_WAYS = {"iifname": "-i", "oifname": "-o"}
"""What nftables and iptables call the link that a packet comes by, and the one that it leaves by."""


class Drop(t.NamedTuple):
    """A chain that drops what a host passes on."""

    family: int
    chain: str
    device: str
    """One that is not accepted."""
    program: str
    is_docker: bool


def lacking(look: _plan.Look, name: str, rules: _rules.Rules) -> t.Dict[str, t.Set[str]]:
    """Return the rules that firewalls which filter have not, by firewall."""
    found: t.Dict[str, t.Set[str]] = {}
    for place in _plan.plan(name, rules, False, look).places:
        # The files that a firewall reads at boot filter nothing.
        for change in [] if place.name.startswith("/") else place.changes():
            found.setdefault(place.firewall, set()).add(change["rule"])
    return found


def dropping(look: _plan.Look, families: t.Sequence[int], devices: t.Sequence[str]) -> t.Iterator[Drop]:
    """Yield the chains that drop what comes or leaves by one of the devices."""
    of_iptables = set()
    for program, saved in look.saved.items():
        if not _iptables.has_input(saved.text):
            continue
        of_iptables.add((_nftables.word(saved.family), "filter", "FORWARD"))
        passing = [_of_line(line) for line in _ACCEPTING.findall(saved.text)]
        shut_out = [device for device in devices if not _passes(device, passing)]
        if saved.family in families and shut_out and _FORWARD.search(saved.text):
            is_docker = _DOCKER.search(saved.text) is not None
            yield Drop(saved.family, program + " FORWARD", shut_out[0], program, is_docker)
    for chain in (entry["chain"] for entry in look.ruleset if "chain" in entry):
        key = (chain["family"], chain["table"], chain["name"])
        if chain.get("hook") != "forward" or chain.get("policy") != "drop" or key in of_iptables:
            continue
        passing = [_of_rule(rule) for rule in _nftables.rules_in(look.ruleset, key)]
        shut_out = [device for device in devices if not _passes(device, passing)]
        for family in _nftables.families(chain["family"]):
            if family in families and shut_out:
                yield Drop(family, "nftables " + " ".join(key), shut_out[0], "nft", False)


Match = t.Mapping[str, t.Sequence[str]]
"""What a rule accepts: patterns of devices by the way, or all where it is empty; ``other`` where it wants more."""


def _passes(device: str, passing: t.Sequence[Match]) -> bool:
    """Return whether what comes by a device is accepted, and what leaves by it."""
    return all(
        any(
            not match or (list(match) == [way] and any(fnmatch.fnmatchcase(device, pattern) for pattern in match[way]))
            for match in passing
        )
        for way in _WAYS.values()
    )


def _of_line(line: str) -> Match:
    words = re.sub(r'-m comment --comment ("[^"]*"|\S+) ', "", line).split()
    if len(words) == 2 and words[0] in _WAYS.values():
        return {words[0]: [words[1].replace("+", "*")]}
    return {"other": words} if words else {}


def _of_rule(rule: t.Mapping[str, t.Any]) -> Match:
    expressions = [one for one in rule.get("expr", ()) if "counter" not in one]
    if not expressions or "accept" not in expressions[-1]:
        return {"other": ()}
    if len(expressions) == 1:
        return {}
    match = expressions[0].get("match", {})
    key = match.get("left", {}).get("meta", {}).get("key") if isinstance(match.get("left"), dict) else None
    if len(expressions) > 2 or key not in _WAYS or match.get("op") != "==":
        return {"other": ()}
    return {_WAYS[key]: _nftables.elements(match.get("right"))}


def flushed(look: _plan.Look, files: t.Mapping[str, str]) -> t.Iterator[t.Tuple[str, t.List[str]]]:
    """Yield the files that take away tables of which they say nothing. :arg files: with what they include."""
    there = [(entry["table"]["family"], entry["table"]["name"]) for entry in look.ruleset if "table" in entry]
    for path, text in sorted(files.items()):
        declared = {(family or _nftables.word(_values.IPV4), name) for family, name in _TABLE.findall(text)}
        gone = [" ".join(table) for table in there if table not in declared]
        if gone and _FLUSH.search(text):
            yield path, gone
