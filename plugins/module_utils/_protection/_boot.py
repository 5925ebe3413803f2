# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the files by which systemd loads a table before the network comes up, and again after nftables. Pure."""

import typing as t

from .. import _managers
from .._boot._files import Entries, Entry

_TABLE = "/etc/warren-{0}.protection.nft"
_UNIT = "warren-{0}.protection.service"
_UNITS = "/etc/systemd/system/"
_WANTED = tuple(_UNITS + place + ".wants/" + _UNIT for place in ("nftables.service", "sysinit.target"))
"""By the first, it comes back where nftables are stopped and started."""

_TEXT = """\
{0}

[Unit]
Description=The table of {1}, which drops what tunnels would send and take in clear
DefaultDependencies=no
Wants=network-pre.target
# A restart of nftables, and a reload, begin with a flush of all tables.
PartOf=nftables.service
ReloadPropagatedFrom=nftables.service
After=local-fs.target systemd-modules-load.service nftables.service
Before=network-pre.target shutdown.target
Conflicts=shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart={2} -f {1}
ExecReload={2} -f {1}

[Install]
WantedBy=sysinit.target nftables.service
"""


def unit(owner: str) -> str:
    """Return the name of an owner's unit."""
    return _UNIT.format(owner)


def paths(owner: str) -> t.List[str]:
    """Return where an owner's files may be."""
    return [place.format(owner) for place in (_TABLE, _UNITS + _UNIT, *_WANTED)]


def files(owner: str, text: str, program: str) -> Entries:
    """Return the files that load a table. :arg text: of the table; empty: there is none. :arg program: where nft is."""
    if not text:
        return {}
    table, of_unit, *links = paths(owner)
    found = {table: Entry(text.encode()), of_unit: Entry(_TEXT.format(_managers.HEAD, table, program).encode())}
    return {**found, **{link: Entry(target=of_unit) for link in links}}
