# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: nexthop objects in files for the next boot."""

import typing as t

from ..._boot._networkd import Networkd
from ..._boot._state import Unfit
from ..._resources import Link
from ..._states import _registry
from ._state import FIELD, RESILIENT, Nexthop
from ._steps import says_family

_NOT_SO = "networkd has no such nexthops; have ip -batch bring them back, by to_ip_batch or the role boot"
_SINCE = 248
"""The oldest release that can say all of a nexthop, and that a route leads by one."""

FOREIGN = (256, "ManageForeignNextHops=no\n")
"""networkd.conf(5), since that release; older ones leave those of others alone."""

REMOVAL = r"s/^nexthop replace (id [0-9]+) .*/nexthop delete \1/p"
AGAIN = "nexthop replace"
LOOK = """\
    ip_for "$1" -o nexthop show | sed "s/^/nexthop /"
"""
COMPARED = r"""
$1 == "nexthop" { nexthops[$3] = $0 " "; next }
$2 == "nexthop" {
    good = ($5 in nexthops) && has(nexthops[$5], 6); group = after("group", 6)
    if (group != "" && !index(nexthops[$5], " group " group " ")) good = 0
    if (/ blackhole / && nexthops[$5] !~ / blackhole /) good = 0
    if (!good) { sub(/^want nexthop replace /, ""); tell("nexthop " $0) }
}
"""


def check(nexthops: t.Sequence[Nexthop]) -> None:
    """Raise Unfit where a nexthop has no address that tells its family, which a batch can't say otherwise."""
    faults = [
        f"nexthops: {nexthop.number}: family: a batch of ip can't say it; give via, or make it IPv4's"
        for nexthop in nexthops
        if says_family(nexthop)
    ]
    if faults:
        raise Unfit(faults)


def sort_in(networkd: Networkd) -> None:
    """Put the nexthops to the links that they lead through; groups, and those through none, to a link that is up."""
    for nexthop in _registry.wanted(FIELD, networkd.want).values():
        what = f"nexthop {nexthop.number}"
        if networkd.release < _SINCE:
            networkd.faults.append(f"{what}: networkd {networkd.release} can't do that, {_SINCE} can")
        for option, has_it in (
            ("fdb", nexthop.fdb),
            ("encap", nexthop.encap),
            ("type", nexthop.type == RESILIENT),
            ("protocol", nexthop.protocol != "static"),
        ):
            if has_it:
                networkd.faults.append(f"{what}: {option}: {_NOT_SO}")
        link = owner(networkd, nexthop)
        if nexthop.netns is not None:
            networkd.faults.append(f"{what}: netns: networkd knows the host's own namespace only")
        elif link is None:
            networkd.faults.append(
                f"{what}: dev: networkd needs a link of this state, in whose file the nexthop belongs"
            )
        else:
            networkd.add(link, "NextHop", _lines(nexthop))


def owner(networkd: Networkd, nexthop: Nexthop) -> t.Optional[Link]:
    """Return the link in whose file a nexthop belongs, and the routes that lead by it."""
    nexthops = _registry.wanted(FIELD, networkd.want)
    ways = [each.way for each in (nexthop, *map(nexthops.get, nexthop.members)) if each and each.way]
    here = [link for link in networkd.want.links.values() if link.netns is None and link.kind]
    fit = [link for link in here if (link.id in ways if ways else link.attributes.get("up"))]
    return fit[-1] if fit else None


def _lines(nexthop: Nexthop) -> t.List[str]:
    lines = [f"Id={nexthop.number}"]
    lines += [f"Gateway={nexthop.via}"] if nexthop.via else []
    lines += ["OnLink=yes"] if nexthop.onlink else []
    lines += ["Blackhole=yes"] if nexthop.blackhole else []
    # Whoever has neither an address nor members has to say of which family it is.
    lines += ["Family=ipv4"] if not nexthop.via and not nexthop.group else []
    members = (str(number) if weight == 1 else f"{number}:{weight}" for number, weight in nexthop.group)
    return lines + ([f"Group={' '.join(members)}"] if nexthop.group else [])
