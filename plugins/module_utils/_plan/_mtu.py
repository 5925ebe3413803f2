# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the mtu of a tunnel whose encapsulation changes in place.

A new tunnel gets an mtu that leaves room for its headers. When they change, the kernel leaves the mtu as it is, and
packets of full size don't get through any more.
"""

from .._kinds import _common, _encapsulation, _kind
from .._resources import Link, Loss, Want
from . import _words
from ._draft import Draft


def follow(kind: _kind.Kind, want: Link, have: Link, whole: Want, draft: Draft) -> Link:
    """Return the wanted link with the mtu that its encapsulation leaves, where that changes and no mtu is asked for."""
    changes = {name: value for name, value in want.attributes.items() if have.attributes.get(name) != value}
    # With another device, the kernel computes the mtu anew.
    if have.kind != kind.name or "mtu" in want.attributes or "dev" in changes or "mtu" not in have.attributes:
        return want
    if want.id in whole.renewed or not _encapsulation.OPTIONS.intersection(changes):
        return want
    more = kind.header({**have.attributes, **changes}) - kind.header(have.attributes)
    mtu = max(have.attributes["mtu"] - more, _common.MIN_MTU)
    if mtu == have.attributes["mtu"]:
        return want
    said = (
        "{0}: its mtu goes from {1} to {2}, because the headers of its encapsulation take {3} bytes {4} of each packet; "
        "give mtu for another".format(
            _words.where(have), have.attributes["mtu"], mtu, abs(more), "more" if more > 0 else "less"
        )
    )
    draft.losses.append(Loss(want.id, (), said))
    return want._replace(attributes={**want.attributes, "mtu": mtu})
