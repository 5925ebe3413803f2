# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what a link has as a port of a bridge (net/bridge/br_netlink.c, ``br_setport``).

People write these options below one name. Everywhere else each is an option like others, with that name in front.
"""

import typing as t

from .. import _values
from ._option import Option

GROUP = "bridge_slave"
"""``ip``'s word for the type, and the name that people write them below."""
KERNEL_NAME = "bridge"
"""``IFLA_INFO_SLAVE_KIND``."""
_BELOW = GROUP + "."

Values = t.Mapping[str, t.Any]


class Forwarded(_values.Number):
    """Bits, one for each of the link-local groups whose packets are forwarded all the same."""

    has_words = True
    _PAUSE = 0x2
    """Of the frames by which Ethernet pauses (``BR_GROUPFWD_MACPAUSE``)."""

    def parse(self, raw: t.Any) -> int:
        bits = int(super().parse(raw))
        if bits & self._PAUSE:
            raise ValueError("{0!r} has the bit 0x2, for pause frames, which no port forwards".format(raw))
        return bits


def _row(word: str, attribute: str, value: _values.Value, default: t.Any) -> Option:
    return Option(_BELOW + word, value, "IFLA_BRPORT_" + attribute, word=word, default=default, of_port=True)


_OFF, _ON = False, True

OPTIONS = (
    _row("priority", "PRIORITY", _values.Number(0, 63), 32),
    # What a new port has follows the speed of the device.
    _row("cost", "COST", _values.Number(1, 65535), None),
    _row("guard", "GUARD", _values.Switch(), _OFF),
    _row("hairpin", "MODE", _values.Switch(), _OFF),
    _row("fastleave", "FAST_LEAVE", _values.Switch(), _OFF),
    _row("root_block", "PROTECT", _values.Switch(), _OFF),
    _row("learning", "LEARNING", _values.Switch(), _ON),
    _row("flood", "UNICAST_FLOOD", _values.Switch(), _ON),
    _row("proxy_arp", "PROXYARP", _values.Switch(), _OFF),
    _row("proxy_arp_wifi", "PROXYARP_WIFI", _values.Switch(), _OFF),
    _row("mcast_router", "MULTICAST_ROUTER", _values.Number(0, 3), 1),
    _row("mcast_flood", "MCAST_FLOOD", _values.Switch(), _ON),
    _row("bcast_flood", "BCAST_FLOOD", _values.Switch(), _ON),
    _row("mcast_to_unicast", "MCAST_TO_UCAST", _values.Switch(), _OFF),
    _row("group_fwd_mask", "GROUP_FWD_MASK", Forwarded(0, 0xFFFF), 0),
    _row("neigh_suppress", "NEIGH_SUPPRESS", _values.Switch(), _OFF),
    _row("neigh_vlan_suppress", "NEIGH_VLAN_SUPPRESS", _values.Switch(), _OFF),
    _row("vlan_tunnel", "VLAN_TUNNEL", _values.Switch(), _OFF),
    _row("isolated", "ISOLATED", _values.Switch(), _OFF),
    _row("locked", "LOCKED", _values.Switch(), _OFF),
    _row("mab", "MAB", _values.Switch(), _OFF),
    _row("backup_port", "BACKUP_PORT", _values.LinkName(), _values.NONE),
)
BACKUP = _BELOW + "backup_port"
NAMES = frozenset(option.name for option in OPTIONS)
DEFAULTS = {option.name: option.default for option in OPTIONS if option.default is not None}
"""What a new port has, as far as it can be foretold."""


def arguments() -> t.Dict[str, t.Any]:
    """Return what Ansible takes below the one name."""
    return {option.name[len(_BELOW) :]: option.argument() for option in OPTIONS}


def full(word: str) -> str:
    """Return the name of the option that ``ip`` has that word for."""
    return _BELOW + word


def unfolded(params: Values) -> Values:
    """Return options as people write them, with each of a port by itself."""
    if not params.get(GROUP):
        return params
    return {**params, GROUP: None, **{_BELOW + name: value for name, value in params[GROUP].items()}}


def folded(values: Values) -> t.Dict[str, t.Any]:
    """Return options with those of a port as people write them."""
    told = {name: value for name, value in values.items() if name not in NAMES}
    own = {name[len(_BELOW) :]: value for name, value in values.items() if name in NAMES}
    return {**told, GROUP: own} if own else told


def under(values: Values, master: str) -> t.Dict[str, t.Any]:
    """Return what a link has when it has just become a port of that master, or of none: nothing stays of a former one."""
    others = {name: value for name, value in values.items() if name not in NAMES}
    return others if master == _values.NONE else {**others, **DEFAULTS}


def as_new(values: Values) -> t.Dict[str, t.Any]:
    """Return what a new port has of that which a link has as a port."""
    return {name: value for name, value in DEFAULTS.items() if name in values}
