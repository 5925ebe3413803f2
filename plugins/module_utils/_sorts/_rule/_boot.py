# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: rules of policy routing in files for the next boot."""

import typing as t

from ... import _values
from ..._boot._networkd import Networkd
from ..._boot._state import Unfit
from ..._resources import Rule
from ..._states import _registry
from .._route import _boot as _routes
from ._state import FIELD, is_taken_for
from ._steps import text

_NOT_SO = "networkd has no such rules; have ip -batch bring them back, by to_ip_batch or the role boot"
_SINCE = {"type": 248, "protocol": 249, "suppress_ifgroup": 250, "l3mdev": 256, "goto": 0, "tun_id": 0}
"""What not all releases can say of a rule, to the oldest that can; 0: none can. All rules have a protocol."""

_WORDS = {
    "from": "From",
    "to": "To",
    "tos": "TypeOfService",
    "fwmark": "FirewallMark",
    "iif": "IncomingInterface",
    "oif": "OutgoingInterface",
    "uidrange": "User",
    "ipproto": "IPProtocol",
    "sport": "SourcePort",
    "dport": "DestinationPort",
    "type": "Type",
    "table": "Table",
    "suppress_prefixlength": "SuppressPrefixLength",
    "suppress_ifgroup": "SuppressInterfaceGroup",
}
_SWITCHES = {"not": "InvertRule", "l3mdev": "L3MasterDevice"}

FOREIGN = (0, "ManageForeignRoutingPolicyRules=no\n")
REMOVAL = "s/^rule add /rule delete /p"
AGAIN = ""
LOOK = """\
    for family in 4 6; do
        ip_for "$1" -o -$family rule show | sed "s/^/rule $family /"
    done
"""
COMPARED = r"""
function said(line, key,   words, count, i) {
    count = split(line, words)
    for (i = 1; i < count; i++) if (words[i] == key) return plain(bare(words[i + 1]))
    return ""
}
function plain(value) {
    if (value == "all" || value == "[l3mdev-table]") return ""
    sub(/\/(32|128)$/, "", value)
    return (value in number) ? number[value] : value
}
function is_like(line,   keys, count, i) {
    count = split("from to fwmark iif oif lookup goto", keys)
    for (i = 1; i <= count; i++) if (said(line, keys[i]) != said($0, keys[i])) return 0
    count = split("not blackhole unreachable prohibit", keys)
    for (i = 1; i <= count; i++) if (!index(line " ", " " keys[i] " ") != !index($0 " ", " " keys[i] " ")) return 0
    return 1
}
$1 == "rule" { priority = $3; sub(/:$/, "", priority); $3 = ""; rules[$2, priority] = rules[$2, priority] "\n" $0; next }
$2 == "rule" {
    count = split(rules[(file ~ /6$/) ? 6 : 4, after("priority", 4)], lines, "\n"); good = 0
    for (i = 2; i <= count; i++) good = good || is_like(lines[i])
    if (!good) { sub(/^want rule add /, ""); tell("rule " $0) }
}
"""


def check(rules: t.Sequence[Rule]) -> None:
    """Raise Unfit where rules can't be made before anything is known of the host."""
    if any(rule.priority is None for rule in rules):
        raise Unfit(["rules: priority: which one is free can't be told before the boot; give each rule one"])
    for number, rule in enumerate(rules):
        if any(is_taken_for(rule, other) for other in rules[:number]):
            raise Unfit(
                [
                    f"rules: priority: ip takes the rule {text(rule)} for one before it, which has more to it; give one of "
                    "them another"
                ]
            )


def sort_in(networkd: Networkd) -> None:
    """Put the rules to a link that is up: networkd makes them with the link whose file they are in."""
    links = networkd.want.links.values()
    up = [link for link in links if link.netns is None and link.kind and link.attributes.get("up")]
    for rule in _registry.wanted(FIELD, networkd.want).values():
        what, values = f"rule of priority {rule.priority}", rule.values
        if rule.netns is not None:
            networkd.faults.append(f"{what}: netns: networkd knows the host's own namespace only")
        for option, release in _SINCE.items():
            if option in values and not release:
                networkd.faults.append(f"{what}: {option}: {_NOT_SO}")
            elif option in values and networkd.release < release:
                networkd.faults.append(f"{what}: {option}: networkd {networkd.release} can't do that, {release} can")
        # It can't have a mark of 0.
        marked = not values.get("fwmark", "").startswith("0x0/")
        for option, has_it in (("protocol", values["protocol"] == "static"), ("fwmark", marked)):
            if not has_it:
                networkd.faults.append(f"{what}: {option}: {_NOT_SO}")
        used = [
            _routes.owner(route, networkd.want)
            for route in networkd.want.routes.values()
            if route.table == values.get("table")
        ]
        using = [link for link in up if link in used]
        if up:
            networkd.add([*using, *up][0], "RoutingPolicyRule", _lines(rule))
        else:
            networkd.faults.append(
                f"{what}: networkd needs a link of this state that is up, in whose file the rule belongs"
            )


def _lines(given: Rule) -> t.List[str]:
    values = given.values
    lines = [f"Priority={given.priority}"]
    if not {"from", "to"} & set(values):
        lines.append(f"Family={'ipv6' if given.family == _values.IPV6 else 'ipv4'}")
    lines += [f"{word}={values[name]}" for name, word in _WORDS.items() if name in values]
    return lines + [f"{word}=yes" for name, word in _SWITCHES.items() if name in values]
