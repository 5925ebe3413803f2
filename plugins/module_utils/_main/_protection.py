# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what the module does that has tunnels' packets leave and enter a host encrypted, or not at all."""

import typing as t

from .. import _files
from .._kernel import _firewall, _protection
from .._protection import _peers, _table
from . import _module


def run(spec: t.Dict[str, t.Any]) -> None:
    """Be the module that protects tunnels, and leave by exit_json or fail_json."""
    module = _module.start(spec)
    with _module.told(module):
        params = module.params
        name = _table.name(_files.check_name(params["name"]))
        _firewall.need_rights()
        peers = frozenset() if params["state"] == "absent" else _peers.wanted(params["peers"])
        listing = _protection.look(name)
        have = _table.read(listing) if listing else None
        had = have.peers if have else frozenset()
        if params["state"] == "present" and not params["purge"]:
            peers |= had
        want = _table.wanted(peers)
        text = "" if have == want else _table.text(name, want)
        if text:
            _protection.tell(name, text, trial=module.check_mode)
    module.exit_json(
        changed=bool(text),
        table="{0} {1}".format(_table.FAMILY, name),
        peers=[peer.text for peer in _peers.in_order(peers)],
        changes=_peers.changes(had, peers),
        dropped=_table.dropped(listing),
        operations=["nft " + line for line in text.splitlines()],
        diff=_difference(name, had, peers, bool(text)),
    )


def _difference(name: str, had: _peers.Peers, want: _peers.Peers, is_changed: bool) -> t.Dict[str, str]:
    """Return what is protected before and after; of a table whose rules are not as they should be, that too."""
    before, after = ("".join(peer.text + "\n" for peer in _peers.in_order(peers)) for peers in (had, want))
    if is_changed and had == want:
        before += "other rules\n"
    header = "nftables: {0} {1}".format(_table.FAMILY, name)
    return {"before": before, "after": after, "before_header": header, "after_header": header}
