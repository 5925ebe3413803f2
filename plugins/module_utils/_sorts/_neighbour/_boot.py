# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: neighbours in files for the next boot."""

import typing as t

from ..._boot._networkd import Networkd
from ..._states import _registry
from ._state import FIELD, Neighbour, link

_NOT_SO = "networkd has no such neighbours; have ip -batch bring them back, by to_ip_batch or the role boot"

REMOVAL = r"s/^neighbour replace (proxy [^ ]+|[^ ]+)( lladdr [^ ]+)? dev ([^ ]+).*/neighbour delete \1 dev \3\n&/p"
"""Lines are taken the last first: what goes is made before, because ip(8) ends a batch at a neighbour that is not there."""

AGAIN = "neighbour replace"
LOOK = """\
    for kind in "nud permanent" proxy; do
        ip_for "$1" -o neighbour show $kind | sed "s/^/neighbour /"
    done
"""
COMPARED = r"""
$1 == "neighbour" { neighbours[$2, $4, / proxy( |$)/ ? "" : $6]; next }
$2 == "neighbour" {
    name = after("dev", 4); to = ($4 == "proxy") ? $5 : $4
    if (!((to, name, after("lladdr", 4)) in neighbours)) { sub(/^want neighbour replace /, ""); tell("neighbour " $0) }
}
"""


def check(_neighbours: t.Sequence[Neighbour]) -> None:
    """All can be made at boot."""


def sort_in(networkd: Networkd) -> None:
    """Put the neighbours to the links that they are on."""
    for neighbour in _registry.wanted(FIELD, networkd.want).values():
        what = f"neighbour {neighbour.to}"
        on = networkd.want.links.get(link(neighbour.id))
        for option in ("proxy", "router", "protocol"):
            if getattr(neighbour, option):
                networkd.faults.append(f"{what}: {option}: {_NOT_SO}")
        if neighbour.netns is not None:
            networkd.faults.append(f"{what}: netns: networkd knows the host's own namespace only")
        elif on is None or not on.kind:
            networkd.faults.append(
                f"{what}: dev: networkd needs a link of this state, in whose file the neighbour belongs"
            )
        else:
            networkd.add(on, "Neighbor", [f"Address={neighbour.to}", f"LinkLayerAddress={neighbour.lladdr}"])
