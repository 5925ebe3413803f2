# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: which firewalls a host has, and what each is to be told. Pure.

A packet gets in that passes all chains which filter. So rules go to each firewall that has such chains: to firewalld where
it runs, to ufw where it is active, and to nftables and iptables where they have chains that belong to neither.
"""

import typing as t

from .._boot import _files
from .._protection import _table
from . import _firewalld, _iptables, _nftables, _persistence, _rules
from ._firewalld import Zone
from ._rules import Place, Rules

_ORDER = (_firewalld.NAME, _iptables.UFW, _nftables.NAME, _iptables.IPTABLES)


class Saved(t.NamedTuple):
    """What a program of iptables says of the kernel."""

    family: int
    text: str


class Look(t.NamedTuple):
    """What a host has."""

    ruleset: t.Sequence[t.Mapping[str, t.Any]]
    """As ``nft --json`` lists it."""
    saved: t.Mapping[str, Saved]
    """By program, such as ``iptables-legacy``."""
    zones: t.Optional[t.Tuple[t.Mapping[str, Zone], t.Mapping[str, Zone]]]
    """Of firewalld, at present and permanently; None: it does not run."""
    files: _files.Entries
    programs: t.Mapping[str, str]
    services: t.Container[str]


NOTHING = Look((), {}, None, {}, {}, ())
"""What a host has that is not looked at."""


class Order(t.NamedTuple):
    """A program that is to be run."""

    command: t.List[str]
    text: str = ""
    """What it reads."""
    trial: t.Optional[t.List[str]] = None
    """The command that asks whether it would be taken."""

    @property
    def words(self) -> t.List[str]:
        """What it does, one thing a line."""
        if not self.text:
            return [" ".join(self.command)]
        program = self.command[0].replace("-restore", "")
        lines = (line for line in self.text.splitlines() if line not in _iptables.FRAME)
        return ["{0} {1}".format(program, line) for line in lines]


class Plan(t.NamedTuple):
    """What is to be done."""

    firewalls: t.List[str]
    """Those that filter."""
    places: t.List[Place]
    """All that differ."""
    orders: t.List[Order]
    steps: t.List[_files.Step]
    """Of files."""
    lost: t.List[str]
    """Firewalls whose rules do not outlive a reboot."""


def plan(name: str, rules: Rules, purge: bool, look: Look) -> Plan:
    """Return what a host lacks, or has too much. :arg purge: whether rules of the owner go that are not among these."""
    mark = _rules.mark(name)
    parts = _firewalld.parts(*look.zones, name, rules, purge) if look.zones else []
    chains = _nftables.chains(look.ruleset, mark, rules, purge, set(_owned(look)))
    tables = list(_tables(look, mark, rules, purge))
    files = _persistence.files(name, rules, purge, tables, chains, look.files, look.programs, look.services)
    places = [part.place for part in parts] + [chain.place for chain in chains] + [table.place for table in tables]
    return Plan(
        sorted({place.firewall for place in places}, key=_ORDER.index),
        [place for place in places if place.differs] + files.places,
        list(_orders(name, parts, chains, tables)),
        _files.plan(files.want, look.files),
        files.lost,
    )


def _owned(look: Look) -> t.Iterator[_nftables.Key]:
    """Yield the chains of nftables that belong to firewalld, to iptables, which does not know nftables' own words, and to what
    keeps tunnels' packets from going in clear, which an accept would undo.
    """
    for chain in (entry["chain"] for entry in look.ruleset if "chain" in entry):
        family, table, name = chain["family"], chain["table"], chain["name"]
        if (look.zones and table == _firewalld.NAME) or _table.is_ours(family, table):
            yield family, table, name
    for saved in look.saved.values():
        if _iptables.has_input(saved.text):
            for name in ("INPUT", _iptables.FORWARD):
                yield _nftables.word(saved.family), "filter", name


def _tables(look: Look, mark: str, rules: Rules, purge: bool) -> t.Iterator[_persistence.Table]:
    finders = (_iptables.chain, _iptables.forwarding)
    for program, saved in look.saved.items():
        for find, half in zip(finders, _rules.halves(_rules.of_family(rules, saved.family))):
            chain = find(saved.text, saved.family, mark)
            passes_on = find is _iptables.forwarding
            if chain is None or not (chain.lines or (chain.filters and (half or not passes_on))):
                continue
            have = _iptables.rules_of(chain.lines, mark, saved.family)
            want = half if chain.filters else frozenset()
            label = "{0} {1}".format(program, chain.name)
            place = Place(chain.firewall, label, have, want if purge else want | frozenset(have))
            yield _persistence.Table(program, saved.family, chain, place, passes_on)


def _orders(
    name: str,
    parts: t.Sequence[_firewalld.Part],
    chains: t.Sequence[_nftables.Chain],
    tables: t.Sequence[_persistence.Table],
) -> t.Iterator[Order]:
    mark = _rules.mark(name)
    batch = _nftables.batch(chains, mark)
    if batch:
        yield Order(["nft", "-f", "-"], batch, ["nft", "--check", "-f", "-"])
    for table in tables:
        if table.place.differs:
            restore = [table.program + "-restore", "--noflush"]
            yield Order(restore, _iptables.batch(table.chain, table.place.want, mark), [*restore, "--test"])
    for part in parts:
        for options in _firewalld.commands(part, name):
            yield Order(["firewall-cmd", *options])
