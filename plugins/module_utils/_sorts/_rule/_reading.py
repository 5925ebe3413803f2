# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: rules of policy routing, read and as messages (linux/fib_rules.h, net/core/fib_rules.c)."""

import errno
import struct
import typing as t

from ... import _errors, _nla, _protocols, _values
from ..._kernel import _formats
from ..._kernel._netlink import Opener, Socket
from ..._kernel._rtnetlink import RTM_GETRULE, number_of, word_for
from ..._resources import Rule, RuleId
from . import _state as _rule

FIB_RULE_INVERT, FIB_RULE_FIND_SADDR = 0x2, 0x10000
ACTIONS = {1: "lookup", 2: "goto", 3: "nop", 6: "blackhole", 7: "unreachable", 8: "prohibit"}
UNSET = 0xFFFFFFFF
"""Of a suppressor: there is none."""

_KERNELS_OWN: t.Dict[int, t.Dict[str, t.Any]] = {
    0: {"table": _values.LOCAL_TABLE},
    # With the first VRF of a namespace (vrf_add_fib_rules).
    1000: {"l3mdev": True},
    32766: {"table": _values.MAIN_TABLE},
    32767: {"table": _values.DEFAULT_TABLE},
}
"""Priority to values. Kernels before Linux 4.17 do not tell who made a rule."""

_MASKS_OF_PORTS, _WHOLE = (28, 29), b"\xff\xff"
"""``FRA_SPORT_MASK`` and ``FRA_DPORT_MASK`` of a lone port, since Linux 6.15."""

_PLAIN = {
    "iif": "FRA_IIFNAME",
    "oif": "FRA_OIFNAME",
    "tun_id": "FRA_TUN_ID",
    "ipproto": "FRA_IP_PROTO",
    "goto": "FRA_GOTO",
}
_RANGES = {
    "uidrange": ("FRA_UID_RANGE", struct.Struct("=II")),
    "sport": ("FRA_SPORT_RANGE", struct.Struct("=HH")),
    "dport": ("FRA_DPORT_RANGE", struct.Struct("=HH")),
}
_SUPPRESSORS = {"suppress_prefixlength": "FRA_SUPPRESS_PREFIXLEN", "suppress_ifgroup": "FRA_SUPPRESS_IFGROUP"}
_KNOWN = ("FRA_SRC", "FRA_DST", "FRA_FWMARK", "FRA_FWMASK", "FRA_L3MDEV", "FRA_TABLE", "FRA_PRIORITY", "FRA_PROTOCOL",
          "FRA_PAD", *_PLAIN.values(), *_SUPPRESSORS.values(), *(attribute for attribute, _form in _RANGES.values()))  # fmt: skip
"""What is told of a rule in words of this collection, whatever more pyroute2 knows."""


def read_these(open_socket: Opener, ids: t.Iterable[RuleId], _namer: t.Any) -> t.Iterator[Rule]:
    """Yield those rules, and others of their families."""
    for netns, family in {id_[:2] for id_ in ids}:
        yield from read(open_socket(netns), netns, family)


def read_in(open_socket: Opener, places: t.Iterable[t.Optional[str]], _namer: t.Any) -> t.Iterator[Rule]:
    """Yield the rules of those namespaces that somebody made."""
    for netns in places:
        rules = (rule for family in (_values.IPV4, _values.IPV6) for rule in read(open_socket(netns), netns, family))
        yield from (rule for rule in rules if rule.values.get("protocol") != "kernel")


def read(connection: Socket, netns: t.Optional[str], family: int) -> t.List[Rule]:
    """Return the rules of one family in the order in which the kernel goes through them; none where it has no such."""
    request = _formats.message("fibmsg").start(family=family)
    try:
        return [decode(netns, body) for body in connection.dump(RTM_GETRULE, request)]
    except _errors.KernelError as error:
        if error.errno in (errno.EAFNOSUPPORT, errno.EOPNOTSUPP):
            return []
        raise


