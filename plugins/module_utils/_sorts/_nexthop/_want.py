# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: nexthop objects as people type them."""

import typing as t

from ... import _errors, _protocols, _values
from ..._want._checks import Params, check, namespace
from .._route._want import parse_encap
from ._state import MPATH, RESILIENT, Members, Nexthop

_NUMBER = 0xFFFFFFFF
_PROTOCOLS = ("static", "boot", "unspec")
_OF_RESILIENT = {"buckets": (1, 0xFFFF), "idle_timer": (0, 40000000), "unbalanced_timer": (0, 40000000)}
"""The least and the most; seconds are counted in hundredths, in 32 bits."""
_OF_ONE_WAY = ("via", "dev", "onlink", "encap", "family")


def parse(params: Params) -> t.List[Nexthop]:
    """Return the nexthop that the options describe."""
    number = check("id", _within(1, _NUMBER), params["id"])
    protocol = check("protocol", lambda raw: _protocols.parse(raw, 0, _PROTOCOLS), params["protocol"])
    nexthop = Nexthop(namespace(params), number, 0, fdb=bool(params["fdb"]), protocol=protocol)
    if params["group"] is not None:
        return [_group(nexthop, params)]
    for name in ("type", *_OF_RESILIENT):
        if params[name] is not None:
            raise _errors.BadOption(name, "only a group has it; give group, or leave it out")
    return [_one_way(nexthop, params)]


def _one_way(nexthop: Nexthop, params: Params) -> Nexthop:
    blackhole, fdb = bool(params["blackhole"]), nexthop.fdb
    via = params["via"] and check("via", _values.parse_ip, params["via"])
    named = {None: None, "inet": _values.IPV4, "inet6": _values.IPV6}[params["family"]]
    if via and named not in (None, via[0]):
        raise _errors.BadOption("via", "it is of another family than the nexthop; leave family out")
    dev = params["dev"] and check("dev", _values.check_link_name, params["dev"])
    encap = None if params["encap"] is None else parse_encap(params["encap"], "encap.")
    if params["state"] == "present":
        if blackhole or fdb:
            what = "a blackhole" if blackhole else "a nexthop for forwarding entries"
            for name in ("via", "dev", "onlink", "encap", "fdb") if blackhole else ("dev", "onlink", "encap"):
                if params[name]:
                    raise _errors.BadOption(name, "{0} has none; leave it out".format(what))
        if fdb and not via:
            raise _errors.BadOption("via", "it is missing; give the address of the other tunnel end")
        if not (blackhole or fdb or dev):
            raise _errors.BadOption("dev", "a nexthop needs a link; give dev, or blackhole, fdb or group")
        if params["onlink"] and not via:
            raise _errors.BadOption("onlink", "it is about via; give that, or leave it out")
    return nexthop._replace(
        family=via[0] if via else named or _values.IPV4,
        via=via[1] if via else None,
        dev=dev or None,
        onlink=bool(params["onlink"]),
        blackhole=blackhole,
        encap=encap,
    )


def _group(nexthop: Nexthop, params: Params) -> Nexthop:
    for name in (*_OF_ONE_WAY, "blackhole"):
        if params[name]:
            raise _errors.BadOption(name, "a group has that of its members; leave it out")
    type_ = params["type"] or MPATH
    given = {name: params[name] for name in _OF_RESILIENT if params[name] is not None}
    if given and type_ != RESILIENT:
        raise _errors.BadOption(min(given), "only a resilient group has it; say type=resilient, or leave it out")
    if type_ == RESILIENT and "buckets" not in given and params["state"] == "present":
        raise _errors.BadOption("buckets", "it is missing; give how many flows are told apart, such as 128")
    values = {name: check(name, _within(*_OF_RESILIENT[name]), raw) for name, raw in given.items()}
    return nexthop._replace(group=_members(nexthop, params["group"]), type=type_, **values)


def _members(nexthop: Nexthop, entries: t.Sequence[Params]) -> Members:
    if not entries:
        raise _errors.BadOption("group", "it has no members; give one at least")
    members: t.Dict[int, int] = {}
    for position, entry in enumerate(entries):
        where = "group[{0}].".format(position)
        number = check(where + "id", _within(1, _NUMBER), entry["id"])
        if number == nexthop.number:
            raise _errors.BadOption(where + "id", "a group can't be its own member; give another")
        if number in members:
            raise _errors.BadOption(where + "id", "{0} is there twice; give it a weight instead".format(number))
        members[number] = check(where + "weight", _within(1, 255), entry["weight"])
    return tuple(members.items())


def _within(low: int, high: int) -> t.Callable[[t.Any], int]:
    return lambda raw: _values.parse_number(str(raw), low, high)
