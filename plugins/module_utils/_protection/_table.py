# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the table of nftables that drops what would leave or enter in clear. Pure.

A set has the peers of a direction, an IP version and a sort of protocol, and one rule looks into it, so that a thousand peers cost as
much as one. Each element counts what was dropped because of it.
"""

import itertools
import re
import typing as t

from .. import _values
from . import _peers
from ._peers import Peer, Peers

FAMILY = "inet"
_NAME = "warren_{0}_protect"
_OURS = re.compile(_NAME.format("[a-z0-9_]+") + r"\Z")
_WORDS = {_values.IPV4: "ip", _values.IPV6: "ip6"}
_PORTS = "_udp"
_NFPROTO = {"meta": {"key": "nfproto"}}
_NUMBERS = ((2, _WORDS[_values.IPV4]), (10, _WORDS[_values.IPV6]))
"""Versions of IP, as nftables number them (NFPROTO_*, linux/netfilter.h)."""

Json = t.Mapping[str, t.Any]


class Direction(t.NamedTuple):
    """One of the two ways past the table."""

    word: str
    """What its sets' names begin with."""
    chain: str
    """The chain, and its hook."""
    priority: int
    asked: str
    """What knows whether IPsec has to do with a packet: the way that it takes, or the packet that came."""
    ends: t.Tuple[str, str]
    """Where a packet has the local address and the peer's."""


SENT = Direction("sent", "output", 300, "rt", ("saddr", "daddr"))
"""After all that could mark a packet and have it routed anew."""
RECEIVED = Direction("received", "input", -300, "meta", ("daddr", "saddr"))
"""What comes out of IPsec passes a second time."""
_DIRECTIONS = (SENT, RECEIVED)


class Table(t.NamedTuple):
    """A table, by what it does."""

    sets: t.Mapping[str, t.Tuple[t.Tuple[str, ...], Peers]]
    """Name: the types of its key, and its elements."""
    chains: t.Mapping[str, t.Tuple[str, str, int, str]]
    """Name: type, hook, priority and policy."""
    rules: t.Mapping[str, t.Sequence[t.Sequence[Json]]]
    """By chain, as ``nft --json`` tells their expressions."""
    others: t.Tuple[str, ...] = ()
    """What else is in it, that is not ours."""

    @property
    def peers(self) -> Peers:
        """Those that are protected both ways."""
        by_way = [
            frozenset().union(*(peers for name, (_types, peers) in self.sets.items() if name.startswith(way.word)))
            for way in _DIRECTIONS
        ]
        return frozenset(by_way[0] & by_way[1])


def name(owner: str) -> str:
    """Return the name of an owner's table. A dash can be part of an owner's name, and of no table's."""
    return _NAME.format(owner.replace("-", "_"))


def is_ours(family: str, table: str) -> bool:
    """Return whether a table is one of these, of whatever owner."""
    return family == FAMILY and _OURS.match(table) is not None


def _groups(peers: Peers) -> t.List[t.Tuple[int, bool, Peers]]:
    """Return the peers by IP version, and by whether they have ports."""

    def key(peer: Peer) -> t.Tuple[int, bool]:
        return peer.family, bool(peer.port)

    return [(*group, frozenset(found)) for group, found in itertools.groupby(sorted(peers, key=key), key)]


def wanted(peers: Peers) -> t.Optional[Table]:
    """Return the table that protects these; None: nothing is to be protected."""
    if not peers:
        return None
    sets: t.Dict[str, t.Tuple[t.Tuple[str, ...], Peers]] = {}
    rules: t.Dict[str, t.List[t.Sequence[Json]]] = {}
    for way in _DIRECTIONS:
        rules[way.chain] = []
        for family, has_ports, group in _groups(peers):
            word = "{0}_{1}{2}".format(way.word, _WORDS[family], _PORTS if has_ports else "")
            address = "ipv{0}_addr".format(6 if family == _values.IPV6 else 4)
            sets[word] = ((address, address, "inet_service" if has_ports else "inet_proto"), group)
            rules[way.chain].append(_rule(way, _WORDS[family], has_ports, word))
    chains = {way.chain: ("filter", way.chain, way.priority, "accept") for way in _DIRECTIONS}
    return Table(sets, chains, rules)


def _rule(way: Direction, word: str, has_ports: bool, name: str) -> t.Sequence[Json]:
    last = {"payload": {"protocol": "udp", "field": "dport"}} if has_ports else {"meta": {"key": "l4proto"}}
    ends = [{"payload": {"protocol": word, "field": field}} for field in way.ends]
    return [
        {"match": {"op": "==", "left": {way.asked: {"key": "ipsec"}}, "right": False}},
        {"match": {"op": "==", "left": {"concat": [*ends, last]}, "right": "@" + name}},
        {"drop": None},
    ]