def decode(netns: t.Optional[str], body: bytes) -> Rule:
    message = _formats.message("fibmsg")
    header, raw = message.unpack_message(body)
    values: t.Dict[str, t.Any] = {name: raw[attribute] for name, attribute in _PLAIN.items() if raw.get(attribute)}
    for name, attribute, length in (("from", "FRA_SRC", "src_len"), ("to", "FRA_DST", "dst_len")):
        if header[length]:
            zero = _values.unspecified(header["family"])
            values[name] = "{0}/{1}".format(raw.get(attribute, zero), header[length])
    values.update({"not": True} if header["flags"] & FIB_RULE_INVERT else {})
    values.update({"tos": header["tos"]} if header["tos"] else {})
    values.update({"fwmark": _mark(raw.get("FRA_FWMARK", 0), raw["FRA_FWMASK"])} if raw.get("FRA_FWMASK") else {})
    values.update({"l3mdev": True} if raw.get("FRA_L3MDEV") else {})
    for name, (attribute, form) in _RANGES.items():
        if len(raw.get(attribute, b"")) >= form.size:
            start, end = form.unpack_from(raw[attribute])
            values[name] = str(start) if start == end and name != "uidrange" else "{0}-{1}".format(start, end)
    action, table = word_for(ACTIONS, header["action"]), raw.get("FRA_TABLE", header["table"])
    if action == "lookup":
        values.update({} if "l3mdev" in values else {"table": table})
    elif action != "goto":
        values["type"] = action
    for name, attribute in _SUPPRESSORS.items():
        values.update({name: raw[attribute]} if raw.get(attribute, UNSET) != UNSET else {})
    values.update(_unknown(message, body))
    priority = raw.get("FRA_PRIORITY", 0)
    untold = "kernel" if _KERNELS_OWN.get(priority) == values else "static"
    values["protocol"] = word_for(_protocols.WORDS, raw["FRA_PROTOCOL"]) if "FRA_PROTOCOL" in raw else untold
    return Rule(netns, header["family"], priority, tuple(sorted(values.items())), body)


def _mark(mark: int, mask: int) -> str:
    return hex(mark) if mask == 0xFFFFFFFF and mark else "{0}/{1}".format(hex(mark), hex(mask))


def _unknown(message: _formats.Format, body: bytes) -> t.Iterator[t.Tuple[str, str]]:
    """Yield what tells the rule from others and is in no word of this collection."""
    known = {message.numbers[name] for name in _KNOWN}
    for number, content in _nla.read(body[message.header.size :]):
        if number not in known and not (number in _MASKS_OF_PORTS and content == _WHOLE):
            yield _rule.unknown(number), content.hex()


def encode(rule: Rule) -> bytes:
    """Return the body of a message about this rule, by its options, or as it was found once."""
    message = _formats.message("fibmsg")
    if rule.message:
        header, _raw = message.unpack_message(rule.message, ())
        # The kernel reports there too whether it knows the devices, and takes it back from nobody.
        header["flags"] &= FIB_RULE_INVERT | FIB_RULE_FIND_SADDR
        kept = _nla.without(rule.message[message.header.size :], {message.numbers["FRA_PAD"]})
        # It does not tell a priority of 0, and without one takes any.
        return message.start(**header) + message.merge(kept, {"FRA_PRIORITY": rule.priority})
    values = rule.values
    attributes: t.Dict[str, t.Any] = {"FRA_PRIORITY": rule.priority}
    lengths = {"from": 0, "to": 0}
    for name, attribute in (("from", "FRA_SRC"), ("to", "FRA_DST")):
        if name in values:
            attributes[attribute], _slash, length = values[name].partition("/")
            lengths[name] = int(length)
    attributes.update(
        (attribute, values[name]) for name, attribute in (*_PLAIN.items(), *_SUPPRESSORS.items()) if name in values
    )
    if "fwmark" in values:
        mark, slash, mask = values["fwmark"].partition("/")
        attributes.update(FRA_FWMARK=int(mark, 16), FRA_FWMASK=int(mask, 16) if slash else 0xFFFFFFFF)
    for name, (attribute, form) in _RANGES.items():
        if name in values:
            start, dash, end = values[name].partition("-")
            attributes[attribute] = form.pack(int(start), int(end if dash else start))
    attributes.update({"FRA_L3MDEV": 1} if values.get("l3mdev") else {})
    table = values.get("table", 0)
    attributes.update(FRA_TABLE=table or None, FRA_PROTOCOL=number_of(_protocols.WORDS, values["protocol"]))
    start = message.start(
        family=rule.family,
        src_len=lengths["from"],
        dst_len=lengths["to"],
        tos=values.get("tos", 0),
        table=table if table < 256 else 0,
        action=number_of(ACTIONS, values.get("type", "goto" if "goto" in values else "lookup")),
        flags=FIB_RULE_INVERT if values.get("not") else 0,
    )
    return start + message.pack(attributes)
