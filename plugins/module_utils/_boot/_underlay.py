# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what others bring to a host that a state stands on, and the part of the script that waits for it.

A network card may come late, and so may the address that tunnels send from. What is in a namespace is not waited for: no card
is there that early.
"""

import typing as t

from .. import _managers, _resources, _values
from .._kinds import _catalog
from .._states import _registry
from . import _state

FILE = "underlay"


def text(want: _resources.Want) -> str:
    """Return the content of the file that lists it; empty where the state stands on nothing."""
    lines = ["link " + name for name in _links(want)] + ["address " + address for address in _addresses(want)]
    return "\n".join([_managers.HEAD, "", *lines, ""]) if lines else ""


def _links(want: _resources.Want) -> t.List[str]:
    named = _state.outer_links(want)
    named.update(_state.hardware(want).values())
    for field in _registry.OF_LINKS:
        named.update(filter(None, (_registry.link(field, id_) for id_ in _registry.wanted(field, want))))
    made = [link for link in want.links.values() if link.kind]
    own = {name for link in made for name in (link.name, *link.attributes.get("altnames", ()))}
    return sorted({name for netns, name in named if netns is None} - own - _catalog.FALLBACKS - {"lo"})


def _addresses(want: _resources.Want) -> t.List[str]:
    here = [link for link in want.links.values() if link.netns is None]
    own = {address.address for link in here for address in link.addresses}
    used = {link.attributes.get("local") for link in here if link.kind}
    return sorted(address for address in used - own if address not in (None, _values.ANY, _values.NONE))


SCRIPT = r"""# Print what is not there of what others bring: links, and addresses that tunnels send from.
absent() {
    [ -e "$folder"/underlay ] || return 0
    while read -r kind what; do
        case $kind in
            link) ip link show dev "$what" ;;
            address) ip -o address show to "$what" | grep . ;;
        esac >/dev/null 2>&1 || echo "$kind $what"
    done <"$folder"/underlay
}

# Wait for that. A network card may come late, and an address may be leased first.
await() {
    lacks=$(absent)
    [ -n "$lacks" ] || return 0
    echo "$lacks" | sed "s/.*/$name: waits for &, $patience seconds at most/"
    waited=0
    while [ -n "$lacks" ] && [ "$waited" -lt "$patience" ]; do
        sleep 1
        waited=$((waited + 1))
        lacks=$(absent)
    done
    if [ -n "$lacks" ]; then
        echo "$lacks" | sed "s/.*/$name: & is not there after $waited seconds/" >&2
    else
        echo "$name: all of that is there now"
    fi
}
"""