def text(name: str, table: t.Optional[Table]) -> str:
    """Return what ``nft -f -`` is to read: the table is replaced as a whole, and no packet sees it halfway."""
    head = "{0} {1}".format(FAMILY, name)
    lines = ["add table " + head, "delete table " + head]
    if table is None:
        return "".join(line + "\n" for line in lines)
    lines.append("table {0} {{".format(head))
    for word, (types, peers) in table.sets.items():
        elements = ", ".join(map(_element, _peers.in_order(peers)))
        lines.append("set {0} {{ type {1}; counter; elements = {{ {2} }}; }}".format(word, " . ".join(types), elements))
    for way in _DIRECTIONS:
        lines.append("chain {0} {{".format(way.chain))
        lines.append("type {0} hook {1} priority {2}; policy {3};".format(*table.chains[way.chain]))
        lines += [" ".join(map(_words, rule)) for rule in table.rules[way.chain]]
        lines.append("}")
    return "".join(line + "\n" for line in [*lines, "}"])


def _element(peer: Peer) -> str:
    return "{0} . {1} . {2}".format(peer.local, peer.remote, peer.port or peer.protocol)


def _words(expression: Json) -> str:
    """Return an expression as a person writes it."""
    if "match" not in expression:
        return next(iter(expression))
    left, right = expression["match"]["left"], expression["match"]["right"]
    if right is False:
        return "{0} missing".format(_operand(left))
    return "{0} {1}".format(" . ".join(map(_operand, left["concat"])), right)


def _operand(expression: Json) -> str:
    ((kind, details),) = expression.items()
    return "{protocol} {field}".format(**details) if kind == "payload" else "{0} {key}".format(kind, **details)


def read(listing: t.Iterable[Json]) -> Table:
    """Return a table as ``nft --json`` lists it."""
    sets, chains, others = {}, {}, []
    rules: t.Dict[str, t.List[t.Sequence[Json]]] = {}
    for entry in listing:
        ((kind, details),) = entry.items()
        if kind == "set":
            sets[details["name"]] = (_types(details), frozenset(peer for peer, _count in _elements(details)))
        elif kind == "chain":
            chains[details["name"]] = tuple(details.get(key) for key in ("type", "hook", "prio", "policy"))
            rules.setdefault(details["name"], [])
        elif kind == "rule":
            rules.setdefault(details["chain"], []).append(_plain(details["expr"]))
        elif kind == "table":
            # A table that is dormant drops nothing. Which flag it is, nftables before 1.1 tell wrong.
            others += ["flags"] if "flags" in details else []
        elif kind != "metainfo":
            others.append(kind)
    return Table(sets, chains, rules, tuple(others))


def _plain(rule: t.Sequence[Json]) -> t.Sequence[Json]:
    """Return a rule without what it says twice: nftables 0.9.8 tells the version of IP beside the addresses that have it."""
    parts = [part for expression in rule for part in _left(expression).get("concat", ())]
    versions = [part["payload"]["protocol"] for part in parts if "payload" in part]
    again = [
        {"match": {"op": "==", "left": _NFPROTO, "right": number}} for number, word in _NUMBERS if word in versions
    ]
    return [expression for expression in rule if expression not in again]


def _left(expression: Json) -> Json:
    return t.cast(Json, expression.get("match", {}).get("left", {}))


def _types(details: Json) -> t.Tuple[str, ...]:
    types = details["type"]
    return tuple(types) if isinstance(types, list) else (types,)


def _elements(details: Json) -> t.Iterator[t.Tuple[Peer, int]]:
    """Yield what a set holds of peers, each with how many packets were dropped because of it."""
    for entry in details.get("elem", ()):
        element = entry["elem"] if isinstance(entry, dict) and "elem" in entry else {"val": entry}
        value = element["val"]
        if isinstance(value, dict) and len(value.get("concat", ())) == len(_types(details)) == 3:
            local, remote, what = value["concat"]
            if isinstance(what, int) and isinstance(local, str) and isinstance(remote, str):
                has_ports = details["name"].endswith(_PORTS)
                last = (_peers.UDP, what) if has_ports else (what, 0)
                peer = Peer(_values.family_of(local), local, remote, *last)
                yield peer, element.get("counter", {}).get("packets", 0)


def dropped(listing: t.Iterable[Json]) -> t.List[t.Dict[str, t.Any]]:
    """Return the peers because of whom packets were dropped, with how many each way."""
    found: t.Dict[Peer, t.Dict[str, int]] = {}
    for details in (entry["set"] for entry in listing if "set" in entry):
        for way in _DIRECTIONS:
            for peer, count in _elements(details) if details["name"].startswith(way.word) else ():
                if count:
                    found.setdefault(peer, dict.fromkeys((one.word for one in _DIRECTIONS), 0))[way.word] += count
    return [{**peer.options(), **found[peer]} for peer in _peers.in_order(found)]
