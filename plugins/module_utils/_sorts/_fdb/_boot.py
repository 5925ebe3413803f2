# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: forwarding entries in files for the next boot."""

import typing as t

from ..._boot._networkd import Networkd
from ..._states import _registry
from ._state import FIELD, PERMANENT, Forwarding, link
from ._steps import type_of

_NOT_SO = "networkd has no such entries; have bridge -batch bring them back, by to_ip_batch or the role boot"

PROGRAM = "bridge"
REMOVAL = "s/^fdb (append|replace) /fdb delete /p"
AGAIN = "fdb append|fdb replace"
LOOK = """\
            ip_for "$1" fdb show | sed "s/^/fdb /"
"""
COMPARED = r"""
function place_of(mac, of_bridge) {
    return mac SUBSEP after("dev", 3) SUBSEP of_bridge SUBSEP after("vlan", 3) SUBSEP after("dst", 3)
}
$1 == "fdb" {
    bridge = after("master", 3)
    forwarding[place_of($2, bridge != "" && bridge != after("dev", 3))]
    next
}
$2 == "fdb" {
    if (!(place_of($4, / master /) in forwarding)) { sub(/^want fdb [a-z]+ /, ""); tell("forwarding entry " $0) }
    next
}
"""


def check(_things: t.Sequence[Forwarding]) -> None:
    """All can be made at boot."""


def sort_in(networkd: Networkd) -> None:
    """Put the entries to the links that they are of."""
    for forwarding in _registry.wanted(FIELD, networkd.want).values():
        what = f"forwarding entry {forwarding.lladdr}"
        on = networkd.want.links.get(link(forwarding.id))
        # A VXLAN device is no link of networkd's.
        for option in ("dst", "sticky", "extern_learn"):
            if getattr(forwarding, option):
                networkd.faults.append(f"{what}: {option}: {_NOT_SO}")
        if type_of(forwarding) != PERMANENT:
            networkd.faults.append(f"{what}: type: networkd makes permanent ones only; {_NOT_SO}")
        if forwarding.netns is not None:
            networkd.faults.append(f"{what}: netns: networkd knows the host's own namespace only")
        elif on is None or not on.kind:
            networkd.faults.append(f"{what}: dev: networkd needs a link of this state, in whose file the entry belongs")
        else:
            networkd.add(on, "BridgeFDB", _lines(forwarding))


def _lines(forwarding: Forwarding) -> t.List[str]:
    vlan = [f"VLANId={forwarding.vlan}"] if forwarding.vlan else []
    whose = "master" if forwarding.master else "self"
    return [f"MACAddress={forwarding.lladdr}", *vlan, f"AssociatedWith={whose}"]
