# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what a host's firewall is to let in, as rules that say all in a few words. Pure."""

import re
import socket
import typing as t

from .. import _errors, _values

ICMP, TCP, UDP, ICMPV6, OSPF = 1, 6, 17, 58, 89
TRANSPORT = {TCP: "tcp", UDP: "udp"}
"""The protocols that have ports, and what all firewalls call them."""
_ANY = "all"

_BGP, _BFD = 179, (3784, 3785, 4784)
_ROUTING = ((OSPF, 0), (TCP, _BGP), *((UDP, port) for port in _BFD))

_DEVICE = re.compile(r"[A-Za-z0-9_.@=-]+\Z")
"""Names that are no pattern to any firewall, and need no quotes."""
_TEXT = re.compile(r"(?:IPv([46]) )?(all|\d+)(?:/(\d+))? (from|by|passed on from|passed on to) (\S+)\Z")

IN, OUT = "in", "out"
_PASSED_ON = {IN: "passed on from", OUT: "passed on to"}


class Rule(t.NamedTuple):
    """Accept one protocol from one peer, or out of one tunnel."""

    family: int
    protocol: int
    """0: any."""
    port: int = 0
    """Where packets go to, of TCP and UDP; 0: any."""
    source: str = ""
    """The peer's address; empty: all that come by the device."""
    device: str = ""
    way: str = ""
    """``in`` or ``out``: of what the host passes on, that which comes by the device or leaves by it."""

    @property
    def text(self) -> str:
        """The rule in words, from which ``parse`` makes it again."""
        what = "{0}/{1}".format(self.protocol, self.port) if self.port else str(self.protocol or _ANY)
        if self.source:
            return "{0} from {1}".format(what, self.source)
        way = _PASSED_ON.get(self.way, "by")
        return "IPv{0} {1} {2} {3}".format(6 if self.family == _values.IPV6 else 4, what, way, self.device)


Rules = t.FrozenSet[Rule]


def parse(text: str) -> t.Optional[Rule]:
    """Return the rule that a text tells of; None if it tells of none."""
    match = _TEXT.match(text)
    if match is None:
        return None
    version, protocol, port, way, origin = match.groups()
    number, port_number = 0 if protocol == _ANY else int(protocol), int(port or 0)
    if way == "from":
        return Rule(_values.family_of(origin), number, port_number, source=origin)
    family = _values.IPV6 if version == "6" else _values.IPV4
    ways = {words: name for name, words in _PASSED_ON.items()}
    return Rule(family, number, port_number, device=origin, way=ways.get(way, ""))


def mark(name: str) -> str:
    """Return what the comments of all rules of an owner begin with."""
    return "warren-{0}: ".format(name)


def wanted(params: t.Mapping[str, t.Any]) -> Rules:
    """Return the rules that the options ask for; raise BadOption for a value that can't be right."""
    found = set()
    for number, entry in enumerate(params["accept"]):
        try:
            found.add(_from_peer(entry))
        except _errors.BadOption as error:
            raise error.inside("accept[{0}]".format(number)) from None
    for device in params["devices"]:
        found.update(_by_device(device, params["inner"]))
        for version in params["forward"]:
            family = _values.IPV6 if version == "ipv6" else _values.IPV4
            found.update(Rule(family, 0, device=device, way=way) for way in (IN, OUT))
    return frozenset(found)


def _from_peer(entry: t.Mapping[str, t.Any]) -> Rule:
    try:
        family, source = _values.parse_ip(entry["source"])
    except ValueError as error:
        raise _errors.BadOption(
            "source", "{0}; give the address that the peer's packets come from".format(error)
        ) from None
    if source == _values.unspecified(family):
        raise _errors.BadOption("source", "{0} stands for no peer; give the peer's address".format(source))
    protocol, port = entry["protocol"], entry["port"]
    if not 1 <= protocol <= 255:
        raise _errors.BadOption("protocol", "{0} is not the number of an IP protocol, 1 to 255".format(protocol))
    if port is None:
        return Rule(family, protocol, source=source)
    if protocol not in TRANSPORT:
        problem = "protocol {0} has no ports; leave it out, or give protocol 17 for UDP"
        raise _errors.BadOption("port", problem.format(protocol))
    if not 1 <= port <= 65535:
        raise _errors.BadOption("port", "{0} is not a port, 1 to 65535".format(port))
    return Rule(family, protocol, port, source=source)


def _by_device(device: str, inner: str) -> t.Iterator[Rule]:
    try:
        _values.check_link_name(device)
    except ValueError as error:
        raise _errors.BadOption("devices", str(error)) from None
    if not _DEVICE.match(device):
        problem = "{0!r} can't be named to firewalls; choose a name of letters, digits and _ . @ = -"
        raise _errors.BadOption("devices", problem.format(device))
    for family, icmp in ((_values.IPV4, ICMP), (_values.IPV6, ICMPV6)):
        if inner == "all":
            yield Rule(family, 0, device=device)
        if inner in ("icmp", "routing"):
            yield Rule(family, icmp, device=device)
        if inner == "routing":
            for protocol, port in _ROUTING:
                yield Rule(family, protocol, port, device=device)


def of_family(rules: t.Iterable[Rule], family: int) -> Rules:
    """Return those of one IP version."""
    return frozenset(rule for rule in rules if rule.family == family)


def in_order(rules: t.Iterable[Rule]) -> t.List[Rule]:
    """Return rules as people sort them: by protocol, then by address."""
    return sorted(rules, key=lambda rule: (rule.source == "", rule.way, rule[:3], _packed(rule), rule.device))


def _packed(rule: Rule) -> bytes:
    return socket.inet_pton(rule.family, rule.source) if rule.source else b""


def halves(rules: t.Iterable[Rule]) -> t.Tuple[Rules, Rules]:
    """Return those for what comes to the host itself, and those for what it passes on."""
    there = frozenset(rules)
    passed_on = frozenset(rule for rule in there if rule.way)
    return there - passed_on, passed_on


class Place(t.NamedTuple):
    """Somewhere that rules are in: a chain of the kernel, a zone, a file."""

    firewall: str
    name: str
    have: t.Sequence[Rule]
    """Ours that are there, each as often as it is."""
    want: Rules

    @property
    def differs(self) -> bool:
        """Whether it does not have each rule that it should have, once, and no others."""
        return len(self.have) != len(self.want) or set(self.have) != self.want

    def changes(self) -> t.List[t.Dict[str, str]]:
        """Return what becomes of its rules."""
        old, new = frozenset(self.have), self.want
        found = [(rule, "removed") for rule in in_order(old - new)] + [
            (rule, "created") for rule in in_order(new - old)
        ]
        return [
            {"firewall": self.firewall, "place": self.name, "rule": rule.text, "change": change}
            for rule, change in found
        ]

    def difference(self) -> t.Dict[str, str]:
        """Return that as Ansible shows it with ``--diff``."""
        old, new = ("".join(rule.text + "\n" for rule in in_order(rules)) for rules in (self.have, self.want))
        header = "{0}: {1}".format(self.firewall, self.name)
        return {"before": old, "after": new, "before_header": header, "after_header": header}
