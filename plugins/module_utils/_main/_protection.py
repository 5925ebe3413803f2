# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what the module does that has tunnels' packets leave and enter a host encrypted, or not at all."""

import typing as t

from .. import _files
from .._boot import _files as _boot_files
from .._kernel import _firewall, _protection
from .._protection import _boot, _peers, _table
from . import _module


def run(spec: t.Dict[str, t.Any]) -> None:
    """Be the module that protects tunnels, and leave by exit_json or fail_json."""
    module = _module.start(spec)
    with _module.told(module):
        params = module.params
        owner = _files.check_name(params["name"])
        name = _table.name(owner)
        _firewall.need_rights()
        peers = frozenset() if params["state"] == "absent" else _peers.wanted(params["peers"])
        listing = _protection.look(name)
        have = _table.read(listing) if listing else None
        had = have.peers if have else frozenset()
        if params["state"] == "present" and not params["purge"]:
            peers |= had
        want = _table.wanted(peers)
        text = "" if have == want else _table.text(name, want)
        steps = _steps(owner, _table.text(name, want) if want and params["at_boot"] else "")
        if text:
            _protection.tell(name, text, trial=True)
        if not module.check_mode:
            _do(owner, name, text, steps, want is not None)
    module.exit_json(
        changed=bool(text or steps),
        table="{0} {1}".format(_table.FAMILY, name),
        peers=[peer.text for peer in _peers.in_order(peers)],
        changes=_peers.changes(had, peers),
        dropped=_table.dropped(listing),
        operations=["nft " + line for line in text.splitlines()],
        written=[step.path for step in steps if step.new],
        removed=[step.path for step in steps if not step.new],
        diff=[_difference(name, had, peers, bool(text)), *map(_boot_files.difference, steps)],
    )


def _steps(owner: str, text: str) -> t.List[_boot_files.Step]:
    """Return what becomes of the files for the next boot. :arg text: of the table; empty: it is not to be there."""
    want = {}
    if text:
        _protection.need_systemd()
        want = _boot.files(owner, text, _protection.program())
    return _boot_files.plan(want, _boot_files.read_all(_boot.paths(owner)))


def _do(owner: str, name: str, text: str, steps: t.Sequence[_boot_files.Step], is_wanted: bool) -> None:
    """Protect at present, then after the next boot; what is to go leaves no file that brings it back."""
    if is_wanted:
        _protection.note(owner)
    if text:
        _protection.tell(name, text, trial=False)
    _protection.write(owner, steps)
    if not is_wanted:
        _protection.forget(owner)


def _difference(name: str, had: _peers.Peers, want: _peers.Peers, is_changed: bool) -> t.Dict[str, str]:
    """Return what is protected before and after; of a table whose rules are not as they should be, that too."""
    before, after = ("".join(peer.text + "\n" for peer in _peers.in_order(peers)) for peers in (had, want))
    if is_changed and had == want:
        before += "other rules\n"
    header = "nftables: {0} {1}".format(_table.FAMILY, name)
    return {"before": before, "after": after, "before_header": header, "after_header": header}
