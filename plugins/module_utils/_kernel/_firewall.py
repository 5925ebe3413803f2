# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the firewalls of a host: what they have, and how they are told to have something else."""

import errno
import json
import os
import typing as t

from .. import _errors, _values
from .._boot import _files
from .._firewall import _firewalld, _persistence
from .._firewall._plan import Look, Order, Saved
from . import _init, _place, _programs

_VARIANTS = ("-nft", "-legacy")
_UNIT_OF_NFTABLES = "nftables.service"
_CAP_NET_ADMIN = 1 << 12
_PATIENCE = 300
"""Seconds for a thousand rules, of which firewalld does some dozens in one."""


def need_rights() -> None:
    """Raise PermissionError in a process that firewalls tell less than they have. Some of their programs do so with success."""
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:
        held = next((line.split()[1] for line in status if line.startswith("CapEff:")), "0")
    if not int(held, 16) & _CAP_NET_ADMIN:
        raise PermissionError(errno.EPERM, "The rules of firewalls can't be seen")


def look(name: str) -> Look:
    """Return what a host has. :arg name: whose files are read."""
    programs = {program: path for program in _all_programs() for path in [_programs.find(program)] if path}
    ruleset = _ruleset() if "nft" in programs else None
    saved = {
        program: Saved(family, said)
        for program, family in _iptables(programs)
        for code, said, _words in [_programs.outcome([programs[program + "-save"]])]
        if code == 0
    }
    return Look(
        ruleset or (),
        saved,
        _zones(ruleset, saved) if "firewall-cmd" in programs else None,
        _files.read_all(_persistence.paths(name)),
        programs,
        _services(),
    )


def _all_programs() -> t.List[str]:
    both = [base + variant for base in ("iptables", "ip6tables") for variant in ("", *_VARIANTS)]
    return ["nft", "firewall-cmd"] + [program + verb for program in both for verb in ("-save", "-restore")]


def _iptables(programs: t.Container[str]) -> t.Iterator[t.Tuple[str, int]]:
    """Yield the programs by which all of iptables is seen; the plain one stands for one of its variants, if there are any."""
    for base, family in (("iptables", _values.IPV4), ("ip6tables", _values.IPV6)):
        variants = [base + variant for variant in _VARIANTS if base + variant + "-save" in programs]
        for program in variants or [base] * (base + "-save" in programs):
            yield program, family


def _ruleset() -> t.Optional[t.List[t.Dict[str, t.Any]]]:
    """Return what nftables has; None where the kernel has none."""
    code, said, _words = _programs.outcome(["nft", "--json", "list", "ruleset"])
    return list(json.loads(said)["nftables"]) if code == 0 else None


def _zones(
    ruleset: t.Optional[t.Sequence[t.Mapping[str, t.Any]]], saved: t.Mapping[str, Saved]
) -> t.Optional[t.Tuple[t.Mapping[str, _firewalld.Zone], t.Mapping[str, _firewalld.Zone]]]:
    """Return what firewalld has; None where it does not run, or runs for another namespace."""
    tables = [entry["table"]["name"] for entry in ruleset or () if "table" in entry]
    is_here = ruleset is None or _firewalld.NAME in tables or any(":INPUT_ZONES " in one.text for one in saved.values())
    if not is_here or _programs.outcome(["firewall-cmd", "--state"])[0]:
        return None
    default = _run(Order(["firewall-cmd", "--get-default-zone"])).strip()
    running = _firewalld.zones(_run(Order(["firewall-cmd", "--list-all-zones"])), default)
    permanent = _firewalld.zones(_run(Order(["firewall-cmd", "--permanent", "--list-all-zones"])), default)
    return running, permanent


def _services() -> t.List[str]:
    """Return what systemd starts at boot, of what matters here."""
    if not _init.is_systemd():
        return []
    wanted = _files.read_all(["/etc/systemd/system/*.wants/" + _UNIT_OF_NFTABLES])
    return [_persistence.SYSTEMD] + [_UNIT_OF_NFTABLES] * bool(wanted)


def ask(orders: t.Iterable[Order]) -> None:
    """Raise Conflict if one of them would not be taken."""
    for order in orders:
        if order.trial:
            _run(order._replace(command=order.trial), _UNTOUCHED)


def is_opened(name: str) -> bool:
    """Return whether there may be rules of an owner. It spares a host that never had some all that is looked at otherwise."""
    return os.path.exists(_place.opened(name))


def perform(orders: t.Sequence[Order], steps: t.Sequence[_files.Step], name: str) -> None:
    """Tell the firewalls, and write the files."""
    _place.note(_place.opened(name))
    for position, order in enumerate(orders):
        # What can be tried is taken all or not at all.
        _run(order, _UNTOUCHED if order.trial and not position else _HALF_DONE)
    _files.perform(steps, name)
    if _files.concern_systemd(steps):
        _init.reload()


def forget(name: str) -> None:
    """Take it that there are no rules of an owner any more."""
    _place.forget(_place.opened(name))


_UNTOUCHED = "Nothing was changed."
_HALF_DONE = "What was told before that stays. The files for the next boot are as they were."


def _run(order: Order, state: str = _UNTOUCHED) -> str:
    """:arg state: what to say of the host where the program fails."""
    code, said, words = _programs.outcome(order.command, order.text, _PATIENCE)
    if code:
        raise _errors.Conflict("{0} {1}".format(_refusal(order.command, (words or said).strip()), state))
    return said


def _refusal(command: t.Sequence[str], words: str) -> str:
    remedy = "Mend what it says, and run this again."
    if "not permitted" in words or "permission denied" in words.lower():
        remedy = "The table belongs to another program, which has to let in the tunnels itself."
    return "{0} refuses the rules: {1}. {2}".format(command[0], _programs.in_a_line(words), remedy)
