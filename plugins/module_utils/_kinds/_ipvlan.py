# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: links with the Ethernet address of the one below (drivers/net/ipvlan/)."""

import typing as t

from .. import _values
from . import _common, _underlay
from ._kind import Kind
from ._option import Option, always

_P = "IFLA_IPVLAN_"


class Flags(_values.Choice):
    """What devices on one link have to do with one another, in ``ip``'s words without one before them."""

    def words(self, word: str, value: str) -> t.List[str]:
        return [value]


def _complaint(values: t.Mapping[str, t.Any]) -> str:
    return (
        ""
        if "link" in values
        else "link: such a device needs the link that it sends and takes packets by; give its name"
    )


OPTIONS = (
    Option("link", _values.LinkName(), "IFLA_LINK", of_message=True, recreate=always, cuts=always),
    Option("mode", _values.Choice("l2", "l3", "l3s"), _P + "MODE", default="l3"),
    Option("flags", Flags("bridge", "private", "vepa"), _P + "FLAGS", default="bridge"),
)

_USUAL: t.Dict[str, int] = {"ipvlan": 1000, "ipvtap": 500}
"""The length of the queue; whether it has ARP, the mode tells when it comes up (ipvlan_open)."""

KINDS = tuple(
    Kind(
        name=name,
        family=name,
        # The kernel does not tell of an ipvtap where the link below is (ipvtap_link_ops).
        options=OPTIONS if name == "ipvtap" else (*OPTIONS, _underlay.OPTION),
        lacks=("mac", "arp"),
        usual={"multicast": _common.ETHERNET["multicast"], "txqueuelen": queue},
        stands=True,
        section=name.upper(),
        complaint=_complaint,
    )
    for name, queue in _USUAL.items()
)
