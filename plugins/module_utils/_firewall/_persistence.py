# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the files by which rules outlive a reload of a firewall and a reboot. Pure.

These are the files that the firewall itself reads. Where a host has none of them, a unit of ours adds the rules to whatever
has set up the firewall.
"""

import typing as t

from .. import _managers, _values
from .._boot._files import Entries, Entry
from . import _iptables, _nftables, _rules
from ._rules import Place, Rules

RESTORED: t.Dict[t.Tuple[str, int], t.Tuple[str, ...]] = {
    (_iptables.UFW, _values.IPV4): ("/etc/ufw/before.rules",),
    (_iptables.UFW, _values.IPV6): ("/etc/ufw/before6.rules",),
    (_iptables.IPTABLES, _values.IPV4): ("/etc/iptables/rules.v4", "/etc/sysconfig/iptables"),
    (_iptables.IPTABLES, _values.IPV6): ("/etc/iptables/rules.v6", "/etc/sysconfig/ip6tables"),
}
"""What iptables-restore reads at boot: for ufw, netfilter-persistent and the service iptables."""
INCLUDING = ("/etc/nftables.conf", "/etc/sysconfig/nftables.conf")
"""What the service nftables reads."""

_OWN = "/etc/warren-{0}.firewall."
_UNIT = "/etc/systemd/system/warren-{0}.firewall.service"
_WANTED = "/etc/systemd/system/multi-user.target.wants/warren-{0}.firewall.service"
# A pattern, because a file that is missing would keep all others' rules from being loaded.
_INCLUDE = 'include "/etc/warren-{0}.firewall*.nft"'
_NFT = "nft"

_UNIT_TEXT = """\
{0}

[Unit]
Description=Rules of {1}* for the firewall
# After whatever sets up the firewall, and Docker its chains.
After=nftables.service network.target docker.service

[Service]
Type=oneshot
RemainAfterExit=yes
{2}
[Install]
WantedBy=multi-user.target
"""


def paths(name: str) -> t.List[str]:
    """Return patterns of the files that may have rules of an owner."""
    shared = [path for group in RESTORED.values() for path in group]
    return [*shared, *INCLUDING, _OWN.format(name) + "*", _UNIT.format(name), _WANTED.format(name)]


class Table(t.NamedTuple):
    """Rules in a chain of iptables, nft or legacy."""

    program: str
    """By which it is looked at, such as ``iptables-legacy``."""
    family: int
    chain: _iptables.Chain
    place: Place
    passes_on: bool
    """Whether the chain is for what the host passes on. Then no file of others has the rules: Docker makes its chain anew."""


class Files(t.NamedTuple):
    """What the files are to be."""

    want: Entries
    """Of all that are ours, or that have rules of ours or are to have some."""
    places: t.List[Place]
    """The files of others, with our rules in them."""
    lost: t.List[str]
    """Firewalls whose rules would not outlive a reboot."""


def files(
    name: str,
    rules: Rules,
    purge: bool,
    tables: t.Sequence[Table],
    chains: t.Sequence[_nftables.Chain],
    have: Entries,
    programs: t.Mapping[str, str],
    services: t.Container[str],
) -> Files:
    """Return the files that go with what the kernel is to have.

    :arg programs: where the host has them. :arg services: that systemd starts at boot; empty where it does not run the host.
    """
    shared, places = _restored(name, rules, purge, tables, have)
    want = {**have, **shared}
    for path in [
        path for path in want if path.startswith((_OWN.format(name), _UNIT.format(name), _WANTED.format(name)))
    ]:
        del want[path]
    mark, own, starts, lost = _rules.mark(name), _OWN.format(name), [], []
    text = _nftables.file(chains, mark)
    including = [path for path in INCLUDING if _is_file(path, have)]
    for path in including:
        want[path] = _with(want[path], _including(_text(want[path]), name, bool(text)))
    if text:
        want[own + _NFT] = Entry(text.encode())
        if not including or "nftables.service" not in services:
            starts.append("{0} -f {1}".format(programs.get(_NFT, _NFT), own + _NFT))
            lost += [_nftables.NAME] if not including else []
    for table in tables:
        restorable = _iptables.file(table.chain.name, table.place.want, mark)
        read = RESTORED[table.chain.firewall, table.family]
        if restorable and (table.passes_on or not any(_is_file(path, have) for path in read)):
            path = own + table.program + (".forward" if table.passes_on else "")
            want[path] = Entry(restorable.encode())
            restore = table.program + "-restore"
            starts.append("{0} --noflush {1}".format(programs.get(restore, restore), path))
            lost.append(table.chain.firewall)
    if starts and SYSTEMD in services:
        commands = "".join("ExecStart=-{0}\n".format(start) for start in starts)
        want[_UNIT.format(name)] = Entry(_UNIT_TEXT.format(_managers.HEAD, own, commands).encode())
        want[_WANTED.format(name)] = Entry(target=_UNIT.format(name))
        lost = []
    return Files(want, places, sorted(set(lost)))


SYSTEMD = "systemd"
"""Among services: it runs the host."""


def _restored(
    name: str, rules: Rules, purge: bool, tables: t.Sequence[Table], have: Entries
) -> t.Tuple[Entries, t.List[Place]]:
    mark, places, want = _rules.mark(name), [], {}
    for (firewall, family), group in RESTORED.items():
        in_use = [
            table
            for table in tables
            if (table.chain.firewall, table.family) == (firewall, family) and not table.passes_on
        ]
        for path in (path for path in group if _is_file(path, have)):
            there = _iptables.in_file(_text(have[path]), mark, family)
            wanted = (
                _rules.halves(_rules.of_family(rules, family))[0]
                if any(table.chain.filters for table in in_use)
                else frozenset()
            )
            place = Place(firewall, path, there, wanted if purge else wanted | frozenset(there))
            if place.differs:
                chain = in_use[0].chain.name if in_use else ""
                want[path] = _with(have[path], _iptables.edited(_text(have[path]), chain, place.want, mark))
                places.append(place)
    return want, places


def _including(text: str, name: str, is_wanted: bool) -> str:
    """Return the text with the line at its end that includes ours, or without; the rest to the letter."""
    line = _INCLUDE.format(name)
    if (line in text.splitlines()) is is_wanted:
        return text
    if is_wanted:
        return text + line + "\n" if text.endswith("\n") else text + "\n" + line
    return text[: -len(line) - 1] if text.endswith("\n" + line) else text.replace(line + "\n", "")


def _is_file(path: str, have: Entries) -> bool:
    """Return whether there is such a file; what a link leads to belongs to somebody who keeps it elsewhere."""
    return path in have and have[path].target is None


def _text(entry: Entry) -> str:
    return entry.content.decode("utf-8", "surrogateescape")


def _with(entry: Entry, text: str) -> Entry:
    """Return somebody else's file with another text; it keeps its mode and its owner."""
    return entry._replace(content=text.encode("utf-8", "surrogateescape"))
