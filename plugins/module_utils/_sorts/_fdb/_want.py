# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: forwarding entries as people type them."""

import typing as t

from ... import _errors, _values
from ..._want._checks import Params, check, namespace
from ._state import FLOODED, PERMANENT, STATIC, Forwarding, is_flooded

_OF_FAR_ENDS = ("dst", "port", "vni", "src_vni", "via")
_NUMBERS = {
    "vlan": _values.Number(1, 4094),
    "port": _values.Number(1, 65535),
    "vni": _values.Number(1, (1 << 24) - 1),
    "src_vni": _values.Number(1, (1 << 24) - 1),
}


def parse(params: Params) -> t.List[Forwarding]:
    """Return the entry that the options describe, of one that is to go as much as tells it from others."""
    values: t.Dict[str, t.Any] = {name: params[name] for name in ("type", "sticky", "extern_learn")}
    for name, number in _NUMBERS.items():
        values[name] = 0 if params[name] is None else check(name, number.parse, params[name])
    values["dst"] = "" if params["dst"] is None else check("dst", _parse_far_end, params["dst"])
    values["via"] = "" if params["via"] is None else check("via", _values.check_link_name, params["via"])
    lladdr = check("lladdr", _values.parse_mac, params["lladdr"])
    dev = check("dev", _values.check_link_name, params["dev"])
    forwarding = Forwarding(namespace(params), dev, lladdr, bool(params["master"]), **values)
    _check(forwarding, params["state"] == "present")
    return [forwarding]


def _parse_far_end(raw: t.Any) -> str:
    address = _values.parse_ip(str(raw))[1]
    if not address.strip("0.:"):
        raise ValueError("{0} is no host's address; give one such as 192.0.2.2".format(address))
    return address


def _check(forwarding: Forwarding, present: bool) -> None:
    """Raise BadOption where an entry is one of several sorts at a time: of a bridge's port, of a VXLAN device, of another device."""
    far = next((name for name in _OF_FAR_ENDS if getattr(forwarding, name)), None)
    if forwarding.master and far:
        raise _errors.BadOption(far, "only a VXLAN device's own entries have it; leave it out, or master")
    if far and forwarding.vlan:
        raise _errors.BadOption("vlan", "a VXLAN device's own entries have none; leave it out")
    if far and not forwarding.dst and (present or far != "src_vni" or is_flooded(forwarding.lladdr)):
        raise _errors.BadOption("dst", "it is missing; say which far end {0} is of".format(far))
    if forwarding.lladdr == FLOODED and not forwarding.dst:
        zeros = "all zeros stand for frames that no other entry of a VXLAN device is for; say to which far end by dst"
        raise _errors.BadOption("lladdr", zeros)
    if present:
        _check_type(forwarding)


def _check_type(forwarding: Forwarding) -> None:
    own = not forwarding.master and not forwarding.dst
    if own and forwarding.type == STATIC:
        raise _errors.BadOption("type", "what a device has of its own is permanent; leave it out, or say master=true")
    if own and forwarding.extern_learn:
        raise _errors.BadOption("extern_learn", "only entries of bridges and VXLAN devices have it; leave it out")
    if forwarding.sticky and not forwarding.master:
        raise _errors.BadOption("sticky", "only entries of a bridge's ports have it; say master=true")
    if forwarding.sticky and forwarding.type == PERMANENT:
        raise _errors.BadOption("sticky", "a permanent entry is for the bridge itself; say type=static")
    if forwarding.extern_learn and forwarding.master and forwarding.type:
        raise _errors.BadOption("type", "a bridge keeps none of what was learned elsewhere; leave it out")
